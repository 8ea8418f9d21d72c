"""The docs target: pages in Markdown, and indexes for people and programs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pcgen.diagnostics import Code, Exit, failure
from pcgen.targets.docs import indexes, pages, programs
from pcgen.targets.docs.links import ERRORS, GUIDE, INDEX, method_page, model_page, resource_page
from pcgen.targets.docs.samples import samples
from pcgen.targets.docs.usage import Usage
from pcgen.targets.environment import environment, text_of
from pcgen.targets.protocol import Generated
from pcgen.targets.reference import Manual
from pcgen.targets.text import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen import ir
    from pcgen.targets.protocol import Settings


def build(package: ir.Package, settings: Settings) -> Generated:
    """Make the pages of the first language that has a reference.

    Raises:
        Failure: No target has a reference.
        TemplateMistake: A template of the user is invalid.
    """
    if not settings.references:
        location = settings.location("targets", "docs")
        message = "`targets`: `docs` describes a client, but no target makes one"
        raise failure(Code.CONFIG_INVALID, location, message, "add `python`", Exit.USAGE)
    reference = settings.references[0]
    env = environment(settings.templates, settings.cache)
    if isinstance(reference, Manual):
        texts = {
            path: tidy(text_of(env, f"docs/{template}", page=view))
            for path, template, view in programs.views(reference)
        }
        texts |= programs.written_pages(reference)
        return Generated(texts | {"docs/symbols.json": programs.command_symbols(reference)})
    render = partial(text_of, env)
    write = partial(samples, package=package, names=settings.samples, render=render)
    book = pages.Book.of(package, reference, write)
    texts = {
        path: tidy(text_of(env, f"docs/{template}", page=view))
        for path, template, view in _views(book)
    }
    texts[GUIDE] = reference.guide
    texts["docs/symbols.json"] = indexes.symbols(book)
    return Generated(texts)


def _views(book: pages.Book) -> Iterator[tuple[str, str, Any]]:
    """Pair the path of each page with its template and its view."""
    reference = book.reference
    usage = Usage.of(reference, book.links)
    yield INDEX, "index.md.jinja", indexes.index_view(book)
    yield ERRORS, "errors.md.jinja", pages.errors_view(book)
    yield "api.md", "api.md.jinja", indexes.names_view(reference)
    yield "llms.txt", "llms.txt.jinja", indexes.llms_view(book)
    for resource in reference.resources:
        yield resource_page(resource), "resource.md.jinja", pages.resource_view(resource, book)
        for method in resource.methods:
            view = pages.method_view(method, resource, book)
            yield method_page(method.path), "operation.md.jinja", view
    for model in reference.models:
        view_ = pages.model_view(model, usage, book)
        yield model_page(model.name), "model.md.jinja", view_

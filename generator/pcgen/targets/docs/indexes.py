"""Views of the lists of pages and names, for people and programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.targets.code import code, code_span, link, markdown, markdown_line
from pcgen.targets.docs.headings import heading
from pcgen.targets.docs.links import (
    ERRORS,
    GUIDE,
    INDEX,
    method_page,
    model_page,
    relative,
    resource_page,
)
from pcgen.targets.docs.pages import Folded, folded, message_line, method_line, resource_line

if TYPE_CHECKING:
    from pcgen.targets.code import Code
    from pcgen.targets.docs.pages import Book
    from pcgen.targets.reference import Model, Reference

_MOST_MODELS = 40


class IndexSection(Struct, frozen=True):
    """The methods of a resource."""

    title: Code
    description: Code
    lines: tuple[Code, ...]


class IndexView(Struct, frozen=True):
    """`docs/index.md`."""

    title: Code
    description: Code
    guide: Code
    errors: Code
    resources: tuple[IndexSection, ...]
    models: Folded
    webhooks: tuple[Code, ...]


def index_view(book: Book, home: str = INDEX) -> IndexView:
    """Make the view of `docs/index.md`."""
    package, reference = book.package, book.reference
    return IndexView(
        title=markdown_line(package.title),
        description=markdown(package.doc.description),
        guide=link(code("guide"), relative(GUIDE, home)),
        errors=link(code("errors"), relative(ERRORS, home)),
        resources=tuple(
            IndexSection(
                title=markdown_line(heading(resource.title)[0]),
                description=resource_line(resource, home),
                lines=tuple(method_line(method, book, home) for method in resource.methods),
            )
            for resource in reference.resources
            if resource.methods or resource.text
        ),
        models=folded([_model_line(model, home) for model in reference.models], _MOST_MODELS),
        webhooks=tuple(message_line(w, home, book.links) for w in reference.webhooks),
    )


def _model_line(model: Model, home: str) -> Code:
    page = link(code_span(model.name), relative(model_page(model.name), home))
    note = markdown_line(heading(model.text)[0]) if model.text else code("")
    return code("{}: {}", page, note) if note else page


class NamesView(Struct, frozen=True):
    """`api.md`: a line for each public name, which shows reviewers what changed."""

    name: Code
    lines: tuple[Code, ...]


def names_view(reference: Reference) -> NamesView:
    """Make the view of `api.md`."""
    return NamesView(markdown_line(reference.package), tuple(map(code_span, reference.names)))


class LlmsView(Struct, frozen=True):
    """`llms.txt`: the pages with a sentence each, for language models (llmstxt.org)."""

    title: Code
    summary: Code
    index: IndexView


def llms_view(book: Book) -> LlmsView:
    """Make the view of `llms.txt`."""
    summary, _ = heading(book.package.doc.description or f"Client of the {book.package.title}.")
    index = index_view(book, "llms.txt")
    return LlmsView(markdown_line(book.package.title), markdown_line(summary), index)


def symbols(book: Book) -> str:
    """The names as JSON: the method and page of each operation, the page of each model."""
    reference = book.reference
    pairs = [(m, *book.operations[m.path]) for r in reference.resources for m in r.methods]
    operations = [
        {
            "operation": operation.wire_name,
            "method": operation.method,
            "path": operation.path,
            "call": method.call,
            "page": relative(method_page(method.path), INDEX),
        }
        for method, operation, _ in pairs
    ]
    resources = {r.call: relative(resource_page(r), INDEX) for r in reference.resources}
    models = {m.name: relative(model_page(m.name), INDEX) for m in reference.models}
    made = {"operations": operations, "resources": resources, "models": models}
    return json.dumps(made, indent=2, ensure_ascii=True) + "\n"

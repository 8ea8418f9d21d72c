"""The files of a package: which template makes which, and what is copied as it is."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, TypedDict

from msgspec import Struct

from pcgen import ir, names
from pcgen.cache import BLACK_VERSION, Cache, Pack, digest, version
from pcgen.ir import Encoding, Streaming
from pcgen.targets.code import Code, comment
from pcgen.targets.environment import TemplateMistake, environment, text_of
from pcgen.targets.python import pages
from pcgen.targets.python.formatter import CUT, Formatter
from pcgen.targets.python.net import strange
from pcgen.targets.python.outline import digest_of, outline
from pcgen.targets.python.views import clients as client_views
from pcgen.targets.python.views.attributes import client_members, group_views
from pcgen.targets.python.views.declarations import (
    Declarations,
    ModelsView,
    models_view,
    ordered_names,
)
from pcgen.targets.python.views.hand_written import by_hand_view
from pcgen.targets.python.views.resources import OWN_MODULES, resource_module, resource_view
from pcgen.template_files import template_digest, template_folder

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from pathlib import Path

    from jinja2 import Environment

    from pcgen.names import Identifier


class ErrorsView(Struct, frozen=True):
    """The module `errors`."""

    names: tuple[Identifier, ...]
    all: tuple[Identifier, ...]
    streams: bool
    pages: bool


class TypesView(Struct, frozen=True):
    """The module `types`: what only some packages have."""

    files: bool
    streams: bool
    pages: bool


class MadeResource(TypedDict):
    """What is made of a resource: texts by their paths, and its lines in the listing."""

    texts: dict[str, str]
    lines: list[str]


class MadeDeclaration(TypedDict):
    """What is made of a declaration.

    Args:
        text: The class, or the alias.
        used: What it imports.
        lines: Those of the listing.
        has_file: Whether files can be in it.
    """

    text: str
    used: list[list[str]]
    lines: list[str]
    has_file: bool


def render(package: ir.Package, cache: Cache, own: Mapping[str, str]) -> dict[str, str]:
    """Make the text of every file, by its path inside the package's folder.

    Args:
        package: What to make.
        cache: Where results of earlier runs may be found.
        own: Templates by name that take the place of pcgen's.

    Raises:
        TemplateMistake: One of these is wrong.
    """
    pack = Pack(cache, digest(BLACK_VERSION, package.distribution, package.module))
    printer = _Printer(environment(own, cache), Formatter(cache, pack, own=not own))
    around = outline(package)
    context = _context(around, own)
    resources = [
        pack.once(partial(_resource, one, around, printer), "resource", context, digest_of(one))
        for one in package.resources
    ]
    views = Declarations(around)
    declarations = {
        one.name: pack.once(
            partial(_declaration, one, views, printer), "declaration", context, digest_of(one)
        )
        for one in package.declarations
    }
    texts = {path: text for made in resources for path, text in made["texts"].items()}
    lines = [line for made in (*resources, *declarations.values()) for line in made["lines"]]
    has_files = any(made["has_file"] for made in declarations.values())
    needed = frozenset((*_looked_up(package), *(["bodies/files"] if has_files else ())))
    models = _models(package, declarations)
    for path, template, view in _pages(package, models, lines, needed):
        texts[path] = printer.text(path, template, view)
    pack.keep()
    texts[f"{package.module}/py.typed"] = ""
    for path, text in runtime(needed, texts.values()).items():
        texts[f"{package.module}/_runtime/{path}"] = text
    return dict(sorted(texts.items()))


def _context(around: ir.Package, own: Mapping[str, str]) -> str:
    """A hash of what all parts are made from: the package around them, and templates."""
    mine = (part for template in own.items() for part in template)
    return digest(digest_of(around), template_digest(), version("jinja2"), *mine)


def _resource(resource: ir.Resource, around: ir.Package, printer: _Printer) -> MadeResource:
    """All that only this resource, and the outline of its package, decide."""
    view = resource_view(resource, around)
    path = f"{around.module}/{view.module}.py"
    texts = {path: printer.text(path, "module/resource.py.jinja", view)}
    for operation in resource.operations:
        page = pages.operation_page(operation, resource, around)
        path = f"docs/{pages.page_path(operation, resource)}"
        texts[path] = printer.text(path, "docs/operation.md.jinja", page)
    return {"texts": texts, "lines": [*pages.method_lines(resource, around)]}


def _declaration(
    declaration: ir.Declaration, views: Declarations, printer: _Printer
) -> MadeDeclaration:
    """All that only this declaration, and the outline of its package, decide."""
    view = views.view(declaration)
    is_model = isinstance(declaration, ir.Model)
    template = "module/_model.py.jinja" if is_model else "module/_alias.py.jinja"
    text = printer.raw(template, view)
    return {
        "text": text,
        "used": view.use.used,
        "lines": [*pages.declaration_lines(view)],
        "has_file": _has_file(declaration),
    }


def _models(package: ir.Package, made: Mapping[Identifier, MadeDeclaration]) -> ModelsView:
    """The view of the module that has all declarations."""
    ordered = [made[name] for name in ordered_names(package)]
    used = (entry for one in ordered for entry in one["used"])
    return models_view(package, (one["text"] for one in ordered), used)


def start(package: ir.Package, targets: Iterable[str], *, exports: bool) -> str:
    """A module for people to go on with; arguments as of `by_hand_view`."""
    view = by_hand_view(package, targets, exports=exports)
    template, nothing = "module/_by_hand.py.jinja", Cache(None)
    formatter = Formatter(nothing, Pack(nothing, ""), own=True)
    return _Printer(environment({}, nothing), formatter).text("by_hand.py", template, view)


def exported(package: ir.Package) -> set[str]:
    """What callers find in a package: the names that it exports, old ones, and its modules."""
    exports = client_views.package_view(package).exports
    found = {str(name) for export in exports for name in export.names}
    found |= {str(old.name) for old in package.old_names}
    found |= {str(member.module) for member in client_members(package)}
    return found | {*OWN_MODULES, *resource_modules(package)}


def resource_modules(package: ir.Package) -> set[str]:
    """The modules of the resources."""
    return {str(resource_module(resource)) for resource in package.resources}


def runtime(looked_up: Iterable[str], texts: Iterable[str]) -> dict[str, str]:
    """Return the files of the runtime that a package needs, by their paths inside it.

    A package needs the modules that generated code imports, those that the runtime imports by
    name, and whatever these import.

    Args:
        looked_up: The modules that the runtime imports by name, such as `bodies/form`.
        texts: The generated code.
    """
    folder = template_folder() / "python" / "module" / "_runtime"
    files: dict[str, str] = {}
    pending = [*_ALWAYS, *looked_up]
    found = {name.replace(".", "/") for text in texts for name in _named(text)}
    pending += [name for name in found if (folder / f"{name}.py").exists()]  # Not so in prose.
    while pending:
        path = f"{pending.pop()}.py"
        if path not in files:
            files[path] = (folder / path).read_text(encoding="utf-8")
            pending += _siblings(folder, path, files[path])
    return files


def _named(text: str) -> Iterator[str]:
    """Yield the modules of the runtime that a text imports."""
    for match in _NAMED.finditer(text):
        if not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip():
            yield match[1]


def _siblings(folder: Path, path: str, source: str) -> Iterator[str]:
    """Yield the modules of the runtime that one of them imports, and the package it is in."""
    *parents, _ = path.split("/")
    if parents:
        yield "/".join([*parents, "__init__"])
    for dots, module, symbols in _RELATIVE.findall(source):
        home = [*parents[: len(parents) + 1 - len(dots)], *filter(None, module.split("."))]
        if folder.joinpath(*home).is_dir():
            yield from ("/".join([*home, name]) for name in re.findall(r"\w+", symbols))
        else:
            yield "/".join(home)


_NAMED = re.compile(r"from \._runtime\.([\w.]+) import ")
_RELATIVE = re.compile(r"^\s*from (\.+)([\w.]*) import (\([^)]*\)|.*)$", re.MULTILINE)
# What every package imports, what the runtime imports by name, and what people run.
_ALWAYS = (
    "__init__",
    "bodies/json",
    "call/client",
    "call/resource",
    "call/responses",
    "data/codec",
    "lazy",
    "verify",
)


def _looked_up(package: ir.Package) -> Iterator[str]:
    """The modules of the runtime that it looks up by the words of services and operations."""
    if any(scheme.grant is not None for scheme in package.service.schemes):
        yield "call/oauth2"
    for resource in package.resources:
        if resource.service is not None:
            yield "call/namespace"
        for operation in resource.operations:
            if operation.body is not None and operation.body.encoding is not Encoding.JSON:
                yield f"bodies/{operation.body.encoding.value}"
                yield "bodies/files"
            if operation.switch or operation.result.streaming is not Streaming.NONE:
                yield "call/stream"
            if operation.paging is not None:
                yield "call/pages"


def _has_file(declaration: ir.Declaration) -> bool:
    if isinstance(declaration, ir.Alias):
        types = [declaration.type]
    else:
        types = [*(field.type for field in declaration.fields), declaration.extra or ir.ANY]
    return any(part == ir.Scalar(ir.Kind.FILE) for type_ in types for part in ir.parts(type_))


def _pages(
    package: ir.Package, models: ModelsView, lines: Iterable[str], needed: Container[str]
) -> Iterator[tuple[str, str, Any]]:
    """Path, template and view of every page of the package as a whole.

    Args:
        package: The package.
        models: What its declarations are printed from.
        lines: Of the listing: those of methods and declarations.
        needed: The modules of the runtime that it looks up.
    """
    module = package.module
    files, streams, paged = (
        name in needed for name in ("bodies/files", "call/stream", "call/pages")
    )
    errors = [names.known(name) for name in client_views.RUNTIME_ERRORS]
    more = [names.known("StreamError")] if streams else []
    more += [names.known("PaginationError")] if paged else []
    errors_view = ErrorsView(tuple(errors), tuple(sorted([*errors, *more])), streams, paged)
    yield "pyproject.toml", "pyproject.toml.jinja", pages.project_view(package)
    yield "README.md", "README.md.jinja", pages.readme_view(package)
    yield "api.md", "api.md.jinja", pages.api_view(package, lines)
    yield "docs/index.md", "docs/index.md.jinja", pages.index_view(package)
    yield f"{module}/__init__.py", "module/__init__.py.jinja", client_views.package_view(package)
    yield f"{module}/_version.py", "module/_version.py.jinja", pages.version_view(package)
    yield f"{module}/client.py", "module/client.py.jinja", client_views.client_view(package)
    yield f"{module}/errors.py", "module/errors.py.jinja", errors_view
    yield f"{module}/models.py", "module/models.py.jinja", models
    yield f"{module}/types.py", "module/types.py.jinja", TypesView(files, streams, paged)
    for name, group in group_views(package):
        yield f"{module}/{name}.py", "module/group.py.jinja", group


# Names no document, so that a bump to another file changes only what the API changes.
_HEADER = comment(
    "Generated by pcgen: change its OpenAPI document or configuration, not this file."
)


class _Printer(Struct, frozen=True):
    """Makes the text of a file of a template and a view."""

    env: Environment
    formatter: Formatter

    def raw(self, template: str, view: Any) -> str:
        """What a template prints of a view."""
        return text_of(self.env, template, page=view, header=_HEADER, cut=Code(CUT))

    def text(self, path: str, template: str, view: Any) -> str:
        """The whole of a file."""
        text = self.raw(template, view)
        if not path.endswith(".py"):
            return _tidy(text)
        try:
            made = self.formatter.module(text)
        except (SyntaxError, ValueError) as error:
            message = f"what it makes is not Python: {str(error).splitlines()[0]}"
            if self.formatter.own:
                raise RuntimeError(f"{template}: {message}") from error
            raise TemplateMistake(template, 0, message) from error
        if self.formatter.own and (found := self._strange(made)):
            raise RuntimeError(f"{path} would have {found!a}, which no template of pcgen prints")
        return made

    def _strange(self, made: str) -> str:
        return self.formatter.pack.once(lambda: strange(made), "net", made)


def _tidy(text: str) -> str:
    """No blanks at line ends, at most one empty line in a row, one newline at the end."""
    lines: list[str] = []
    for line in text.split("\n"):
        line = line.rstrip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n") + "\n"

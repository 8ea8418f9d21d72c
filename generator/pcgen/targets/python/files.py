"""The files of a package: the template of each, and the modules of the runtime."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from pcgen import ir
from pcgen.cache import Cache
from pcgen.ir import Encoding, Streaming
from pcgen.targets.project import project_view
from pcgen.targets.protocol import Generated
from pcgen.targets.python import pages
from pcgen.targets.python.guide import guide_view
from pcgen.targets.python.names import OWN_MODULES
from pcgen.targets.python.printer import Printer
from pcgen.targets.python.reference import client, reference
from pcgen.targets.python.views import package as package_views
from pcgen.targets.python.views.clients import client_view
from pcgen.targets.python.views.declarations import models_view
from pcgen.targets.python.views.hand_written import hand_written_view
from pcgen.targets.python.views.resources import resource_view
from pcgen.template_files import template_folder

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

    from pcgen.targets.protocol import Settings
    from pcgen.targets.python.package import PythonPackage
    from pcgen.targets.python.views.declarations import ModelsView
    from pcgen.targets.reference import Reference


def render(package: PythonPackage, settings: Settings) -> Generated:
    """Make the text of every file, by its path inside the package's folder, and the reference.

    Raises:
        TemplateMistake: A template of the user is invalid.
    """
    own = settings.templates
    printer = Printer.of(settings.cache, own, f"{package.distribution} {package.module}")
    needed = frozenset(_imported_by_name(package))
    models = models_view(package)
    views = _views(package, models, needed, has_pages=settings.has_pages)
    texts = {path: printer.text(path, *rest) for path, *rest in views}
    printer.formatter.texts.save()
    texts[f"{package.module}/py.typed"] = ""
    for path, text in runtime(needed, texts.values()).items():
        texts[f"{package.module}/_runtime/{path}"] = text

    def describe() -> Reference:
        guide = printer.text("guide.md", "guide.md.jinja", guide_view(package, needed))
        return reference(package, models.declarations, needed, guide)

    return Generated(
        dict(sorted(texts.items())), reference=describe, client=partial(client, package)
    )


def _views(
    package: PythonPackage, models: ModelsView, needed: Container[str], *, has_pages: bool
) -> Iterator[tuple[str, str, Any]]:
    """Pair the path of each file with its template and its view."""
    module = package.module
    description = f"Client of the {package.title}"
    project = project_view(package, module, description)
    yield "pyproject.toml", "pyproject.toml.jinja", project
    yield "README.md", "README.md.jinja", pages.readme_view(package, has_pages=has_pages)
    yield f"{module}/__init__.py", "module/__init__.py.jinja", package_views.package_view(package)
    yield f"{module}/_version.py", "module/_version.py.jinja", package_views.version_view(package)
    yield f"{module}/client.py", "module/client.py.jinja", client_view(package)
    yield f"{module}/errors.py", "module/errors.py.jinja", package_views.errors_view(needed)
    yield f"{module}/models.py", "module/models.py.jinja", models
    yield f"{module}/types.py", "module/types.py.jinja", package_views.types_view(needed)
    for resource in package.resources:
        view = resource_view(resource, package)
        yield f"{module}/{view.module}.py", "module/resource.py.jinja", view


def start(package: PythonPackage, targets: Iterable[str], *, exports: bool) -> str:
    """Make a hand-written module for users to edit; arguments as in `hand_written_view`."""
    view = hand_written_view(package, targets, exports=exports)
    return Printer.of(Cache(None), {}, "").text(
        "hand_written.py", "module/_hand_written.py.jinja", view
    )


def exported(package: PythonPackage) -> set[str]:
    """Names that a hand-written module cannot export: exports, old names and modules."""
    exports = package_views.package_view(package).exports
    found = {str(name) for export in exports for name in export.names}
    found |= {str(old.name) for old in package.old_names_of("")}
    return found | {*OWN_MODULES, *resource_modules(package)}


def resource_modules(package: PythonPackage) -> set[str]:
    """The names of the resources' modules."""
    return {str(resource.module) for resource in package.resources}


def runtime(by_name: Iterable[str], texts: Iterable[str]) -> dict[str, str]:
    """Return the files of the runtime that a package needs, by their paths inside it.

    A package needs the modules that generated code imports, those that the runtime imports by
    name, and whatever these import.

    Args:
        by_name: The modules that the runtime imports by name, such as `bodies/form`.
        texts: The generated code.
    """
    folder = template_folder() / "python" / "module" / "_runtime"
    files: dict[str, str] = {}
    pending = [*_ALWAYS, *by_name]
    found = {name.replace(".", "/") for text in texts for name in _named(text)}
    pending += [name for name in found if (folder / f"{name}.py").exists()]  # Prose may look alike.
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
    """Yield the modules that a module of the runtime imports, and its package."""
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
# Modules that every package imports, that the runtime imports by name, and that users run.
_ALWAYS = (
    "__init__",
    "bodies/json",
    "call/client",
    "call/resource",
    "call/responses",
    "data/models",
    "lazy",
    "verify",
)


def _imported_by_name(package: PythonPackage) -> Iterator[str]:
    """Yield the modules that the runtime imports by name for a package."""
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
    if any(isinstance(d, ir.Model) and (d.more or d.done) for d in package.declarations):
        yield "data/unread"
    if any(map(_has_file, package.declarations)):
        yield "bodies/files"


def _has_file(declaration: ir.Declaration) -> bool:
    if isinstance(declaration, ir.Alias):
        types = [declaration.type]
    else:
        types = [*(field.type for field in declaration.fields), declaration.extra or ir.ANY]
    return any(
        part == ir.Scalar(ir.Kind.FILE) for type_ in types for part in ir.nested_types(type_)
    )

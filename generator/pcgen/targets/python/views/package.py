"""Views of the modules that belong to the whole package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.targets.code import code, dotted_name, join, literal
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.types import import_order
from pcgen.targets.python.views.declarations import renames_code

if TYPE_CHECKING:
    from collections.abc import Container

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import OldName, PythonPackage


class Export(Struct, frozen=True):
    """The names that the package exports from one of its modules."""

    names: tuple[Name, ...]
    imports: Code
    entry: Code


class PackageView(Struct, frozen=True):
    """The package's `__init__`."""

    doc: Code
    exports: tuple[Export, ...]
    old_names: tuple[OldName, ...]
    renames: Code
    all: Code


RUNTIME_ERRORS = (
    "APIConnectionError",
    "APIError",
    "APIResponseError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "IncompleteResponseError",
    "InternalServerError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseDriftWarning",
    "ResponseValidationError",
    "UnprocessableEntityError",
)
# Names of the module `types` that the package exports as well.
_OPTIONS = ("AsyncClientOptions", "ClientOptions", "Limits", "RequestOptions", "Timeout")


def package_view(package: PythonPackage) -> PackageView:
    """Make the view of the package; clients and models hide errors of the same name."""
    clients = (names.prefixed("Async", package.client), package.client)
    models = tuple(d.name for d in package.declarations)
    taken = {*models, *clients, *(old.name for old in package.old_names_of(""))}
    errors = tuple(names.known(name) for name in RUNTIME_ERRORS if name not in taken)
    options = tuple(names.known(name) for name in _OPTIONS if name not in taken)
    exported = {
        "_version": (names.known("__version__"),),
        "client": clients,
        "errors": errors,
        "models": models,
        "types": options,
        **{str(module.name): module.exports for module in package.modules},
    }
    exports = [_export(module, found) for module, found in sorted(exported.items())]
    everything = sorted((n for export in exports for n in export.names), key=_all_order)
    return PackageView(
        doc=prose_docstring(descriptions.package_text(package), 0),
        exports=tuple(export for export in exports if export.names),
        old_names=package.old_names_of(""),
        renames=renames_code(package.old_names_of("")),
        all=literal(list(map(str, everything))),
    )


def _all_order(name: str) -> tuple[bool, bool, str]:
    """The order of ruff for `__all__`: constants, classes, the rest."""
    return not name.isupper(), not name[0].isupper(), name


def _export(module: str, exported: tuple[Name, ...]) -> Export:
    ordered = sorted(exported, key=import_order)
    return Export(
        names=tuple(ordered),
        imports=code("from .{} import {}", dotted_name(module), join(ordered)),
        entry=code("{}: {}", literal(module), literal(tuple(map(str, sorted(exported))))),
    )


class VersionView(Struct, frozen=True):
    """The module `_version`."""

    version: Code


def version_view(package: PythonPackage) -> VersionView:
    """Make the view of the version."""
    return VersionView(literal(package.version))


class ErrorsView(Struct, frozen=True):
    """The module `errors`; some errors exist only in packages that stream or have pages."""

    names: tuple[Name, ...]
    all: tuple[Name, ...]
    streams: bool
    pages: bool


def errors_view(needed: Container[str]) -> ErrorsView:
    """Make the view of the errors; `needed` are modules of the runtime."""
    streams, pages = "call/stream" in needed, "call/pages" in needed
    errors = [names.known(name) for name in RUNTIME_ERRORS]
    errors += [names.known("UnreadPagesWarning")] if pages or "data/unread" in needed else []
    errors += [names.known("InvalidJSON"), names.known("Mismatch")]
    more = [names.known("StreamError")] if streams else []
    more += [names.known("PaginationError")] if pages else []
    return ErrorsView(tuple(sorted(errors)), tuple(sorted([*errors, *more])), streams, pages)


class TypesView(Struct, frozen=True):
    """The module `types`; some types exist only in packages with files, streams or pages."""

    files: bool
    streams: bool
    pages: bool


def types_view(needed: Container[str]) -> TypesView:
    """Make the view of the types; `needed` are modules of the runtime."""
    return TypesView("bodies/files" in needed, "call/stream" in needed, "call/pages" in needed)

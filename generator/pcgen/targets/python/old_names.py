"""Names that classes, methods and fields had, as the configuration lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir, names
from pcgen.diagnostics import Code, shorten
from pcgen.translate.selection import report_unmatched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.names import Name


def with_old_names(
    package: ir.Package, settings: config.Package, diagnostics: Diagnostics
) -> ir.Package:
    """The package with the old names that are right; the others are reported."""
    if not settings.aliases:
        return package
    known = set(_names(package))
    source = settings.source.since("aliases")
    found: dict[str, list[ir.OldName]] = {}
    for old, now in sorted(settings.aliases.items()):
        if now not in known:
            message = f"`aliases`: nothing is called {shorten(now)!a} now"
            report_unmatched(source.place(old), message, now, known, diagnostics)
        elif problem := _problem(old, now, known, package):
            diagnostics.error(Code.CONFIG_INVALID, source.place(old), *problem)
        else:
            names_ = (names.known(text.rpartition(".")[2]) for text in (old, now))
            found.setdefault(old.rpartition(".")[0], []).append(ir.OldName(*names_))
    resources = (replace(r, old_names=tuple(found.get(r.attribute, ()))) for r in package.resources)
    classes = (twin for old in found.get("", ()) for twin in _twins(old, package.client))
    declarations = (
        (
            replace(d, old_names=tuple(found[d.name]))
            if isinstance(d, ir.Model) and d.name in found
            else d
        )
        for d in package.declarations
    )
    return replace(
        package,
        resources=tuple(resources),
        declarations=tuple(declarations),
        old_names=tuple(classes),
    )


def _names(package: ir.Package) -> Iterator[str]:
    """All that can have had another name; methods with their resource, fields with their model."""
    yield package.client
    yield from package.declared
    for model in package.declarations:
        if isinstance(model, ir.Model):
            yield from (f"{model.name}.{field.name}" for field in model.fields)
    for resource in package.resources:
        yield from (f"{resource.attribute}.{operation.name}" for operation in resource.operations)


def _problem(old: str, now: str, known: set[str], package: ir.Package) -> tuple[str, str] | None:
    """What is wrong with an old name, and what to do."""
    owner, _, name = old.rpartition(".")
    twins = {old, f"Async{old}"} if now == package.client else {old}
    if not twins.isdisjoint({*known, f"Async{package.client}"}):
        hint = "leave it out, or give what is called so another name under `rename`"
        return f"`aliases`: {shorten(old)!a} is a name of today", hint
    if owner != now.rpartition(".")[0]:
        hint = "an old name has the same before its dot as the new one, as in `pets.list`"
        return f"`aliases`: {shorten(old)!a} does not belong where {shorten(now)!a} does", hint
    reserved = names.FIELD_RESERVED if owner in package.declared else names.RESOURCE_MEMBERS
    if not names.is_public(name) or (owner and name in reserved):
        return f"`aliases`: {shorten(old)!a} cannot have been a name", "write it as callers did"
    return None


def _twins(old: ir.OldName, client: Name) -> Iterator[ir.OldName]:
    """An old name, and that of the async client."""
    yield old
    if old.now == client:
        yield ir.OldName(names.prefixed("Async", old.name), names.prefixed("Async", client))

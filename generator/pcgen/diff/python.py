"""Two packages compared, in terms of those who call them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pcgen import ir
from pcgen.diff.declarations import Declarations
from pcgen.diff.methods import Methods
from pcgen.diff.old_names import all_old_names, note_renamed, old_classes, old_methods
from pcgen.diff.renames import renames
from pcgen.diff.types import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pcgen.diagnostics import Location
    from pcgen.diff.findings import Findings

_Methods = dict[str, ir.Operation]


def compare_python(
    old: ir.Package,
    new: ir.Package,
    locate_old: Callable[[str], Location],
    locate_new: Callable[[str], Location],
    findings: Findings,
) -> None:
    """Note what changed from one package to the other.

    Args:
        old: The package as it was.
        new: The package as it is.
        locate_old: Finds the place of what a pointer names in the old document.
        locate_new: The same for the new document.
        findings: Where findings go.
    """
    before, after = _methods(old), _methods(new)
    pairs = _matched(before, after, old_methods(new))
    renamed = renames(old, new, [(before[one], after[other]) for one, other in pairs.items()])
    shared = {d.name for d in old.declarations} & {d.name for d in new.declarations}
    both = frozenset(shared | set(renamed.values()))
    old_side = Side(old, locate_old, renamed, both)
    new_side = Side(new, locate_new, {}, both)
    _compare_client(old_side, new_side, findings)
    _compare_old_names(old_side, new_side, findings)
    methods = Methods(old_side, new_side, findings)
    for name, operation in before.items():
        if name in pairs:
            methods.compare(name, pairs[name], operation, after[pairs[name]])
        else:
            methods.note("method-removed", name, operation, None)
    for name, operation in after.items():
        if name not in pairs.values():
            methods.note("method-added", name, None, operation)
    Declarations(old_side, new_side, findings).compare()


def _methods(package: ir.Package) -> _Methods:
    """Every operation, by what callers write."""
    return {
        f"{resource.attribute}.{operation.name}": operation
        for resource in package.resources
        for operation in resource.operations
    }


def _matched(old: _Methods, new: _Methods, kept: Mapping[str, str]) -> dict[str, str]:
    """Methods that do the same: those of one name, old ones too, or that call the same path."""
    pairs = {name: kept.get(name, name) for name in old if name in new or name in kept}
    rest = {
        _target(operation): name for name, operation in new.items() if name not in pairs.values()
    }
    for name, operation in old.items():
        if name not in pairs and _target(operation) in rest:
            pairs[name] = rest.pop(_target(operation))
    return pairs


def _target(operation: ir.Operation) -> str:
    return f"{operation.method} {re.sub(r'{[^{}]*}', '{}', operation.path)}"


def _compare_client(old: Side, new: Side, findings: Findings) -> None:
    def note(id_: str, **values: Any) -> None:
        findings.add(id_, place, old.locate("#/info"), new.locate("#/info"), **values)

    place = new.package.client
    if old.package.module != new.package.module:
        note("package-renamed", old=old.package.module, new=new.package.module)
    if old.package.client != place:
        note_renamed(note, "client", old.package.client, place, old_classes(new.package))
    for word, names in (("client-argument", _arguments), ("resource", _resources)):
        was, has = set(names(old.package)), set(names(new.package))
        for name in sorted(was - has):
            note(f"{word}-removed", old=name)
        for name in sorted(has - was):
            note(f"{word}-added", new=name)
    classes = {resource.attribute: resource.class_name for resource in new.package.resources}
    for resource in old.package.resources:
        now = classes.get(resource.attribute, resource.class_name)
        if now != resource.class_name:
            note(
                "resource-class-renamed", name=resource.attribute, old=resource.class_name, new=now
            )


def _arguments(package: ir.Package) -> Iterator[str]:
    service = package.service
    yield from (secret.name for scheme in service.schemes for secret in scheme.secrets)
    yield from (variable.name for variable in service.variables)


def _resources(package: ir.Package) -> Iterator[str]:
    return (resource.attribute for resource in package.resources)


def _compare_old_names(old: Side, new: Side, findings: Findings) -> None:
    """Note the old names that were kept until now."""
    kept, still = (set(all_old_names(side.package)) for side in (old, new))
    package = new.package
    names = {*_methods(package), *package.declared, package.client, f"Async{package.client}"}
    places = old.locate("#/info"), new.locate("#/info")
    for name in sorted(kept - still - names):
        findings.add("old-name-removed", package.client, *places, old=name)

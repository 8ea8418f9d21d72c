"""Two packages compared, in terms of those who call them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.diff.python.annotations import Side, in_order
from pcgen.diff.python.clients import Clients
from pcgen.diff.python.declarations import Declarations
from pcgen.diff.python.methods import Methods
from pcgen.diff.python.old_names import old_methods
from pcgen.diff.python.renames import renames
from pcgen.targets.python.package import attribute_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcgen.diagnostics import Location
    from pcgen.diff.findings import Findings
    from pcgen.targets.python.package import PythonPackage

_Methods = dict[str, ir.Operation]


def compare_python(
    old: PythonPackage,
    new: PythonPackage,
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
    now = {name: renamed.get(name, name) for name in old.declared}
    both = frozenset(
        now[name]
        for name, was in old.declared.items()
        if type(was) is type(new.declared.get(now[name]))
    )
    old_side = Side(old, locate_old, renamed, both, in_order(old))
    new_side = Side(new, locate_new, {}, both, in_order(new))
    Clients(old_side, new_side, findings).compare()
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


def _methods(package: PythonPackage) -> _Methods:
    """Every operation, by what callers write."""
    return {
        f"{attribute_path(resource)}.{operation.name}": operation
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

"""Compares generated Python packages, for those who import and call them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.diff.python.clients import compare_clients
from pcgen.diff.python.comparison import Comparison, PackageVersion, declarations_in_order
from pcgen.diff.python.declarations import compare_declarations
from pcgen.diff.python.methods import compare_methods, report_method
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
    """Report what changed from one version of a package to the other.

    Args:
        old: The old version.
        new: The new version.
        locate_old: Finds the location of an origin in the old document.
        locate_new: Finds the location of an origin in the new document.
        findings: Where to report changes.
    """
    before, after = _methods(old), _methods(new)
    pairs = _matched(before, after, old_methods(new))
    renamed = renames(old, new, [(before[name], after[now]) for name, now in pairs.items()])
    now = {name: renamed.get(name, name) for name in old.declared}
    shared = frozenset(
        now[name]
        for name, declaration in old.declared.items()
        if type(declaration) is type(new.declared.get(now[name]))
    )
    comparison = Comparison(
        PackageVersion(old, locate_old, renamed, shared, declarations_in_order(old)),
        PackageVersion(new, locate_new, {}, shared, declarations_in_order(new)),
        findings,
    )
    compare_clients(comparison)
    for name, operation in before.items():
        if name in pairs:
            compare_methods(comparison, name, pairs[name], operation, after[pairs[name]])
        else:
            report_method(comparison, "method-removed", name, operation, None)
    for name, operation in after.items():
        if name not in pairs.values():
            report_method(comparison, "method-added", name, None, operation)
    compare_declarations(comparison)


def _methods(package: PythonPackage) -> _Methods:
    """Every operation, by the method that callers write, such as `pets.list`."""
    return {
        f"{attribute_path(resource)}.{operation.name}": operation
        for resource in package.resources
        for operation in resource.operations
    }


def _matched(old: _Methods, new: _Methods, kept: Mapping[str, str]) -> dict[str, str]:
    """The new names of methods by old ones, matched by name, by kept old name, or by path."""
    pairs = {name: kept.get(name, name) for name in old if name in new or name in kept}
    added = {_route(method): name for name, method in new.items() if name not in pairs.values()}
    for name, method in old.items():
        if name not in pairs and _route(method) in added:
            pairs[name] = added.pop(_route(method))
    return pairs


def _route(operation: ir.Operation) -> str:
    return f"{operation.method} {re.sub(r'{[^{}]*}', '{}', operation.path)}"

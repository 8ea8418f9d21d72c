"""Compares the clients of two packages: their arguments and attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen import ir
from pcgen.diff.python.comparison import is_reordered
from pcgen.diff.python.old_names import all_old_names, old_classes, renaming
from pcgen.targets.python.package import attribute_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.diff.python.comparison import Comparison
    from pcgen.targets.python.package import PythonPackage


def compare_clients(comparison: Comparison) -> None:
    """Compare the clients, and the old names that the packages keep."""
    old, new = comparison.old.package, comparison.new.package
    if old.module != new.module:
        _report(comparison, "package-renamed", old=old.module, new=new.module)
    if old.client != new.client:
        change, hint = renaming("client", old.client, new.client, old_classes(new))
        _report(comparison, change, hint=hint, old=old.client, new=new.client)
    _compare_credentials(comparison, old.service, new.service)
    if not any(resource.service for resource in (*old.resources, *new.resources)):
        _compare_address(comparison, new.client, old.service, new.service)
    _compare_resources(comparison, old.resources, new.resources)
    for name in sorted({*all_old_names(old)} - {*all_old_names(new)} - {*_names(new)}):
        _report(comparison, "old-name-removed", old=name)


def _report(comparison: Comparison, change: str, subject: str = "", /, **values: Any) -> None:
    subject = subject or comparison.new.package.client
    comparison.report(change, subject, "#/info", "#/info", **values)


def _names(package: PythonPackage) -> Iterator[str]:
    """The current names of classes and methods, as callers write them."""
    yield from package.declared
    yield from (package.client, f"Async{package.client}")
    for resource in package.resources:
        yield from (
            f"{attribute_path(resource)}.{operation.name}" for operation in resource.operations
        )


# --- Arguments -----------------------------------------------------------------------------------


def _compare_credentials(comparison: Comparison, old: ir.Service, new: ir.Service) -> None:
    before, after = (
        {secret.name for scheme in service.schemes for secret in scheme.arguments}
        for service in (old, new)
    )
    for name in sorted(before - after):
        _report(comparison, "client-argument-removed", old=name)
    for name in sorted(after - before):
        _report(comparison, "client-argument-added", new=name)
    orders: list[list[str]] = [
        [secret.name for scheme in service.schemes for secret in scheme.secrets]
        for service in (old, new)
    ]
    if is_reordered(*orders):
        texts = {"old": ", ".join(orders[0]), "new": ", ".join(orders[1])}
        _report(comparison, "client-arguments-reordered", **texts)


def _compare_address(
    comparison: Comparison, subject: str, old: ir.Service, new: ir.Service
) -> None:
    """Compare the arguments that set the URL of the service."""
    _report_required(comparison, subject, "base_url", not old.names_host, not new.names_host)
    before, after = ({v.name: v for v in service.variables} for service in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            _report(comparison, "client-argument-removed", subject, old=name)
        elif name not in before:
            required = "-required" * isinstance(after[name].presence, ir.Required)
            _report(comparison, f"client-argument-added{required}", subject, new=name)
        else:
            _compare_variable(comparison, subject, before[name], after[name])


def _compare_variable(
    comparison: Comparison, subject: str, old: ir.Variable, new: ir.Variable
) -> None:
    required = (isinstance(variable.presence, ir.Required) for variable in (old, new))
    _report_required(comparison, subject, new.name, *required)
    if set(old.values) != set(new.values):
        is_breaking = new.values and not (old.values and set(old.values) <= set(new.values))
        change = f"client-argument-retyped{'' if is_breaking else '-compatibly'}"
        texts = {"old": _annotation(old), "new": _annotation(new)}
        _report(comparison, change, subject, name=new.name, **texts)


def _report_required(
    comparison: Comparison, subject: str, name: str, was_required: bool, is_required: bool
) -> None:
    if was_required is not is_required:
        became = "required" if is_required else "optional"
        _report(comparison, f"client-argument-became-{became}", subject, name=name)


def _annotation(variable: ir.Variable) -> str:
    return " or ".join(variable.values) or "str"


# --- Attributes ----------------------------------------------------------------------------------


def _compare_resources(
    comparison: Comparison, old: tuple[ir.Resource, ...], new: tuple[ir.Resource, ...]
) -> None:
    before, after = ({attribute_path(each): each for each in resources} for resources in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            _report(comparison, "resource-removed", old=name)
        elif name not in before:
            _report(comparison, "resource-added", new=name)
        else:
            _compare_resource(comparison, before[name], after[name])


def _compare_resource(comparison: Comparison, old: ir.Resource, new: ir.Resource) -> None:
    name = attribute_path(new)
    if old.class_name != new.class_name:
        texts = {"old": old.class_name, "new": new.class_name}
        _report(comparison, "resource-class-renamed", name=name, **texts)
    # An attribute whose URL has variables is called with their values.
    before, after = (
        f"{name}{'()' * bool(resource.service and resource.service.variables)}"
        for resource in (old, new)
    )
    if before != after:
        _report(comparison, "resource-remade", name, old=before, new=after)
    elif old.service is not None and new.service is not None:
        _compare_address(comparison, after, old.service, new.service)

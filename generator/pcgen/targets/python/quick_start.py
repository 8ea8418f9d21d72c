"""The program that the README opens with: a call that a new user would choose first."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.targets.python import examples
from pcgen.targets.python.programs import program, setup

if TYPE_CHECKING:
    from pcgen.targets.python.package import PythonPackage

_Call = tuple[ir.Operation, ir.Resource]

# Words of operations that undo, stop or change access, or that only administrators call.
_UNSUITABLE = frozenset(
    (
        "accept", "admin", "alias", "archive", "audit", "auth", "authorize", "backup", "backups",
        "ban", "block", "cancel", "close", "credential", "credentials", "deactivate", "debug",
        "delete", "deny", "destroy", "disable", "drop", "enterprise", "expire", "health",
        "healthz", "internal", "key", "keys", "kill", "leave", "livez", "lock", "login", "logout",
        "metrics", "oauth", "organization", "password", "ping", "purge", "readyz", "refund",
        "reject", "remove", "reset", "revoke", "root", "rotate", "secret", "secrets", "security",
        "session", "shutdown", "snapshot", "snapshots", "status", "stop", "suspend", "telemetry",
        "terminate", "token", "tokens", "uninstall", "unsubscribe", "usage", "version", "webhook",
        "webhooks",
    )
)  # fmt: skip
_FEW = 3  # Required arguments.
_COMPARED = 10  # The best calls, of which the first short one is chosen.
_SHORT = 12  # Lines of a call.


def quick_start(package: PythonPackage, *, is_async: bool) -> str:
    """The program, which reads credentials from the environment."""
    call = first_call(package)
    if call is None:
        return program(package, setup(package), [], ["..."], is_async=is_async)
    lines = examples.example_call(*call, package, is_async=is_async, indent=8)
    imports = examples.example_imports(*call, package)
    return program(package, setup(package, *call), imports, lines, is_async=is_async)


def first_call(package: PythonPackage) -> _Call | None:
    """The operation that the README shows, with its resource; None if none has an example."""
    found = (
        (operation, resource) for resource in package.resources for operation in resource.operations
    )
    ranked = sorted(found, key=lambda call: _rank(call[0], call[1], package))
    shown = ((call, examples.example_call(*call, package, is_async=False)) for call in ranked)
    best = [*islice(((call, len(lines)) for call, lines in shown if lines), _COMPARED)]
    short = (call for call, lines in best if lines <= _SHORT)
    return next(short, best[0][0] if best else None)


def _rank(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage
) -> tuple[object, ...]:
    """The sort key of a call; the first one is the best."""
    words = {*re.split("[^a-z]+", operation.path.lower()), *operation.name.split("_")}
    is_deep = "{" in operation.path
    required = _required(operation)
    is_list = operation.method == "GET" and not is_deep
    is_creation = operation.method == "POST" and not is_deep
    size = sum(
        len(other.operations) for other in package.resources if other.path[0] == resource.path[0]
    )
    is_made = all(scenario.is_made for scenario in operation.scenarios)
    return (
        not any(scenario.is_first for scenario in operation.scenarios),
        operation.deprecated,
        operation.method in ("DELETE", "PUT", "PATCH") or not words.isdisjoint(_UNSUITABLE),
        not (is_list or is_creation) or required > _FEW,
        is_made and not (is_list and required == 0),
        len(resource.path),
        operation.result.type is None,
        _oddity(operation),
        -size,
        is_made,
        required,
        operation.path,
        operation.method,
    )


def _oddity(operation: ir.Operation) -> int:
    """How far an operation is from listing or creating the things of a resource."""
    if operation.paging is not None or operation.name == "list":
        return 0
    return 1 if operation.name in ("create", "get") else 2


def _required(operation: ir.Operation) -> int:
    """The number of required arguments."""
    fields = (operation.body.fields if operation.body else None) or ()
    presences = [argument.presence for argument in operation.parameters]
    presences += [field.presence for field in fields]
    return sum(isinstance(presence, ir.Required) for presence in presences)

"""How callers use the classes and aliases of a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diff.python.compatibility import Use
from pcgen.ir.references import reachable
from pcgen.ir.types import mentioned

if TYPE_CHECKING:
    from pcgen.names import Name
    from pcgen.targets.python.package import PythonPackage


class Usage(Struct):
    """The declarations whose values callers read, and those that callers construct."""

    read: set[Name]
    constructed: set[Name]

    def of(self, *names: Name) -> Use:
        """How callers use a declaration that has these names."""
        return Use(not self.read.isdisjoint(names), not self.constructed.isdisjoint(names))


def usage_of(old: PythonPackage, new: PythonPackage) -> Usage:
    """How callers of either version of a package use its declarations."""
    before, after = _usage(old), _usage(new)
    return Usage(before.read | after.read, before.constructed | after.constructed)


def _usage(package: PythonPackage) -> Usage:
    declared = package.declared
    constructed: list[ir.Type] = []
    received: list[ir.Type] = []
    bodies: set[Name] = set()
    for resource in package.resources:
        for operation in resource.operations:
            arguments = [parameter.type for parameter in operation.parameters]
            if operation.body is not None and operation.body.fields is not None:
                arguments += [each.type for each in operation.body.fields]
                bodies |= mentioned(operation.body.type)
            elif operation.body is not None:
                arguments.append(operation.body.type)
            read = [result.type for result in operation.results] + [
                error.type for error in operation.errors
            ]
            constructed += arguments
            received += [type_ for type_ in read if type_ is not None]
    usage = Usage(reachable(received, declared), reachable(constructed, declared))
    unused = declared.keys() - usage.constructed - usage.read - bodies
    usage.read |= reachable(map(ir.Ref, unused), declared)
    return usage

"""How callers use the classes and aliases of a package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from pcgen import ir
from pcgen.diff.python.compatibility import Use
from pcgen.ir.types import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.names import Name
    from pcgen.targets.python.package import PythonPackage


class Usage(Struct):
    """The declarations whose values callers read, and those that callers construct."""

    read: set[Name] = field(default_factory=set)
    constructed: set[Name] = field(default_factory=set)

    def of(self, *names: Name) -> Use:
        """How callers use a declaration that has these names."""
        return Use(not self.read.isdisjoint(names), not self.constructed.isdisjoint(names))


def usage_of(old: PythonPackage, new: PythonPackage) -> Usage:
    """How callers of either version of a package use its declarations."""
    before, after = _usage(old), _usage(new)
    return Usage(before.read | after.read, before.constructed | after.constructed)


def _usage(package: PythonPackage) -> Usage:
    usage = Usage()
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
            _add(usage.constructed, arguments, package)
            _add(usage.read, [type_ for type_ in read if type_ is not None], package)
    unused = package.declared.keys() - usage.constructed - usage.read - bodies
    _add(usage.read, [ir.Ref(name) for name in unused], package)
    return usage


def _add(found: set[Name], types: Iterable[ir.Type], package: PythonPackage) -> None:
    """Add the declarations that types refer to, directly or through other declarations."""
    pending = {name for type_ in types for name in mentioned(type_)}
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            declaration = package.declared[name]
            if isinstance(declaration, ir.Alias):
                pending |= mentioned(declaration.type)
            else:
                inner = [each.type for each in declaration.fields] + [declaration.extra or ir.ANY]
                pending |= {name for type_ in inner for name in mentioned(type_)}

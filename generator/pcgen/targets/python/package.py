"""A package in Python's names, and what only Python packages have.

`named` turns each `Name` of the IR into an identifier. Views read the result, so that they make no
names themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.names import Name
from pcgen.targets.code import Identifier
from pcgen.targets.python import names

# The function that makes an identifier, by struct and field; other names are names of classes.
_MAKERS: dict[tuple[type, str], Callable[[Name], Identifier]] = {
    (ir.Field, "name"): names.field,
    (ir.Model, "done"): names.field,
    (ir.Model, "more"): names.field,
    (ir.Operation, "name"): names.method,
    (ir.Package, "variable"): names.local,
    (ir.Paging, "cursor"): names.field,
    (ir.Paging, "done"): names.field,
    (ir.Paging, "items"): names.field,
    (ir.Paging, "last"): names.field,
    (ir.Paging, "more"): names.field,
    (ir.Paging, "total"): names.field,
    (ir.Parameter, "name"): names.argument,
    (ir.Resource, "class_name"): names.resource_class,
    (ir.Scenario, "parameters"): names.argument,
    (ir.Secret, "name"): names.credential,
    (ir.Tag, "name"): names.field,
    (ir.Variable, "name"): names.variable,
}
_NAMELESS = (ir.Choice, ir.Doc, ir.Example, ir.Facts, ir.Header, ir.Metadata, ir.Scalar)


class OldName(ir.Value, frozen=True):
    """A previous name, which still works, with a warning."""

    name: Identifier
    now: Identifier


class Module(ir.Value, frozen=True):
    """A hand-written module, and the names that the package exports from it."""

    name: Identifier
    exports: tuple[Identifier, ...]


class Extendable(ir.Value, frozen=True):
    """A model or a resource that hand-written classes can extend, and the fields of the model."""

    classes: tuple[Name, ...]
    is_model: bool
    fields: frozenset[str] = frozenset()


class Mixin(ir.Value, frozen=True):
    """Hand-written classes: bases of a model, or replacements of a resource's classes.

    `target` is the name of the model or the attribute of the resource; `members` are the public
    names that each class defines.
    """

    target: str
    module: Identifier
    members: Mapping[Name, tuple[str, ...]]


class PythonPackage(ir.Package, frozen=True, dict=True):
    """A package whose names are identifiers.

    `old_names` are by owner: the name of a model for fields, the attribute of a resource for
    methods, empty for classes.
    """

    module: Identifier = names.known("client")
    old_names: Mapping[str, tuple[OldName, ...]] = {}
    modules: tuple[Module, ...] = ()
    mixins: tuple[Mixin, ...] = ()

    @cached_property
    def generics(self) -> Mapping[Name, ir.Type]:
        """The models that arguments select a member of a union for, with these unions."""
        return {
            part.name: part.of
            for resource in self.resources
            for operation in resource.operations
            if operation.selector is not None
            for part in ir.nested_types(operation.selector.other)
            if isinstance(part, ir.Ref) and part.of is not None
        }

    def old_names_of(self, owner: str) -> tuple[OldName, ...]:
        """Return the previous names of a model's fields, a resource's methods, or classes."""
        return self.old_names.get(owner, ())


def named(package: ir.Package, module: Identifier) -> PythonPackage:
    """Turn all names of a package into identifiers.

    Args:
        package: The package.
        module: The import name of the package.
    """
    fields = {name: getattr(package, name) for name in ir.Package.__struct_fields__}
    modules = names.resource_modules(resource.module for resource in package.resources)
    fields["resources"] = tuple(_resource(resource, modules) for resource in package.resources)
    return PythonPackage(
        **{name: _named(value, ir.Package, name) for name, value in fields.items()}, module=module
    )


def _resource(resource: ir.Resource, modules: Mapping[Name, Identifier]) -> ir.Resource:
    """Turn the names that depend on other resources into identifiers."""
    first, *others = resource.path
    *parents, name = (names.attribute(first), *map(names.child, others))
    own = modules[resource.module]
    return replace(resource, module=own, parents=tuple(parents), name=name)


def _named(value: Any, owner: type, field: str) -> Any:
    if isinstance(value, Identifier):
        return value
    if isinstance(value, Name):
        return _MAKERS.get((owner, field), names.class_name)(value)
    if isinstance(value, tuple):
        return tuple(_named(item, owner, field) for item in value)
    if isinstance(value, ir.Paging):
        argument = names.field if value.in_body else names.argument
        given = {"argument": value.argument, "size": value.size}
        return _with_fields(value, {key: name and argument(name) for key, name in given.items()})
    if isinstance(value, ir.Selector):
        argument = names.field if value.in_body else names.argument
        return _with_fields(value, {"argument": argument(value.argument)})
    if isinstance(value, ir.Switch):
        flag = names.field if value.carrier is ir.Carrier.FIELD else names.argument
        return _with_fields(value, {"flag": flag(value.flag)})
    if isinstance(value, Struct) and not isinstance(value, _NAMELESS):
        return _with_fields(value, {})
    return value


def _with_fields(value: Struct, known: Mapping[str, Any]) -> Any:
    kind = type(value)
    fields = {name: getattr(value, name) for name in kind.__struct_fields__}
    return kind(**{n: known[n] if n in known else _named(v, kind, n) for n, v in fields.items()})


def attribute_path(resource: ir.Resource) -> str:
    """Return what callers write after the client to reach a resource: `preview.things`."""
    return ".".join(resource.path)

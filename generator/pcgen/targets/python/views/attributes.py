"""Views of the attributes of clients and resources, which are resources, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import code, dict_of, docstring, join, literal
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.package import attribute_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import PythonPackage
    from pcgen.targets.python.types import Imports


class AttributeView(Struct, frozen=True):
    """A resource as an attribute, which is created when it is first used.

    It is a method with these `arguments` if its server URL has variables. `given` are the arguments
    of the class.
    """

    name: Name
    type: Code
    doc: Code
    arguments: Code
    given: Code


class LazyModuleView(Struct, frozen=True):
    """A module with classes of resources; `name` is its name in the module that uses it."""

    name: Code
    path: Code
    imports: Code


class Attributes(Struct, frozen=True):
    """The resources that a client or a resource holds, as attributes of its two classes.

    `modules` have the classes of these resources.
    """

    members: tuple[AttributeView, ...]
    async_members: tuple[AttributeView, ...]
    modules: tuple[LazyModuleView, ...]


def attributes(
    children: tuple[ir.Resource, ...], package: PythonPackage, use: Imports, caller: Code
) -> Attributes:
    """Make the views of attributes; `caller` is the code for the caller in their classes."""
    if children:
        use.need("TYPE_CHECKING", "LazyModule")
    if any(not variables(child) for child in children):
        use.need("resource_property")
    homes = {mixin.target: mixin for mixin in package.mixins}
    sync: list[AttributeView] = []
    other: list[AttributeView] = []
    modules: set[Name] = set()
    for child in children:
        mixin = homes.get(attribute_path(child))
        for found, name in ((sync, child.class_name), (other, _async(child.class_name))):
            module = mixin.module if mixin and name in mixin.members else child.module
            type_ = code("{}.{}", _local(module), name)
            modules.add(module)
            found.append(_attribute(child, type_, package, use, caller))
    return Attributes(tuple(sync), tuple(other), tuple(map(_module, sorted(modules))))


def class_names(children: Iterable[ir.Resource]) -> set[Name]:
    """The names of the classes of resources."""
    return {name for child in children for name in (child.class_name, _async(child.class_name))}


def _async(class_name: Name) -> Name:
    return names.prefixed("Async", class_name)


def _attribute(
    child: ir.Resource, type_: Code, package: PythonPackage, use: Imports, caller: Code
) -> AttributeView:
    asked = variables(child)
    text = descriptions.first_line(child.doc) or descriptions.resource_text(child, package)
    return AttributeView(
        name=child.name,
        type=type_,
        doc=(
            docstring(descriptions.variables_text(text, asked), 8)
            if asked
            else prose_docstring(text, 8)
        ),
        arguments=join(variable_code(variable, use) for variable in asked),
        given=join([caller, *([variables_code(asked)] if asked else [])]),
    )


def _local(module: Name) -> Code:
    """The name of a module in another one, where a method may have the module's own name."""
    return code("_{}", module)


def _module(module: Name) -> LazyModuleView:
    local = _local(module)
    imports = code("from . import {} as {}", module, local)
    return LazyModuleView(local, literal(f".{module}"), imports)


# --- Variables of server URLs --------------------------------------------------------------------


def variables(resource: ir.Resource) -> tuple[ir.Variable, ...]:
    """The variables of the resource's server URL; those without a default come first."""
    found = resource.service.variables if resource.service else ()
    return tuple(sorted(found, key=lambda v: not isinstance(v.presence, ir.Required)))


def variable_code(variable: ir.Variable, use: Imports) -> Code:
    """The parameter for a variable of a server URL."""
    default, kind = code(""), code("str")
    values = variable.values
    if isinstance(variable.presence, ir.Default):
        default = code(" = {}", literal(variable.presence.value))
        values = values if variable.presence.value in values else ()
    if values:
        kind = code("{}[{}]", use.Literal, join(map(literal, values)))
    return code("{}: {}{}", variable.name, kind, default)


def variables_code(variables: Iterable[ir.Variable]) -> Code:
    """A dict of the variables' values, by their names in the server URL."""
    return dict_of((literal(variable.wire_name), variable.name) for variable in variables)

"""Views of the attributes of clients and resources, which are resources, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import code, dict_of, docstring, join, literal
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.types import Imports, import_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import PythonPackage


class AttributeView(Struct, frozen=True):
    """A resource as an attribute, which is created when it is first used.

    It is a method with these `arguments` if its server URL has variables. `given` are the arguments
    of the class.
    """

    name: Name
    module: Name
    class_name: Name
    doc: Code
    arguments: Code
    given: Code


class Attributes(Struct, frozen=True):
    """The resources that a client or a resource holds, as attributes of its two classes.

    `imports` are the statements that import their classes for type checkers.
    """

    members: tuple[AttributeView, ...]
    async_members: tuple[AttributeView, ...]
    imports: tuple[Code, ...]


def attributes(
    children: tuple[ir.Resource, ...], package: PythonPackage, use: Imports, client: Code
) -> Attributes:
    """Make the views of attributes; `client` is the code for the client in their classes."""
    if children:
        use.need("TYPE_CHECKING")
    if any(not variables(child) for child in children):
        use.need("cached_property")
    homes = {mixin.target: mixin for mixin in package.mixins}
    sync: list[AttributeView] = []
    other: list[AttributeView] = []
    for child in children:
        mixin = homes.get(attribute_path(child))
        for found, name in ((sync, child.class_name), (other, _async(child.class_name))):
            module = mixin.module if mixin and name in mixin.members else child.module
            found.append(_attribute(child, module, name, package, use, client))
    return Attributes(tuple(sync), tuple(other), tuple(_imports([*sync, *other])))


def class_names(children: Iterable[ir.Resource]) -> set[Name]:
    """The names of the classes of resources."""
    return {name for child in children for name in (child.class_name, _async(child.class_name))}


def _async(class_name: Name) -> Name:
    return names.prefixed("Async", class_name)


def _attribute(
    child: ir.Resource,
    module: Name,
    class_name: Name,
    package: PythonPackage,
    use: Imports,
    client: Code,
) -> AttributeView:
    asked = variables(child)
    text = descriptions.first_line(child.doc) or descriptions.resource_text(child, package)
    return AttributeView(
        name=child.name,
        module=module,
        class_name=class_name,
        doc=(
            docstring(descriptions.variables_text(text, asked), 8)
            if asked
            else prose_docstring(text, 8)
        ),
        arguments=join(variable_code(variable, use) for variable in asked),
        given=join([client, *([variables_code(asked)] if asked else [])]),
    )


def _imports(views: Iterable[AttributeView]) -> Iterable[Code]:
    homes: dict[Name, list[Name]] = {}
    for view in views:
        homes.setdefault(view.module, []).append(view.class_name)
    for home, found in sorted(homes.items()):
        yield code("from .{} import {}", home, join(sorted(found, key=import_order)))


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

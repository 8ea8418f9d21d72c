"""Views of the attributes of clients and groups, which are resources and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import code, docstring, join
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.types import Imports, import_order
from pcgen.targets.python.views.resources import (
    group_class,
    module_of,
    resource_module,
    variable_code,
    variables,
    variables_code,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import Mixin, PythonPackage


class AttributeView(Struct, frozen=True):
    """A resource or a group as an attribute, which is created when it is first used.

    It is a method with these `arguments` if its server URL has variables. `given` are the arguments
    of the class.
    """

    name: Name
    module: Name
    class_name: Name
    doc: Code
    arguments: Code
    given: Code


class GroupView(Struct, frozen=True):
    """The module of a group, an attribute of the client whose attributes are resources."""

    class_name: Name
    async_class_name: Name
    module_doc: Code
    doc: Code
    use: Imports
    attributes: tuple[AttributeView, ...]
    async_attributes: tuple[AttributeView, ...]
    imports: tuple[Code, ...]


class Member(Struct, frozen=True):
    """A resource or a group, with the module of its classes."""

    name: Name
    module: Name
    class_name: Name
    doc: Code
    variables: tuple[ir.Variable, ...] = ()
    mixin: Mixin | None = None

    def home(self, class_name: Name) -> Name:
        """The module of one of its classes, which may be a hand-written one."""
        if self.mixin is not None and class_name in self.mixin.members:
            return self.mixin.module
        return self.module

    @property
    def async_class_name(self) -> Name:
        """The class of the async client."""
        return names.prefixed("Async", self.class_name)


def client_members(package: PythonPackage) -> list[Member]:
    """The attributes of the client: groups, and resources without a group."""
    return [*_resources(package, None), *_groups(package)]


def class_names(members: Iterable[Member]) -> set[Name]:
    """The names of the members' classes."""
    return {name for m in members for name in (m.class_name, m.async_class_name)}


def imports(members: Iterable[Member]) -> tuple[Code, ...]:
    """The statements that import the members' classes."""
    homes: dict[Name, list[Name]] = {}
    for member in members:
        for name in (member.class_name, member.async_class_name):
            homes.setdefault(member.home(name), []).append(name)
    lines = {home: join(sorted(found, key=import_order)) for home, found in homes.items()}
    return tuple(code("from .{} import {}", home, lines[home]) for home in sorted(homes))


def attributes(
    members: Sequence[Member], use: Imports, client: Code, *, is_async: bool
) -> tuple[AttributeView, ...]:
    """Make the views of a class's attributes; `client` is the code for the client in that class."""
    if any(not member.variables for member in members):
        use.need("cached_property")
    return tuple(_attribute(member, use, client, is_async=is_async) for member in members)


def _attribute(member: Member, use: Imports, client: Code, *, is_async: bool) -> AttributeView:
    class_name = member.async_class_name if is_async else member.class_name
    return AttributeView(
        name=member.name,
        module=member.home(class_name),
        class_name=class_name,
        doc=member.doc,
        arguments=join(variable_code(v, use) for v in member.variables),
        given=join([client, *([variables_code(member.variables)] if member.variables else [])]),
    )


def group_views(package: PythonPackage) -> Iterator[tuple[Name, GroupView]]:
    """Pair the module of each group with its view."""
    for group in _groups(package):
        members = list(_resources(package, group.name))
        use = Imports({group.class_name, group.async_class_name, *class_names(members)})
        use.need("Resource", "AsyncResource", "TYPE_CHECKING")
        yield group.module, GroupView(
            class_name=group.class_name,
            async_class_name=group.async_class_name,
            module_doc=prose_docstring(f"{group.name}: namespaces of the client.", 0),
            doc=prose_docstring(f"The namespaces of {group.name}.", 4),
            use=use,
            attributes=attributes(members, use, code("self._client"), is_async=False),
            async_attributes=attributes(members, use, code("self._client"), is_async=True),
            imports=imports(members),
        )


def _groups(package: PythonPackage) -> Iterator[Member]:
    for group in sorted({resource.group for resource in package.resources if resource.group}):
        doc = prose_docstring(f"The namespaces of {group}.", 8)
        yield Member(group, module_of(group), group_class(group, package), doc)


def _resources(package: PythonPackage, group: Name | None) -> Iterator[Member]:
    mixins = {mixin.target: mixin for mixin in package.mixins}
    for resource in package.resources:
        if resource.group == group:
            yield Member(
                name=resource.name,
                module=resource_module(resource),
                class_name=resource.class_name,
                doc=_resource_doc(resource),
                variables=variables(resource),
                mixin=mixins.get(attribute_path(resource)),
            )


def _resource_doc(resource: ir.Resource) -> Code:
    """The docstring of an attribute."""
    text = descriptions.first_line(resource.doc) or f"The operations of {resource.wire_name}."
    if not variables(resource):
        return prose_docstring(text, 8)
    return docstring(descriptions.variables_text(text, variables(resource)), 8)

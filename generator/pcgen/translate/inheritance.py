"""Components that inherit from a schema with a discriminator through `allOf`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pcgen.spec import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.spec import Node

Pointer = tuple[str, ...]


class Inheritance:
    """Which components inherit from which schemas.

    Args:
        components: The component schemas by key.
    """

    def __init__(self, components: Mapping[str, Node]) -> None:
        self._components = components

    @cached_property
    def _children(self) -> dict[Pointer, dict[str, Node]]:
        """The components that list a schema in their `allOf`, by key, for each such schema."""
        children: dict[Pointer, dict[str, Node]] = {}
        for parent, key in self._pairs:
            children.setdefault(parent.pointer, {})[key] = self._components[key]
        return children

    @cached_property
    def _pairs(self) -> list[tuple[Node, str]]:
        """Each schema that a component lists in its `allOf`, with the component's key."""
        return [
            (part.follow(), key)
            for key, node in self._components.items()
            for part in node.entries("allOf")
        ]

    def is_parent(self, node: Node) -> bool:
        """Return whether a schema has a discriminator itself, and children."""
        return (
            node.get("discriminator") is not None
            and node.pointer in self._children
            and not {"oneOf", "anyOf"} & set(node.value)
        )

    def is_variant(self, parent: Node) -> bool:
        """Return whether a parent is also a variant: a mapping or another parent leads to it."""
        mapping = parent.child("discriminator").members("mapping")
        mapped = {str(target.value) for _, target in mapping}
        return (
            parent.pointer[-1] in mapped
            or parent.pointer in map(parse_pointer, mapped)
            or parent.pointer in self._variants
        )

    @cached_property
    def _variants(self) -> set[Pointer]:
        """The pointers of all schemas that inherit from a parent."""
        parents = {parent.pointer: parent for parent, _ in self._pairs}.values()
        return {
            child.pointer
            for parent in parents
            if self.is_parent(parent)
            for child in self.descendants(parent)
        }

    def descendants(self, node: Node) -> list[Node]:
        """List the children of a schema and their descendants, by key."""
        found: dict[str, Node] = {}
        stack = [node.pointer]
        while stack:
            for key, child in self._children.get(stack.pop(), {}).items():
                if key not in found and child.pointer != node.pointer:
                    found[key] = child
                    stack.append(child.pointer)
        return [found[key] for key in sorted(found)]

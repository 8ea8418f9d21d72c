"""Components that inherit from a schema with a discriminator by way of `allOf`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.spec import Node

Pointer = tuple[str, ...]


class _Children(NamedTuple):
    """A schema and the components that have it in their `allOf`."""

    parent: Node
    by_key: dict[str, Node]


class Family:
    """Which components inherit from which schemas.

    Args:
        components: The component schemas by their keys.
    """

    def __init__(self, components: Mapping[str, Node]) -> None:
        self._components = components

    @cached_property
    def _children(self) -> dict[Pointer, _Children]:
        found: dict[Pointer, _Children] = {}
        for key, node in self._components.items():
            for part in node.entries("allOf"):
                parent = part.follow()
                found.setdefault(parent.pointer, _Children(parent, {})).by_key[key] = node
        return found

    def is_parent(self, node: Node) -> bool:
        """Return whether a schema has a discriminator itself, and children."""
        return (
            node.get("discriminator") is not None
            and node.pointer in self._children
            and not {"oneOf", "anyOf"} & set(node.value)
        )

    def is_member(self, node: Node) -> bool:
        """Return whether a value may be of a parent's own schema: mapped to, or a child itself."""
        mapping = node.child("discriminator").members("mapping")
        mapped = {str(target.value) for _, target in mapping}
        return (
            not mapped.isdisjoint((node.pointer[-1], node.address)) or node.pointer in self._members
        )

    @cached_property
    def _members(self) -> set[Pointer]:
        """The pointers of all schemas that inherit from a parent."""
        parents = [known.parent for known in self._children.values()]
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
            known = self._children.get(stack.pop())
            for key, child in known.by_key.items() if known is not None else ():
                if key not in found and child.pointer != node.pointer:
                    found[key] = child
                    stack.append(child.pointer)
        return [found[key] for key in sorted(found)]

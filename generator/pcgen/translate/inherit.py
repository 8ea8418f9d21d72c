"""Schemas whose discriminator tells which of the schemas made from them a value is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.spec import Node

Pointer = tuple[str, ...]


class Family:
    """Which components have others in their `allOf`.

    Args:
        components: The component schemas in the order of their names.
    """

    def __init__(self, components: Iterable[tuple[str, Node]]) -> None:
        self._children: dict[Pointer, dict[str, Node]] = {}
        self._parents: dict[Pointer, Node] = {}
        for key, node in components:
            for parent in (part.follow() for part in node.entries("allOf")):
                self._parents[parent.pointer] = parent
                self._children.setdefault(parent.pointer, {})[key] = node

    def is_parent(self, node: Node) -> bool:
        """Whether a schema with a discriminator of its own has children."""
        named = node.get("discriminator")
        return (
            named is not None
            and node.pointer in self._children
            and not {"oneOf", "anyOf"} & set(node.value)
        )

    def is_member(self, node: Node) -> bool:
        """Whether values may be of a parent's schema itself: it is listed, or a child too."""
        named = node.child("discriminator")
        listed = {str(target.value) for _, target in named.members("mapping")}
        return (
            not listed.isdisjoint((node.pointer[-1], node.address))
            or node.pointer in self._inner_members
        )

    @cached_property
    def _inner_members(self) -> set[Pointer]:
        """The places of the schemas that are descendants of a parent."""
        parents = [node for node in self._parents.values() if self.is_parent(node)]
        return {child.pointer for parent in parents for child in self.descendants(parent)}

    def descendants(self, node: Node) -> list[Node]:
        """The children of a schema, and theirs, by name."""
        found: dict[str, Node] = {}
        stack = [node.pointer]
        while stack:
            for key, child in self._children.get(stack.pop(), {}).items():
                if key not in found and child.pointer != node.pointer:
                    found[key] = child
                    stack.append(child.pointer)
        return [found[key] for key in sorted(found)]

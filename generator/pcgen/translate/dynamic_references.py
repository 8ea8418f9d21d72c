"""Dynamic references: `$dynamicRef` and `$recursiveRef`, resolved by anchors."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from pcgen.spec import lookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.spec import Document, Node

Bindings = dict[str, "Node"]


class Anchors:
    """The schemas of a document that dynamic references can resolve to.

    The target depends on the references that led to the current schema. A reference with `$defs`
    beside it, as in `{$ref: ..., $defs: {...}}`, binds the anchors of these definitions.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._bound: Bindings = {}

    @cached_property
    def _by_anchor(self) -> dict[str, list[Node]]:
        """The schemas of the components that have an anchor."""
        found: dict[str, list[Node]] = {}
        top = self._document.node.get("components")
        stack = [] if top is None else [top]
        while stack:
            node = stack.pop()
            name = node.text("$dynamicAnchor") or node.text("$anchor")
            if name:
                found.setdefault(name, []).append(node)
            stack += node.entries()
            stack += [member for _, member in node.members()]
        return found

    def bindings(self, node: Node) -> Bindings:
        """The anchors that a reference binds."""
        defined = (member for _, member in node.members("$defs"))
        return {name: m for m in defined if (name := m.text("$dynamicAnchor"))}

    @property
    def bound(self) -> Bindings:
        """The anchors that are bound now."""
        return self._bound

    @contextmanager
    def binding(self, bindings: Bindings) -> Iterator[None]:
        """Bind anchors; earlier bindings take precedence, as in JSON Schema."""
        before = self._bound
        self._bound = bindings | before
        try:
            yield
        finally:
            self._bound = before

    def target(self, node: Node) -> Node | None:
        """The target of a dynamic reference; None if it is unknown, and for other schemas."""
        if node.text("$recursiveRef") == "#":
            return self._component(node)
        name = node.text("$dynamicRef").removeprefix("#")
        if not name:
            return None
        if name in self._bound:
            return self._bound[name]
        found = self._by_anchor.get(name, [])
        ancestors = [n for n in found if node.pointer[: len(n.pointer)] == n.pointer]
        nearest = max(ancestors, key=lambda n: len(n.pointer), default=None)
        return nearest or (found[0] if len(found) == 1 else None)

    def _component(self, node: Node) -> Node | None:
        """The component schema that contains a schema."""
        if node.pointer[:2] != ("components", "schemas"):
            return None
        return lookup(node.document, node.pointer[:3])

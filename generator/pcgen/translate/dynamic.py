"""Dynamic references: schemas that are looked up by an anchor, and filled in from outside."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.spec import Document, Node

Bindings = dict[str, "Node"]


class Anchors:
    """The schemas of a document that `$dynamicRef` and `$recursiveRef` may mean.

    Which one they mean depends on the way that led to them. Such a way is known where a reference
    has definitions beside it, as in `{$ref: ..., $defs: {...}}`: these bind their anchors.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._bound: Bindings = {}

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        """Every schema with an anchor, by its anchor."""
        found: dict[str, list[Node]] = {}
        top = self._document.node.get("components")
        stack = [] if top is None else [top]
        while stack:
            node = stack.pop()
            name = node.text("$dynamicAnchor") or node.text("$anchor")
            if name:
                found.setdefault(name, []).append(node)
            if isinstance(node.value, list):
                stack += [node.child(index) for index in range(len(node.value))]
            stack += [member for _, member in node.members()]
        return found

    def bindings(self, node: Node) -> Bindings:
        """The schemas that a reference fills in for anchors, by their anchor."""
        defined = (member for _, member in node.members("$defs"))
        return {name: m for m in defined if (name := m.text("$dynamicAnchor"))}

    @property
    def bound(self) -> Bindings:
        """The bindings that hold now."""
        return self._bound

    @contextmanager
    def binding(self, bindings: Bindings) -> Iterator[None]:
        """Let bindings hold; those that hold already come first, as the way began there."""
        before = self._bound
        self._bound = bindings | before
        try:
            yield
        finally:
            self._bound = before

    def target(self, node: Node) -> Node | None:
        """What a dynamic reference means; None when it is none, or means nothing known."""
        if node.text("$recursiveRef") == "#":
            return self._component(node)
        name = node.text("$dynamicRef").removeprefix("#")
        if not name:
            return None
        if name in self._bound:
            return self._bound[name]
        found = self._found.get(name, [])
        around = [n for n in found if node.pointer[: len(n.pointer)] == n.pointer]
        nearest = max(around, key=lambda n: len(n.pointer), default=None)
        return nearest or (found[0] if len(found) == 1 else None)

    def _component(self, node: Node) -> Node | None:
        if node.pointer[:2] != ("components", "schemas"):
            return None
        top = node.document.node
        for part in node.pointer[:3]:
            top = top.child(part)
        return top

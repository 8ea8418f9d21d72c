"""Subjects that both documents describe, and how to report their changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pcgen.spec import Node

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pcgen.diff.findings import Findings, Message
    from pcgen.spec import Document
    from pcgen.translate.shapes import Shape


def flag(node: Node, key: str) -> bool:
    """Whether a node, or the node that it refers to, sets a keyword to true."""
    return node.is_true(key) or node.follow().is_true(key)


def section(document: Document, *keys: str) -> Node:
    """A node that locates a section of a document, such as `paths`; the section may be absent."""
    return Node(document, keys, None)


def components(document: Document, kind: str) -> dict[str, Node]:
    """The components of one kind, such as `schemas`, by name."""
    holder = document.node.get("components")
    return dict(holder.members(kind)) if holder is not None else {}


_COMPONENTS = {
    "headers": "header",
    "parameters": "parameter",
    "requestBodies": "request body",
    "responses": "response",
}


class Pair(Struct, frozen=True):
    """The nodes that describe one subject in the old and in the new document.

    Where only one document describes it, the other node is the one that would contain it.

    Args:
        findings: Where to report changes.
        subject: The name of the subject in findings.
        old: The node in the old document.
        new: The node in the new document.
    """

    findings: Findings
    subject: str
    old: Node
    new: Node

    def named(self, subject: str) -> Pair:
        """The pair under another subject: the component's name if both nodes are components."""
        old, new = self.old.pointer, self.new.pointer
        if all(len(pointer) == 3 and pointer[0] == "components" for pointer in (old, new)):
            subject = f"{_COMPONENTS[new[1]]} {new[2]}"
        return replace(self, subject=subject)

    def report(self, change: str, key: str = "", /, **values: Any) -> None:
        """Report a change at the member `key`, or at the node if the member is absent."""
        old, new = (((key and node.get(key)) or node).location for node in (self.old, self.new))
        self.findings.add(change, self.subject, old, new, **values)

    def report_text(self, change: str, old: str, new: str, key: str = "", /, **values: Any) -> None:
        """Report a change of a text, unless both texts are equal."""
        if old != new:
            self.report(change, key, old=old, new=new, **values)

    def report_flag(self, key: str, turned_on: str, turned_off: str, /, **values: Any) -> None:
        """Report `turned_on` or `turned_off` if the documents set a flag differently."""
        if flag(self.old, key) is not flag(self.new, key):
            self.report(turned_on if flag(self.new, key) else turned_off, **values)

    def report_names(
        self,
        change: str,
        old: Collection[str],
        new: Collection[str],
        key: str = "",
        /,
        **values: Any,
    ) -> None:
        """Report each name that was added to a set or removed from it."""
        for name in sorted({*new} - {*old}):
            self.report(f"{change}-added", key, new=name, **values)
        for name in sorted({*old} - {*new}):
            self.report(f"{change}-removed", key, old=name, **values)

    def members(
        self, old: Mapping[str, Node], new: Mapping[str, Node]
    ) -> Iterator[tuple[str, Pair]]:
        """Pairs of the nodes with the same key, sorted by key."""
        for key in sorted(old.keys() | new.keys()):
            yield key, replace(self, old=old.get(key, self.old), new=new.get(key, self.new))

    def common_members(
        self, change: str, old: Mapping[str, Node], new: Mapping[str, Node]
    ) -> Iterator[tuple[str, Pair]]:
        """Pairs of the nodes whose key is in both documents; the other keys are reported."""
        for key, pair in self.members(old, new):
            if key not in new:
                pair.report(f"{change}-removed", old=key)
            elif key not in old:
                pair.report(f"{change}-added", new=key)
            else:
                yield key, pair


class SchemaPair(Struct, frozen=True):
    """The schemas of one subject in the old and in the new document.

    Args:
        findings: Where to report changes.
        direction: `request` or `response`.
        subject: The name of the subject in findings.
        uses: The nodes that contain the schemas, or refer to them.
        old: The schema in the old document.
        new: The schema in the new document.
        known: The changes that are reported for a schema that both refer to.
    """

    findings: Findings
    direction: str
    subject: str
    uses: tuple[Node, Node]
    old: Shape
    new: Shape
    known: frozenset[Message] = frozenset()

    def report(self, change: str, key: str = "", /, **values: Any) -> None:
        """Report a change at the keyword `key`, or at the schema if the keyword is absent."""
        old, new = _place(self.uses[0], self.old, key), _place(self.uses[1], self.new, key)
        self.report_at(change, old, new, **values)

    def report_at(self, change: str, old: Node | None, new: Node | None, /, **values: Any) -> None:
        """Report a change at nodes inside the schemas; None stands for the schema itself."""
        before, after = (old or self.uses[0]).location, (new or self.uses[1]).location
        id_ = f"{self.direction}-{change}"
        self.findings.add(id_, self.subject, before, after, known=self.known, **values)


def _place(use: Node, schema: Shape, key: str) -> Node:
    """The keyword of a schema; the schema itself if the keyword is absent or behind a reference."""
    inside = [part for p, part in schema.parts.items() if p[: len(use.pointer)] == use.pointer]
    return next(filter(None, (part.get(key) for part in inside)), use)

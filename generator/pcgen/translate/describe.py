"""What the document says of a value besides its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.translate.shapes import shape

if TYPE_CHECKING:
    from pcgen.spec import Node


def doc(node: Node) -> ir.Doc:
    """The prose of a node."""
    return ir.Doc(node.text("summary").strip(), node.text("description").strip())


def presence(node: Node, *, required: bool) -> ir.Presence:
    """Whether a value may be absent, and what the server takes then."""
    if required:
        return ir.Required()
    value = node.value.get("default") if isinstance(node.value, dict) else None
    if value is None and node.reference is not None:
        target = node.follow()
        value = target.value.get("default") if isinstance(target.value, dict) else None
    return ir.Optional() if value is None else ir.Default(value)


def access(node: Node) -> ir.Access:
    """Who gives a property its value; one that is marked as both is taken as neither."""
    targets = (node, node.follow())
    read = any(is_flagged(target, "readOnly") for target in targets)
    write = any(is_flagged(target, "writeOnly") for target in targets)
    if read == write:
        return ir.Access.BOTH
    return ir.Access.READ_ONLY if read else ir.Access.WRITE_ONLY


def facts(node: Node, diagnostics: Diagnostics) -> ir.Facts:
    """The constraints and the example of a schema."""
    constraints = shape(node, Diagnostics()).constraints
    for keyword, value in constraints.items():
        wanted = str if keyword == "pattern" else bool if keyword == "uniqueItems" else (int, float)
        if not isinstance(value, wanted) and not isinstance(value, bool):
            diagnostics.error(Code.UNSUPPORTED, node.location, f"`{keyword}` has the wrong type")
    example = node.value.get("example") if isinstance(node.value, dict) else None
    return ir.Facts(tuple(constraints.items()), example)


def is_flagged(node: Node, key: str) -> bool:
    """Whether a member of a schema is true."""
    return isinstance(node.value, dict) and node.value.get(key) is True

"""What the document says of a value besides its type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.translate.shapes import shape

if TYPE_CHECKING:
    from pcgen.spec import Node


def doc(node: Node) -> ir.Doc:
    """The prose of a node."""
    return ir.Doc(node.text("summary").strip(), node.text("description").strip())


def enum_doc(node: Node) -> ir.Doc:
    """The prose of a schema, with what its `x-` keywords say of the values of an enumeration."""
    own = doc(node)
    told = node.value if isinstance(node.value, dict) else {}
    values = told.get("enum", told.get("x-enum"))
    values = values if isinstance(values, list) else []
    names, meanings = (_by_value(told, keys, values) for keys in (_VALUE_NAMES, _VALUE_MEANINGS))
    lines = []
    for value in values:
        name, meaning = names.get(str(value), ""), meanings.get(str(value), "")
        known_as = f" ({name})" if name not in ("", value) else ""
        meant = f": {meaning}" if meaning else ""
        if known_as or meant:
            lines.append(f"- `{value}`{known_as}{meant}")
    parts = (own.description or own.summary or "Known values:", "\n".join(lines))
    return replace(own, description="\n\n".join(filter(None, parts))) if lines else own


def _by_value(told: dict[str, Any], keys: tuple[str, ...], values: list[Any]) -> dict[str, str]:
    """Texts by the values that they are about, from a list in their order or from a map."""
    texts = next((told[key] for key in keys if key in told), None)
    if isinstance(texts, list):
        texts = {str(value): text for value, text in zip(values, texts, strict=False)}
    members = texts.items() if isinstance(texts, dict) else ()
    return {key: " ".join(text.split()) for key, text in members if isinstance(text, str)}


_VALUE_NAMES = ("x-enum-varnames", "x-enumNames", "x-enum-names")
_VALUE_MEANINGS = ("x-enum-descriptions", "x-enumDescriptions")


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

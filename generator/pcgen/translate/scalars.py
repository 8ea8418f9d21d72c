"""Scalars and known values to types."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.ir import Kind, Scalar
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from pcgen.spec import Node
    from pcgen.translate.shapes import Shape

_KINDS = {
    "string": Kind.STRING,
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "null": Kind.NULL,
}
_FORMATS = {
    ("string", "date"): Kind.DATE,
    ("string", "date-time"): Kind.DATE_TIME,
    ("string", "time"): Kind.TIME,
    ("string", "duration"): Kind.DURATION,
    ("string", "uuid"): Kind.UUID,
    ("string", "byte"): Kind.BYTES,
    ("string", "binary"): Kind.FILE,
    ("number", "decimal"): Kind.DECIMAL,
}
_JSON_KINDS = {str: Kind.STRING, int: Kind.INTEGER, float: Kind.NUMBER, bool: Kind.BOOLEAN}


def scalar(type_: str, format_: str) -> Scalar | None:
    """The type of a JSON type that has no parts; None for what is none."""
    kind = _KINDS.get(type_)
    return None if kind is None else Scalar(_FORMATS.get((type_, format_), kind))


def choice(content: Shape) -> ir.Type:
    """The type of one of some known values; of containers and fractions only the kind is known."""
    values = content.values or ()
    kinds = tuple(dict.fromkeys(_JSON_KINDS.get(type(value)) for value in values))
    if not kinds and content.nullable:
        return Scalar(Kind.NULL)
    known = tuple(kind for kind in kinds if kind is not None)
    if not kinds or len(known) < len(kinds):
        return ir.ANY
    if Kind.NUMBER in known or (known == (Kind.BOOLEAN,) and len(values) > 1):
        return union([Scalar(kind) for kind in Kind if kind in known])
    return ir.Choice(values, known, content.open_values)


def report_type(node: Node, type_: object, diagnostics: Diagnostics) -> None:
    """Report what stands for a type and is none."""
    message = f"the type {shorten(str(type_))!a} is not one of JSON Schema"
    close = get_close_matches(str(type_), (*_KINDS, "array", "object"), n=1)
    hint = f"did you mean `{close[0]}`?" if close else ""
    diagnostics.error(Code.UNSUPPORTED, (node.get("type") or node).location, message, hint)

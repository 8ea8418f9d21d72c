"""The types of scalars and enumerations."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.ir import Kind, Scalar
from pcgen.translate.shapes import Shape, shape, sole_non_null_member
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.spec import Node

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
# Formats of the OpenAPI registry that turn numbers into integers.
_INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
_FORMATS |= {("number", format_): Kind.INTEGER for format_ in _INTEGERS}
_JSON_TYPES: Mapping[type, frozenset[str]] = {
    str: frozenset(("string",)),
    int: frozenset(("integer", "number")),
    float: frozenset(("integer", "number")),  # 1.0 is an integer, too.
    bool: frozenset(("boolean",)),
    list: frozenset(("array",)),
    dict: frozenset(("object",)),
}
_JSON_KINDS = {str: Kind.STRING, int: Kind.INTEGER, float: Kind.NUMBER, bool: Kind.BOOLEAN}


def scalar(type_: str, format_: str) -> Scalar | None:
    """The type of a scalar JSON type; None for arrays, objects and unknown types."""
    kind = _KINDS.get(type_)
    return None if kind is None else Scalar(_FORMATS.get((type_, format_), kind))


def implied_types(format_: str) -> tuple[str, ...]:
    """The types of schemas that have a format, but no type; empty for unknown formats."""
    return tuple(type_ for type_, known in _FORMATS if known == format_)


def choice(merged: Shape, diagnostics: Diagnostics) -> ir.Type | None:
    """The type of an enumeration; of numbers, arrays and objects, the type without the values.

    Returns:
        None if the other keywords of the schema say more than its values.
    """
    values = possible_values(merged)
    _report_impossible(merged, diagnostics)
    if not values:
        return Scalar(Kind.NULL) if not merged.values and merged.nullable else None
    if any(isinstance(value, list | dict) for value in values):
        is_described = merged.types or merged.is_array or merged.is_object
        return None if is_described else union(list(map(_json_type, values)))
    kinds = tuple(dict.fromkeys(_JSON_KINDS[type(value)] for value in values))
    if Kind.NUMBER in kinds or (kinds == (Kind.BOOLEAN,) and len(values) > 1):
        return union([Scalar(kind) for kind in Kind if kind in kinds])
    return ir.Choice(values, kinds, merged.open_values)


def _json_type(value: ir.Json) -> ir.Type:
    if isinstance(value, list):
        return ir.Array(ir.ANY)
    return ir.Map(ir.ANY) if isinstance(value, dict) else Scalar(_JSON_KINDS[type(value)])


def possible_values(merged: Shape) -> tuple[ir.Json, ...]:
    """The values of an enumeration that its type allows."""
    values = merged.values or ()
    return tuple(value for value in values if _is_possible(value, merged))


def _is_possible(value: ir.Json, merged: Shape) -> bool:
    return not (merged.types and _JSON_TYPES[type(value)].isdisjoint(merged.types))


def _report_impossible(merged: Shape, diagnostics: Diagnostics) -> None:
    """Warn of a value that the type of an enumeration does not allow."""
    wrong = [value for value in merged.values or () if not _is_possible(value, merged)]
    if wrong:
        shown, types = shorten(json.dumps(wrong[0])), shorten(" or ".join(merged.types))
        message = f"the value {shown} is ignored, as the type of the schema is {types}"
        hint = "quote it or remove it" if "string" in types else "remove it"
        diagnostics.warning(Code.UNSUPPORTED, merged.node.location, message, hint)


def report_type(node: Node, type_: object, diagnostics: Diagnostics) -> None:
    """Report an unknown JSON type."""
    message = f"the type {shorten(str(type_))!a} does not exist in JSON Schema"
    close = get_close_matches(str(type_), (*_KINDS, "array", "object"), n=1)
    hint = f"did you mean `{close[0]}`?" if close else ""
    diagnostics.error(Code.UNSUPPORTED, (node.get("type") or node).location, message, hint)


def with_null(node: Node) -> Shape:
    """Return the shape of a schema; a union of null and an enumeration becomes nullable."""
    merged, member = shape(node), sole_non_null_member(node)
    inner = merged if member is None or member.reference is not None else shape(member)
    if not inner.is_enum:
        return merged
    null = merged.nullable or sum(map(len, merged.unions)) > 1
    findings = Diagnostics(items=[*merged.findings.items, *inner.findings.items])
    return replace(inner, node=node, nullable=null or inner.nullable, findings=findings)

"""Scalars and known values to types."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.ir import Kind, Scalar
from pcgen.translate.shapes import Shape, shape, sole_case
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
# Formats of the OpenAPI registry that make an integer of any number.
_INTEGERS = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
_FORMATS |= {("number", format_): Kind.INTEGER for format_ in _INTEGERS}
_JSON_TYPES: Mapping[type, frozenset[str]] = {
    str: frozenset(("string",)),
    int: frozenset(("integer", "number")),
    float: frozenset(("integer", "number")),  # As 1.0 is an integer.
    bool: frozenset(("boolean",)),
    list: frozenset(("array",)),
    dict: frozenset(("object",)),
}
_JSON_KINDS = {str: Kind.STRING, int: Kind.INTEGER, float: Kind.NUMBER, bool: Kind.BOOLEAN}


def scalar(type_: str, format_: str) -> Scalar | None:
    """The type of a JSON type that has no parts; None for what is none."""
    kind = _KINDS.get(type_)
    return None if kind is None else Scalar(_FORMATS.get((type_, format_), kind))


def choice(content: Shape, diagnostics: Diagnostics) -> ir.Type | None:
    """The type of one of some known values; of containers and fractions only the kind is known.

    None where the type of the schema allows none of the values.
    """
    values = possible_values(content)
    _report_impossible(content, diagnostics)
    if content.values and not values:
        return None
    kinds = tuple(dict.fromkeys(_JSON_KINDS.get(type(value)) for value in values))
    if not kinds and content.nullable:
        return Scalar(Kind.NULL)
    known = tuple(kind for kind in kinds if kind is not None)
    if not kinds or len(known) < len(kinds):
        return ir.ANY
    if Kind.NUMBER in known or (known == (Kind.BOOLEAN,) and len(values) > 1):
        return union([Scalar(kind) for kind in Kind if kind in known])
    return ir.Choice(values, known, content.open_values)


def possible_values(content: Shape) -> tuple[ir.Json, ...]:
    """The known values that the type allows."""
    values = content.values or ()
    return tuple(value for value in values if _is_possible(value, content))


def _is_possible(value: ir.Json, content: Shape) -> bool:
    return not (content.types and _JSON_TYPES[type(value)].isdisjoint(content.types))


def _report_impossible(content: Shape, diagnostics: Diagnostics) -> None:
    """Warn of a known value that the type does not allow."""
    wrong = [value for value in content.values or () if not _is_possible(value, content)]
    if wrong:
        shown, types = shorten(json.dumps(wrong[0])), shorten(" or ".join(content.types))
        message = f"{shown} is one of the values of this schema, whose type is {types}"
        hint = "it is left out" + ("; if it is meant, quote it" if "string" in types else "")
        diagnostics.warning(Code.UNSUPPORTED, content.node.location, message, hint)


def report_type(node: Node, type_: object, diagnostics: Diagnostics) -> None:
    """Report what stands for a type and is none."""
    message = f"the type {shorten(str(type_))!a} is not one of JSON Schema"
    close = get_close_matches(str(type_), (*_KINDS, "array", "object"), n=1)
    hint = f"did you mean `{close[0]}`?" if close else ""
    diagnostics.error(Code.UNSUPPORTED, (node.get("type") or node).location, message, hint)


def with_null(node: Node) -> Shape:
    """Return the shape of a schema, where listed values beside null are one nullable list."""
    content, case = shape(node), sole_case(node)
    inner = content if case is None or case.reference is not None else shape(case)
    if not inner.is_enum:
        return content
    null = node.is_true("nullable") or sum(map(len, content.unions)) > 1
    findings = Diagnostics(items=[*content.findings.items, *inner.findings.items])
    return replace(inner, node=node, nullable=null or inner.nullable, findings=findings)

"""The keywords of JSON Schema and OpenAPI, by their effect on types."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate import media

if TYPE_CHECKING:
    from collections.abc import Collection

    from pcgen.spec import Node

_NUMBER = (int, float)
# Limits of values, with the types that they must have: pcgen documents them.
CONSTRAINTS: dict[str, type | tuple[type, ...]] = {
    "minimum": _NUMBER,
    "exclusiveMinimum": (int, float, bool),  # A flag in OpenAPI 3.0.
    "maximum": _NUMBER,
    "exclusiveMaximum": (int, float, bool),
    "multipleOf": _NUMBER,
    "minLength": _NUMBER,
    "maxLength": _NUMBER,
    "pattern": str,
    "minItems": _NUMBER,
    "maxItems": _NUMBER,
    "uniqueItems": bool,
    "minProperties": _NUMBER,
    "maxProperties": _NUMBER,
}
# Keywords that decide the type of a value.
SHAPING = frozenset(
    (
        "$dynamicRef", "$recursiveRef", "$ref", "additionalProperties", "allOf", "anyOf", "const",
        "contentEncoding", "contentMediaType", "discriminator", "enum", "format", "items",
        "nullable", "oneOf", "patternProperties", "prefixItems", "properties", "required", "type",
        "x-enum",
    )
)  # fmt: skip
# Conditions that no type can express: pcgen ignores them, and only the service checks them.
CONDITIONS = frozenset(
    (
        "additionalItems", "contains", "contentSchema", "dependencies", "dependentRequired",
        "dependentSchemas", "else", "if", "maxContains", "minContains", "not", "propertyNames",
        "then", "unevaluatedItems", "unevaluatedProperties",
    )
)  # fmt: skip
_CONDITIONAL = frozenset(("dependentSchemas", "else", "then"))  # They hold conditional schemas.
_ANNOTATIONS = frozenset(
    (
        "$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$recursiveAnchor", "$schema",
        "$vocabulary", "default", "definitions", "deprecated", "description", "example",
        "examples", "externalDocs", "readOnly", "title", "writeOnly", "xml",
    )
)  # fmt: skip
_COMBINING = frozenset(("allOf", "anyOf", "oneOf"))
_KNOWN = frozenset(CONSTRAINTS) | SHAPING | CONDITIONS | _ANNOTATIONS
# Whether a greater value of a keyword allows fewer values; None if it is not a matter of size.
LIMITS: dict[str, bool | None] = {
    "minimum": True,
    "exclusiveMinimum": True,
    "minLength": True,
    "minItems": True,
    "minProperties": True,
    "minContains": True,
    "maximum": False,
    "exclusiveMaximum": False,
    "maxLength": False,
    "maxItems": False,
    "maxProperties": False,
    "maxContains": False,
    "uniqueItems": True,
    "multipleOf": None,
    "pattern": None,
}
_EXTRA_HINT = "read it from `extra`, and send it with `extra_body`"


def type_keywords(node: Node) -> frozenset[str]:
    """The keywords of a schema that decide the type of its values."""
    return SHAPING.intersection(node.value) if isinstance(node.value, dict) else frozenset()


def has_subschemas(node: Node) -> bool:
    """Whether a schema has `allOf`, `anyOf` or `oneOf`."""
    return isinstance(node.value, dict) and not _COMBINING.isdisjoint(node.value)


_ENCODINGS = {"base64": "byte", "binary": "binary"}


def format_of(node: Node) -> str:
    """The format of a string or number.

    OpenAPI 3.1 replaces `byte` and `binary` by `contentEncoding` and `contentMediaType`.
    """
    if node.document.version >= (3, 1):
        if encoding := node.text("contentEncoding").lower():
            return _ENCODINGS.get(encoding, node.text("format"))
        if media.is_binary(node.text("contentMediaType")):
            return "binary"
    return node.text("format")


def is_condition(member: Node) -> bool:
    """Whether a union member only restricts which properties are present."""
    return (
        isinstance(member.value, dict)
        and type_keywords(member) <= {"required", "type"}
        and member.value.get("type") in (None, "object")
        and not ({"required"} | CONDITIONS | {*CONSTRAINTS}).isdisjoint(member.value)
    )


def report_reference(node: Node, diagnostics: Diagnostics) -> None:
    """Report a reference to another kind of component, and its ignored siblings."""
    pointer = node.step().pointer
    if len(pointer) == 3 and pointer[0] == "components" and pointer[1] != "schemas":
        message = f"a schema cannot refer to one of the {pointer[1]}"
        diagnostics.error(Code.REFERENCE_MISSING, node.child("$ref").location, message)
    siblings = sorted(type_keywords(node) - {"$ref", "discriminator", "nullable"})
    if siblings:
        shown = ", ".join(f"`{key}`" for key in siblings)
        message = f"{shown}: OpenAPI 3.0 ignores siblings of `$ref`"
        hint = "list the reference and the rest in `allOf`"
        diagnostics.warning(Code.UNSUPPORTED, node.location, message, hint)


def report_undescribed(node: Node, described: Collection[str], diagnostics: Diagnostics) -> None:
    """Warn of properties that a schema itself requires, but does not describe."""
    for entry in node.entries("required"):
        if isinstance(entry.value, str) and entry.value not in described:
            close = get_close_matches(entry.value, sorted(described), n=1)
            message = f"the property {shorten(entry.value)!a} is required, but not described"
            hint = f"did you mean {shorten(close[0])!a}?" if close else _EXTRA_HINT
            diagnostics.warning(Code.UNSUPPORTED, entry.location, message, hint)


def report_ignored(node: Node, described: Collection[str], diagnostics: Diagnostics) -> None:
    """Report misspelled keywords of an object, and properties that only a condition describes."""
    _report_misspelled(node, diagnostics)
    if not _CONDITIONAL.isdisjoint(node.value):
        _report_conditional(node, described, diagnostics)


def _report_conditional(node: Node, described: Collection[str], diagnostics: Diagnostics) -> None:
    dependent = (schema for _, schema in node.members("dependentSchemas"))
    schemas = filter(None, (node.get("then"), node.get("else"), *dependent))
    properties = {name for schema in schemas for name, _ in schema.follow().members("properties")}
    names = sorted(properties - set(described))
    if names:
        shown = shorten(", ".join(f"{name!a}" for name in names))
        message = f"conditional properties are not fields: {shown}"
        diagnostics.note(Code.UNSUPPORTED, node.location, message, _EXTRA_HINT)


def _report_misspelled(node: Node, diagnostics: Diagnostics) -> None:
    for key in node.value:
        if key in _KNOWN or key.startswith("x-"):
            continue
        close = get_close_matches(key, sorted(_KNOWN), n=1, cutoff=0.8)
        if close:
            message = f"`{shorten(key)}` is not a schema keyword"
            hint = f"did you mean `{close[0]}`?"
            diagnostics.warning(Code.UNSUPPORTED, node.child(key).location, message, hint)


def without_prose(value: object, *, named: bool = False) -> object:
    """Copy a schema without its prose.

    Args:
        value: The schema, or a value in it.
        named: Whether the keys of an object are names, not keywords.
    """
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_prose(item, named=not named and key in _NAMED)
        for key, item in value.items()
        if named or key not in _PROSE
    }


_NAMED = frozenset(("$defs", "patternProperties", "properties"))
_PROSE = frozenset(
    ("$comment", "description", "example", "examples", "externalDocs", "title", "xml")
)

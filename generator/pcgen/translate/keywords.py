"""The keywords of JSON Schema and OpenAPI, by what they mean to a type."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate import media

if TYPE_CHECKING:
    from collections.abc import Collection

    from pcgen.spec import Node

# What a value may be within its type: in the documentation, never enforced.
CONSTRAINTS = (
    "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "minLength",
    "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minProperties",
    "maxProperties",
)  # fmt: skip
# What decides the type of a value.
SHAPING = frozenset(
    (
        "$dynamicRef", "$recursiveRef", "$ref", "additionalProperties", "allOf", "anyOf", "const",
        "contentEncoding", "contentMediaType", "discriminator", "enum", "format", "items",
        "nullable", "oneOf", "patternProperties", "prefixItems", "properties", "required", "type",
        "x-enum",
    )
)  # fmt: skip
# Conditions that Python has no type for: a service checks them.
CONDITIONS = frozenset(
    (
        "additionalItems", "contains", "contentSchema", "dependencies", "dependentRequired",
        "dependentSchemas", "else", "if", "maxContains", "minContains", "not", "propertyNames",
        "then", "unevaluatedItems", "unevaluatedProperties",
    )
)  # fmt: skip
_CASES = frozenset(("dependentSchemas", "else", "then"))  # Schemas under a condition.
_ANNOTATIONS = frozenset(
    (
        "$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$recursiveAnchor", "$schema",
        "$vocabulary", "default", "definitions", "deprecated", "description", "example",
        "examples", "externalDocs", "readOnly", "title", "writeOnly", "xml",
    )
)  # fmt: skip
_COMBINING = frozenset(("allOf", "anyOf", "oneOf"))
_KNOWN = frozenset(CONSTRAINTS) | SHAPING | CONDITIONS | _ANNOTATIONS


def says(node: Node) -> frozenset[str]:
    """The keywords of a schema that decide the type of a value."""
    return SHAPING.intersection(node.value) if isinstance(node.value, dict) else frozenset()


def combines(node: Node) -> bool:
    """Whether a schema is made of others; few are."""
    return isinstance(node.value, dict) and not _COMBINING.isdisjoint(node.value)


def format_of(node: Node) -> str:
    """The format of a string or number; since OpenAPI 3.1, others say `byte` and `binary`."""
    if node.document.version >= (3, 1):
        if encoding := node.text("contentEncoding").lower():
            return "byte" if encoding == "base64" else node.text("format")
        if media.is_binary(node.text("contentMediaType")):
            return "binary"
    return node.text("format")


def is_condition(case: Node) -> bool:
    """Whether a case of a union only says which properties go together."""
    return (
        isinstance(case.value, dict)
        and says(case) <= {"required", "type"}
        and case.value.get("type") in (None, "object")
        and not ({"required"} | CONDITIONS | {*CONSTRAINTS}).isdisjoint(case.value)
    )


def warn_of_required(node: Node, known: Collection[str], diagnostics: Diagnostics) -> None:
    """Warn of a property that a schema itself requires, and that nothing describes."""
    for entry in node.entries("required"):
        if isinstance(entry.value, str) and entry.value not in known:
            close = get_close_matches(entry.value, sorted(known), n=1)
            message = f"the property {shorten(entry.value)!a} is required, and not described"
            hint = "it is in `extra`, and callers send it with `extra_body`"
            hint = f"did you mean {shorten(close[0])!a}?" if close else hint
            diagnostics.warning(Code.UNSUPPORTED, entry.location, message, hint)


def remark_keywords(node: Node, known: Collection[str], diagnostics: Diagnostics) -> None:
    """Tell of the keywords of an object that mean nothing, or not all that they say."""
    _warn_of_typos(node, diagnostics)
    if not _CASES.isdisjoint(node.value):
        _remark_conditions(node, known, diagnostics)


def _remark_conditions(node: Node, known: Collection[str], diagnostics: Diagnostics) -> None:
    """Say that properties which only a condition describes get no fields."""
    cases = [node.get("then"), node.get("else"), *(n for _, n in node.members("dependentSchemas"))]
    found = [case.follow().get("properties") for case in cases if case is not None]
    names = sorted({name for node in found if node for name, _ in node.members()} - set(known))
    if names:
        shown = shorten(", ".join(f"{name!a}" for name in names))
        message = f"what only a condition describes gets no field: {shown}"
        hint = "it is in `extra`, and callers send it with `extra_body`"
        diagnostics.note(Code.UNSUPPORTED, node.location, message, hint)


def _warn_of_typos(node: Node, diagnostics: Diagnostics) -> None:
    """Warn of keywords of an object that look like others; those nobody knows are remarks."""
    for key in node.value:
        if key in _KNOWN or key.startswith("x-"):
            continue
        close = get_close_matches(key, sorted(_KNOWN), n=1, cutoff=0.8)
        if close:
            message = f"the schema keyword `{shorten(key)}` has no meaning"
            hint = f"did you mean `{close[0]}`?"
            diagnostics.warning(Code.UNSUPPORTED, node.child(key).location, message, hint)


def structure(value: object, *, named: bool = False) -> object:
    """What a schema says but for its prose; the keys of `named` objects are the author's."""
    if isinstance(value, list):
        return [structure(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: structure(item, named=not named and key in _NAMED)
        for key, item in value.items()
        if named or key not in _PROSE
    }


_NAMED = frozenset(("$defs", "patternProperties", "properties"))
_PROSE = frozenset(
    ("$comment", "description", "example", "examples", "externalDocs", "title", "xml")
)

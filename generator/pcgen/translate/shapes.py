"""What a schema says once its `allOf` parts are put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pcgen.diagnostics import Code, Diagnostics, shorten

if TYPE_CHECKING:
    from pcgen.spec import Node

# Keywords that say something about a value besides its type; they are documented, never enforced.
CONSTRAINTS = (
    "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "minLength",
    "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minProperties",
    "maxProperties",
)  # fmt: skip
# Keywords that `Shape` reads, or that say nothing about the type of a value.
_KNOWN = frozenset(CONSTRAINTS) | frozenset(
    (
        "$anchor", "$comment", "$defs", "$id", "$ref", "$schema", "additionalProperties", "allOf",
        "anyOf", "const", "contentEncoding", "contentMediaType", "default", "definitions",
        "deprecated", "description", "discriminator", "enum", "example", "examples",
        "externalDocs", "format", "items", "nullable", "oneOf", "properties", "readOnly",
        "required", "title", "type", "writeOnly", "xml",
    )
)  # fmt: skip
# A case of a union with these alone says which properties go together, not what a value is.
_REQUIREMENT = frozenset(("required", "description", "title", "type"))


@dataclass(slots=True)
class Shape:
    """One schema with its `allOf` parts merged in; members are nodes of the document."""

    node: Node
    types: tuple[str, ...] = ()
    nullable: bool = False
    format: str = ""
    properties: dict[str, Node] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    additional: Node | bool | None = None
    items: Node | None = None
    values: tuple[Any, ...] | None = None
    open_values: bool = False
    unions: list[Node] = field(default_factory=list)
    constraints: dict[str, Any] = field(default_factory=dict)

    @property
    def is_object(self) -> bool:
        """Whether values are objects."""
        return "object" in self.types or bool(self.properties) or self.additional is not None

    @property
    def discriminator(self) -> Node | None:
        """The discriminator that stands beside the union."""
        return self.node.get("discriminator")


def shape(node: Node, diagnostics: Diagnostics) -> Shape:
    """Merge a schema with its `allOf` parts, following their references."""
    result = Shape(node)
    _merge(result, node, diagnostics, ())
    return result


def sole_part(node: Node) -> Node | None:
    """The one schema that this one only wraps, as in `allOf: [{$ref: ...}]` beside prose."""
    if not isinstance(node.value, dict):
        return None
    says = set(node.value) & _KNOWN - {
        "description", "title", "nullable", "default", "example", "examples", "readOnly",
        "writeOnly", "deprecated", "externalDocs", "xml", "type", "$comment",
    }  # fmt: skip
    for keyword in ("allOf", "oneOf", "anyOf"):
        parts = list(node.entries(keyword))
        if says == {keyword} and len(parts) == 1:
            return parts[0]
    return None


def _merge(into: Shape, node: Node, diagnostics: Diagnostics, seen: tuple[Any, ...]) -> None:
    node = node.follow()
    if node.pointer in seen:
        diagnostics.error(
            Code.REFERENCE_CYCLE, node.location, "the parts of `allOf` lead back to this schema"
        )
        return
    if not isinstance(node.value, dict):
        if node.value is False:
            message = "a schema that allows nothing has no type"
            diagnostics.error(Code.UNSUPPORTED, node.location, message)
        return
    for part in node.entries("allOf"):
        _merge(into, part, diagnostics, (*seen, node.pointer))
    _report_unknown(node, diagnostics)
    _merge_type(into, node, diagnostics)
    _merge_object(into, node)
    _merge_values(into, node)
    into.format = node.text("format") or into.format
    into.items = node.get("items") or into.items
    for keyword in ("oneOf", "anyOf"):
        union = node.get(keyword)
        if union is not None and isinstance(union.value, list) and not _only_requires(union):
            into.unions.append(union)
    for keyword in CONSTRAINTS:
        if keyword in node.value:
            into.constraints[keyword] = node.value[keyword]


def _only_requires(union: Node) -> bool:
    return all(
        isinstance(case, dict) and "required" in case and _REQUIREMENT.issuperset(case)
        for case in union.value
    )


def _report_unknown(node: Node, diagnostics: Diagnostics) -> None:
    for key, member in node.members():
        if key not in _KNOWN and not key.startswith("x-"):
            message = f"the schema keyword `{shorten(key)}` is not supported"
            diagnostics.error(Code.UNSUPPORTED, member.location, message)


def _merge_type(into: Shape, node: Node, diagnostics: Diagnostics) -> None:
    declared = node.value.get("type")
    types = (declared,) if isinstance(declared, str) else tuple(declared or ())
    into.nullable |= ("null" in types and len(types) > 1) or node.value.get("nullable") is True
    types = tuple(t for t in types if t != "null") or types
    if not into.types or not types:
        into.types = into.types or types
        return
    common = tuple(t for t in into.types if t in types)
    if not common and {*into.types, *types} <= {"integer", "number"}:
        common = ("integer",)
    if not common:
        message = f"`allOf` asks for {' and '.join((*into.types, *types))} at once"
        diagnostics.error(Code.UNSUPPORTED, node.location, message, "no value is both")
    into.types = common or into.types


def _merge_object(into: Shape, node: Node) -> None:
    for name, prop in node.members("properties"):
        into.properties[name] = prop
    required = node.value.get("required")
    if isinstance(required, list):
        into.required.update(name for name in required if isinstance(name, str))
    additional = node.get("additionalProperties")
    if additional is not None:
        into.additional = additional if isinstance(additional.value, dict) else additional.value


def _merge_values(into: Shape, node: Node) -> None:
    values = node.value.get("enum")
    opened = not isinstance(values, list)
    if opened:
        values = node.value.get("x-enum")
    if "const" in node.value:
        values, opened = [node.value["const"]], False
    if not isinstance(values, list):
        return
    if into.values is not None:
        values = [value for value in into.values if value in values]
    into.values, into.open_values = tuple(values), opened
    if None in values:
        into.nullable = True
        into.values = tuple(value for value in values if value is not None)

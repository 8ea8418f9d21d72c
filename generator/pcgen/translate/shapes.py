"""The shape of a schema: its keywords, merged with those of its `allOf` parts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from pcgen.diagnostics import Code, Diagnostics
from pcgen.spec import Node, format_pointer, lookup
from pcgen.translate.enumerations import (
    is_bare_nullable,
    is_impossible,
    is_null,
    listed,
    listed_by_members,
    says_null,
    types_of,
)
from pcgen.translate.keywords import (
    CONSTRAINTS,
    LIMITS,
    format_of,
    has_subschemas,
    is_condition,
    report_ignored,
    type_keywords,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


Pointer = tuple[str, ...]


class Shape(Struct):
    """One schema merged with its `allOf` parts; subschemas are nodes of the document.

    `parts` are the schemas that it was merged from, by pointer. `additional`, `patterns` and
    `names` come from `additionalProperties`, `patternProperties` and `propertyNames`. `count`
    multiplies the sizes of enclosing unions, to limit their combinations. If `is_outline`, the last
    of several descriptions of a subschema overrides the others.
    """

    node: Node
    types: tuple[str, ...] = ()
    nullable: bool = False
    format: str = ""
    properties: dict[str, Node] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    additional: Node | bool | None = None
    patterns: list[Node] = field(default_factory=list)
    names: Node | None = None
    items: Node | None = None
    prefix: list[Node] = field(default_factory=list)
    most_items: int | None = None
    values: tuple[Any, ...] | None = None
    open_values: bool = False
    unions: list[list[Node]] = field(default_factory=list)
    discriminator: Node | None = None
    constraints: dict[str, Any] = field(default_factory=dict)
    parts: dict[Pointer, Node] = field(default_factory=dict)
    count: int = 1
    is_outline: bool = False
    findings: Diagnostics = field(default_factory=Diagnostics)

    @property
    def is_object(self) -> bool:
        """Whether values are objects."""
        return (
            "object" in self.types
            or bool(self.properties or self.patterns)
            or self.additional is not None
        )

    @property
    def value_schemas(self) -> list[Node]:
        """The schemas of the values of patterned and additional properties."""
        own = [] if isinstance(self.additional, bool | None) else [self.additional]
        return [*self.patterns, *own]

    @property
    def is_open(self) -> bool:
        """Whether the schema allows additional properties explicitly."""
        return self.additional is True or bool(self.value_schemas)

    @property
    def is_array(self) -> bool:
        """Whether keywords describe the items of arrays."""
        return self.items is not None or bool(self.prefix)

    @property
    def is_tuple(self) -> bool:
        """Whether values are arrays with no items after `prefixItems`."""
        is_closed = self.items is not None and self.items.value is False
        return bool(self.prefix) and (is_closed or self.most_items == len(self.prefix))

    @property
    def is_model(self) -> bool:
        """Whether values are objects with known properties, or always empty, and nothing else."""
        is_only_object = set(self.types) <= {"object"}
        is_known = bool(self.properties) or (self.additional is False and not self.patterns)
        return is_known and is_only_object and not self.unions and self.values is None

    @property
    def is_enum(self) -> bool:
        """Whether the schema lists several values."""
        return self.values is not None and len(self.values) > 1

    @property
    def refines_unions(self) -> bool:
        """Whether other keywords, or a second union, restrict the members of the union."""
        return len(self.unions) > 1 or bool(
            self.properties
            or self.is_array
            or self.values
            or self.format
            or self.value_schemas
            or (self.types and any(map(_lacks_type, self.unions[0])))
        )


def shape(node: Node) -> Shape:
    """Merge a schema with its `allOf` parts, following references.

    Each schema is merged once, so callers must not change the result. Whoever translates the schema
    reports its `findings`.
    """
    return node.follow_bare().memoized(_merged)


def _merged(node: Node) -> Shape:
    result = Shape(node)
    _merge(result, node)
    return result


def combined(base: Shape, members: Iterable[Node]) -> Shape:
    """Merge the keywords beside unions with one member of each union."""
    result = replace(
        base,
        properties=dict(base.properties),
        required=set(base.required),
        patterns=list(base.patterns),
        unions=[],
        constraints=dict(base.constraints),
        parts=dict(base.parts),
        findings=Diagnostics(),
    )
    for member in members:
        _merge(result, member)
    return result


def wrapped_schema(node: Node) -> Node | None:
    """The one schema that this one only wraps, as in `allOf: [{$ref: ...}]` beside prose."""
    keywords = (
        type_keywords(node) - {"nullable", "type"} if has_subschemas(node) else frozenset[str]()
    )
    for keyword in ("allOf", "oneOf", "anyOf"):
        if keywords == {keyword}:
            parts = list(node.entries(keyword))
            if keyword == "allOf":
                parts = [part for part in parts if type_keywords(part) - {"nullable"}]
            return parts[0] if len(parts) == 1 else None
    return None


def wraps_itself(node: Node) -> bool:
    """Whether a schema only wraps itself, so that it restricts nothing."""
    seen, inner = set[Pointer](), wrapped_schema(node)
    while inner is not None and inner.pointer not in seen:
        seen.add(inner.pointer)
        inner = wrapped_schema(inner.follow())
    return inner is not None


def sole_non_null_member(node: Node) -> Node | None:
    """The only member of a union beside null, as in `anyOf: [{...}, {type: "null"}]`."""
    keywords = type_keywords(node) - {"nullable"} if has_subschemas(node) else frozenset[str]()
    for keyword in ("oneOf", "anyOf"):
        if keywords == {keyword}:
            members = non_null_members(node.entries(keyword))
            return members[0] if len(members) == 1 else None
    return None


def non_null_members(members: Iterable[Node]) -> list[Node]:
    """The members of a union except null."""
    return [member for member in members if not is_null(member)]


def _has_siblings(node: Node) -> bool:
    """Whether a reference has siblings that are not ignored, as OpenAPI 3.1 allows."""
    return len(node.value) > 1 and node.document.version >= (3, 1)


def refines_reference(node: Node) -> bool:
    """Whether a reference has siblings that affect the type, as OpenAPI 3.1 allows."""
    return (
        node.reference is not None
        and node.document.version >= (3, 1)
        and bool(type_keywords(node) - {"$ref", "nullable", "discriminator"})
    )


def _lacks_type(member: Node) -> bool:
    return type_keywords(member).isdisjoint(("$ref", "allOf", "anyOf", "oneOf", "type"))


def _json_key(value: object) -> object:
    """A hashable key that is equal for equal JSON values; true differs from 1."""
    # Enumerations can have thousands of strings, and are merged often.
    return value if isinstance(value, str) else (json.dumps(value, sort_keys=True),)


# --- Merging -----------------------------------------------------------------------------------

_CONSTRAINTS = frozenset(CONSTRAINTS)


def _tighter(keyword: str, one: Any, other: Any) -> Any:
    """The tighter of two limits of a value; the second where that cannot be told."""
    if type(one) not in (int, float) or type(other) not in (int, float):
        return other
    greater_is_tighter = LIMITS[keyword]
    if greater_is_tighter is None:
        return other
    return max(one, other) if greater_is_tighter else min(one, other)


def _merge(into: Shape, node: Node) -> None:
    ancestors: set[Pointer] = set()
    for part in _parts(node, into.parts, ancestors, into.findings):
        if not isinstance(part.value, dict):
            continue  # True restricts nothing, and no value is valid against false.
        _merge_type(into, part)
        _merge_object(into, part)
        _merge_array(into, part)
        values = listed(part)
        if values is not None:
            _merge_values(into, part, *values)
        _merge_unions(into, part, ancestors)
        into.format = format_of(part) or into.format
        report_ignored(part, into.properties, into.findings)
        if not _CONSTRAINTS.isdisjoint(part.value):
            own = {key: part.value[key] for key in CONSTRAINTS if key in part.value}
            known = into.constraints
            known.update({k: _tighter(k, known.get(k, v), v) for k, v in own.items()})


def _parts(
    root: Node, done: dict[Pointer, Node], ancestors: set[Pointer], diagnostics: Diagnostics
) -> Iterator[Node]:
    """Yield a schema and its `allOf` parts and references, depth first, the schema last.

    Args:
        root: The schema.
        done: The schemas that are merged already, to which the new ones are added.
        ancestors: Holds each yielded part and the schemas that contain it, while it is yielded.
        diagnostics: Collects findings.
    """
    message = "`allOf` refers back to this schema"
    stack = [(root, False)]
    while stack:
        node, is_ready = stack.pop()
        if is_ready:
            if node.reference is None or _has_siblings(node):
                yield node
            ancestors.discard(node.pointer)
        elif node.pointer in ancestors:
            diagnostics.error(Code.REFERENCE_CYCLE, node.location, message)
        elif node.pointer not in done:
            done[node.pointer] = node
            ancestors.add(node.pointer)
            inner = list(node.entries("allOf"))
            if not inner and node.reference is None:
                yield node
                ancestors.discard(node.pointer)
                continue
            if node.reference is not None:
                target = node.step()
                if target.pointer in ancestors:
                    location = node.child("$ref").location
                    diagnostics.error(Code.REFERENCE_CYCLE, location, message)
                    ancestors.discard(node.pointer)
                    continue
                inner = [target, *(inner if refines_reference(node) else ())]
            stack += [(node, True), *((part, False) for part in reversed(inner))]


def _merge_type(into: Shape, node: Node) -> None:
    types = types_of(node)
    share_null = into.nullable and says_null(node)
    if node.is_true("nullable"):
        into.nullable = True
    elif types:
        into.nullable = says_null(node) and (into.nullable or not into.types)
    types = tuple(t for t in types if t != "null") or types
    common = _common_types(into.types, types) if into.types and types else into.types or types
    if types and not common and share_null:
        message = f"{' and '.join((*into.types, *types))} share no value but null"
        into.findings.note(Code.UNSUPPORTED, node.location, message)
        common, into.nullable = ("null",), False
    elif types and not common:
        required = " and ".join(map(str, (*into.types, *types)))
        others = ", ".join(
            part.address
            for part in into.parts.values()
            if part is not node and "type" in type_keywords(part)
        )
        message = f"the parts of this schema require {required} at once"
        hint = f"use one type; see {others}"
        if node.reference is None:
            into.findings.error(Code.UNSUPPORTED, node.location, message, hint)
            into.types = ()  # Under a waiver, any type is allowed.
        else:  # Many documents rely on siblings of `$ref` being ignored, as in OpenAPI 3.0.
            into.findings.warning(Code.UNSUPPORTED, node.location, message, hint)
    into.types = common or into.types


def _common_types(ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    common = tuple(t for t in ours if t in theirs)
    narrow = "integer" in (*ours, *theirs) and "integer" not in common
    if narrow and not _NUMBERS.isdisjoint(ours) and not _NUMBERS.isdisjoint(theirs):
        return (*(t for t in common if t != "number"), "integer")
    return common


_NUMBERS = frozenset(("integer", "number"))


def _merge_object(into: Shape, node: Node) -> None:
    for name, prop in node.members("properties"):
        into.properties[name] = _joined(into, into.properties.get(name), prop)
    required = node.value.get("required")
    if isinstance(required, list):
        into.required.update(name for name in required if isinstance(name, str))
    additional = node.get("additionalProperties") or node.get("unevaluatedProperties")
    if additional is not None and isinstance(additional.value, dict | bool):
        into.additional = _joined_additional(into, additional)
    into.patterns += [value for _, value in node.members("patternProperties")]
    names = node.get("propertyNames")
    if names is not None:
        into.names = _joined(into, into.names, names)


def _joined_additional(into: Shape, other: Node) -> Node | bool:
    """The conjunction of two `additionalProperties`."""
    first = into.additional
    if first is False or other.value is False:
        return False
    if other.value is True:
        return True if first is None else first
    return _joined(into, first if isinstance(first, Node) else None, other)


def _joined(into: Shape, first: Node | None, other: Node) -> Node:
    return other if first is None or into.is_outline else _conjunction(first, other)


def _conjunction(first: Node, other: Node) -> Node:
    """One schema for two descriptions of a subschema: the stricter one, or an `allOf` of both.

    The pointer of an `allOf` depends only on the pointers of the two. So a recursive schema gets
    the same pointer again, and the recursion ends.
    """
    if first.value == other.value or first.value is True or other.value is False:
        return other
    if not (isinstance(first.value, dict) and isinstance(other.value, dict)):
        return first  # The first is false, or the other is true.
    if not type_keywords(other) - {"nullable"}:
        parts = [first]
    else:
        parts = [other] if _implies(other, first, set()) else [first, other]
    annotations = _annotations(first) | _annotations(other)
    if len(parts) == 1 and annotations.items() == _annotations(parts[0]).items():
        return parts[0]
    pointer = (*other.pointer, "&", *first.pointer)
    value = {**annotations, "allOf": [_reference_to(part) for part in parts]}
    return Node(other.document, pointer, value)


def _annotations(node: Node) -> dict[str, Any]:
    """The keywords of a schema that do not affect the type, and `nullable`."""
    shaping = type_keywords(node) - {"nullable"}
    return {key: value for key, value in node.value.items() if key not in shaping}


def _reference_to(part: Node) -> Any:
    """A reference to a schema; its value if it is not in the document."""
    found = lookup(part.document, part.pointer)
    return part.value if found is None else {"$ref": format_pointer(part.pointer)}


def _implies(narrow: Node, wide: Node, seen: set[tuple[Pointer, Pointer]]) -> bool:
    """Whether the type of the first schema is at least as strict as that of the second."""
    pair = (narrow.pointer, wide.pointer)
    if narrow.value == wide.value or pair in seen:
        return True
    seen.add(pair)
    ours, theirs = _outline(narrow), _outline(wide)
    if wide.follow().pointer in ours.parts:
        return True
    inner = [(ours.properties.get(name), node) for name, node in theirs.properties.items()]
    inner += [(ours.items, theirs.items)] if theirs.items is not None else []
    if isinstance(theirs.additional, Node) and not ours.properties:
        rest = ours.additional if isinstance(ours.additional, Node) else None
        inner.append((rest, theirs.additional))
    return (
        set(theirs.types) <= set(ours.types) | ({"number"} & set(theirs.types))
        and theirs.format in ("", ours.format)
        and (theirs.values is None or ours.values is not None)
        and not (theirs.patterns or theirs.prefix)
        and all(one is not None and _implies(one, other, seen) for one, other in inner)
        and all(any(_implies(narrow, m, seen) for m in members) for members in theirs.unions)
    )


def _outline(node: Node) -> Shape:
    """Like `shape`, but the last description of a subschema overrides the others."""
    result = Shape(node, is_outline=True)
    _merge(result, node)
    return result


def _merge_array(into: Shape, node: Node) -> None:
    most = node.value.get("maxItems")
    into.most_items = most if isinstance(most, int) else into.most_items
    into.prefix = list(node.entries("prefixItems")) or into.prefix
    items = node.get("items")
    if items is None or not isinstance(items.value, dict | bool):
        return
    into.items = _joined(into, into.items, items)


def _merge_values(into: Shape, node: Node, values: list[Any], is_open: bool) -> None:
    into.nullable |= None in values and into.values is None
    unique = {_json_key(value): value for value in values if value is not None}
    if into.values is not None:
        earlier = set(map(_json_key, into.values))
        common = {key: value for key, value in unique.items() if key in earlier}
        if not common and unique and earlier:
            message = "the parts of this schema have enumerations without a common value"
            hint = "add a common value"
            into.findings.error(Code.UNSUPPORTED, node.location, message, hint)
        unique, is_open = common or unique, is_open and into.open_values
    into.values, into.open_values = tuple(unique.values()), is_open


def _merge_unions(into: Shape, node: Node, ancestors: set[Pointer]) -> None:
    into.discriminator = node.get("discriminator") or into.discriminator
    for keyword in ("oneOf", "anyOf"):
        listed_members = list(node.entries(keyword)) if keyword in node.value else []
        members = [m for m in listed_members if not (is_bare_nullable(m) or is_impossible(m))]
        into.nullable |= any(map(is_bare_nullable, listed_members))
        if not members:
            continue
        values = listed_by_members(members)
        if values is not None:
            _merge_values(into, node, *values)
        elif all(map(is_condition, members)):
            if not into.types and any("type" in member.value for member in members):
                into.types = ("object",)
        elif not any(m.follow().pointer in ancestors - {node.pointer} for m in members):
            into.unions.append(members)

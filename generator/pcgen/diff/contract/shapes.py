"""Schemas as comparisons need them: references resolved, equivalent notations made equal."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pcgen.diff.contract.equality import canonical
from pcgen.diff.contract.types import type_names
from pcgen.spec import Node, is_named_schema
from pcgen.translate.annotations import Layer, layers
from pcgen.translate.enumerations import listed_by_members
from pcgen.translate.keywords import (
    CONDITIONS,
    CONSTRAINTS,
    is_condition,
    type_keywords,
    without_prose,
)
from pcgen.translate.shapes import Shape, combined, non_null_members, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_RESTRICTING = CONDITIONS.union(CONSTRAINTS)
_SCALARS = [frozenset((name,)) for name in ("boolean", "integer", "number")]
# A union whose members have only these, beside a type, restricts values as a condition does.
_WITHIN_TYPE = frozenset(("const", "contentEncoding", "contentMediaType", "enum", "format"))
_REFINING = frozenset(("properties", "required", "type"))
# Keywords that `flag` compares, wherever they stand.
_FLAGS = frozenset(("deprecated", "readOnly", "writeOnly"))


def is_object(node: Node) -> bool:
    """Whether a node is a JSON object; a waiver may allow another value."""
    return isinstance(node.value, dict)


def absent(holder: Node, key: str) -> Node:
    """The empty schema, which allows every value, for a schema that is absent."""
    return Node(holder.document, (*holder.pointer, key), {})


def component_name(node: Node) -> str:
    """The name of a component schema; empty for inline schemas."""
    return node.pointer[2] if is_named_schema(node.pointer) else ""


def is_scalar(node: Node) -> bool:
    """Whether all values of a schema are strings, numbers or Booleans."""
    resolved = resolve(node)
    names = type_names(resolved)
    return bool(names) and names.isdisjoint(("array", "object")) and not resolved.unions


# --- References and wrappers ---------------------------------------------------------------------


def common_component(old: list[Layer], new: list[Layer]) -> tuple[int, int] | None:
    """The indices of the first component that two schemas refer to, perhaps under a new name."""
    after = {component_name(layer.node): index for index, layer in enumerate(new)}
    for index, layer in enumerate(old):
        name = component_name(layer.node)
        if name and name in after:
            return index, after[name]
    ends = old[-1:] + new[-1:]
    if len(ends) == 2 and _is_renamed(*(layer.node for layer in ends)):
        return len(old) - 1, len(new) - 1
    return None


def _is_renamed(old: Node, new: Node) -> bool:
    """Whether each of two components is in one document only."""
    names = component_name(old), component_name(new)
    return all(names) and not (_has(new, names[0]) or _has(old, names[1]))


def _has(node: Node, name: str) -> bool:
    components = node.document.node.get("components")
    schemas = components.get("schemas") if components else None
    return schemas is not None and schemas.get(name) is not None


def restrictions(uses: Sequence[Layer]) -> list[str]:
    """The keywords around a reference to a component that affect values, in a comparable form."""
    found = (_own_keywords(layer.node) for layer in uses)
    return [canonical(keywords) for keywords in found if not _is_reference(keywords)]


def _own_keywords(node: Node) -> dict[str, Any]:
    keywords: Any = without_prose(node.value)
    return {
        key: value
        for key, value in keywords.items()
        if key not in _FLAGS and (not key.startswith("x-") or key == "x-enum")
    }


def _is_reference(keywords: dict[str, Any]) -> bool:
    """Whether a schema only refers to another one, perhaps by an `allOf` with one schema."""
    is_sole = keywords.keys() == {"allOf"} and len(keywords["allOf"]) == 1
    return keywords.keys() == {"$ref"} or is_sole


def resolve(node: Node) -> Shape:
    """The shape of a schema with all that it refers to and wraps; null is no union member."""
    found = layers(node)
    resolved = shape(node)
    nullable = any(layer.merged.nullable for layer in found)
    if resolved.types == ("null",):
        return replace(resolved, types=(), values=(), nullable=True)
    seen = set[str]()
    while (resolved := _without_conditions(resolved)).unions:
        cases = cases_of(resolved)
        nullable = nullable or _has_null(resolved)
        if len(cases) > 1 or str(cases[0].pointer) in seen:
            break
        seen.add(str(cases[0].pointer))
        merged = combined(resolved, cases)
        resolved = replace(merged, unions=[*merged.unions, *resolved.unions[1:]])
    return _flattened(replace(resolved, nullable=nullable))


def _without_conditions(union: Shape) -> Shape:
    """A schema without the unions that only restrict its values."""
    kept = [members for members in union.unions if not only_restricts(members, union)]
    return replace(union, unions=kept) if len(kept) < len(union.unions) else union


def only_restricts(members: list[Node], union: Shape) -> bool:
    """Whether a union restricts the values of a type that stands beside it."""
    if listed_by_members(members) is not None:
        return False  # The shape lists these values.
    targets = [member.follow() for member in members]
    are_within_type = bool(union.types) and all(
        is_object(target) and type_keywords(target) <= _WITHIN_TYPE for target in targets
    )
    return are_within_type or all(map(is_condition, targets))


def only_refines(union: Shape) -> bool:
    """Whether the members of a union only restrict properties that are described beside it."""
    targets = [member.follow() for members in union.unions for member in members]
    return bool(union.properties) and all(
        is_object(target)
        and type_keywords(target) <= _REFINING
        and shape(target).properties.keys() <= union.properties.keys()
        for target in targets
    )


def _has_null(union: Shape) -> bool:
    unfolded = [list(_unfolded(cases)) for cases in union.unions]
    return any(len(non_null_members(cases)) < len(cases) for cases in unfolded)


def cases_of(union: Shape) -> list[Node]:
    """The members of a union, except null; of another schema, the one that it wraps, or itself."""
    members = non_null_members(_unfolded(union.unions[0] if union.unions else ()))
    return members or [layers(union.node)[-1].node]


def _unfolded(cases: Iterable[Node]) -> Iterator[Node]:
    """The members of a union; members that are unions are replaced by their members."""
    for case in cases:
        keywords = type_keywords(case)
        if keywords in ({"anyOf"}, {"oneOf"}) and _RESTRICTING.isdisjoint(case.value):
            yield from _unfolded(case.entries(*keywords))
        else:
            yield case


def split_types(schema: Shape) -> Shape:
    """A schema with a list of types, one of them arrays or objects, as a union of those types."""
    if schema.unions or len(schema.types) < 2 or {"array", "object"}.isdisjoint(schema.types):
        return schema
    if len(schema.parts) > 1 or schema.values is not None:
        return schema
    node, members = schema.node, []
    for name in schema.types:
        own = _KEYWORDS["number" if name == "integer" else name]
        others = frozenset().union(*_KEYWORDS.values()) - own
        value = {key: value for key, value in node.value.items() if key not in others}
        members.append(Node(node.document, (*node.pointer, name), {**value, "type": name}))
    return Shape(node, nullable=schema.nullable, unions=[members])


_TEXTS = frozenset(("contentEncoding", "contentMediaType", "contentSchema", "format"))
_KEYWORDS: dict[str, frozenset[str]] = {
    "array": frozenset(
        ("contains", "items", "maxContains", "maxItems", "minContains", "minItems", "prefixItems",
         "unevaluatedItems", "uniqueItems")
    ),
    "boolean": frozenset(),
    "number": frozenset(
        ("exclusiveMaximum", "exclusiveMinimum", "format", "maximum", "minimum", "multipleOf")
    ),
    "object": frozenset(
        ("additionalProperties", "dependentRequired", "dependentSchemas", "discriminator",
         "maxProperties", "minProperties", "patternProperties", "properties", "propertyNames",
         "required", "unevaluatedProperties")
    ),
    "string": _TEXTS.union(("maxLength", "minLength", "pattern")),
}  # fmt: skip
"""The keywords that restrict the values of one type only."""


def _flattened(union: Shape) -> Shape:
    """A union of plain types, or of enums, as one schema with several types, or one enum."""
    cases = [shape(case) for case in cases_of(union)]
    if len(cases) < 2 or not all(map(_is_plain, cases)):
        return union
    union = replace(union, nullable=union.nullable or any(case.nullable for case in cases))
    enums = [case for case in cases if case.values is not None]
    other_types = {name for case in cases if case.values is None for name in case.types}
    if enums and not set().union(*map(type_names, enums)) >= other_types:
        return union
    types = tuple(sorted(set().union(*map(type_names, cases))))
    if any(case.constraints for case in cases):
        if enums or len(types) < len(cases):
            return union  # The limits of one member do not hold for the others.
        union = replace(union, parts=dict(item for case in cases for item in case.parts.items()))
    if not enums:
        return replace(union, types=types, unions=[])
    values = {canonical(value): value for enum in enums for value in enum.values or ()}
    is_open = bool(other_types) or any(enum.open_values for enum in enums)
    listed = tuple(values.values())
    return replace(union, types=types, values=listed, open_values=is_open, unions=[])


def _is_plain(case: Shape) -> bool:
    """Whether a schema has types or values, perhaps limits, and nothing else."""
    more = (case.format, case.properties, case.patterns, case.unions)
    return (
        not any(more)
        and not case.is_array
        and case.additional is None
        and (case.values is not None or bool(case.types))
        and all(CONDITIONS.isdisjoint(part.value) for part in case.parts.values())
    )


def default_of(node: Node) -> Any:
    """The default of a schema or of the schema that it refers to; `"1"` is 1 for an integer."""
    defaults = (layer.keywords.get("default") for layer in layers(node))
    default = next((value for value in defaults if value is not None), None)
    if isinstance(default, str) and type_names(resolve(node)) in _SCALARS:
        with suppress(ValueError):
            return json.loads(default)
    return default


def item_of(array: Shape, index: int) -> Node:
    """The schema of one item of an array."""
    return array.prefix[index] if index < len(array.prefix) else rest_of(array)


def rest_of(array: Shape) -> Node:
    """The schema of the items after those of `prefixItems`."""
    if array.is_tuple:
        return Node(array.node.document, (*array.node.pointer, "items"), value=False)
    return array.items or absent(array.node, "items")


def has_ignored_siblings(node: Node) -> bool:
    """Whether this is a reference whose siblings OpenAPI ignores, as 3.0 does."""
    return node.reference is not None and node.document.version < (3, 1)


def expanded(node: Node, *, is_inside: bool = False) -> Any:
    """A value without prose, its references replaced by their targets; those keep theirs."""
    if node.reference is not None and not is_inside:
        return expanded(node.follow(), is_inside=True)
    if isinstance(node.value, list):
        return [expanded(item, is_inside=is_inside) for item in node.entries()]
    if not isinstance(node.value, dict):
        return node.value
    members = {key: expanded(value, is_inside=is_inside) for key, value in node.members()}
    return without_prose(members)

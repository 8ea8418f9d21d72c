"""Schemas as comparisons need them: references resolved, equivalent notations made equal."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pcgen.diff.contract.equality import canonical
from pcgen.diff.contract.types import type_names
from pcgen.spec import Node, is_named_schema
from pcgen.translate.keywords import CONDITIONS, CONSTRAINTS, type_keywords
from pcgen.translate.shapes import Shape, non_null_members, refines_reference, shape, wrapped_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.spec.document import Pointer

_RESTRICTING = CONDITIONS.union(CONSTRAINTS)
_SCALARS = [frozenset((name,)) for name in ("boolean", "integer", "number")]


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


def resolve(node: Node, seen: tuple[Pointer, ...] = ()) -> Shape:
    """The shape of a schema behind references and wrappers such as `allOf` with one schema."""
    node = node if refines_reference(node) else node.follow()
    inner = wrapped_schema(node)
    resolved = shape(node)
    nullable = resolved.nullable or _has_null(resolved)
    cases = cases_of(resolved)
    if inner is None and resolved.unions and len(cases) == 1:
        inner = cases[0]
    if inner is not None and node.pointer not in seen:
        within = resolve(inner, (*seen, node.pointer))
        # The keywords beside the wrapped schema restrict values too.
        resolved = replace(within, parts=resolved.parts | within.parts)
    return _flattened(replace(resolved, nullable=resolved.nullable or nullable))


def _has_null(union: Shape) -> bool:
    unfolded = [list(_unfolded(cases)) for cases in union.unions]
    return any(len(non_null_members(cases)) < len(cases) for cases in unfolded)


def cases_of(union: Shape) -> list[Node]:
    """The members of a union, except null; of another schema, the schema itself."""
    return non_null_members(_unfolded(union.unions[0] if union.unions else ())) or [union.node]


def _unfolded(cases: Iterable[Node]) -> Iterator[Node]:
    """The members of a union; members that are unions are replaced by their members."""
    for case in cases:
        keywords = type_keywords(case)
        if keywords in ({"anyOf"}, {"oneOf"}) and _RESTRICTING.isdisjoint(case.value):
            yield from _unfolded(case.entries(*keywords))
        else:
            yield case


def _flattened(union: Shape) -> Shape:
    """A union of plain types, or of enums, as one schema with several types, or one enum."""
    cases = [shape(case) for case in cases_of(union)]
    if len(cases) < 2 or not all(map(_is_plain, cases)):
        return union
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
    outer = node
    while isinstance(node.value, dict) and "default" not in node.value:
        inner = node.step() if node.reference is not None else wrapped_schema(node)
        if inner is None:
            return None
        node = inner
    default = node.value["default"] if isinstance(node.value, dict) else None
    if isinstance(default, str) and type_names(resolve(outer)) in _SCALARS:
        with suppress(ValueError):
            return json.loads(default)
    return default


def restricting(resolved: Shape) -> tuple[Pointer, ...]:
    """The pointers of a schema, and of its wrappers and parts that restrict values."""
    parts = resolved.parts.items()
    return resolved.node.pointer, *(
        pointer
        for pointer, part in parts
        if isinstance(part.value, dict) and not _RESTRICTING.isdisjoint(part.value)
    )


def item_of(array: Shape, index: int) -> Node:
    """The schema of one item of an array."""
    return array.prefix[index] if index < len(array.prefix) else rest_of(array)


def rest_of(array: Shape) -> Node:
    """The schema of the items after those of `prefixItems`."""
    if array.is_tuple:
        return Node(array.node.document, (*array.node.pointer, "items"), value=False)
    return array.items or absent(array.node, "items")

"""Finds the unions that msgspec can decode: it distinguishes members by JSON type or by tag."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pcgen import ir
from pcgen.ir import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.names import Name

_TEXT = "text"
_GROUPS = {Kind.INTEGER: "int", Kind.NUMBER: "float", Kind.BOOLEAN: "bool", Kind.NULL: "null"}
_OBJECT = "object"


class _Tagged(NamedTuple):
    """The tag of a model."""

    field: str
    value: str | int


def is_decodable(union: ir.Union, declared: Mapping[Name, ir.Declaration]) -> bool:
    """Whether msgspec can decode a union.

    Args:
        union: The union.
        declared: The models and aliases of the package by name.
    """
    cases = set(_flat(union, declared, set()))
    if ir.ANY in cases:
        return True  # `Any` absorbs the other members.
    groups = Counter(group for case in cases for group in _groups(case, declared))
    fields = {group.field for group in groups if isinstance(group, _Tagged)}
    if len(fields) > 1 or (fields and groups[_OBJECT]):
        return False
    return all(count == 1 for count in groups.values())


def _flat(
    type_: ir.Type, declared: Mapping[Name, ir.Declaration], seen: set[Name]
) -> Iterator[ir.Type]:
    """Yield the members of a type, those of nested unions and aliases included."""
    match type_:
        case ir.Nullable(inner):
            yield from _flat(inner, declared, seen)
        case ir.Union(cases):
            for case in cases:
                yield from _flat(case, declared, seen)
        case ir.Ref(name) if isinstance(alias := declared[name], ir.Alias):
            if name not in seen:
                seen.add(name)
                yield from _flat(alias.type, declared, seen)
        case _:
            yield type_


def _groups(type_: ir.Type, declared: Mapping[Name, ir.Declaration]) -> Iterator[str | _Tagged]:
    """Yield the JSON types or tags by which msgspec recognizes a type."""
    match type_:
        case ir.Scalar(kind):
            yield _GROUPS.get(kind, _TEXT)
        case ir.Choice(values, kinds):
            if type_.open:
                yield from {_GROUPS.get(kind, _TEXT) for kind in kinds}
            else:
                yield from {_TEXT if isinstance(value, str) else "int" for value in values}
        case ir.Ref(name) if isinstance(model := declared[name], ir.Model) and model.tag:
            yield _Tagged(model.tag.wire_name, model.tag.value)
        case ir.Map() | ir.Ref():
            yield _OBJECT
        case ir.Array() | ir.Tuple() | ir.Lines():
            yield "array"

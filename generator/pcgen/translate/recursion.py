"""Recursive aliases: unions that contain themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcgen.names import Name


def expand_recursive_aliases(declarations: Iterable[ir.Declaration]) -> Iterator[ir.Declaration]:
    """Replace the members of recursive aliases so that no alias is a member of itself.

    Such a member adds no values, and type checkers reject it. An alias without other members
    becomes ANY.
    """
    found = tuple(declarations)
    aliases = {one.name: one.type for one in found if isinstance(one, ir.Alias)}
    recursive = {n: type_ for n, type_ in aliases.items() if n in _aliases(type_, aliases, set())}
    for one in found:
        if isinstance(one, ir.Alias) and one.name in recursive:
            members = list(_members(one.type, recursive, {one.name}))
            yield replace(one, type=union(members) if members else ir.ANY)
        else:
            yield one


def _aliases(type_: ir.Type, aliases: Mapping[Name, ir.Type], seen: set[Name]) -> set[Name]:
    """Add to `seen`, and return, the aliases that are members of a type, directly or not."""
    match type_:
        case ir.Nullable(inner):
            _aliases(inner, aliases, seen)
        case ir.Union(members):
            for member in members:
                _aliases(member, aliases, seen)
        case ir.Ref(name) if name in aliases and name not in seen:
            seen.add(name)
            _aliases(aliases[name], aliases, seen)
    return seen


def _members(
    type_: ir.Type, recursive: Mapping[Name, ir.Type], expanded: set[Name]
) -> Iterator[ir.Type]:
    """Yield the members of a type and of its recursive aliases, except those in `expanded`."""
    match type_:
        case ir.Nullable(inner):
            yield ir.Scalar(ir.Kind.NULL)
            yield from _members(inner, recursive, expanded)
        case ir.Union(members):
            for member in members:
                yield from _members(member, recursive, expanded)
        case ir.Ref(name) if name in expanded:
            return
        case ir.Ref(name) if name in recursive:
            yield from _members(recursive[name], recursive, expanded | {name})
        case _:
            yield type_

"""Aliases that are cases of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcgen.names import Name


def without_circles(declarations: Iterable[ir.Declaration]) -> Iterator[ir.Declaration]:
    """Let no alias be a case of itself: that adds nothing, and no type checker takes it.

    One that has no other case can be anything: no value is ever known to be valid.
    """
    found = tuple(declarations)
    aliases = {one.name: one.type for one in found if isinstance(one, ir.Alias)}
    circles = {n: type_ for n, type_ in aliases.items() if n in _names(type_, aliases, set())}
    for one in found:
        if isinstance(one, ir.Alias) and one.name in circles:
            cases = list(_cases(one.type, circles, {one.name}))
            yield replace(one, type=union(cases) if cases else ir.ANY)
        else:
            yield one


def _names(type_: ir.Type, aliases: Mapping[Name, ir.Type], seen: set[Name]) -> set[Name]:
    """The aliases that are cases of a type, by way of others, too; they are added to `seen`."""
    match type_:
        case ir.Nullable(inner):
            _names(inner, aliases, seen)
        case ir.Union(cases):
            for case in cases:
                _names(case, aliases, seen)
        case ir.Ref(name) if name in aliases and name not in seen:
            seen.add(name)
            _names(aliases[name], aliases, seen)
    return seen


def _cases(type_: ir.Type, circles: Mapping[Name, ir.Type], open_: set[Name]) -> Iterator[ir.Type]:
    """The cases of a type, those of aliases in circles among them; none of those in `open_`."""
    match type_:
        case ir.Nullable(inner):
            yield ir.Scalar(ir.Kind.NULL)
            yield from _cases(inner, circles, open_)
        case ir.Union(cases):
            for case in cases:
                yield from _cases(case, circles, open_)
        case ir.Ref(name) if name in open_:
            return
        case ir.Ref(name) if name in circles:
            yield from _cases(circles[name], circles, open_ | {name})
        case _:
            yield type_

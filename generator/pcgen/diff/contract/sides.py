"""What schemas say of values, wherever and however they say it."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pcgen.diff.contract.values import canonical
from pcgen.spec import Node, format_pointer, is_named_schema
from pcgen.translate.keywords import CONDITIONS, CONSTRAINTS, says, structure
from pcgen.translate.shapes import Shape, besides_null, refines_reference, shape, sole_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.spec.document import Pointer


def component_name(node: Node) -> str:
    """The name of a schema among the components, empty when it stands elsewhere."""
    return node.pointer[2] if is_named_schema(node.pointer) else ""


def is_object(node: Node) -> bool:
    """Whether there is an object, and not what a waiver lets stand there."""
    return isinstance(node.value, dict)


def flag(node: Node, key: str) -> bool:
    """Whether a schema, or what it refers to, sets a keyword to true."""
    return any(each.is_true(key) for each in (node, node.follow()))


def additional_of(side: Shape) -> Node | None:
    """The schema of other properties, None when there is none that says anything."""
    found = side.additional
    return None if found is None or isinstance(found, bool) or not found.value else found


def is_open(side: Shape) -> bool:
    """Whether an object may have properties that the schema does not know."""
    return side.additional is not False


def patterns_of(side: Shape) -> dict[str, Node]:
    """The schemas of properties whose names have a pattern, by that."""
    return {node.pointer[-1]: node for node in side.patterns}


def item_of(side: Shape, index: int) -> Node:
    """The schema of one item of an array."""
    return side.prefix[index] if index < len(side.prefix) else rest_of(side)


def rest_of(side: Shape) -> Node:
    """The schema of the items that have no place of their own; where nothing is said, any may."""
    if side.is_tuple:
        return Node(side.node.document, (*side.node.pointer, "items"), value=False)
    return side.items or absent(side.node, "items")


def is_single(node: Node) -> bool:
    """Whether every value of a schema is a single one: no array, no object, not anything."""
    side = side_of(node)
    names = type_names(side)
    return bool(names) and names.isdisjoint(("array", "object")) and not side.unions


def absent(holder: Node, key: str) -> Node:
    """A schema that is not there, and so lets every value pass."""
    return Node(holder.document, (*holder.pointer, key), {})


def side_of(node: Node, seen: tuple[Pointer, ...] = ()) -> Shape:
    """What a schema says, behind its references and whatever only wraps another schema."""
    node = node if refines_reference(node) else node.follow()
    inner = sole_part(node)
    side = shape(node)
    nullable = side.nullable or _has_null(side)
    cases = cases_of(side)
    if inner is None and side.unions and len(cases) == 1:
        inner = cases[0]
    if inner is not None and node.pointer not in seen:
        within = side_of(inner, (*seen, node.pointer))
        side = replace(within, parts=side.parts | within.parts)  # What it adds counts, too.
    return _flat(replace(side, nullable=side.nullable or nullable))


def _flat(side: Shape) -> Shape:
    """What a union of bare types, or of lists of values, says: several types, or one list."""
    cases = [shape(case) for case in cases_of(side)]
    if len(cases) < 2 or not all(map(_is_bare, cases)):
        return side
    lists = [case for case in cases if case.values is not None]
    others = {name for case in cases if case.values is None for name in case.types}
    if lists and not set().union(*map(type_names, lists)) >= others:
        return side
    types = tuple(sorted(set().union(*map(type_names, cases))))
    if any(case.constraints for case in cases):  # They count for one type each.
        if lists or len(types) < len(cases):
            return side
        side = replace(side, parts=dict(item for case in cases for item in case.parts.items()))
    if not lists:
        return replace(side, types=types, unions=[])
    every = {canonical(value): value for case in lists for value in case.values or ()}
    is_open = bool(others) or any(case.open_values for case in lists)
    values = tuple(every.values())
    return replace(side, types=types, values=values, open_values=is_open, unions=[])


def _is_bare(case: Shape) -> bool:
    """Whether a schema names types or values, and nothing else but limits."""
    more = (case.format, case.properties, case.patterns, case.unions)
    return (
        not any(more)
        and not case.is_array
        and case.additional is None
        and (case.values is not None or bool(case.types))
        and all(CONDITIONS.isdisjoint(part.value) for part in case.parts.values())
    )


def default_of(node: Node) -> Any:
    """The default of a schema, or of what it refers to; a number or a truth may be in quotes."""
    outer = node
    while isinstance(node.value, dict) and "default" not in node.value:
        inner = node.step() if node.reference is not None else sole_part(node)
        if inner is None:
            return None
        node = inner
    found = node.value["default"] if isinstance(node.value, dict) else None
    if isinstance(found, str) and type_names(side_of(outer)) in _PLAIN_TYPES:
        with suppress(ValueError):
            return json.loads(found)
    return found


_PLAIN_TYPES = [frozenset((name,)) for name in ("boolean", "integer", "number")]


def limiting(side: Shape) -> Iterator[Pointer]:
    """A schema, and what around it says more than a reference to it would."""
    yield side.node.pointer
    for place, part in side.parts.items():
        if isinstance(part.value, dict) and not _MORE.isdisjoint(part.value):
            yield place


def _has_null(side: Shape) -> bool:
    unfolded = [list(_unfolded(cases)) for cases in side.unions]
    return any(len(besides_null(cases)) < len(cases) for cases in unfolded)


def cases_of(side: Shape) -> list[Node]:
    """The cases of a union but for null; a schema that is no union is its own only case."""
    return besides_null(_unfolded(side.unions[0] if side.unions else ())) or [side.node]


def mapping_of(side: Shape) -> dict[str, str]:
    """What each value of the discriminator means; other cases are meant by their own names."""
    targets = side.discriminator.members("mapping") if side.discriminator else ()
    said = {value: str(target.value).rpartition("/")[2] for value, target in targets}
    names = [component_name(case.follow()) for case in cases_of(side)]
    return {name: name for name in names if name and name not in said.values()} | said


def _unfolded(cases: Iterable[Node]) -> Iterator[Node]:
    """The cases of a union, and those of unions within it that are nothing else."""
    for case in cases:
        [keyword] = found if len(found := says(case)) == 1 else [""]
        if keyword in ("anyOf", "oneOf") and _MORE.isdisjoint(case.value):
            yield from _unfolded(case.entries(keyword))
        else:
            yield case


_MORE = CONDITIONS.union(CONSTRAINTS)


def matched(
    old: list[Node], new: list[Node]
) -> tuple[list[tuple[Node, Node]], list[Node], list[Node]]:
    """Cases that are the same thing in both, those that are gone, and those that are new."""
    by_name = {case_key(case): case for case in new}
    pairs = [(case, by_name.pop(key)) for case in old if (key := case_key(case)) in by_name]
    gone, come = [], list(by_name.values())
    for before in old:
        if all(before is not one for one, _ in pairs):
            like = [after for after in come if _alike(before, after)]
            if like:
                pairs.append((before, max(like, key=partial(_common, before))))
                come = [case for case in come if case is not pairs[-1][1]]
            else:
                gone.append(before)
    return pairs, gone, come


def case_key(case: Node) -> str:
    """What tells a case from others: its name, or all that it says."""
    case = case.follow()
    return component_name(case) or canonical(structure(case.value))


def _alike(old: Node, new: Node) -> bool:
    """Whether one case may have become the other: an inline one, of the same types."""
    old, new = old.follow(), new.follow()
    if component_name(old) and component_name(new):
        return False
    sides = shape(old), shape(new)
    return type_names(sides[0]) == type_names(sides[1])


def _common(old: Node, new: Node) -> int:
    """How many properties two cases share."""
    return len(side_of(old).properties.keys() & side_of(new).properties.keys())


def case_text(case: Node) -> str:
    """What a case is called: its name, or its type and what is in it."""
    case = case.follow()
    side = shape(case)
    text = " or ".join(sorted(type_names(side))) or format_pointer(case.pointer)
    if side.properties:  # What tells it from other cases, most likely.
        text += f" of {', '.join(sorted(side.properties))}"
    return component_name(case) or text


# --- Types ---


def type_names(side: Shape) -> frozenset[str]:
    """The JSON types of the values but for null; empty when it may be any."""
    if side.types:
        names = frozenset(side.types)
        names -= {"integer"} if "number" in names else set()
        return frozenset() if side.nullable and names >= _EVERY else names
    if side.values:
        kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
        return frozenset(kinds.get(type(value), "object") for value in side.values)
    if side.is_object:
        return frozenset(("object",))
    return frozenset(("array",)) if side.items is not None else frozenset()


_EVERY = frozenset(("array", "boolean", "number", "object", "string"))


def is_any(side: Shape) -> bool:
    """Whether a schema says nothing of the types of values, and so lets null in."""
    return not type_names(side) and not side.unions and side.values is None


def holds(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether all values of some types are values of others; no type is any."""
    if not wide or not narrow:
        return not wide
    return all(name in wide or (name == "integer" and "number" in wide) for name in narrow)


def type_text(side: Shape) -> str:
    """The types in words."""
    cases = cases_of(side)
    if len(cases) > 1:
        return " or ".join(case_text(case) for case in cases)
    return " or ".join(sorted(type_names(side))) or "any"

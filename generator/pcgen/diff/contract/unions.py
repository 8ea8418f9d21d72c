"""Matches the members of two unions, and names them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from pcgen.diff.contract.equality import canonical
from pcgen.diff.contract.shapes import cases_of, component_name, is_object, resolve
from pcgen.diff.contract.types import includes, type_names
from pcgen.spec import format_pointer
from pcgen.translate.keywords import without_prose
from pcgen.translate.shapes import shape

if TYPE_CHECKING:
    from pcgen.spec import Node
    from pcgen.translate.inheritance import Inheritance
    from pcgen.translate.shapes import Shape


def match_cases(
    old: list[Node], new: list[Node]
) -> tuple[list[tuple[Node, Node]], list[Node], list[Node]]:
    """The members that are in both unions, those that were removed, and those that were added."""
    added = {case_key(case): case for case in new}
    pairs = [(case, added.pop(key)) for case in old if (key := case_key(case)) in added]
    removed = []
    for before in (case for case in old if all(case is not matched for matched, _ in pairs)):
        alike = [key for key, after in added.items() if _may_match(before, after)]
        if alike:
            best = max(alike, key=lambda key: _common_properties(before, added[key]))
            pairs.append((before, added.pop(best)))
        else:
            removed.append(before)
    return pairs, removed, list(added.values())


def case_key(case: Node) -> str:
    """What identifies a member of a union: its name, or its structure if it is inline."""
    case = case.follow()
    return component_name(case) or canonical(without_prose(case.value))


def _may_match(old: Node, new: Node) -> bool:
    """Whether two members have the same types, and one of them is inline."""
    old, new = old.follow(), new.follow()
    if component_name(old) and component_name(new):
        return False
    return type_names(shape(old)) == type_names(shape(new))


def _common_properties(old: Node, new: Node) -> int:
    return len(resolve(old).properties.keys() & resolve(new).properties.keys())


def discriminator_mapping(discriminator: Node, cases: list[Node]) -> dict[str, str]:
    """The component names by value of the discriminator, including implicit values."""
    targets = discriminator.members("mapping")
    explicit = {value: str(target.value).rpartition("/")[2] for value, target in targets}
    names = [component_name(case.follow()) for case in cases]
    implicit = {name: name for name in names if name and name not in explicit.values()}
    return implicit | explicit


def case_text(case: Node) -> str:
    """The name of a member of a union, or its types and properties if it is inline."""
    case = case.follow()
    resolved = shape(case)
    text = " or ".join(sorted(type_names(resolved))) or format_pointer(case.pointer)
    if resolved.properties:
        text += f" of {', '.join(sorted(resolved.properties))}"
    return component_name(case) or text


def type_text(resolved: Shape) -> str:
    """The types of a schema, or the members of a union."""
    cases = cases_of(resolved)
    texts = map(case_text, cases) if len(cases) > 1 else sorted(type_names(resolved))
    return " or ".join(texts) or "any"


def variants(node: Node, inheritance: Inheritance) -> list[Node]:
    """The schemas that a value of a parent with a discriminator may have; none of other schemas."""
    if not is_object(node) or not inheritance.is_parent(node):
        return []
    itself = [node] if inheritance.is_variant(node) else []
    return [*itself, *inheritance.descendants(node)]


def is_exclusive(union: Shape) -> bool:
    """Whether values must match only one member."""
    return union.unions[0][0].pointer[-2] == "oneOf"


def may_overlap(cases: list[Node]) -> bool:
    """Whether a value could match two members: they have a type in common, and no distinct tag."""
    shapes = [resolve(case) for case in cases]
    return any(_overlap(*pair) for pair in combinations(shapes, 2))


def _overlap(one: Shape, other: Shape) -> bool:
    ours, theirs = type_names(one), type_names(other)
    if not (ours & theirs or includes(ours, theirs) or includes(theirs, ours)):
        return False
    if _are_distinct(one, other):
        return False
    required = one.required & other.required & one.properties.keys() & other.properties.keys()
    tags = ((shape(one.properties[name]), shape(other.properties[name])) for name in required)
    return not any(_are_distinct(*pair) for pair in tags)


def _are_distinct(one: Shape, other: Shape) -> bool:
    """Whether two schemas list values, and none in common."""
    if one.values is None or other.values is None:
        return False
    is_open = one.open_values or other.open_values
    return not is_open and {*map(canonical, one.values)}.isdisjoint(map(canonical, other.values))

"""Compares the values that schemas list, and the conditions that only a validator checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen.diff.contract.equality import canonical
from pcgen.diff.contract.shapes import (
    expanded,
    has_ignored_siblings,
    only_refines,
    only_restricts,
)
from pcgen.translate.keywords import CONDITIONS, LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.diff.contract.pairs import SchemaPair
    from pcgen.spec import Node
    from pcgen.translate.shapes import Shape

# `additionalProperties` covers `unevaluatedProperties`, and JSON Schema split `dependencies`.
_CONDITIONS = CONDITIONS - LIMITS.keys() - {"dependencies", "unevaluatedProperties"}
_UNIONS = ("anyOf", "oneOf")
_MEDIA_TYPE = "contentMediaType"


def change_of(old: Any, new: Any) -> str:
    """Whether a value was added, removed or changed; None if it is absent."""
    return "added" if old is None else "removed" if new is None else "changed"


def compare_values(pair: SchemaPair) -> None:
    """Compare enums; an open enum lists known values and allows others."""
    old, new = _enum(pair.old), _enum(pair.new)
    was_closed = old is not None and not pair.old.open_values
    is_closed = new is not None and not pair.new.open_values
    if was_closed and new is None:
        pair.report("enum-removed", "enum", old=old)
    elif is_closed and old is None:
        pair.report("enum-added", "enum", new=new)
    else:
        if was_closed is not is_closed:
            pair.report("enum-closed" if is_closed else "enum-opened", "enum")
        kind = "enum" if was_closed or is_closed else "known"
        for value in _missing(old or (), new or ()):
            pair.report(f"{kind}-value-removed", "enum", old=value)
        for value in _missing(new or (), old or ()):
            pair.report(f"{kind}-value-added", "enum", new=value)


def _enum(shape: Shape) -> tuple[Any, ...] | None:
    """The values that a schema lists; None for true and false, which every Boolean allows."""
    values = shape.values
    is_boolean = values is not None and set(map(canonical, values)) == {"false", "true"}
    return None if is_boolean else values


def _missing(values: Iterable[Any], known: Iterable[Any]) -> Iterator[Any]:
    """The values that are not among the known ones."""
    canonical_known = set(map(canonical, known))
    return (value for value in values if canonical(value) not in canonical_known)


def compare_conditions(pair: SchemaPair) -> None:
    """Compare keywords that only a validator checks: whether they are present, and equal."""
    before, after = _conditions(pair.old), _conditions(pair.new)
    for one, other in (_UNIONS, _UNIONS[::-1]):
        if one in before and canonical(before[one]) == canonical(after.get(other)):
            del before[one], after[other]
            report_exclusive(pair, other == "oneOf")
    changed = [
        name
        for name in sorted(before.keys() | after.keys())
        if canonical(before.get(name)) != canonical(after.get(name))
    ]
    if "if" in changed and ("if" in before) is not ("if" in after):
        changed = [name for name in changed if name not in ("else", "then")]
    for name in changed:
        old, new = before.get(name), after.get(name)
        change = f"condition-{_condition_change(name, old, new)}"
        pair.report(change, name, name=name, old=old, new=new)
    media_types = _keyword(pair.old, _MEDIA_TYPE), _keyword(pair.new, _MEDIA_TYPE)
    if len(set(media_types)) > 1 and (all(media_types) or not _are_bytes(pair)):
        old, new = (name or "any" for name in media_types)
        pair.report("format-changed", _MEDIA_TYPE, old=old, new=new)


def _condition_change(name: str, old: Any, new: Any) -> str:
    """Like `change_of`, but says whether a list of requirements became longer or shorter."""
    if old is not None and new is not None and name in (*_UNIONS, "dependentRequired"):
        before, after = _requirements(old), _requirements(new)
        fewer, more = after < before, before < after
        if name == "dependentRequired":
            fewer, more = more, fewer
        if fewer:
            return "tightened"
        if more and name != "oneOf":  # Values that match two members are no longer allowed.
            return "relaxed"
    return change_of(old, new)


def _requirements(condition: Any) -> set[str]:
    if isinstance(condition, dict):
        return {canonical([key, name]) for key, names in condition.items() for name in names}
    return set(map(canonical, condition))


def report_exclusive(pair: SchemaPair, is_exclusive: bool) -> None:
    """Report that values must match only one member of a union, or may match several."""
    change, key = ("exclusive", "oneOf") if is_exclusive else ("inclusive", "anyOf")
    pair.report(f"union-became-{change}", key)


def report_refinement(pair: SchemaPair) -> bool:
    """Report a union that was added beside properties, or removed, if it only restricts them."""
    union = pair.new if pair.new.unions else pair.old
    if not (pair.old.properties and pair.new.properties and only_refines(union)):
        return False
    change = "condition-added" if union is pair.new else "condition-removed"
    for members in union.unions:
        name = members[0].pointer[-2]
        value = sorted(map(expanded, members), key=canonical)
        pair.report(change, name, name=name, old=value, new=value)
    return True


def _conditions(shape: Shape) -> dict[str, Any]:
    """The conditions of a schema; a list of them if several parts have the same keyword."""
    found: dict[str, list[Any]] = {}
    for part in shape.parts.values():
        for name, value in _own_conditions(part, shape):
            found.setdefault(name, []).append(value)
    return {
        name: sorted(values, key=canonical) if len(values) > 1 else values[0]
        for name, values in found.items()
    }


def _own_conditions(part: Node, shape: Shape) -> Iterator[tuple[str, Any]]:
    """Yield the conditions that one schema states itself; those that allow all values are none."""
    if not isinstance(part.value, dict) or has_ignored_siblings(part):
        return
    for name in _CONDITIONS & part.value.keys():
        is_implied = name in ("then", "else") and "if" not in part.value
        counts_none = name == "contains" and part.value.get("minContains") == 0
        if part.value[name] is not True and not is_implied and not counts_none:
            yield name, expanded(part.child(name))
    dependencies = {name: expanded(node) for name, node in part.members("dependencies")}
    for name, kind in (("dependentRequired", list), ("dependentSchemas", dict)):
        found = {key: value for key, value in dependencies.items() if isinstance(value, kind)}
        if found:
            yield name, found
    for name in _UNIONS:
        members = list(part.entries(name))
        if members and only_restricts(members, shape):
            yield name, sorted(map(expanded, members), key=canonical)


def _keyword(shape: Shape, name: str) -> str:
    """The text of a keyword in the last part of a schema that has it."""
    texts = [part.text(name).lower() for part in shape.parts.values()]
    return next(filter(None, reversed(texts)), "")


def format_text(shape: Shape) -> str:
    """The format of a schema; `contentEncoding` is the format that OpenAPI 3.0 has for it."""
    return shape.format or _keyword(shape, "contentEncoding")


def _are_bytes(pair: SchemaPair) -> bool:
    """Whether both schemas are of files, whose media type OpenAPI 3.0 does not describe."""
    return {format_text(pair.old), format_text(pair.new)} <= {"base64url", "binary", "byte"}

"""Compares the values that schemas list, and the conditions that only a validator checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen.diff.contract.equality import canonical
from pcgen.translate.keywords import CONDITIONS, LIMITS, without_prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.diff.contract.pairs import SchemaPair
    from pcgen.translate.shapes import Shape

# `additionalProperties` covers `unevaluatedProperties`.
_CONDITIONS = sorted(CONDITIONS - LIMITS.keys() - {"unevaluatedProperties"})
_CONTENT_KEYWORDS = ("contentEncoding", "contentMediaType")


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
    for name in _CONDITIONS:
        old, new = _keyword(pair.old, name), _keyword(pair.new, name)
        if canonical(old) != canonical(new):
            pair.report(f"condition-{change_of(old, new)}", name, name=name, old=old, new=new)
    for name in _CONTENT_KEYWORDS:
        old, new = _keyword(pair.old, name), _keyword(pair.new, name)
        if old != new:
            pair.report("format-changed", name, old=old or "any", new=new or "any")


def _keyword(shape: Shape, name: str) -> Any:
    """The value of a keyword, a list if several parts of a schema have it; None if absent."""
    values = [
        without_prose(part.value[name])
        for part in shape.parts.values()
        if isinstance(part.value, dict) and part.value.get(name, True) is not True
    ]
    return sorted(values, key=canonical) if len(values) > 1 else next(iter(values), None)

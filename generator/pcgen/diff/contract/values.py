"""Which values two schemas let pass: lists of them, limits, and conditions of other kinds."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pcgen.translate.keywords import CONDITIONS, CONSTRAINTS, structure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.diff.contract.schemas import Pair
    from pcgen.diff.findings import Findings
    from pcgen.spec import Node
    from pcgen.translate.shapes import Shape

# For each keyword, whether a greater value lets fewer values pass; None when a value only differs.
_LIMITS: dict[str, bool | None] = {
    "minimum": True,
    "exclusiveMinimum": True,
    "minLength": True,
    "minItems": True,
    "minProperties": True,
    "minContains": True,
    "maximum": False,
    "exclusiveMaximum": False,
    "maxLength": False,
    "maxItems": False,
    "maxProperties": False,
    "maxContains": False,
    "uniqueItems": True,
    "multipleOf": None,
    "pattern": None,
}
# Limits of how many there are: none of them can be below 0.
_COUNTS = frozenset(("minContains", "minItems", "minLength", "minProperties"))
_CONTAINED = ("minContains", "maxContains")
_CONDITIONS = sorted(CONDITIONS - _LIMITS.keys() - {"unevaluatedProperties"})  # Shapes have it.
# Patterns are looked for anywhere in a text; these are found in every one.
_MATCHING_ALL = re.compile(r"\^?(\.\*)?|(\.\*)?\$")
# What a text holds: nobody has to check it.
_CONTENTS = ("contentEncoding", "contentMediaType")
# As OpenAPI 3.0 says whether a bound itself is left out.
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def canonical(value: Any) -> str:
    """What JSON values have in common when they are equal: 1.0 is 1, and true is not."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def compare_values(pair: Pair, findings: Findings) -> None:
    """Compare lists of possible values; open ones only tell what is known."""
    old, new = _values(pair.old), _values(pair.new)
    closed = (
        old is not None and not pair.old.open_values,
        new is not None and not pair.new.open_values,
    )
    key = "enum"
    if any(closed) and (old is None or new is None):
        fact, values = ("enum-removed", {"old": old}) if closed[0] else ("enum-added", {"new": new})
        pair.add(findings, fact, key, **values)
        return
    if closed[0] is not closed[1]:
        pair.add(findings, "enum-closed" if closed[1] else "enum-opened", key)
    word = "enum" if any(closed) else "known"
    for value in _without(old or (), new or ()):
        pair.add(findings, f"{word}-value-removed", key, old=value)
    for value in _without(new or (), old or ()):
        pair.add(findings, f"{word}-value-added", key, new=value)


def _values(side: Shape) -> tuple[Any, ...] | None:
    """The values that a schema lists, unless they are all that there are."""
    truths = side.values is not None and set(map(canonical, side.values)) == {"false", "true"}
    return None if truths else side.values


def _without(values: Iterable[Any], others: Iterable[Any]) -> Iterator[Any]:
    known = {canonical(value) for value in others}
    return (value for value in values if canonical(value) not in known)


def compare_limits(pair: Pair, findings: Findings) -> None:
    """Compare what numbers, texts, arrays and objects must not exceed, and patterns."""
    limits = _limits(pair.old), _limits(pair.new)
    _compare_bounds(pair, limits, findings)
    for name, upwards in _LIMITS.items():
        old, new = (side.get(name) for side in limits)
        if canonical(old) == canonical(new):
            continue
        if old is None or new is None:
            fact = "limit-added" if old is None else "limit-removed"
        else:
            fact = _limit_fact(old, new, upwards=upwards)
        pair.add(findings, fact, name, name=name, old=old, new=new)


def _compare_bounds(
    pair: Pair, limits: tuple[dict[str, Any], dict[str, Any]], findings: Findings
) -> None:
    """Compare bounds of numbers where one document leaves them out, and the other does not."""
    for exclusive, bound in _EXCLUSIVE.items():
        for was, is_ in ((exclusive, bound), (bound, exclusive)):
            if was not in limits[0] or is_ not in limits[1] or is_ in limits[0]:
                continue
            old, new = limits[0].pop(was), limits[1].pop(is_)
            sign = "><"[bound == "maximum"]
            texts = [f"{sign}{'=' * (name == bound)} {v}" for name, v in ((was, old), (is_, new))]
            tighter = (new > old) is (sign == ">") if new != old else is_ == exclusive
            fact = "limit-tightened" if tighter else "limit-relaxed"
            pair.add(findings, fact, is_, name=bound, old=texts[0], new=texts[1])


def _limits(side: Shape) -> dict[str, Any]:
    """The limits that keep any value out, as OpenAPI 3.1 says them."""
    found: dict[str, Any] = {}
    for part in side.parts.values():
        for name, value in _stated(part).items():
            found[name] = _tighter(name, found[name], value) if name in found else value
    if side.items is not None and side.items.value is False:
        found["maxItems"] = len(side.prefix)
    for exclusive, bound in _EXCLUSIVE.items():
        _join(found, exclusive, bound, of_integers=side.types == ("integer",))
    if side.types == ("integer",) and found.get("multipleOf") == 1:
        del found["multipleOf"]
    return {name: value for name, value in found.items() if not (name in _COUNTS and value == 0)}


def _stated(part: Node) -> dict[str, Any]:
    """The limits that one schema states itself."""
    told = part.value if isinstance(part.value, dict) else {}
    if part.reference is not None and part.document.version < (3, 1):
        return {}  # What stands beside a reference is not there.
    names = [*CONSTRAINTS, *(_CONTAINED if "contains" in told else ())]
    found = {name: told[name] for name in names if name in told}
    for exclusive, bound in _EXCLUSIVE.items():
        if found.get(exclusive) is True and bound in found:
            found[exclusive] = found.pop(bound)
    return {name: value for name, value in found.items() if _is_limit(name, value)}


def _is_limit(name: str, value: Any) -> bool:
    if name == "uniqueItems":
        return value is True
    if name == "pattern":
        return isinstance(value, str) and not _MATCHING_ALL.fullmatch(value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tighter(name: str, one: Any, other: Any) -> Any:
    """Which of two limits of the same name counts where both do."""
    choose = min if _LIMITS[name] is False else max
    return choose(one, other, key=None if _LIMITS[name] is not None else canonical)


def _join(found: dict[str, Any], exclusive: str, bound: str, *, of_integers: bool) -> None:
    """Leave one of two bounds; that of integers is always the last value that may be."""
    step = 1 if bound == "minimum" else -1
    if of_integers and exclusive in found and found[exclusive] == int(found[exclusive]):
        last = found.pop(exclusive) + step
        found[bound] = _tighter(bound, found.get(bound, last), last)
    elif exclusive in found and bound in found:
        wider = found[bound] <= found[exclusive] if step > 0 else found[bound] >= found[exclusive]
        del found[bound if wider else exclusive]


def _limit_fact(old: Any, new: Any, *, upwards: bool | None) -> str:
    if upwards is None and isinstance(old, str):
        return "pattern-changed"
    if upwards is None:
        tighter = bool(old) and new % old == 0
        return (
            "limit-tightened"
            if tighter
            else "limit-relaxed" if old % new == 0 else "pattern-changed"
        )
    return "limit-tightened" if (new > old) is upwards else "limit-relaxed"


def compare_conditions(pair: Pair, findings: Findings) -> None:
    """Compare the keywords that only a validator understands: whether they are there, and equal."""
    for name in _CONDITIONS:
        old, new = _condition(pair.old, name), _condition(pair.new, name)
        if canonical(old) != canonical(new):
            fact = "added" if not old else "removed" if not new else "changed"
            values = {"old": _sole(old), "new": _sole(new)}
            pair.add(findings, f"condition-{fact}", name, name=name, **values)
    for name in _CONTENTS:
        old, new = _condition(pair.old, name), _condition(pair.new, name)
        if old != new:
            pair.add(
                findings, "format-changed", name, old=_sole(old) or "any", new=_sole(new) or "any"
            )


def _condition(side: Shape, name: str) -> list[Any]:
    """What all parts of a schema say by a keyword; true says nothing."""
    values = [
        structure(part.value[name])
        for part in side.parts.values()
        if isinstance(part.value, dict) and part.value.get(name, True) is not True
    ]
    return sorted(values, key=canonical)


def _sole(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values

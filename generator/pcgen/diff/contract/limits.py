"""Compares the limits of schemas: bounds, lengths, counts and patterns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pcgen.diff.contract.equality import canonical
from pcgen.diff.contract.shapes import has_ignored_siblings
from pcgen.translate.keywords import CONSTRAINTS, LIMITS

if TYPE_CHECKING:
    from pcgen.diff.contract.pairs import SchemaPair
    from pcgen.spec import Node
    from pcgen.translate.shapes import Shape

    _Limits = dict[str, Any]

_COUNTS = frozenset(("minContains", "minItems", "minLength", "minProperties"))
_CONTAINED = ("minContains", "maxContains")
# JSON Schema searches for a pattern, so every string matches these.
_MATCHING_ALL = re.compile(r"\^?(\.\*)?|(\.\*)?\$")
_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def compare_limits(pair: SchemaPair) -> None:
    """Compare the limits of numbers, strings, arrays and objects."""
    before, after = _limits(pair.old), _limits(pair.new)
    _compare_bounds(pair, before, after)
    for name in LIMITS:
        old, new = before.get(name), after.get(name)
        is_default = name == "minContains" and {old, new} == {None, 1}
        if canonical(old) != canonical(new) and not is_default:
            pair.report(_change(name, old, new), name, name=name, old=old, new=new)


def _compare_bounds(pair: SchemaPair, before: _Limits, after: _Limits) -> None:
    """Compare, and remove, bounds that are inclusive in one document and exclusive in the other."""
    for exclusive, inclusive in _BOUNDS.items():
        sign = ">" if inclusive == "minimum" else "<"
        signs = {exclusive: sign, inclusive: f"{sign}="}
        for was, is_ in ((exclusive, inclusive), (inclusive, exclusive)):
            if was not in before or is_ not in after or is_ in before:
                continue
            old, new = before.pop(was), after.pop(is_)
            is_tighter = (new > old) is (sign == ">") if new != old else is_ == exclusive
            change = "limit-tightened" if is_tighter else "limit-relaxed"
            texts = {"old": f"{signs[was]} {old}", "new": f"{signs[is_]} {new}"}
            pair.report(change, is_, name=inclusive, **texts)


def _change(name: str, old: Any, new: Any) -> str:
    if old is None or new is None:
        return "limit-added" if old is None else "limit-removed"
    greater_is_tighter = LIMITS[name]
    if greater_is_tighter is not None:
        is_tighter = (new > old) is greater_is_tighter
    elif name == "multipleOf" and old and new % old == 0:
        is_tighter = True
    elif name == "multipleOf" and new and old % new == 0:
        is_tighter = False
    else:
        return "pattern-changed"
    return "limit-tightened" if is_tighter else "limit-relaxed"


def _limits(shape: Shape) -> _Limits:
    """The limits that exclude values, in the notation of OpenAPI 3.1."""
    found: _Limits = {}
    for part in shape.parts.values():
        for name, value in _own_limits(part).items():
            found[name] = _tighter(name, found[name], value) if name in found else value
    if shape.items is not None and shape.items.value is False:
        found["maxItems"] = len(shape.prefix)
    is_integer = shape.types == ("integer",)
    for exclusive, inclusive in _BOUNDS.items():
        _join_bounds(found, exclusive, inclusive, is_integer=is_integer)
    if is_integer and found.get("multipleOf") == 1:
        del found["multipleOf"]
    return {name: value for name, value in found.items() if not (name in _COUNTS and value == 0)}


def _own_limits(part: Node) -> _Limits:
    """The limits that one schema states itself."""
    if not isinstance(part.value, dict) or has_ignored_siblings(part):
        return {}
    names = [*CONSTRAINTS, *(_CONTAINED if "contains" in part.value else ())]
    found = {name: part.value[name] for name in names if name in part.value}
    for exclusive, inclusive in _BOUNDS.items():
        if found.get(exclusive) is True and inclusive in found:  # The notation of OpenAPI 3.0.
            found[exclusive] = found.pop(inclusive)
    return {name: value for name, value in found.items() if _is_limit(name, value)}


def _is_limit(name: str, value: Any) -> bool:
    """Whether a keyword with this value excludes anything."""
    if name == "uniqueItems":
        return value is True
    if name == "pattern":
        return isinstance(value, str) and not _MATCHING_ALL.fullmatch(value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _tighter(name: str, one: Any, other: Any) -> Any:
    """The tighter one of two limits that apply at once."""
    choose = min if LIMITS[name] is False else max
    return choose(one, other, key=None if LIMITS[name] is not None else canonical)


def _join_bounds(found: _Limits, exclusive: str, inclusive: str, *, is_integer: bool) -> None:
    """Keep the tighter one of two bounds; bounds of integers become inclusive."""
    step = 1 if inclusive == "minimum" else -1
    if is_integer and exclusive in found and found[exclusive] == int(found[exclusive]):
        last = found.pop(exclusive) + step
        found[inclusive] = _tighter(inclusive, found.get(inclusive, last), last)
    elif exclusive in found and inclusive in found:
        tighter = _tighter(inclusive, found[inclusive], found[exclusive])
        del found[inclusive if tighter == found[exclusive] else exclusive]

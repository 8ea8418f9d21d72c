"""The limits of arguments that the runtime checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen import ir

_SIZES = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
}


def limits_of(constraints: ir.Constraints) -> dict[str, float]:
    """Return the limits of an argument as the runtime names them.

    Patterns are not among them, since the dialects of regular expressions differ.
    """
    known = dict(constraints)
    found = {
        **dict(_bounds(known, "minimum", "at_least", "above")),
        **dict(_bounds(known, "maximum", "at_most", "below")),
    }
    step = known.get("multipleOf")
    if isinstance(step, int) and step > 1:  # Multiples of a fraction are not exact.
        found["multiple_of"] = step
    return found | {name: int(known[key]) for key, name in _SIZES.items() if known.get(key)}


def _bounds(
    known: dict[str, Any], keyword: str, inclusive: str, exclusive: str
) -> Iterator[tuple[str, float]]:
    """Yield a bound; in OpenAPI 3.0, an exclusive one is a flag beside it."""
    bound, outer = known.get(keyword), known.get(f"exclusive{keyword.capitalize()}")
    if bound is not None:
        yield exclusive if outer is True else inclusive, bound
    if outer is not None and not isinstance(outer, bool):
        yield exclusive, outer

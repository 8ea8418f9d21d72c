"""Limits of arguments, as the API description declares them."""

from __future__ import annotations

from collections.abc import Sized
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from .guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator


class Limits(TypedDict, total=False):
    """The limits of a value; each applies to values of its kind only."""

    at_least: float
    """The smallest number."""
    above: float
    """Numbers are greater than this one."""
    at_most: float
    """The greatest number."""
    below: float
    """Numbers are less than this one."""
    multiple_of: int
    """Integers are multiples of this one."""
    min_length: int
    """The fewest characters of a string."""
    max_length: int
    """The most characters of a string."""
    min_items: int
    """The fewest items of an array."""
    max_items: int
    """The most items of an array."""


def check_limits(name: str, limits: Limits, value: object) -> None:
    """Check the limits of an argument.

    Raises:
        ValueError: The value is beyond a limit.
    """
    if isinstance(value, bool):
        return
    if isinstance(value, int | float | Decimal):
        if not _is_within(limits, value):
            wanted = " and ".join(_number_limits(limits))
            raise ValueError(f"{name} must be {wanted}, not {_shown(value)}")
    elif isinstance(value, str):
        _check_size(
            name, len(value), limits.get("min_length"), limits.get("max_length"), "character"
        )
    elif isinstance(value, Sized) and not isinstance(value, bytes) and not is_mapping(value):
        _check_size(name, len(value), limits.get("min_items"), limits.get("max_items"), "item")


def _is_within(limits: Limits, value: float | Decimal) -> bool:
    # Comparisons with NaN are false: the encoder rejects it.
    return not (
        ("at_least" in limits and value < limits["at_least"])
        or ("above" in limits and value <= limits["above"])
        or ("at_most" in limits and value > limits["at_most"])
        or ("below" in limits and value >= limits["below"])
        or ("multiple_of" in limits and isinstance(value, int) and value % limits["multiple_of"])
    )


def _number_limits(limits: Limits) -> Iterator[str]:
    if "at_least" in limits and "at_most" in limits:
        yield f"from {limits['at_least']} to {limits['at_most']}"
    elif "at_least" in limits:
        yield f"at least {limits['at_least']}"
    elif "at_most" in limits:
        yield f"at most {limits['at_most']}"
    if "above" in limits:
        yield f"above {limits['above']}"
    if "below" in limits:
        yield f"below {limits['below']}"
    if "multiple_of" in limits:
        yield f"a multiple of {limits['multiple_of']}"


def _check_size(name: str, size: int, least: int | None, most: int | None, unit: str) -> None:
    if (least is None or size >= least) and (most is None or size <= most):
        return
    if least == most:
        wanted = f"exactly {_counted(least or 0, unit)}"
    elif least is not None and most is not None:
        wanted = f"from {least} to {_counted(most, unit)}"
    elif least is not None:
        wanted = f"at least {_counted(least, unit)}"
    else:
        wanted = f"at most {_counted(most or 0, unit)}"
    raise ValueError(f"{name} must have {wanted}, not {size}")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _shown(value: float | Decimal) -> str:
    try:
        text = str(value)
    except ValueError:  # Python does not print very long integers.
        return "a longer number"
    return text if len(text) <= 40 else f"{text[:37]}..."

"""Finds the name that a user meant. Import it only to word an error: `difflib` takes time."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 100
"""The time to compare grows with the square of the length."""


def nearest(name: str, choices: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the choice that is most like `name`, or ""."""
    folded = {choice.casefold(): choice for choice in sorted(choices) if len(choice) <= _LONGEST}
    found = get_close_matches(name[:_LONGEST].casefold(), folded, n=1) if name else []
    return f"; did you mean {folded[found[0]]!r}?" if found else ""

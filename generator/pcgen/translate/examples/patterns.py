"""Strings that match regular expressions."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from msgspec import Struct, field

_PREFERRED = (
    "abcdefghijklmnopqrstuvwxyz1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./:@+=,#$%&*!?()[]{}~ "
)
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_MOST = 5000  # Characters of a string.


def sample(pattern: str, least: int, most: int) -> str | None:
    """A string that matches a pattern and has an allowed length; None if none is found.

    Args:
        pattern: The regular expression.
        least: The fewest characters.
        most: The most characters.
    """
    try:
        expression = re.compile(pattern)
        parsed = import_module("re._parser").parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    for repeats in (6, 1, 0, least, 12, 24, 48):
        for branch in range(3):
            text = _Writer(min(repeats, _MOST), branch).text(parsed)
            if text is not None and least <= len(text) <= most and expression.search(text):
                return text
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern, if Python understands it, is found in a text."""
    try:
        return re.search(pattern, text) is not None
    except (re.error, RecursionError, OverflowError):
        return False


class _Writer(Struct):
    """Writes a string for a parsed pattern, which may still break a condition of it.

    Args:
        repeats: How often to repeat what may be repeated.
        branch: The index of the alternative to choose.
    """

    repeats: int
    branch: int
    groups: dict[int, str] = field(default_factory=dict)
    length: int = 0

    def text(self, parsed: Any) -> str | None:
        """The string; None if it would be too long."""
        try:
            return "".join(self._one(str(op), value, 0) for op, value in parsed)
        except _TooLong:
            return None

    def _all(self, parsed: Any, index: int) -> str:
        return "".join(self._one(str(op), value, index) for op, value in parsed)

    def _one(self, op: str, value: Any, index: int) -> str:
        """The text of one element, `index` times after the first of a repetition."""
        match op:
            case "LITERAL":
                return chr(value)
            case "ANY" | "NOT_LITERAL" | "IN":
                allowed = _allowed(op, value)
                return allowed[index % len(allowed)] if allowed else ""
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = value
                count = max(int(least), min(int(most), self.repeats))
                self.length += count
                if self.length > _MOST:
                    raise _TooLong
                return "".join(self._all(inner, turn) for turn in range(count))
            case "SUBPATTERN":
                group, _, _, inner = value
                text = self._all(inner, index)
                self.groups[group] = text
                return text
            case "ATOMIC_GROUP":
                return self._all(value, index)
            case "BRANCH":
                branches = value[1]
                return self._all(branches[min(self.branch, len(branches) - 1)], index)
            case "GROUPREF":
                return self.groups.get(value, "")
        return ""  # Conditions about the text around them.


class _TooLong(Exception):
    """The text has too many characters."""


def _allowed(op: str, value: Any) -> str:
    if op == "ANY":
        return _PREFERRED
    if op == "NOT_LITERAL":
        return _PREFERRED.replace(chr(value), "")
    is_negated = str(value[0][0]) == "NEGATE"
    members = value[1:] if is_negated else value
    known = "".join(c for c in _PREFERRED if any(_is_in(c, *m) for m in members) != is_negated)
    return known if known or is_negated else _first(*members[0])


def _is_in(character: str, op: Any, value: Any) -> bool:
    match str(op):
        case "LITERAL":
            return bool(ord(character) == value)
        case "RANGE":
            return bool(value[0] <= ord(character) <= value[1])
        case "CATEGORY":
            return re.fullmatch(_CATEGORIES[str(value)], character) is not None
    return False


def _first(op: Any, value: Any) -> str:
    """The first character of a member of a set."""
    return {"LITERAL": lambda: chr(value), "RANGE": lambda: chr(value[0])}.get(
        str(op), lambda: ""
    )()

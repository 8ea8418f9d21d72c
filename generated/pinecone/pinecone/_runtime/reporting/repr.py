"""Reprs of models that fit in a terminal: long lists, texts and vectors are shortened."""

from __future__ import annotations

from itertools import islice
from typing import Any, TypeGuard

from msgspec import UNSET, Struct

from ..data.guards import is_object
from ..data.record import JSONObject, Record

WIDTH = 88
MOST_LINES = 30
"""Only a model that has more fields takes more lines: one for each field."""

MOST_LEVELS = 20
_HEIGHTS = (2, 3, 4, 6, 8, 12)
LONGEST_TEXT = 80
FEWEST_SHORTENED = 12
"""Arrays with at least so many items show only the first three."""

_TAIL = len("... 99 more")

MOST_KEYS = 20
"""Mappings show so many keys; models show all their fields."""


class Parts(Struct, frozen=True):
    """The brackets of a value, its members after a prefix, and how many others are hidden."""

    opening: str
    members: list[tuple[str, Any]]
    closing: str
    hidden: int = 0


def render(value: object) -> str:
    """Return a value as text, on one line if it fits.

    Else each member has a line. As long as there are not too many lines, this also holds for
    members of members; deeper values show what fits on their lines, and a number for the rest.
    """
    try:
        return "\n".join(_best(value))
    except RecursionError:  # The caller's stack is deep already.
        return f"{type(value).__name__}(...)"


def squeezed(value: object, room: int) -> str:
    """Return a value on one line, of at most `room` characters if possible."""
    parts = parts_of(value)
    if parts is None:
        return _scalar(value, room)
    line = _line(value, room)
    if line is not None:
        return line
    if room < len(parts.opening + "...1 more" + parts.closing):
        return f"{parts.opening}...{parts.closing}"
    return _filled(parts, room, 0, 1)[0]


def parts_of(value: object) -> Parts | None:
    """Return the parts of a value; None for scalars, texts and vectors."""
    if isinstance(value, Record):
        members = [(f"{name}=", member) for name, member in fields_of(value)]
        extra = extra_of(value)
        return Parts(
            f"{type(value).__name__}(", [*members, *([("extra=", extra)] if extra else [])], ")"
        )
    if isinstance(value, JSONObject):
        members = [(f"{_name(name)}=", member) for name, member in _first(value.raw)]
        return Parts("UnknownVariant(", members, ")", len(value.raw) - len(members))
    if is_object(value):
        members = [(f"{squeezed(key, WIDTH // 2)}: ", member) for key, member in _first(value)]
        return Parts("{", members, "}", len(value) - len(members))
    if _is_list(value) and not _is_vector(value):
        opening, closing = "[]" if isinstance(value, list) else "()"
        members = [("", item) for item in (value if len(value) < FEWEST_SHORTENED else value[:3])]
        return Parts(opening, members, closing, len(value) - len(members))
    return None


def fields_of(model: Record) -> list[tuple[str, Any]]:
    """Return the fields that are set, and their values."""
    cls = type(model)
    tag = cls.__struct_config__.tag_field
    names = [name for name in (tag,) if name is not None and hasattr(cls, name)]
    values = [(name, getattr(model, name)) for name in (*names, *model.__struct_fields__)]
    return [(name, value) for name, value in values if value is not None and value is not UNSET]


def extra_of(model: Record) -> dict[str, Any]:
    """Return the properties besides the fields."""
    extra: dict[str, Any] = vars(model).get("_extra") or {}
    return extra


def shorten(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text of at most `longest` characters."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _best(value: object) -> list[str]:
    """Return the lines with the most levels that fit, and then with the most lines below them."""
    best, levels = _lines(value, WIDTH, 0, 1, 1), 1
    for more in range(2, MOST_LEVELS):
        lines = _lines(value, WIDTH, 0, more, 1)
        if lines == best or len(lines) > MOST_LINES:
            break
        best, levels = lines, more
    for height in _HEIGHTS:
        lines = _lines(value, WIDTH, 0, levels, height)
        if len(lines) > MOST_LINES:
            break
        best = lines
    return best


def _lines(value: object, width: int, used: int, levels: int, height: int) -> list[str]:
    """Return the lines of a value.

    Args:
        value: Any value.
        width: The columns of a line.
        used: The columns of the first line that the caller needs.
        levels: On how many levels each member has a line.
        height: How many lines a deeper value may have.
    """
    line = _line(value, width - used)
    parts = parts_of(value)
    if line is not None or parts is None:
        return [_scalar(value, width - used) if line is None else line]
    if levels == 0:
        return _filled(parts, width, used, height)
    lines = [parts.opening]
    for prefix, member in parts.members:
        block = _lines(member, width - 4, len(prefix) + 1, levels - 1, height)
        block[0] = prefix + block[0]
        block[-1] += ","
        lines += [f"    {line}" for line in block]
    if parts.hidden:
        lines.append(f"    ... {parts.hidden} more")
    return [*lines, parts.closing]


def _line(value: object, room: int) -> str | None:
    """Return a value on one line, or None if it does not fit."""
    parts = parts_of(value)
    if parts is None:
        text = _scalar(value, room if _is_list(value) else WIDTH)
        return text if len(text) <= room else None
    line = parts.opening
    for index, (prefix, member) in enumerate(parts.members):
        line += f", {prefix}" if index else prefix
        left = room - len(line) - len(parts.closing)
        member_line = _line(member, left) if left > 0 else None
        if member_line is None:
            return None
        line += member_line
    if parts.hidden:
        line += f", ... {parts.hidden} more"
    line += parts.closing
    return line if len(line) <= room else None


def _filled(parts: Parts, width: int, used: int, height: int) -> list[str]:
    """Return as many members as fit on some lines; arguments as of `_lines`."""
    words: list[str] = []
    left = width * height - used - len(parts.opening)
    for index, (prefix, member) in enumerate(parts.members):
        is_last = index == len(parts.members) - 1
        room = min(left if is_last else left - _TAIL, width - 4) - len(prefix) - 2
        words.append(prefix + squeezed(member, room if is_last else min(room, WIDTH // 2)))
        left -= len(words[-1]) + 2
        if left < 0:
            break
    while True:
        rest = len(parts.members) + parts.hidden - len(words)
        tail = [f"... {rest} more"] if rest else []
        lines = _wrapped(parts.opening, [*words, *tail], width, used)
        lines[-1] += parts.closing
        room = width - used if len(lines) == 1 else width - 1
        if not words or (len(lines) <= height and len(lines[-1]) <= room):
            return lines
        words.pop()


def _wrapped(opening: str, words: list[str], width: int, used: int) -> list[str]:
    """Return words on lines, separated by commas."""
    lines = [opening]
    for index, word in enumerate(words):
        room = width - 1 - (used if len(lines) == 1 else 0)
        if len(lines[-1]) + 1 + len(word) > room and index:
            lines.append("   ")
        space = " " if index else ""
        lines[-1] += f"{space}{word}" + ("," if index < len(words) - 1 else "")
    return lines


def _first(mapping: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(islice(mapping.items(), MOST_KEYS))


def _name(text: str) -> str:
    return shorten(text, WIDTH // 2) if text.isidentifier() else squeezed(text, WIDTH // 2)


def _is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    # A named tuple has its own repr.
    return isinstance(value, list) or type(value) is tuple


def _is_vector(items: list[Any] | tuple[Any, ...]) -> bool:
    return bool(items) and set(map(type, items)) <= {int, float}


def _scalar(value: object, room: int) -> str:
    """Return a scalar, a text or a vector, of at most `room` characters if possible."""
    if isinstance(value, str | bytes):
        return _text(value, max(room, 8))
    if _is_list(value):
        return _vector(value, room)
    try:
        line = repr(value)
    except Exception:  # Python limits the digits of integers; other classes may have bugs.
        return "..."
    line = line if line.isprintable() else " ".join(line.split())
    return shorten(line, max(room, 8))


def _vector(numbers: list[Any] | tuple[Any, ...], room: int) -> str:
    """Return a vector, or its first three numbers or fewer."""
    opening, closing = "[]" if isinstance(numbers, list) else "()"
    whole = len(numbers) if len(numbers) < FEWEST_SHORTENED else 3
    line = ""
    for count in (whole, 3, 2, 1):
        shown = [_scalar(number, 24) for number in numbers[:count]]
        rest = len(numbers) - len(shown)
        line = opening + ", ".join([*shown, *([f"... {rest} more"] if rest else [])]) + closing
        if len(line) <= room:
            break
    return line


def _text(text: str | bytes, room: int) -> str:
    """Return the beginning of a text, in quotes."""
    if len(text) <= LONGEST_TEXT:
        whole = repr(text)
        if len(whole) <= room:
            return whole
    count = min(LONGEST_TEXT - 3, room - 5)
    while True:
        head = text[:count]
        line = repr(f"{head}...") if isinstance(head, str) else f"{head!r}..."
        if len(line) <= room or count <= 1:
            return line
        count = min(count - 1, count * room // len(line))

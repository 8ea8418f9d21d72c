"""Reprs of models, with long texts and vectors shortened."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, TypeGuard

from msgspec import UNSET

from ..data.guards import is_object
from ..data.record import JSONObject, Record

WIDTH = 88
LONGEST_TEXT = 80
FEWEST_SHORTENED = 12
"""Arrays of numbers with at least so many items show only the first three."""

MOST_ITEMS = 100
MOST_ROWS = 20
MOST_LEVELS = 20
"""Deeper and recursive values show as `...`."""


def render(value: object) -> str:
    """Return a value as text, on one line if it fits."""
    return "\n".join(_lines(value, MOST_LEVELS))


def _lines(value: object, levels: int) -> list[str]:
    """Return the lines of a value; the caller may put a prefix before the first."""
    if isinstance(value, str | bytes):
        return [_shortened(value)]
    parts = _parts(value)
    if parts is None:
        return [_scalar(value)]
    opening, members, closing = parts
    if members and levels == 0:
        return [f"{opening}...{closing}"]
    return _block(opening, members[:MOST_ITEMS], closing, len(members) - MOST_ITEMS, levels)


def _parts(value: object) -> tuple[str, list[tuple[str, Any]], str] | None:
    """Return the opening, the members and the closing of a value; None for scalars and vectors."""
    if isinstance(value, Record):
        extra = _extra(value)
        members = [*_members(value), *([("extra=", extra)] if extra else [])]
        return f"{type(value).__name__}(", members, ")"
    if isinstance(value, JSONObject):
        members = [(f"{name}=", item) for name, item in value.raw.items()]
        return "UnknownVariant(", members, ")"
    if is_object(value):
        members = [(f"{_short_key(key)}: ", item) for key, item in value.items()]
        return "{", members, "}"
    if _is_list(value) and not _is_vector(value):
        opening, closing = "[]" if isinstance(value, list) else "()"
        return opening, [("", item) for item in value], closing
    return None


def _is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    # A named tuple has its own repr.
    return isinstance(value, list) or type(value) is tuple


def _is_vector(items: list[Any] | tuple[Any, ...]) -> bool:
    """Whether a list is shortened to its first items."""
    return len(items) >= FEWEST_SHORTENED and set(map(type, items)) <= {int, float}


def _scalar(value: object) -> str:
    if _is_list(value):
        opening, closing = "[]" if isinstance(value, list) else "()"
        head = ", ".join(map(_scalar, value[:3]))
        return f"{opening}{head}, ...{len(value) - 3} more{closing}"
    try:
        return repr(value)
    except ValueError:  # Python limits the digits of integers.
        return "..."


def _short_key(key: object) -> str:
    return _shortened(key) if isinstance(key, str) else repr(key)


def _members(model: Record) -> list[tuple[str, Any]]:
    """Return the fields that are set."""
    cls = type(model)
    tag = cls.__struct_config__.tag_field
    names = [name for name in (tag,) if name is not None and hasattr(cls, name)]
    values = [(name, getattr(model, name)) for name in (*names, *model.__struct_fields__)]
    return [
        (f"{name}=", value) for name, value in values if value is not None and value is not UNSET
    ]


def _extra(model: Record) -> dict[str, Any]:
    """Return the properties besides the fields."""
    extra: dict[str, Any] = vars(model).get("_extra") or {}
    return extra


def _block(
    opening: str, members: list[tuple[str, Any]], closing: str, more: int, levels: int
) -> list[str]:
    """Return members in brackets, on one line if they fit, else on a line each."""
    blocks = [_prefixed(prefix, _lines(value, levels - 1)) for prefix, value in members]
    if all(len(block) == 1 for block in blocks) and more <= 0:
        line = opening + ", ".join(block[0] for block in blocks) + closing
        if len(line) <= WIDTH:
            return [line]
    lines = [opening]
    for block in blocks:
        lines += [f"    {line}" for line in block]
        lines[-1] += ","
    if more > 0:
        lines.append(f"    ...{more} more")
    return [*lines, closing]


def _prefixed(prefix: str, lines: list[str]) -> list[str]:
    return [prefix + lines[0], *lines[1:]]


def _shortened(text: str | bytes) -> str:
    if isinstance(text, str):
        return repr(_shorten(text))
    return repr(text) if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]!r}..."


def render_table(title: str, items: list[Any]) -> str:
    """Return items as an HTML table, for notebooks; models get a column for each field."""
    rows = [dict(_cells(item)) for item in items[:MOST_ROWS]]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    lines = [f"<table><caption>{escape(title)}: {len(items)} items</caption>"]
    lines.append(f"<thead><tr>{head}</tr></thead><tbody>")
    for row in rows:
        cells = "".join(f"<td>{escape(row.get(name, ''))}</td>" for name in columns)
        lines.append(f"<tr>{cells}</tr>")
    if len(items) > len(rows):
        more = f"...{len(items) - len(rows)} more"
        lines.append(f'<tr><td colspan="{max(len(columns), 1)}">{more}</td></tr>')
    return "".join([*lines, "</tbody></table>"])


def _cells(item: object) -> Iterable[tuple[str, str]]:
    if isinstance(item, Record):
        for name, value in _members(item):
            yield name.removesuffix("="), _cell(value)
        for name, value in _extra(item).items():
            yield name, _cell(value)
    elif isinstance(item, JSONObject):
        for name, value in item.raw.items():
            yield name, _cell(value)
    else:
        yield "value", _cell(item)


def _cell(value: object) -> str:
    return _shorten(value) if isinstance(value, str) else render(value)


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."

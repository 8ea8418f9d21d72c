"""Readable forms of models, with long texts and vectors shortened."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from msgspec import UNSET

from .kinds import is_array, is_object
from .models import Model, UnknownVariant

WIDTH = 88
LONGEST_TEXT = 80
FEWEST_SHORTENED = 12
"""Arrays of numbers with at least so many items show only the first three."""

MOST_ITEMS = 100
MOST_ROWS = 20


def render(value: object) -> str:
    """Return a value as text, on one line if it fits."""
    return "\n".join(_lines(value))


def _lines(value: object) -> list[str]:
    """Return the lines of a value; the first stands behind whatever is before it."""
    if isinstance(value, Model):
        return _block(f"{type(value).__name__}(", _members(value), ")")
    if isinstance(value, UnknownVariant):
        members = [(f"{name}=", item) for name, item in value.raw.items()]
        return _block("UnknownVariant(", members, ")")
    if is_object(value):
        return _dict(value)
    if is_array(value):
        return _array(value)
    if isinstance(value, str | bytes):
        return [_shortened(value)]
    return [repr(value)]


def _members(model: Model) -> list[tuple[str, Any]]:
    """Return the fields that were given, and what came besides them."""
    cls = type(model)
    tag = cls.__struct_config__.tag_field
    names = [name for name in (tag,) if name is not None and hasattr(cls, name)]
    values = [(name, getattr(model, name)) for name in (*names, *model.__struct_fields__)]
    extra: dict[str, Any] = vars(model).get("_extra") or {}
    shown = [(f"{name}=", value) for name, value in values if value is not None]
    return [
        *((name, value) for name, value in shown if value is not UNSET),
        *((f"{name}=", value) for name, value in extra.items()),
    ]


def _dict(members: dict[Any, Any]) -> list[str]:
    return _block("{", [(f"{key!r}: ", item) for key, item in members.items()], "}")


def _array(items: list[Any]) -> list[str]:
    if len(items) >= FEWEST_SHORTENED and all(type(item) in (int, float) for item in items):
        head = ", ".join(map(repr, items[:3]))
        return [f"[{head}, ...{len(items) - 3} more]"]
    shown: list[tuple[str, Any]] = [("", item) for item in items[:MOST_ITEMS]]
    if len(items) > MOST_ITEMS:
        return _block("[", shown, f"    ...{len(items) - MOST_ITEMS} more\n]")
    return _block("[", shown, "]")


def _block(opening: str, members: Iterable[tuple[str, Any]], closing: str) -> list[str]:
    """Return what is between brackets on one line, or on a line each."""
    blocks = [_prefixed(prefix, _lines(value)) for prefix, value in members]
    if not blocks:
        return [opening + closing.lstrip()]
    if all(len(block) == 1 for block in blocks) and "\n" not in closing:
        line = opening + ", ".join(block[0] for block in blocks) + closing
        if len(line) <= WIDTH:
            return [line]
    lines = [opening]
    for block in blocks:
        lines += [f"    {line}" for line in block]
        lines[-1] += ","
    return [*lines, *closing.split("\n")]


def _prefixed(prefix: str, lines: list[str]) -> list[str]:
    return [prefix + lines[0], *lines[1:]]


def _shortened(text: str | bytes) -> str:
    if len(text) <= LONGEST_TEXT:
        return repr(text)
    head = text[: LONGEST_TEXT - 3]
    return repr(f"{head}...") if isinstance(head, str) else f"{head!r}..."


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
        lines.append(f'<tr><td colspan="{len(columns)}">{more}</td></tr>')
    return "".join([*lines, "</tbody></table>"])


def _cells(item: object) -> Iterable[tuple[str, str]]:
    if isinstance(item, Model):
        for name, value in _members(item):
            yield name.removesuffix("="), value if isinstance(value, str) else render(value)
    elif isinstance(item, UnknownVariant):
        for name, value in item.raw.items():
            yield name, value if isinstance(value, str) else render(value)
    else:
        yield "value", render(item)

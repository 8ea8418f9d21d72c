"""HTML tables of lists, for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ..data.record import JSONObject, Record
from .repr import WIDTH, extra_of, fields_of, shorten, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ROWS = 20


def render_table(model: object, field: str, items: list[Any]) -> str:
    """Return the items of a list as an HTML table; models get a column for each field.

    Args:
        model: The list; the caption shows its other fields.
        field: The field with the items.
        items: The items.
    """
    head = fields_of(model) if isinstance(model, Record) else []
    facts = [f"{name}={squeezed(value, WIDTH)}" for name, value in head if name != field]
    caption = ", ".join([f"{type(model).__name__}: {len(items)} items", *facts])
    rows = [dict(_cells(item)) for item in items[:MOST_ROWS]]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    names = "".join(f"<th>{_html(name)}</th>" for name in columns)
    lines = [f"<table><caption>{_html(caption)}</caption>"]
    lines.append(f"<thead><tr>{names}</tr></thead><tbody>")
    for row in rows:
        cells = "".join(f"<td>{_html(row.get(name, ''))}</td>" for name in columns)
        lines.append(f"<tr>{cells}</tr>")
    if len(items) > len(rows):
        more = f"... {len(items) - len(rows)} more"
        lines.append(f'<tr><td colspan="{max(len(columns), 1)}">{more}</td></tr>')
    return "".join([*lines, "</tbody></table>"])


def _cells(item: object) -> Iterable[tuple[str, str]]:
    if isinstance(item, Record):
        properties = [*fields_of(item), *extra_of(item).items()]
    elif isinstance(item, JSONObject):
        properties = list(item.raw.items())
    else:
        properties = [("value", item)]
    for name, value in properties:
        yield shorten(name), shorten(value) if isinstance(value, str) else squeezed(value, WIDTH)


def _html(text: str) -> str:
    # Notebooks refuse unpaired surrogates.
    return escape(text.encode("utf-8", "replace").decode())

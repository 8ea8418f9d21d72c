"""Tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .text import pad, shorten, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "   "
_NARROW = 12
"""Columns are at least this wide, if the terminal has room."""
_NARROWEST = 5


def fitting(columns: int | None, count: int) -> int:
    """How many columns a terminal has room for, at least one."""
    if columns is None:
        return count
    return max(1, (columns + len(_GAP)) // (_NARROW + len(_GAP)))


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], columns: int | None) -> list[str]:
    """The lines of a table, the heading first.

    Args:
        titles: The headings.
        rows: The cells of each row.
        columns: The width of the terminal, or None: then nothing is shortened.
    """
    if not titles:
        return []
    lines = [[title.upper() for title in titles], *rows]
    natural = [max(map(width, column)) for column in zip(*lines, strict=True)]
    widths = [max(_NARROW, one) for one in natural]
    if columns is not None:
        widths = _narrowed(widths, natural, columns)
        lines = [
            [shorten(text, limit) for text, limit in zip(line, widths, strict=True)]
            for line in lines
        ]
    return [_joined(line, widths) for line in lines]


def attribute_table(rows: Sequence[tuple[str, str, bool]], columns: int | None) -> list[str]:
    """The lines of a table of attributes.

    Args:
        rows: Labels and values, and whether a value is JSON: a terminal shortens it, while prose
            continues on the next line.
        columns: The width of the terminal, or None: then nothing is shortened.
    """
    if not rows:
        return []
    labels = max(_NARROW, *(width(label) for label, *_ in rows))
    lines = [_joined(["ATTRIBUTE", "VALUE"], [labels, 0])]
    for label, value, is_json in rows:
        room = max(_NARROW, (columns or 0) - labels - len(_GAP))
        if columns is None:
            parts = [value]
        else:
            parts = [shorten(value, room)] if is_json else wrap(value, room)
        for i, part in enumerate(parts):
            lines.append(_joined(["" if i else label, part], [labels, 0]))
    return lines


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (pad(text, limit) for text, limit in zip(cells, widths, strict=True))
    return _GAP.join(padded).rstrip()


def _narrowed(widths: list[int], natural: list[int], columns: int) -> list[int]:
    """Leave out spaces, and then narrow the widest columns, until the table fits.

    The first column has the names that people copy: up to a third of the room, it is narrowed last.
    """
    room = columns - len(_GAP) * (len(widths) - 1)
    if sum(widths) <= room:
        return widths
    narrowed = [min(limit, room) for limit in natural]
    for first in (1, 0) if narrowed[0] <= room // 3 else (0,):
        others = range(first, len(narrowed))
        while sum(narrowed) > room and others:
            widest = max(others, key=lambda i: narrowed[i])
            if narrowed[widest] <= _NARROWEST:
                break
            narrowed[widest] -= 1
    return narrowed

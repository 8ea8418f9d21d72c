"""Which columns a table has, and the text of its cells."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .text import ELLIPSIS, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .values import JSON

_TITLED = re.compile(r"([\w /-]+)=([^=].*)", re.DOTALL)
_PATH = re.compile(r"\w+(\.\w+)*")
_WORDS = re.compile(r"[\W_]+|(?<=[a-z0-9])(?=[A-Z])")
_ABBREVIATIONS = {"Api", "Id", "Ip", "Uri", "Url"}
_LONGEST_VECTOR = 8


@dataclass(frozen=True)
class Column:
    """A column of a table, or a row of an attribute table.

    Attributes:
        title: The heading, in capitals where words start.
        find: Finds the value in a row; returns None if there is none.
    """

    title: str
    find: Callable[[JSON], JSON]


def chosen(columns: Sequence[str]) -> list[Column]:
    """Columns from `path` or `TITLE=path`, where a path may be any JMESPath expression."""
    pairs = [_split(column) for column in columns]
    titles = _unique(pairs)
    return [Column(title, _finder(path)) for title, (_, path) in zip(titles, pairs, strict=True)]


def derived(rows: Sequence[dict[str, JSON]]) -> list[Column]:
    """A column for each key that has a value in some row, those with plain values first."""
    nested: dict[str, bool] = {}
    for row in rows:
        for key, value in row.items():
            if not _is_empty(value):
                nested[key] = nested.get(key, False) or is_nested(value)
    keys = sorted(nested, key=lambda key: nested[key])
    keys = keys or list(dict.fromkeys(key for row in rows for key in row))
    titles = _unique([("", key) for key in keys])
    return [Column(title, getter((key,))) for key, title in zip(keys, titles, strict=True)]


def attributes(value: dict[str, JSON]) -> list[Column]:
    """A column for each value of an object and of the objects in it."""
    return [Column(heading(" ".join(path)), getter(path)) for path in paths(value)]


def paths(value: dict[str, JSON], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the keys that lead to each value that is no object."""
    for key, inner in value.items():
        path = (*above, key)
        if isinstance(inner, dict) and inner:
            yield from paths(inner, path)
        else:
            yield path


def heading(name: str) -> str:
    """`created_at` and `createdAt` become `Created At`."""
    words = [word[:1].upper() + word[1:] for word in _WORDS.split(name) if word]
    return visible(" ".join(w.upper() if w in _ABBREVIATIONS else w for w in words)) or "Value"


def _unique(columns: Sequence[tuple[str, str]]) -> list[str]:
    """Titles: those given, else the last word of the path, or all words if that is not unique."""
    short = [title or heading(path.rpartition(".")[2]) for title, path in columns]
    return [
        given or (title if short.count(title) == 1 else heading(path))
        for (given, path), title in zip(columns, short, strict=True)
    ]


def _split(column: str) -> tuple[str, str]:
    titled = _TITLED.fullmatch(column)
    return (titled[1].strip(), titled[2]) if titled else ("", column)


def _finder(path: str) -> Callable[[JSON], JSON]:
    if _PATH.fullmatch(path):
        return getter(tuple(path.split(".")))
    from .query import compiled

    return compiled(path)


def getter(path: tuple[str, ...]) -> Callable[[JSON], JSON]:
    """Return what finds the value at some keys."""

    def get(value: JSON) -> JSON:
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    return get


def is_nested(value: JSON) -> bool:
    """Whether a cell shows a value as JSON."""
    if isinstance(value, list):
        return not all(isinstance(item, str) for item in value)
    return isinstance(value, dict)


def _is_empty(value: JSON) -> bool:
    return value is None or value in ("", [], {})


def cell(value: JSON, empty: str, *, short: bool) -> str:
    """A value as one line: strings as they are, lists of strings with commas, the rest as JSON.

    Args:
        value: JSON value of JSON.
        empty: What stands for null and for empty values.
        short: Whether long vectors are shortened.
    """
    if _is_empty(value):
        return empty
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        texts = [item for item in value if isinstance(item, str)]
        if len(texts) == len(value):
            return visible(", ".join(texts))
    return visible(_shortened(value) if short else _json(value))


def _shortened(value: JSON) -> str:
    """JSON with two numbers of each long vector."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(k)}: {_shortened(v)}" for k, v in value.items()) + "}"
    if not isinstance(value, list):
        return _json(value)
    if len(value) <= _LONGEST_VECTOR or not all(map(_is_number, value)):
        return "[" + ", ".join(map(_shortened, value)) + "]"
    first = ", ".join(map(_json, value[:2]))
    return f"[{first}, {ELLIPSIS} {len(value) - 2} more]"


def _json(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

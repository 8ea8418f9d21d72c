"""The type of what commands print."""

from __future__ import annotations

from typing import TypeAlias

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"


def as_list(value: JSON) -> list[JSON]:
    """The items of a list, or the value as the only item."""
    return value if isinstance(value, list) else [value]


def as_rows(items: list[JSON]) -> list[dict[str, JSON]]:
    """Items as rows of a table, with a column `value` for those without keys."""
    return [item if isinstance(item, dict) else {"value": item} for item in items]

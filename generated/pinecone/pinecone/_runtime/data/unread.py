"""Warns if a caller iterates over a page that is not the last one of its list."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TypeVar, cast

from msgspec import UNSET

from ..errors import UnreadPagesWarning
from ..reporting.caller import caller

T = TypeVar("T")


def mark(page: T, *, read: bool) -> T:
    """Return a page, marked: whether the caller reads, or declined to read, the next pages."""
    state: object = getattr(page, "__dict__", None)
    if isinstance(state, dict):
        state["_unread"] = not read
    return page


def warn_if_unread(page: object, more: str, done: str) -> None:
    """Warn, once for each page, if it tells of a next page that the caller does not read.

    Args:
        page: The page.
        more: The path of a flag or cursor that the last page lacks; "" = there is none.
        done: The path of a flag that is true on the last page, likewise.
    """
    is_unread = vars(page).get("_unread")
    if is_unread is None:
        is_unread = value_at(page, more) if more else value_at(page, done) is False
    if is_unread and is_unread is not UNSET:
        mark(page, read=True)
        warnings.warn(
            f"{type(page).__name__}: these are the items of one page, and there are more",
            UnreadPagesWarning,
            stacklevel=caller(),
        )


def value_at(value: object, path: str) -> object:
    """Return the value at a path of attributes or keys, joined by dots, or None."""
    for name in path.split(".") if path else ():
        if isinstance(value, Mapping):
            value = cast("Mapping[str, object]", value).get(name)
        else:
            value = getattr(value, name, None)
    return value

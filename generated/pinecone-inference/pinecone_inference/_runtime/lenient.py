"""The road for answers that do not fit: keep what came, and say where it differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from .codec import Drift, InvalidJSON, Mismatch

if TYPE_CHECKING:
    from collections.abc import Callable


def parse(data: bytes | str) -> Any:
    """Read JSON without a type."""
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise InvalidJSON("JSON is nested too deeply") from None
    except ValueError as error:
        raise InvalidJSON(str(error)) from None


def walk(
    value: object, type_: Any, strict: bool, on_drift: Callable[[Drift], None] | None
) -> Any:
    """First version: strict."""
    try:
        return msgspec.convert(value, type_)
    except msgspec.ValidationError as error:
        if strict:
            raise Mismatch("$", str(type_), str(error)) from None
        if on_drift:
            on_drift(Drift("$", "type", str(type_), "something else"))
        return value

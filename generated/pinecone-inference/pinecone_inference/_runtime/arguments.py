"""First version."""

from __future__ import annotations

from typing import Any, cast

import msgspec.structs
from msgspec import UNSET

from .models import Model


def check(name: str, value: object, required: bool) -> None:
    """Check one."""
    if required and (value is None or value is UNSET):
        raise TypeError(f"missing required argument: {name!r}")
    if required and value in ("", [], ()):
        raise ValueError(f"{name!r} must not be empty")


def build_body(type_: Any, values: object) -> object:
    """Build."""
    if not (isinstance(type_, type) and issubclass(type_, Model)) or isinstance(values, Model):
        return values
    data: dict[str, Any] = {}
    given = cast("dict[str, Any]", values)
    for info in msgspec.structs.fields(type_):
        value = given.get(info.name)
        check(info.name, value, info.required)
        if value is not None and value is not UNSET:
            data[info.encode_name] = value
    return data

"""The base class of the IR."""

from __future__ import annotations

from msgspec import Struct


class Value(Struct, frozen=True):
    """An immutable node of the IR; its encoding names its class."""

"""How JSON can differ from what is expected."""

from __future__ import annotations

from msgspec import Struct

from ..lazy import publish


class Drift(Struct, frozen=True):
    """One difference between a response and what this version of the package expects."""

    path: str
    """The JSON path; `[*]` stands for every index and every key of a map."""
    kind: str
    """"missing", "unknown", "null", "enum", "variant", "type" or "depth"."""
    expected: str
    """What was expected."""
    found: str
    """What was found, without its value."""


publish("types", Drift)

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


class InvalidJSON(ValueError):
    """The text is not JSON, or is nested too deeply."""


class Mismatch(ValueError):
    """The JSON does not match the expected type."""

    def __init__(self, path: str, expected: str, found: str) -> None:
        """Store the JSON path, what was expected, and what was found."""
        super().__init__(path, expected, found)
        self.path = path
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        """Return one line that shows no value."""
        return f"{self.path}: expected {self.expected}, found {self.found}"


publish("errors", InvalidJSON, Mismatch)
publish("types", Drift)

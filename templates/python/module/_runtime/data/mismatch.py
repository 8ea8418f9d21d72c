"""How JSON can differ from what is expected."""

from __future__ import annotations

from msgspec import Struct


class Drift(Struct, frozen=True):
    """One way in which an answer differs from what this version of the package expects."""

    path: str
    """Where, as a JSON path in which `[*]` stands for every index and every key of a map."""
    kind: str
    """"missing", "unknown", "null", "enum", "variant", "type" or "depth"."""
    expected: str
    """What should be there."""
    found: str
    """What is there, without its value."""


class InvalidJSON(ValueError):
    """A text is not JSON, or is nested too deeply to be read."""


class Mismatch(ValueError):
    """JSON is not of the type that it should be of."""

    def __init__(self, path: str, expected: str, found: str) -> None:
        """Name the place, and describe what should be there and what is."""
        super().__init__(path, expected, found)
        self.path = path
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        """Return one line that shows no value."""
        return f"{self.path}: expected {self.expected}, found {self.found}"

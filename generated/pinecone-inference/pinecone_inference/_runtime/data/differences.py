"""Where answers differ from what is expected, and how."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from types import NoneType
from typing import Any, TypeAlias

from .guards import is_array, is_object, kind_of
from .mismatch import Drift, Mismatch

Path: TypeAlias = "tuple[Path | None, str | int]"
"""Where a value stands: the place around it, and the step from there.

A step is the name of a property, an index, or -1 for any index or key.
"""

Reader: TypeAlias = "Callable[[Any, Path, Sink], Any]"
"""Turns a decoded JSON value into what a type has for it."""

Note: TypeAlias = tuple[Path, str, str, object]
"""The arguments of one `Sink.report`."""

DEEPEST = 100
"""How deep models may nest; what is deeper is kept as it came."""

ROOT: Path = (None, "$")
NAMES: dict[Any, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    Decimal: "a huge number",
    NoneType: "null",
}
_NAME = re.compile(r"[\w$@:+-]+")
_LARGEST_FLOAT = 1024
"""In bits."""


class Sink:
    """Takes what differs, once for each place.

    Attributes:
        strict: Nothing may differ.
        bulk: What fits may be built whole by msgspec. Not where a number may be a `Decimal`, of
            which it would make an infinite float.
        memo: What was tried.
    """

    __slots__ = ("_seen", "_tell", "bulk", "memo", "strict")

    def __init__(self, tell: Callable[[Drift], None] | None, *, strict: bool, bulk: bool) -> None:
        self._tell = tell
        self._seen: set[tuple[Path, str, str, type]] = set()
        self.strict = strict
        self.bulk = bulk
        self.memo: dict[tuple[int, int], tuple[Any, list[Note]]] = {}

    def report(self, path: Path, kind: str, expected: str, found: object) -> None:
        """Note that a value differs from what was expected.

        Raises:
            Mismatch: Nothing may differ.
        """
        if self.strict:
            raise Mismatch(_text(path), expected, _describe(found))
        place = (path, kind, expected, kind_of(found))
        if self._tell is not None and place not in self._seen:
            self._seen.add(place)
            self._tell(Drift(_text(path), kind, expected, _describe(found)))

    def replay(self, notes: list[Note]) -> None:
        """Report what a trial noted."""
        for note in notes:
            self.report(*note)

    def attempt(self, read: Reader, value: object, path: Path) -> tuple[Any, list[Note]]:
        """Read without reporting; return what was read, and what there would be to report.

        An object within objects of several candidates is read once for all of them: else the
        time would double with every level.
        """
        key = (id(read), id(value))
        known = self.memo.get(key)
        if known is None:
            trial = _Trial(self)
            known = read(value, path, trial), trial.notes
            if is_object(value) or is_array(value):
                self.memo[key] = known
        return known


class _Trial(Sink):
    """Notes what differs, for the case that the reading is kept."""

    __slots__ = ("notes",)

    def __init__(self, sink: Sink) -> None:
        super().__init__(None, strict=sink.strict, bulk=sink.bulk)
        self.memo = sink.memo
        self.notes: list[Note] = []

    def report(self, path: Path, kind: str, expected: str, found: object) -> None:
        self.notes.append((path, kind, expected, found))


def is_deep(path: Path) -> bool:
    """Whether a place is below the levels that models may have."""
    depth, place = 0, path[0]
    while place is not None:
        depth, place = depth + 1, place[0]
    return depth > DEEPEST


def _text(path: Path) -> str:
    steps: list[str | int] = []
    place: Path | None = path
    while place is not None:
        place, step = place
        steps.append(step)
    first, *rest = reversed(steps)
    return str(first) + "".join(map(_step, rest))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return "[*]" if step < 0 else f"[{step}]"
    # Whatever an answer calls a property, a path is one line and not long.
    plain = len(step) <= 80 and (step.isidentifier() or _NAME.fullmatch(step) is not None)
    return f".{step}" if plain else f"[{step[:80]!r}]"


def _describe(value: object) -> str:
    """Say what kind of JSON a value is, without the value."""
    if isinstance(value, int) and value.bit_length() > _LARGEST_FLOAT:
        return NAMES[Decimal]
    return "nothing" if value is Ellipsis else NAMES.get(type(value), "something else")

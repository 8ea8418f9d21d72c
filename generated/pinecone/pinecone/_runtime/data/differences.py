"""The differences between JSON and its type: their paths, and how they are collected."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from msgspec import UnsetType

from ..errors import Mismatch
from .any_of import union_of
from .guards import is_array, is_object, kind_of
from .mismatch import Drift

Path: TypeAlias = "tuple[Path | None, str | int]"
"""The path of a value: that of its container, and the step from there.

A step is the name of a property, an index, or -1 for any index or key.
"""

Reader: TypeAlias = "Callable[[Any, Path, Sink], Any]"
"""Converts a decoded JSON value to a type."""

Note: TypeAlias = tuple[Path, str, str, object]
"""The arguments of one `Sink.report`."""

DEEPEST = 100
"""How deep models may nest; deeper values are kept unchanged."""

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
"""The size of the largest float, in bits."""


class Sink:
    """Collects differences, each once.

    Attributes:
        strict: Whether a difference raises.
        bulk: Whether msgspec may build values that match. It must not if there may be a
            `Decimal`, which it would convert to infinity.
        memo: The outcomes of attempts.
    """

    __slots__ = ("_seen", "_tell", "bulk", "memo", "strict")

    def __init__(self, tell: Callable[[Drift], None] | None, *, strict: bool, bulk: bool) -> None:
        self._tell = tell
        self._seen: set[tuple[Path, str, str, type]] = set()
        self.strict = strict
        self.bulk = bulk
        self.memo: dict[tuple[int, int], tuple[Any, list[Note]]] = {}

    def report(self, path: Path, kind: str, expected: str, found: object) -> None:
        """Report that a value differs from what was expected.

        Raises:
            Mismatch: `strict` is set.
        """
        if self.strict:
            raise Mismatch(_text(path), expected, _describe(found))
        place = (path, kind, expected, kind_of(found))
        if self._tell is not None and place not in self._seen:
            self._seen.add(place)
            self._tell(Drift(_text(path), kind, expected, _describe(found)))

    def replay(self, notes: list[Note]) -> None:
        """Report the differences of an attempt."""
        for note in notes:
            self.report(*note)

    def attempt(self, read: Reader, value: object, path: Path) -> tuple[Any, list[Note]]:
        """Read without reporting; return the value and its differences.

        Outcomes are kept: reading nested unions again for each case would double the time with
        every level.
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
    """Keeps differences, to be reported if this attempt is chosen."""

    __slots__ = ("notes",)

    def __init__(self, sink: Sink) -> None:
        super().__init__(None, strict=sink.strict, bulk=sink.bulk)
        self.memo = sink.memo
        self.notes: list[Note] = []

    def report(self, path: Path, kind: str, expected: str, found: object) -> None:
        self.notes.append((path, kind, expected, found))


def is_deep(path: Path) -> bool:
    """Whether a path is deeper than models may nest."""
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
    # Whatever the name of a property is, a path is one short line.
    plain = len(step) <= 80 and (step.isidentifier() or _NAME.fullmatch(step) is not None)
    return f".{step}" if plain else f"[{step[:80]!r}]"


def _describe(value: object) -> str:
    """Return the JSON type of a value, for messages."""
    if isinstance(value, int) and value.bit_length() > _LARGEST_FLOAT:
        return NAMES[Decimal]
    return "nothing" if value is Ellipsis else NAMES.get(type(value), "another type")


def expected_of(type_: Any) -> str:
    """Describe a type for messages."""
    type_ = union_of(type_)
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return expected_of(args[0])
    if origin is Literal:
        shown = ", ".join(map(repr, args[:8]))
        return f"one of {shown}, ..." if len(args) > 8 else f"one of {shown}"
    if origin in (Union, UnionType):
        cases = [expected_of(case) for case in args if case is not UnsetType]
        return " or ".join(dict.fromkeys(cases))
    if origin is tuple:
        return f"an array of {len(args)} items"
    if origin in (list, dict):
        return NAMES[origin]
    return NAMES.get(type_) or str(getattr(type_, "__name__", type_))

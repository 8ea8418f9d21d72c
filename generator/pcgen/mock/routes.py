"""Finds the operations of a path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import unquote

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator

Target = TypeVar("Target")
_PARAMETER = re.compile(r"{([^{}]+)}")


class Match(Struct, Generic[Target], frozen=True):
    """The targets of a path by method, and the encoded values of its parameters."""

    targets: dict[str, Target]
    values: dict[str, str]


class Routes(Struct, Generic[Target]):
    """A tree of path segments; literal segments take precedence over parameters.

    Args:
        literal: The segments without parameters.
        patterns: The segments with parameters, by their template.
        targets: The targets of the path that ends here, by method.
        names: The names of the parameters of the path that ends here.
    """

    literal: dict[str, Routes[Target]] = field(default_factory=dict)
    patterns: dict[str, tuple[re.Pattern[str], Routes[Target]]] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def add(self, path: str, method: str, target: Target) -> None:
        """Add an operation; the first one of a path and a method counts."""
        here, names = self, list[str]()
        for segment in path.partition("#")[0].partition("?")[0].split("/"):
            here = here._below(segment)
            names += _PARAMETER.findall(segment)
        if here.targets.setdefault(method.upper(), target) is target:
            here.names = tuple(names)

    def _below(self, segment: str) -> Routes[Target]:
        if not _PARAMETER.search(segment):
            return self.literal.setdefault(unquote(segment), Routes())
        shape = _PARAMETER.sub("{}", segment)
        if shape not in self.patterns:
            parts = map(re.escape, shape.split("{}"))
            self.patterns[shape] = re.compile("(.+)".join(parts), re.DOTALL), Routes()
            most_literal_first = sorted(self.patterns.items(), key=_precedence)
            self.patterns = dict(most_literal_first)
        return self.patterns[shape][1]

    def match(self, path: str) -> Match[Target] | None:
        """The operations of a path; None if there are none."""
        return next(self._matches(path.split("/"), ()), None)

    def _matches(self, segments: list[str], values: tuple[str, ...]) -> Iterator[Match[Target]]:
        if not segments:
            if self.targets:
                yield Match(self.targets, dict(zip(self.names, values, strict=False)))
            return
        first, rest = segments[0], segments[1:]
        literal = self.literal.get(first) or self.literal.get(unquote(first))
        if literal is not None:
            yield from literal._matches(rest, values)
        for pattern, below in self.patterns.values():
            found = pattern.fullmatch(first)
            if found is not None:
                yield from below._matches(rest, (*values, *found.groups()))


def _precedence(item: tuple[str, object]) -> tuple[int, str]:
    """Sorts templates of segments: those with more literal text first."""
    shape = item[0]
    return -len(shape.replace("{}", "")), shape

"""Finds the programs of an example, and its responses: a label such as `curl:` before each.

Pages fold some of the programs; here they belong to the same run.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LABEL = re.compile(r"[\w#+., ]{1,30}:")
_RESPONSE = re.compile(r"(Response|Printed|Raised)\b.*")


class Kind(Enum):
    """What a part of a page is."""

    REQUEST = "the label of a program"
    RESPONSE = "the label of a response"
    ERROR = "the label of an error response, which begins a run"
    CODE = "a block of code"
    FOLD = "the begin of a folded part"
    END = "its end"
    OTHER = "anything else"


_LABELS = (Kind.REQUEST, Kind.RESPONSE, Kind.ERROR)


class Run(Struct, frozen=True):
    """Parts from `start` to before `end`: the positions of labels, each before its code."""

    start: int
    end: int
    labels: tuple[int, ...]


def kind_of_text(text: str) -> Kind:
    """The kind of a paragraph, or of HTML."""
    if text.startswith("<details>"):
        return Kind.FOLD
    if text == "</details>":
        return Kind.END
    if not _LABEL.fullmatch(text):
        return Kind.OTHER
    if text.startswith("Error response"):
        return Kind.ERROR
    return Kind.RESPONSE if _RESPONSE.fullmatch(text) else Kind.REQUEST


def runs(kinds: Sequence[Kind]) -> Iterator[Run]:
    """Find the runs of programs, and of responses."""
    at = 0
    while at < len(kinds):
        run = _run(kinds, at)
        if run.labels:
            yield run
        at = max(run.end, at + 1)


def _run(kinds: Sequence[Kind], start: int) -> Run:
    first = kinds[start]
    if first not in _LABELS or Kind.CODE not in kinds[start + 1 : start + 2]:
        return Run(start, start, ())
    pair = [Kind.REQUEST if first is Kind.REQUEST else Kind.RESPONSE, Kind.CODE]
    labels, at, before = [start], start + 2, None
    while True:
        if kinds[at : at + 2] == pair:
            labels.append(at)
            at += 2
        elif before is None and kinds[at : at + 3] == [Kind.FOLD, *pair]:
            before = Run(start, at, tuple(labels))
            at += 1
        elif before is not None and kinds[at : at + 1] == [Kind.END]:
            at, before = at + 1, None
        else:
            return before or Run(start, at, tuple(labels))

"""Wraps text for docstrings: it is wrapped before it is escaped."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pcgen.targets.code import code, docstring
from pcgen.targets.python.layout import WIDTH
from pcgen.targets.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.targets.code import Code

_BULLET = re.compile(r"([-*+]|\d{1,3}[.)])\s+")


def prose_docstring(text: str, indent: int) -> Code:
    """Wrap text of a document into a docstring; the quotes count as columns."""
    lines = wrap(text, indent, first=3)
    if "\n" not in lines and indent + len(lines) + 6 > WIDTH:
        lines = wrap(text, indent, first=6)
    return docstring(lines, indent) if lines else code("")


@lru_cache(maxsize=4096)  # Sync and async methods have the same text.
def wrap(text: str, indent: int, *, hang: int = 0, first: int = 0) -> str:
    """Wrap Markdown prose; lists and fenced code keep their lines.

    Args:
        text: Text of a document.
        indent: The column where the lines will start.
        hang: Spaces before every line but the first.
        first: The columns of the first line that other text takes.
    """
    lines: list[str] = []
    for block in _blocks(clean(text).strip()):
        if block.startswith("```"):
            lines += block.split("\n")
            continue
        bullet = _BULLET.match(block)
        inner = len(bullet.group()) if bullet else 0
        taken = hang if lines else first
        lines += fill(block.split(), WIDTH - indent - taken, WIDTH - indent - hang, inner)
    return "\n".join(" " * hang + line if line and i else line for i, line in enumerate(lines))


def _blocks(text: str) -> Iterator[str]:
    """Yield paragraphs, list items and fenced blocks, and an empty string for an empty line."""
    block: list[str] = []
    fenced = False
    for line in text.split("\n"):
        fence = line.lstrip().startswith("```")
        if fenced or fence:
            if fence and not fenced and block:
                yield "\n".join(block)
                block = []
            block.append(line.rstrip())
            if fence and fenced:
                yield "\n".join(block)
                block = []
            fenced = fenced != fence
        elif not line.strip() or _BULLET.match(line.lstrip()):
            if block:
                yield "\n".join(block)
            block = [line.strip()] if line.strip() else []
            if not line.strip():
                yield ""
        else:
            block.append(line.strip())
    if block:
        yield "\n".join(block)


def fill(words: list[str], first: int, width: int, hang: int) -> list[str]:
    """Fill lines of at most `width` columns with words, the first line of at most `first`."""
    lines: list[str] = []
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > (width if lines else first):
            lines.append(line)
            line = " " * hang + word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def section(title: str, entries: Iterable[str]) -> str:
    """A section of a docstring, such as `Args`."""
    lines = [f"{title}:"]
    for entry in entries:
        lines += [f"    {line}" if line else "" for line in entry.split("\n")]
    return "\n".join(lines)

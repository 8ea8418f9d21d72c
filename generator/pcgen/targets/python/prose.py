"""Docstrings: wrapped first, escaped last."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pcgen.targets.code import code, docstring, literal
from pcgen.targets.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.targets.code import Code

WIDTH = 100
_BULLET = re.compile(r"([-*+]|\d{1,3}[.)])\s+")


def prose_docstring(text: str, indent: int) -> Code:
    """A docstring of foreign prose, wrapped here; the quotes count where they stand."""
    lines = wrap(text, indent, first=3)
    if "\n" not in lines and indent + len(lines) + 6 > WIDTH:
        lines = wrap(text, indent, first=6)
    return docstring(lines, indent) if lines else code("")


@lru_cache(maxsize=4096)  # Sync and async methods say the same.
def wrap(text: str, indent: int, *, hang: int = 0, first: int = 0) -> str:
    """Wrap Markdown prose; lists and fenced code keep their lines.

    Args:
        text: Foreign text.
        indent: The column where the lines will stand.
        hang: Spaces before every line but the first.
        first: Columns of the first line that are taken already.
    """
    lines: list[str] = []
    for block in _blocks(clean(text).strip()):
        if block.startswith("```"):
            lines += block.split("\n")
            continue
        bullet = _BULLET.match(block)
        inner = len(bullet.group()) if bullet else 0
        taken = hang if lines else first
        lines += _fill(block.split(), WIDTH - indent - taken, WIDTH - indent - hang, inner)
    return "\n".join(" " * hang + line if line and i else line for i, line in enumerate(lines))


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, list items and fenced blocks; an empty string stands for an empty line."""
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


def _fill(words: list[str], first: int, width: int, hang: int) -> list[str]:
    """Lines of at most `width` columns, the first of at most `first`."""
    lines: list[str] = []
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > (width if lines else first):
            lines.append(line)
            line = " " * hang + word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def pretty(value: Any, indent: int = 0, width: int = WIDTH, taken: int = 0) -> str:
    """A literal laid out over lines as black would.

    Args:
        value: A JSON value.
        indent: The column where its lines start.
        width: The last column to use.
        taken: Columns of the first line that stand before or after the value.
    """
    flat = literal(value)
    if indent + taken + len(flat) <= width or not value:
        return flat
    pad = " " * (indent + 4)
    match value:
        case dict():
            keys = {literal(str(key)): item for key, item in value.items()}
            parts = [
                f"{pad}{key}: {pretty(item, indent + 4, width, len(key) + 3)},"
                for key, item in keys.items()
            ]
            return "\n".join(["{", *parts, " " * indent + "}"])
        case list():
            parts = [f"{pad}{pretty(item, indent + 4, width, 1)}," for item in value]
            return "\n".join(["[", *parts, " " * indent + "]"])
        case str():
            texts = _fill(value.split(" "), width - indent - 7, width - indent - 7, 0)
            parts = [
                pad + literal(text + " " * (i < len(texts) - 1)) for i, text in enumerate(texts)
            ]
            return "\n".join(["(", *parts, " " * indent + ")"])
    return flat

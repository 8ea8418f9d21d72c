"""Prose of documents for terminals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen.targets.text import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen import ir

_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")
_CODE = re.compile(r"`(\w+)`")
_LINK = re.compile(r"\[([^\]]+)\]\((\S+?)\)")


def prose(doc: ir.Doc) -> str:
    """Join summary and description, without a summary that the description repeats."""
    return plain(written(doc))


def written(doc: ir.Doc) -> str:
    """The same as Markdown, for pages."""
    summary, description = one_line(doc.summary), doc.description.strip()
    if not summary or one_line(description).startswith(summary.rstrip(".")):
        return description
    head = summary if summary.endswith((".", "!", "?")) else f"{summary}."
    return f"{head}\n\n{description}" if description else head


def plain(text: str) -> str:
    """Markdown as a terminal shows it: links become their text, paragraphs stay."""
    lines = (line.rstrip() for line in _LINK.sub(r"\1 (\2)", clean(text)).strip().split("\n"))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines))


def spoken(text: str, names: Mapping[str, str]) -> str:
    """Replace the names of operations in inline code by the command lines that call them."""
    return _CODE.sub(lambda found: f"`{names.get(found[1], found[1])}`", text)


def is_name(text: str) -> bool:
    """Whether a name has several words: single ones, such as `embed`, may mean something else."""
    return "_" in text or text != text.lower()


def sentence(text: str) -> str:
    """The first sentence of a text."""
    line = one_line(text.strip().split("\n\n")[0])
    found = _SENTENCE.match(line)
    return found[0] if found else line

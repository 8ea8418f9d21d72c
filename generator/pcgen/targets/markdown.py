"""Prose of documents in Markdown: no HTML, links to the web only, no front matter.

Code keeps its signs, so every reader of Markdown must see its ends where they are seen here: fences
are written anew, and whatever else could begin code is escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen.targets.code import Code, clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"( *)(`{3,})([^`]*)")
_FOREIGN = r"\((?!https?://|mailto:|#)"
_MARK = re.compile(
    r"\\."  # escaped already
    r"|(?P<ticks>`+)(?P<code>.*?[^`](?P=ticks)(?!`))?"
    rf"|\](?:{_FOREIGN}[^)\]]*\))*(?P<target>{_FOREIGN}|:)?"  # also `]:`, a link's definition
    r"|~{3,}|[<{]"
)
_SIGN = re.compile(r"[\\`\]~<{]")  # What a mark begins with: it is found faster.
_RULE = re.compile(r"\s*(---+|===+|:::.*|\.\. .*)")
_ENTITIES = {"<": "&lt;", "{": "&#123;"}


def markdown(text: str) -> Code:
    """Paragraphs, to stand alone or to go on after other words."""
    lines = iter(clean(text).strip().split("\n"))
    made: list[str] = []
    for line in lines:
        fence = _FENCE.fullmatch(line)
        if fence is None:
            made.append(_prose(line))
            continue
        if not made or len(fence[1]) > 3:
            made.append("")  # Else it could be a part of the paragraph before.
        made += _block(_content(lines, fence[2]), fence[3], fence[1])
    return Code("\n".join(made))


def markdown_line(text: str) -> Code:
    """Prose on a single line, such as a title."""
    return Code(_prose(one_line(text)))


def fenced(text: str, language: str) -> Code:
    """A fenced block."""
    return Code("\n".join(_block(clean(text).split("\n"), language, "")))


def code_span(text: str) -> Code:
    """Inline code."""
    text = one_line(text)
    fence = "`" * (_longest_run(text, 0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return Code(f"{fence}{pad}{text}{pad}{fence}")


def _content(lines: Iterator[str], fence: str) -> list[str]:
    """The lines up to the end of a fenced block, which are taken."""
    found = []
    for line in lines:
        if line.strip().startswith(fence) and not line.strip().strip("`"):
            break
        found.append(line)
    return found


def _block(lines: list[str], language: str, pad: str) -> list[str]:
    """A fence longer than any run of backticks inside; no line starts left of it."""
    fence = pad + "`" * (_longest_run("\n".join(lines), 2) + 1)
    word = re.match(r"[\w+#.-]*", language.strip(), re.ASCII)
    inside = [pad + line.removeprefix(pad) if line.strip() else "" for line in lines]
    return [fence + (word[0] if word else ""), *inside, fence]


def _longest_run(text: str, least: int) -> int:
    return max(least, *map(len, re.findall("`+", text)), 0) if "`" in text else least


def _prose(line: str) -> str:
    if _RULE.fullmatch(line):
        return ""
    return _MARK.sub(_harmless, line) if _SIGN.search(line) else line


def _harmless(match: re.Match[str]) -> str:
    """What stands for a sign that could begin something; code on one line stays as it is."""
    found = match[0]
    if found[0] in _ENTITIES:
        return _ENTITIES[found]
    if found[0] == "]":
        return "]" + (f"\\{match['target']}" if match["target"] else "")
    if found[0] == "~" or (match["ticks"] and not match["code"]):
        return "".join(f"\\{sign}" for sign in found)
    # Columns of a table end before code does.
    return found.replace("<", "&lt;") if "|" in found else found

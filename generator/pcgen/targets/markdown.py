"""Makes Markdown of documents harmless: no HTML, no front matter, and only links to the web.

The content of code stays as it is, so all readers of Markdown must agree on where code ends. Fences
are therefore written anew, and any other sign that could begin code is escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen.targets.text import clean

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
_SIGN = re.compile(r"[\\`\]~<{]")  # A mark starts with one; finding them first is faster.
_RULE = re.compile(r"\s*(---+|===+|:::.*|\.\. .*)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+([^\s#].*?)(?:[ \t]+#+)?[ \t]*")
_ENTITIES = {"<": "&lt;", "{": "&#123;"}


def paragraphs(text: str) -> str:
    """Escape paragraphs, lists and fenced blocks."""
    lines = iter(clean(text).strip().split("\n"))
    made: list[str] = []
    for line in lines:
        if not line.strip() and made and not made[-1]:
            continue
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            made += [f"**{escaped(heading[1])}**", ""]  # Only pages have headings.
            continue
        fence = _FENCE.fullmatch(line)
        if fence is None:
            made.append(escaped(line))
            continue
        if not made or len(fence[1]) > 3:
            made.append("")  # Else the fence could belong to the paragraph before.
        made += block(_content(lines, fence[2]), fence[3], fence[1])
    return "\n".join(made).rstrip("\n")


def escaped(line: str) -> str:
    """Escape a line outside of fenced blocks; rules and directives become empty."""
    if _RULE.fullmatch(line):
        return ""
    return _MARK.sub(_harmless, line) if _SIGN.search(line) else line


def block(lines: list[str], language: str, pad: str = "") -> list[str]:
    """Fence lines with more backticks than they hold; no line starts left of the fence."""
    fence = pad + "`" * (_longest_run("\n".join(lines), 2) + 1)
    word = re.match(r"[\w+#.-]*", language.strip(), re.ASCII)
    inside = [pad + line.removeprefix(pad) if line.strip() else "" for line in lines]
    return [fence + (word[0] if word else ""), *inside, fence]


def span(text: str) -> str:
    """Format a line as inline code."""
    fence = "`" * (_longest_run(text, 0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _content(lines: Iterator[str], fence: str) -> list[str]:
    """Take the lines up to the end of a fenced block."""
    found = []
    for line in lines:
        if line.strip().startswith(fence) and not line.strip().strip("`"):
            break
        found.append(line)
    return found


def _longest_run(text: str, least: int) -> int:
    return max(least, *map(len, re.findall("`+", text)), 0) if "`" in text else least


def _harmless(match: re.Match[str]) -> str:
    """Escape a sign that could begin HTML, a link or code; inline code stays unchanged."""
    found = match[0]
    if found[0] in _ENTITIES:
        return _ENTITIES[found]
    if found[0] == "]":
        return "]" + (f"\\{match['target']}" if match["target"] else "")
    if found[0] == "~" or (match["ticks"] and not match["code"]):
        return "".join(f"\\{sign}" for sign in found)
    # In a table, `|` ends the column even inside code.
    return found.replace("<", "&lt;") if "|" in found else found

"""Text of documents, before an encoder makes `Code` of it."""

from __future__ import annotations

import re

# Invisible or misleading characters: controls, separators that editors take for line ends,
# direction marks, byte order marks, surrogates, tags. A fixed list, because Unicode tables depend
# on the version of Python.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Drop invisible characters; every line end becomes `\\n`, and tabs become spaces."""
    return visible(text).replace("\t", "    ")


def visible(text: str) -> str:
    """Drop invisible characters; every line end becomes `\\n`."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Return the text on a single line."""
    return " ".join(clean(text).split())


def tidy(text: str) -> str:
    """Remove blanks at line ends, and repeated empty lines outside of fenced code."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        line = line.rstrip()
        if fence or line or (lines and lines[-1]):
            lines.append(line)
        ticks = line.lstrip()
        if fence:
            fence = "" if ticks.startswith(fence) and not ticks.strip("`") else fence
        elif ticks.startswith("```"):
            fence = "`" * (len(ticks) - len(ticks.lstrip("`")))
    return "\n".join(lines).strip("\n") + "\n"

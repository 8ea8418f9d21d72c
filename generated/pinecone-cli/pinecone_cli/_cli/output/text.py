"""Text in a terminal: its width, shortened forms, and no character that controls the terminal."""

from __future__ import annotations

import re

ELLIPSIS = "…"
CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # They move the cursor, change colours, or write to the clipboard.
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # They reorder what stands around them.
    "\ufeff\ud800-\udfff]"  # The byte order mark is invisible, others are unpaired surrogates.
)
_SPACES = re.compile(r"[\t\r\n]+")


def escape_controls(text: str, kept: str = "") -> str:
    r"""Write control characters as people can read them, such as `\x1b`, except for those kept."""

    def escaped(match: re.Match[str]) -> str:
        if match[0] in kept:
            return match[0]
        code = ord(match[0])
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

    return CONTROLS.sub(escaped, text)


def visible(text: str) -> str:
    """One line that shows control characters instead of obeying them."""
    return escape_controls(_SPACES.sub(" ", text))


def visible_lines(text: str) -> str:
    """The same for text of several lines."""
    return escape_controls(text.replace("\r\n", "\n"), kept="\n\t")


def width(text: str) -> int:
    """The columns that a line takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    import wcwidth

    return max(wcwidth.wcswidth(text), 0)


def pad(text: str, columns: int) -> str:
    """Fill a cell with spaces."""
    return text + " " * (columns - width(text))


def shorten(text: str, columns: int) -> str:
    """Shorten a cell: prose at its end, and a word in its middle, as both ends of hosts matter."""
    whole = width(text)
    if whole <= columns:
        return text
    kept = columns - width(ELLIPSIS)
    tail = 0 if " " in text else kept // 2
    start, end = _cut(text, 0, kept - tail), _cut(text, whole - tail, whole)
    return start.rstrip() + ELLIPSIS + end.lstrip()


def _cut(text: str, start: int, end: int) -> str:
    if text.isascii():
        return text[start:end]
    import wcwidth

    return wcwidth.clip(text, start, end)


def wrap(text: str, columns: int) -> list[str]:
    """Break prose into lines. Long words stay whole, since people copy them."""
    if width(text) <= columns:
        return [text]
    if text.isascii():
        from textwrap import wrap as wrapped
    else:
        from wcwidth import wrap as wrapped
    return wrapped(text, columns, break_long_words=False, break_on_hyphens=False)

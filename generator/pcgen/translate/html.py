"""Turns HTML in descriptions into Markdown, which is what OpenAPI wants them to be."""

from __future__ import annotations

import re

_BLOCKS = "p|div|ul|ol|table|pre|blockquote|h[1-6]|dl"
_INLINE = "a|b|strong|i|em|code|tt|del|s|span|u|kbd|small|font"
_START = re.compile(rf"<({_BLOCKS})\b[^<>]*>", re.IGNORECASE)
_ELEMENT = re.compile(rf"<({_INLINE})\b[^<>]*>[^<>]*</\1\s*>", re.IGNORECASE)
_BREAK = re.compile(r" *<br\s*/?> *\n?", re.IGNORECASE)
# Code keeps its text: fenced blocks and spans.
_CODE = re.compile(r"(^ *```.*?(?:^ *```|\Z)|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_LONGEST = 50_000
"""Longer texts, and texts with more tags than `_MOST_TAGS`, stay as they are."""
_MOST_TAGS = 1000


def markdown_of(text: str) -> str:
    """Convert the HTML elements of a text; tags that HTML does not have stay as they are."""
    if "<" not in text or len(text) > _LONGEST or text.count("<") > _MOST_TAGS:
        return text
    if _START.match(text):
        return _converted(text) or text
    parts = _CODE.split(text)
    parts[::2] = [_with_elements(part) if "<" in part else part for part in parts[::2]]
    return "".join(parts).strip()


def _with_elements(text: str) -> str:
    """Convert elements between Markdown, blocks first, then the innermost ones."""
    made, start = list[str](), 0
    while (found := _START.search(text, start)) and (end := _end(text, found)):
        made += [text[start : found.start()], "\n\n", _converted(text[found.start() : end]), "\n\n"]
        start = end
    text = "".join([*made, text[start:]])
    for _ in range(3):
        text = _ELEMENT.sub(lambda element: _converted(element[0]), text)
    return _BREAK.sub("\n", text)


def _end(text: str, start: re.Match[str]) -> int:
    """The end of a block element; 0 if it is not closed."""
    depth = 0
    for tag in re.finditer(rf"<(/?){start[1]}\b[^<>]*>", text[start.start() :], re.IGNORECASE):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return start.start() + tag.end()
    return 0


def _converted(text: str) -> str:
    from html_to_markdown import convert  # Late: few documents have HTML.

    return (convert(text).content or "").strip()

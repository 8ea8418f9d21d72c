"""Short headings."""

from __future__ import annotations

import re

from pcgen.targets.text import one_line

LONGEST = 80
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")


def heading(text: str) -> tuple[str, str]:
    """Cut a text to a heading.

    Returns:
        Its first sentence without a full stop, or as many words as fit on a line; then the whole
        text if it has more than that.
    """
    line = one_line(text)
    sentence = _SENTENCE.match(line)
    short = (sentence[0] if sentence else line).removesuffix(".")
    if len(short) > LONGEST:
        words = short[: LONGEST - 2].rpartition(" ")[0] or short[: LONGEST - 3]
        short = f"{words.rstrip(',;:')}..."
    return short, "" if short == line.removesuffix(".") else text

"""Prose in Markdown: code stays, HTML and links are escaped."""

from __future__ import annotations

import pytest
from pcgen.targets.code import markdown, markdown_line


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a `<b>` c", "a `<b>` c"),
        ("a <b> {{ c }}", "a &lt;b> &#123;&#123; c }}"),
        ("`` a ` <b> `` c", "`` a ` <b> `` c"),
        ("`<b>`` c", "\\`&lt;b>\\`\\` c"),
        ("\\`<b>\\`", "\\`&lt;b>\\`"),
        ("`a\nb` <i> `c`", "\\`a\nb` <i> `c\\`"),
        ("| `a | <b>` |", "| `a | &lt;b>` |"),
        ("[a](https://b.test) [c](#d)", "[a](https://b.test) [c](#d)"),
        ("[a](javascript:b)", "[a]"),
        ("[a](/b)(javascript:c)", "[a]"),
        ("[a](\njavascript:b)", "[a]\\(\njavascript:b)"),
        ("> [a]: javascript:b", "> [a]\\: javascript:b"),
        ("[a](/b): javascript:c", "[a]\\: javascript:c"),
        ("---\na\n  ---", "\na"),
        ("## Use <b> ##\na\n#tag", "**Use &lt;b>**\n\na\n#tag"),
        ("# `a`\n\n```\n# b\n```", "**`a`**\n\n```\n# b\n```"),
        ("a\n```sh\n<b>\n```", "a\n```sh\n<b>\n```"),
        ("a\n```\n<b>", "a\n```\n<b>\n```"),
        ("a\n```{include} x\nb\n```", "a\n```\nb\n```"),
        ("- a\n    ```\n<b>\n    ```", "- a\n\n    ```\n    <b>\n    ```"),
        ("a ```\n<b>", "a \\`\\`\\`\n&lt;b>"),
        ("~~~\n```\n~~~\n<b>\n```", "\\~\\~\\~\n```\n~~~\n<b>\n```"),
    ],
)
def test_paragraphs(text: str, made: str) -> None:
    assert markdown(text) == made


def test_a_line_holds_no_fence() -> None:
    assert markdown_line("``` <b>\n```") == "``` <b> ```"
    assert markdown_line("``` <b>") == "\\`\\`\\` &lt;b>"

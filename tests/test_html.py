"""HTML in descriptions becomes Markdown; what is no HTML stays."""

from __future__ import annotations

import pytest
from pcgen.translate.html import markdown_of


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("An <id> and `<b>x</b>`.", "An <id> and `<b>x</b>`."),
        ("```\n<p>x</p>\n```", "```\n<p>x</p>\n```"),
        ("<p>One.</p>\n\n<p>Two <code>a_b</code>.</p>", "One.\n\nTwo `a_b`."),
        ('See <a href="https://x.test">it</a>.', "See [it](https://x.test)."),
        ("*A* <b>b</b><br/>c", "*A* **b**\nc"),
        ("<b><i>x</i></b>", "***x***"),
        (
            "One of:\n<ul><li>a</li><li>b <ul><li>c</li></ul></li></ul>end",
            "One of:\n\n\n- a\n- b\n  * c\n\nend",
        ),
        ("<ul><li>never closed", "- never closed"),
        ("Say <p>it", "Say <p>it"),
        ("<div>", "<div>"),
        ("<blockquote></blockquote>", "<blockquote></blockquote>"),
        ("<div>" * 300 + "x", "x"),
    ],
)
def test_conversion(text: str, made: str) -> None:
    assert markdown_of(text) == made


def test_hostile_text_takes_no_time() -> None:
    for text in ("<b>" * 900, "<p>" * 900, "<div>" * 16_000, "x <p" * 900, "<a " * 900):
        assert isinstance(markdown_of(text), str)

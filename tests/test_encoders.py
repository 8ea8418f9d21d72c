"""Foreign text in each position of Python and TOML stays one literal or comment."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcgen.targets.code import (
    code,
    comment,
    docstring,
    dotted_name,
    join,
    link,
    literal,
    toml_string,
)
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.text import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNS = (
    '"',
    '"""',
    "'",
    "'''",
    "\\",
    "\n",
    "\r",
    "\t",
    " ",
    "#",
    ">>> ",
    ".. ",
    ": ",
    "```",
    "- ",
    "{x}",
    "%s",
)
SIGNS += ("\\N{DASH}", "\0", "\f", "\x1b[0m", "\x85", "\u2028", "\u202e", "\ud800", "é", "日", "a")
TEXTS = st.text('"\\\n a', max_size=8) | st.lists(st.sampled_from(SIGNS), max_size=8).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
OFTEN = settings(deadline=None, derandomize=True, database=None, max_examples=500)


@OFTEN
@given(TEXTS)
def test_docstrings(text: str) -> None:
    makers: tuple[Callable[[str, int], str], ...] = (docstring, prose_docstring)
    for made in (encode(text, 4) for encode in makers):
        (class_,) = ast.parse(f"class A:\n    {made}\n    x: int\n").body
        assert isinstance(class_, ast.ClassDef)
        assert len(class_.body) == (2 if made else 1)
        found = ast.get_docstring(class_) or ""
        assert not re.search(r"(?m)(^ *|: +|- +)\.\.( |$)", found)
        # Prompts and directives are taken apart.
        assert "".join(found.split()) == "".join(clean(text).split())


@OFTEN
@given(VALUES)
def test_literals(value: Any) -> None:
    made = literal(value)
    assert made.isascii()
    assert json.dumps(ast.literal_eval(made)) == json.dumps(value)


@OFTEN
@given(TEXTS)
def test_comments(text: str) -> None:
    tokens = list(tokenize.generate_tokens(io.StringIO(comment(text) + "\n").readline))
    assert [token.type for token in tokens] == [tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER]


@OFTEN
@given(TEXTS)
def test_strings_of_toml(text: str) -> None:
    assert tomllib.loads(f"a = {toml_string(text)}\nb = 1\n") == {"a": one_line(text), "b": 1}


def test_pieces_are_code() -> None:
    made = code("{}: {} = {}", dotted_name("name"), literal("a"), code("None"))
    assert made == 'name: "a" = None'
    assert join([made, made], " | ") == f"{made} | {made}"
    for wrong in (lambda: code("{}", "text"), lambda: join(["text"]), lambda: code("{}")):
        with pytest.raises(TypeError):
            wrong()


@pytest.mark.parametrize("text", ["", "a b", "a.", "1a", "a\n", "import os", "é", "..a"])
def test_names_are_checked(text: str) -> None:
    with pytest.raises(ValueError, match="is not a name"):
        dotted_name(text)


@pytest.mark.parametrize("path", ["", "a b", "a)(b", "java:script", "a\n"])
def test_paths_of_links_are_checked(path: str) -> None:
    with pytest.raises(ValueError, match="is not a plain path"):
        link(code("label"), path)

"""`lay_out` breaks statements as black does, or leaves them to black."""

from __future__ import annotations

from functools import cache

import black
import pytest
from common import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from pcgen import config, pipeline
from pcgen.cache import Cache
from pcgen.diagnostics import Diagnostics
from pcgen.targets.python import formatter
from pcgen.targets.python.files import render
from pcgen.targets.python.formatted import FormattedTexts
from pcgen.targets.python.formatter import CUT, Formatter
from pcgen.targets.python.layout import WIDTH, lay_out
from pcgen.targets.python.package import named
from pcgen.targets.python.prepare import import_name
from test_cases import BUILT
from test_determinism import settings_of, translated

MODE = black.Mode(target_versions={black.TargetVersion.PY311}, line_length=WIDTH)
LONG = "a_name_that_takes_quite_some_room"
KNOWN = {
    "signature": f"def embed(self, {LONG}: str, *, other: int = 1, **options: Options) -> Answer:",
    "signature, a line each": f"def f(self, {LONG}: str, *, b_{LONG}: str, c_{LONG}: str) -> None:",
    "a type that is too long": f"def f(self, *, x: {'A' * 50} | {'B' * 50} | None = None) -> None:",
    "overload": f"async def f(self, {LONG}: str, *, b_{LONG}: str, c_{LONG}: str) -> None: ...",
    "class": f"class Answer(ModelType, kw_only=True, tag_field='{LONG}', tag='{LONG}{LONG}'):",
    "call": f'return await self._caller.call({LONG}, options, params={{"{LONG}": {LONG}}})',
    "nested": f'GET: Operation[A] = Operation("get", "/x", params=(Param("{LONG}"),), x="{LONG}")',
    "assignment": f"self.{LONG}_{LONG} = raw_response({LONG}.{LONG}_{LONG})",
    "a type and a value": f"GET_{LONG}: Operation[A_{LONG} | None] = Operation('{LONG}', x='/x')",
    "a name that takes the line": f"self.{LONG}_{LONG} = raw({LONG}.{LONG}_{LONG})",
    "a long result": f"def f(self, **options: Options) -> A_{LONG} | B_{LONG} | C_{LONG} | D:",
    "union": f"Alias: TypeAlias = A_{LONG} | B_{LONG} | C_{LONG} | D_{LONG}",
    "literal": f'Alias: TypeAlias = Open[Literal["{LONG}", "b_{LONG}", "c_{LONG}"], str]',
    "value on its own": f"x_{LONG}: A_{LONG} | B_{LONG}_{LONG} = None",
    "import": f"from .models import A_{LONG}, B_{LONG}, C_{LONG}, D_{LONG}",
    "parameter": f'x: Literal["{LONG}", "b_{LONG}", "c_{LONG}"] = "{LONG}",',
    "element": f'"{LONG}": ("A_{LONG}", "B_{LONG}", "C_{LONG}"),',
}
FOREIGN = {
    "a comment": f"x = call({LONG}, {LONG}, {LONG}, {LONG})  # why",
    "a condition": f"x = {LONG}_{LONG} if {LONG} else b_{LONG}_{LONG}_{LONG}",
    "a method of a result": f"x = one({LONG}, {LONG}).two({LONG}, {LONG}, {LONG}_{LONG})",
    "wide letters": f"x = call('\u4e2d', {LONG}, {LONG}, {LONG}, {LONG}, {LONG}_{LONG})",
    "strings side by side": f"x = call('{LONG}' '{LONG}' '{LONG}' '{LONG}', {LONG})",
}


@pytest.mark.parametrize("name", KNOWN)
def test_knows_what_templates_print(name: str) -> None:
    statement = KNOWN[name].replace("'", '"')
    indent = 12 if name == "element" else 4
    laid_out = lay_out(" " * indent + statement)
    assert laid_out is not None
    assert laid_out == _by_black(statement, indent)


@pytest.mark.parametrize("name", FOREIGN)
def test_leaves_the_rest_to_black(name: str) -> None:
    assert lay_out(FOREIGN[name]) is None


words = st.text("wxyz", min_size=1, max_size=40)
types = st.recursive(
    words,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(" | ".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda x: f"List[{', '.join(x)}]"),
        st.lists(words.map('"{}"'.format), min_size=1, max_size=5).map(
            lambda x: f"Literal[{', '.join(x)}]"
        ),
    ),
    max_leaves=8,
)
values = st.recursive(
    st.one_of(words, words.map('"{}"'.format), st.just("None")),
    lambda inner: st.one_of(
        st.tuples(words, st.lists(inner, min_size=1, max_size=4)).map(
            lambda x: f"{x[0]}({', '.join(x[1])})"
        ),
        st.tuples(words, st.lists(st.tuples(words, inner), min_size=1, max_size=4)).map(
            lambda x: f"{x[0]}({', '.join(f'{k}={v}' for k, v in x[1])})"
        ),
        st.lists(st.tuples(words, inner), min_size=1, max_size=4).map(
            lambda x: "{" + ", ".join(f'"{k}": {v}' for k, v in x) + "}"
        ),
        st.lists(inner, min_size=2, max_size=4).map(lambda x: f"({', '.join(x)})"),
        inner.map("({},)".format),
    ),
    max_leaves=8,
)
parameters = st.tuples(words, types, st.sampled_from(["", " = None", ' = "auto"'])).map(
    lambda x: f"{x[0]}: {x[1]}{x[2]}"
)
statements = st.one_of(
    st.tuples(st.lists(parameters, min_size=1, max_size=6), types).map(
        lambda x: f"def f(self, *, {', '.join(x[0])}, **options: Unpack[Options]) -> {x[1]}:"
    ),
    st.tuples(words, types).map(lambda x: f"{x[0]}: TypeAlias = {x[1]}"),
    st.tuples(words, types).map(lambda x: f"{x[0]}: {x[1]} = None"),
    st.tuples(words, types).map(lambda x: f"{x[0]}: {x[1]}"),
    st.tuples(words, types, values).map(lambda x: f"{x[0]}: {x[1]} = call({x[2]})"),
    st.tuples(words, words, types, values).map(
        lambda x: f"{x[0]}_{x[1]}: Operation[{x[2]}] = Operation({x[3]})"
    ),
    st.tuples(words, words).map(lambda x: f"self.{x[0]}_{x[1]} = raw(resource.{x[0]}_{x[1]})"),
    st.tuples(words, values).map(lambda x: f"self.{x[0]} = {x[1]}"),
    st.tuples(words, values).map(lambda x: f"return await self.{x[0]}({x[1]})"),
)


@given(statements, st.sampled_from([0, 4, 8]))
@settings(max_examples=300, deadline=None)
def test_agrees_with_black(statement: str, indent: int) -> None:
    assert _laid_out(statement, indent) in (None, _by_black(statement, indent))


@given(parameters.map("{},".format), st.sampled_from([4, 8]))
@settings(max_examples=100, deadline=None)
def test_agrees_with_black_on_parameters(parameter: str, indent: int) -> None:
    assert _laid_out(parameter, indent) in (None, _by_black(parameter, indent))


def _laid_out(statement: str, indent: int) -> str | None:
    line = " " * indent + statement
    return lay_out(line) if len(line) > WIDTH else None


def _by_black(statement: str, indent: int) -> str:
    """The statement behind as many blocks as its indentation asks for."""
    if statement.startswith('"'):  # An element of a display.
        indent -= 4
        made = black.format_str(_nested(statement, indent), mode=MODE)
        return "\n".join(made.split("\n")[indent // 4 + 1 : -3])
    if statement.endswith(","):
        made = _by_black(f"def f(\n{statement}\nz: int,\n): ...", indent - 4)
        return made.partition("(\n")[2].rpartition("\n")[0].rpartition("\n")[0]
    blocks = [" " * i + "if True:" for i in range(0, indent, 4)]
    body = [" " * (indent + 4) + "pass"] if statement.endswith(":") else []
    made = black.format_str("\n".join([*blocks, " " * indent + statement, *body, ""]), mode=MODE)
    lines = made.strip("\n").split("\n")
    return "\n".join(lines[len(blocks) : len(lines) - len(body)]).strip("\n")


def _nested(element: str, indent: int) -> str:
    blocks = "".join(" " * i + "if True:\n" for i in range(0, indent, 4))
    return f"{blocks}{' ' * indent}x = {{\n{element}\n'x': 1,\n}}\n"


# --- What templates print of all cases ----------------------------------------------------------


@cache
def _printed() -> list[str]:
    """The pieces of all modules of all cases and of `generated/`."""
    pieces = set()
    original = Formatter.module

    def module(self: Formatter, text: str) -> str:
        pieces.update(text.split(CUT))
        return original(self, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Formatter, "module", module)
        for package in (*map(settings_of, BUILT), *config.load(ROOT / "pyproject.toml").packages):
            api = translated(package)
            about = pipeline.target_settings(package, Cache(None), Diagnostics())
            render(named(api, import_name(api, package.module)), about)
    return sorted(piece for piece in pieces if piece.strip())


def _formatter(*, trusted: bool) -> Formatter:
    return Formatter(FormattedTexts(Cache(None), ""), trusted)


def test_layout_and_black_agree_on_all_cases() -> None:
    by_layout, by_black = _formatter(trusted=True), _formatter(trusted=False)
    for piece in _printed():
        assert by_layout.module(piece) == by_black.module(piece)


def test_black_can_do_without_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    long = [piece for piece in _printed() if any(len(line) > WIDTH for line in piece.split("\n"))]
    assert long
    by_layout = [_formatter(trusted=True).module(piece) for piece in long]
    monkeypatch.setattr(formatter, "lay_out", lambda _: None)
    without = _formatter(trusted=True)
    assert [without.module(piece) for piece in long] == by_layout


def test_quotes_in_a_value_open_no_docstring() -> None:
    statement = f"""x = call('{'"' * 3}', a_{LONG}, b_{LONG}, c_{LONG})"""
    text = f"{statement}\n{statement}\n"
    made = _formatter(trusted=True).module(text)
    assert made != text
    assert made == _formatter(trusted=False).module(text)

"""What `Output` prints; `output.yaml` lists values and the text they become."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from _cli.failures import Failure
from _cli.output import FORMATS, Output
from _cli.output.text import CONTROLS
from _cli.terminal import Terminal
from hypothesis import given
from hypothesis import strategies as st
from screens import Screen

TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("output.yaml").read_text("utf-8")
)


def _titles(case: dict[str, Any]) -> str:
    return str(case.get("title", case.get("query")))


def _output(case: dict[str, Any]) -> Output:
    terminal = Screen(case["width"]) if "width" in case else Terminal({})
    return Output(terminal, case.get("format", ""), case.get("query"))


@pytest.mark.parametrize("case", TABLE["cases"], ids=_titles)
def test_prints(case: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    given = {name: case[name] for name in ("columns", "empty") if name in case}
    _output(case).show(case["value"], **given)
    assert capsys.readouterr().out == case["prints"]


@pytest.mark.parametrize("case", TABLE["streams"], ids=_titles)
def test_streams(case: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    _output(case).stream(case["values"])
    assert capsys.readouterr().out == case["prints"]


@pytest.mark.parametrize("case", TABLE["failures"], ids=_titles)
def test_reports_queries(case: dict[str, Any]) -> None:
    with pytest.raises(Failure) as caught:
        _output(case).show({"a": "x"})
    assert caught.value.message == case["message"]


@pytest.mark.filterwarnings("ignore:deprecated string literal")
@given(st.text(alphabet="ab.[]*|&@'\"`?:,(){}01-=! \n\x00é", max_size=12))
def test_queries_fail_with_sentences(query: str) -> None:
    with suppress(Failure), redirect_stdout(io.StringIO()):
        Output(Terminal({}), "json", query).show({"a": [{"b": 1}, 2, "x"], "b": {"a": None}})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.sampled_from(["", *FORMATS]), st.integers(1, 60))
def test_prints_any_value(value: Any, form: str, width: int) -> None:
    """Every value is printed in every format, and nothing that controls a terminal."""
    with redirect_stdout(io.StringIO()) as printed:
        Output(Screen(width), form).show(value)
    assert not CONTROLS.search(printed.getvalue().replace("\n", "").replace("\t", ""))


@given(VALUES)
def test_programs_read_the_same_value(value: Any) -> None:
    for form, read in [("json", json.loads), ("yaml", yaml.safe_load)]:
        with redirect_stdout(io.StringIO()) as printed:
            Output(Terminal({}), form).show(value)
        if not _has_nan(value):
            assert read(printed.getvalue()) == value, form


def _has_nan(value: Any) -> bool:
    return "NaN" in json.dumps(value) or "Infinity" in json.dumps(value)

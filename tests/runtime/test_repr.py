"""Representations of models in a terminal and in a notebook."""

from __future__ import annotations

import datetime as dt
import sys
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from _runtime.data.models import UNSET, Model, UnknownVariant
from _runtime.reporting.repr import MOST_LINES, WIDTH, render
from zoo import Cat, Dense, Embeddings, Empty, Info, Infos, Kind, Maps, Moments, Node, Sparse, Usage


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Empty(), "Empty()"),
        (Usage(), "Usage()"),
        (Usage(tokens=0), "Usage(tokens=0)"),
        (Info(model="m", odd=UNSET), "Info(model='m')"),
        (Info(model="m", id="i", class_="c"), "Info(model='m', id='i', class_='c')"),
        (Info(model="m", ready=False, metrics=[]), "Info(model='m', metrics=[], ready=False)"),
        (Dense(values=[0.5]), "Dense(vector_type='dense', values=[0.5])"),
        (Moments(kind=Kind.GOOD), "Moments(kind=<Kind.GOOD: 'good'>)"),
        (Moments(day=dt.date(2025, 1, 2)), "Moments(day=datetime.date(2025, 1, 2))"),
        (Infos(models=[]), "Infos(models=[])"),
        (Infos(models=[Info(model="a")]), "Infos(models=[Info(model='a')])"),
        (Maps(free={"a": {"b": None}}), "Maps(free={'a': {'b': None}})"),
        (Info.from_dict({"size": 1, "new": [None]}), "Info(size=1, extra={'new': [None]})"),
        (UnknownVariant({}), "UnknownVariant()"),
        (UnknownVariant({"a": 1, "b": "x"}), "UnknownVariant(a=1, b='x')"),
        ([], "[]"),
        ((), "()"),
        ((1, "a"), "(1, 'a')"),
        ({}, "{}"),
        (None, "None"),
        (Maps(anything="a\nb\x1b[31m"), "Maps(anything='a\\nb\\x1b[31m')"),
    ],
)
def test_short(value: Any, shown: str) -> None:
    assert render(value) == shown
    if isinstance(value, Model | UnknownVariant):
        assert repr(value) == str(value) == f"{value}" == shown


def test_vectors() -> None:
    values = [n / 10 for n in range(1, 1025)]
    assert render(values) == "[0.1, 0.2, 0.3, ... 1021 more]"
    assert render(tuple(values)) == "(0.1, 0.2, 0.3, ... 1021 more)"
    assert repr(Dense(values=values)) == (
        "Dense(vector_type='dense', values=[0.1, 0.2, 0.3, ... 1021 more])"
    )
    assert render(list(range(12))) == "[0, 1, 2, ... 9 more]"
    assert render(list(range(11))) == "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
    assert render([True] * 12) == "[True, True, True, ... 9 more]"


def test_vectors_show_what_fits() -> None:
    long = [n / 7 for n in range(1024)]
    assert repr(Dense(values=long)) == (
        "Dense(vector_type='dense', values=[0.0, 0.14285714285714285, ... 1022 more])"
    )
    assert render({"k" * 50: long[1:], "l": 1}).splitlines()[1] == (
        f"    '{'k' * 39}...': [0.14285714285714285, ... 1022 more],"
    )


def test_long_texts() -> None:
    assert render("x" * 80) == repr("x" * 80)
    assert render("x" * 81) == repr("x" * 77 + "...")
    assert render(b"x" * 81) == repr(b"x" * 77) + "..."
    assert len(render({"k" * 10_000: "v" * 10_000})) < 200
    for text in ("\x1b" * 80, "\ud800" * 80, "\U000e0001" * 1_000, b"\x00" * 1_000):
        assert 70 < len(render(text)) <= WIDTH
        assert max(map(len, render({"a": text, "b": [text]}).splitlines())) <= WIDTH


def test_long_forms() -> None:
    made = Embeddings(
        model="multilingual-e5-large",
        data=[Dense(values=[0.1] * 1024), Sparse(indices=[1, 2], values=[0.5, 0.25])],
        usage=Usage(tokens=16),
    )
    assert repr(made) == """\
Embeddings(
    model='multilingual-e5-large',
    data=[
        Dense(vector_type='dense', values=[0.1, 0.1, 0.1, ... 1021 more]),
        Sparse(vector_type='sparse', indices=[1, 2], values=[0.5, 0.25]),
    ],
    usage=Usage(tokens=16),
)"""


def test_a_line_is_not_too_long() -> None:
    text = repr(Info(model="m" * 40, id="i" * 40))
    assert text == f"Info(\n    model='{'m' * 40}',\n    id='{'i' * 40}',\n)"
    fits = repr(Info(model="m" * 30, id="i" * 30))
    assert "\n" not in fits


def test_many_items() -> None:
    text = repr(Infos(models=[Info(model="m" * 20, size=n) for n in range(1_000)]))
    assert text == f"""\
Infos(
    models=[
        Info(model='{'m' * 20}', size=0),
        Info(model='{'m' * 20}', size=1),
        Info(model='{'m' * 20}', size=2),
        ... 997 more
    ],
)"""
    assert repr(Infos(models=[Info(model=str(n)) for n in range(11)])).count("Info(") == 11
    assert render(list("abcdefghijkl")) == "['a', 'b', 'c', ... 9 more]"
    many = render({f"k{n}": n for n in range(1_000)})
    assert many.endswith("    'k19': 19,\n    ... 980 more\n}")
    unknown = repr(UnknownVariant({f"k{n}": n for n in range(1_000)}))
    assert unknown.endswith("    k19=19,\n    ... 980 more\n)")


def test_models_show_all_fields() -> None:
    """Also if there are more fields than lines, and values within them show what fits."""
    wide = msgspec.defstruct("Wide", [(f"f{n}", Any) for n in range(80)], bases=(Model,))
    values: dict[str, Any] = {f"f{n}": n for n in range(80)} | {"f7": [{"a" * 30: "b" * 70}] * 5}
    lines = repr(wide(**values)).splitlines()
    assert (len(lines), lines[1], lines[80]) == (82, "    f0=0,", "    f79=79,")
    assert lines[8].startswith(f"    f7=[{{'{'a' * 30}': 'bbb...'}}, ")
    assert len(lines[8]) <= WIDTH


@pytest.mark.parametrize("count", [1, 2, 5, 11, 12, 96, 10_000])
def test_a_terminal_is_large_enough(count: int) -> None:
    long = [n / 7 for n in range(1024)]
    info = Info(model="m" * 30, metrics=["cosine"] * 5, note="n" * 500, id="i" * 30, ratio=0.5)
    info.extra["later"] = {"deep": ["x" * 60] * 40, "more": {str(n): n for n in range(50)}}
    for value in (
        Embeddings(model="m", data=[Dense(values=long)] * count, usage=Usage(tokens=1)),
        Embeddings(
            model="m", data=[Sparse(indices=[2**32] * 99, values=long)] * count, usage=Usage()
        ),
        Infos(models=[info] * count),
        UnknownVariant({"data": [{"id": n, "text": "t" * n} for n in range(count)]}),
    ):
        lines = repr(value).splitlines()
        assert len(lines) <= MOST_LINES
        assert max(map(len, lines)) <= WIDTH


def test_values_within_show_what_fits() -> None:
    info = Info(model="m", metrics=["cosine"], note="n" * 500, id="i" * 30, ratio=0.5)
    lines = repr(Infos(models=[info] * 11)).splitlines()
    assert lines[2:4] == [
        "        Info(model='m', metrics=['cosine'], ratio=0.5,",
        f"            id='{'i' * 30}', ... 1 more),",
    ]
    many = Maps(free={"data": [{f"k{n}": "v" * n for n in range(50)}] * 11})
    assert "'k8': 'vvvvvvvv', ... 41 more}," in repr(many)


def test_depth() -> None:
    node = Node(name="n")
    for _ in range(500):
        node = Node(name="n", child=node)
    lines = repr(node).splitlines()
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= WIDTH
    nested: Any = []
    for _ in range(5_000):
        nested = [nested]
    assert "[...]" in render(nested)
    assert len(render(nested).splitlines()) <= MOST_LINES


def test_without_end() -> None:
    node = Node(name="a")
    node.child = node
    node.children = [node] * 11
    assert "Node(...)" in repr(node)
    loop: dict[str, Any] = {}
    loop |= {"a": [loop] * 5, "b": loop}
    for value in (node, UnknownVariant(loop)):
        assert len(repr(value).splitlines()) <= MOST_LINES


def test_a_stack_that_is_deep_already() -> None:
    def call(levels: int) -> str:
        return call(levels - 1) if levels else repr(Infos(models=[Info(model="m" * 90)]))

    shown = set[str]()
    for levels in range(sys.getrecursionlimit()):
        try:
            shown.add(call(levels))
        except RecursionError:
            break
    assert len(shown) <= 2


def test_numbers_that_python_does_not_write() -> None:
    assert render([10**5000]) == "[...]"
    assert render([10**5000] * 12) == "[..., ..., ..., ... 9 more]"
    assert len(render([10**4000] * 3)) <= WIDTH


class Broken:
    def __repr__(self) -> str:
        raise KeyError


class Wordy:
    def __repr__(self) -> str:
        return "a\nb " * 100


def test_other_objects() -> None:
    assert render(Maps(anything=Broken())) == "Maps(anything=...)"
    assert render(Maps(anything=Wordy())).splitlines()[1].endswith(" b a b...,")


def test_hostile_names() -> None:
    unknown = UnknownVariant({"a\nb=": 1, "class": 2, "": 3, "k" * 100: 4, "__len__": 5})
    text = repr(unknown)
    assert text.startswith("UnknownVariant(")
    assert "'a\\nb='=1" in text
    assert "class=2" in text
    assert f"{'k' * 41}...=4" in text


class Table(HTMLParser):
    """The cells of an HTML table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


class TestTable:
    def test_models(self) -> None:
        infos = Infos(models=[Info(model="a", size=1), Info(model="b", ratio=0.5)])
        assert infos._repr_html_() == (
            "<table><caption>Infos: 2 items</caption>"
            "<thead><tr><th>model</th><th>size</th><th>ratio</th></tr></thead><tbody>"
            "<tr><td>a</td><td>1</td><td></td></tr>"
            "<tr><td>b</td><td></td><td>0.5</td></tr>"
            "</tbody></table>"
        )

    def test_escapes(self) -> None:
        evil = "<script>alert(1)</script>&\"'"
        infos = Infos.from_dict({"models": [{"model": evil, evil: [evil]}, "<b>", {"_id": None}]})
        table = Table(infos._repr_html_())
        assert set(table.tags) == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
        assert table.texts.count(evil) == 2  # a cell and a column
        variants = Embeddings.from_dict({"data": [{"vector_type": evil, evil: evil}]})
        assert Table(variants._repr_html_()).texts.count(evil) == 3

    def test_only_models_have_columns(self) -> None:
        table = Table(Infos.from_dict({"models": ["x", 5, None]})._repr_html_())
        assert table.texts == ["Infos: 3 items", "value", "x", "5", "None"]

    @pytest.mark.parametrize("infos", [Infos(), Infos(models=[])])
    def test_empty(self, infos: Infos) -> None:
        assert infos._repr_html_() == (
            "<table><caption>Infos: 0 items</caption>"
            "<thead><tr></tr></thead><tbody></tbody></table>"
        )

    def test_many_rows_and_long_cells(self) -> None:
        infos = Infos(models=[Info(model="x" * 10_000) for _ in range(50)])
        html = infos._repr_html_()
        assert html.count("<tr>") == 22
        assert '<td colspan="1">... 30 more</td>' in html
        assert len(html) < 4_000

    def test_vectors_are_short(self) -> None:
        made = Embeddings(model="m", data=[Dense(values=[0.5] * 1024)], usage=Usage(tokens=1))
        texts = Table(made._repr_html_()).texts
        assert "[0.5, 0.5, 0.5, ... 1021 more]" in texts
        assert texts[0] == "Embeddings: 1 items, model='m', usage=Usage(tokens=1)"

    def test_unpaired_surrogates(self) -> None:
        html = Infos(models=[Info(model="\ud800")])._repr_html_()
        assert "<td>?</td>" in html
        assert html.encode()


def test_items_show_cats() -> None:
    assert repr(Maps(cats={"a": Cat(name="n", lives=9)})) == (
        "Maps(cats={'a': Cat(name='n', lives=9)})"
    )

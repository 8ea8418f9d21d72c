"""Representations of models in a terminal and in a notebook."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from typing import Any

import pytest
from _runtime.data.models import UNSET, Model, UnknownVariant
from _runtime.reporting.repr import render
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
    assert render(values) == "[0.1, 0.2, 0.3, ...1021 more]"
    assert render(tuple(values)) == "(0.1, 0.2, 0.3, ...1021 more)"
    assert repr(Dense(values=values)) == (
        "Dense(vector_type='dense', values=[0.1, 0.2, 0.3, ...1021 more])"
    )
    assert render(list(range(12))) == "[0, 1, 2, ...9 more]"
    assert render(list(range(11))) == "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"
    assert "more" not in render([True] * 12)


def test_long_texts() -> None:
    assert render("x" * 80) == repr("x" * 80)
    assert render("x" * 81) == repr("x" * 77 + "...")
    assert render(b"x" * 81) == repr(b"x" * 77) + "..."
    assert len(render({"k" * 10_000: "v" * 10_000})) < 200


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
        Dense(vector_type='dense', values=[0.1, 0.1, 0.1, ...1021 more]),
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
    text = repr(Infos(models=[Info(model=str(n)) for n in range(1_000)]))
    assert text.count("Info(model=") == 100
    assert "        ...900 more\n    ],\n)" in text
    many = render({f"k{n}": n for n in range(1_000)})
    assert many.endswith("    'k99': 99,\n    ...900 more\n}")


def test_depth() -> None:
    node = Node(name="n")
    for _ in range(500):
        node = Node(name="n", child=node)
    text = repr(node)
    assert text.count("child=") == 20
    assert "child=Node(...)" in text
    nested: Any = []
    for _ in range(5_000):
        nested = [nested]
    assert "[...]" in render(nested)


def test_without_end() -> None:
    node = Node(name="a")
    node.child = node
    assert "Node(...)" in repr(node)


def test_numbers_that_python_does_not_write() -> None:
    assert render([10**5000]) == "[...]"
    assert render([10**5000] * 12) == "[..., ..., ..., ...9 more]"


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
        assert '<td colspan="1">...30 more</td>' in html
        assert len(html) < 4_000

    def test_vectors_are_short(self) -> None:
        made = Embeddings(model="m", data=[Dense(values=[0.5] * 1024)], usage=Usage())
        assert "[0.5, 0.5, 0.5, ...1021 more]" in Table(made._repr_html_()).texts


def test_items_show_cats() -> None:
    assert repr(Maps(cats={"a": Cat(name="n", lives=9)})) == (
        "Maps(cats={'a': Cat(name='n', lives=9)})"
    )

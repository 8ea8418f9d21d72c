"""Responses that differ from their schema: kept, and reported once for each location."""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
import time
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from _runtime.data import decoder, encoder, lenient
from _runtime.data.mismatch import Drift
from _runtime.data.models import UnknownVariant
from _runtime.errors import InvalidJSON, Mismatch
from zoo import (
    Cat,
    Choice,
    Days,
    Dense,
    Document,
    Dog,
    Embeddings,
    Gone,
    Info,
    Infos,
    Kind,
    Left,
    Maps,
    Moments,
    Node,
    Right,
    Sparse,
)


def _read(data: object, type_: Any) -> tuple[Any, list[tuple[str, str, str, str]]]:
    """Return the value and the drift; decoding from text must yield the same."""
    seen: list[Drift] = []
    made = decoder.decode(json.dumps(data), type_, on_drift=seen.append)
    again: list[Drift] = []
    assert decoder.convert(data, type_, on_drift=again.append) == made
    assert again == seen
    assert len(set(seen)) == len(seen)
    return made, [(drift.path, drift.kind, drift.expected, drift.found) for drift in seen]


def _info(**values: Any) -> dict[str, Any]:
    return {"model": "m", **values}


@pytest.mark.parametrize(
    ("values", "path", "kind", "expected", "found"),
    [
        ({"metric": "Cosine"}, "$.metric", "enum", "one of 'cosine', 'euclidean'", "a string"),
        ({"metric": 3}, "$.metric", "enum", "one of 'cosine', 'euclidean'", "an integer"),
        ({"metrics": ["x"]}, "$.metrics[*]", "enum", "one of 'cosine', 'euclidean'", "a string"),
        ({"metrics": [None]}, "$.metrics[*]", "null", "one of 'cosine', 'euclidean'", "null"),
        ({"metrics": "cosine"}, "$.metrics", "type", "an array", "a string"),
        ({"size": "12"}, "$.size", "type", "an integer", "a string"),
        ({"size": 12.5}, "$.size", "type", "an integer", "a number"),
        ({"size": True}, "$.size", "type", "an integer", "a boolean"),
        ({"ratio": "0.5"}, "$.ratio", "type", "a number", "a string"),
        ({"ready": "true"}, "$.ready", "type", "a boolean", "a string"),
        ({"ready": 1}, "$.ready", "type", "a boolean", "an integer"),
        ({"model": None}, "$.model", "null", "a string", "null"),
        ({"model": {}}, "$.model", "type", "a string", "an object"),
        ({"_id": []}, "$._id", "type", "a string", "an array"),
        ({"class": 1}, "$.class", "type", "a string", "an integer"),
        ({"odd": 1}, "$.odd", "type", "a string or null", "an integer"),
        ({"id": "x"}, "$.id", "unknown", "no such property", "a string"),
        ({"new": None}, "$.new", "unknown", "no such property", "null"),
    ],
)
def test_one_drift(values: Any, path: str, kind: str, expected: str, found: str) -> None:
    data = _info(**values)
    made, drift = _read(data, Info)
    expected = expected.removesuffix(" or null")
    assert drift == [(path, kind, expected, found)]
    assert isinstance(made, Info)
    assert made.to_dict() == data
    with pytest.raises(Mismatch) as caught:
        decoder.decode(json.dumps(data), Info, strict=True)
    assert caught.value.path == path.replace("[*]", "[0]")
    assert str(caught.value) == f"{caught.value.path}: expected {expected}, found {found}"


@pytest.mark.parametrize("number", ["1.0", "-3.0", "1e3", "0.0", "1e15"])
def test_whole_numbers_are_integers(number: str) -> None:
    """As JSON Schema has it: 1.0 is an integer."""
    for type_ in (int, int | None, int | str, list[int]):
        text = f"[{number}]" if type_ == list[int] else number
        made = decoder.decode(text, type_, strict=True)
        one = made[0] if isinstance(made, list) else made
        assert (one, type(one)) == (int(float(number)), int)
    made = Info.from_dict({"model": "m", "size": 4.0}, strict=True)
    assert type(made.size) is int
    assert type(decoder.decode("2.0", Literal[1, 2], strict=True)) is int
    assert _read(1.0, Literal[True])[1] == [("$", "enum", "one of True", "a number")]


def test_missing() -> None:
    made, drift = _read({"size": 1}, Info)
    assert drift == [("$.model", "missing", "a string", "nothing")]
    assert (made.model, made.size) == (None, 1)
    assert made.to_dict() == {"size": 1}


@pytest.mark.parametrize("data", [[], "text", 3, True])
def test_no_object(data: Any) -> None:
    made, drift = _read(data, Info)
    assert made == data
    assert [(path, kind) for path, kind, *_ in drift] == [("$", "type")]


def test_null_alone() -> None:
    assert _read(None, Info) == (None, [("$", "null", "an object", "null")])
    assert _read(None, list[Info]) == (None, [("$", "null", "an array", "null")])
    assert _read(None, dict[str, Info])[1][0][1] == "null"
    assert _read(None, Info | None) == (None, [])
    assert _read(None, None) == (None, [])
    assert _read(1, None) == (1, [("$", "type", "null", "an integer")])


def test_nothing_but_null() -> None:
    for value, drift in ((None, []), (1, [("$.value", "type", "null", "an integer")])):
        made, seen = _read({"name": "x", "value": value, "new": 1}, Gone)
        assert made.to_dict() == {"name": "x", "value": value, "new": 1}
        assert seen == [*drift, ("$.new", "unknown", "no such property", "an integer")]


def test_once_for_each_location() -> None:
    data = {"models": [_info(metric=f"m{n}", new=n) for n in range(50)]}
    made, drift = _read(data, Infos)
    assert [row[:2] for row in drift] == [
        ("$.models[*].metric", "enum"),
        ("$.models[*].new", "unknown"),
    ]
    assert made.to_dict() == data


def test_strict_names_the_item() -> None:
    data = {"models": [_info(), _info(), _info(metrics=["cosine", "x"])]}
    with pytest.raises(Mismatch) as caught:
        decoder.decode(json.dumps(data), Infos, strict=True)
    assert caught.value.path == "$.models[2].metrics[1]"


def test_no_value_is_shown() -> None:
    data = {"models": [_info(metric="s3cret", size="s3cret", ready="s3cret")]}
    _, drift = _read(data, Infos)
    assert len(drift) == 3
    assert "s3cret" not in repr(drift)


@pytest.mark.parametrize("name", ["a\nb", "x" * 10_000, "a.b", "", " ", "\x1b[31m", "a[0]"])
def test_odd_names_stay_on_the_line(name: str) -> None:
    _, drift = _read(_info(**{name: 1}), Info)
    ((path, kind, *_),) = drift
    assert kind == "unknown"
    assert len(path) < 100
    assert path.isprintable()
    assert path.startswith("$['")


def test_plain_names_are_plain() -> None:
    for name in ("my-field", "größe", "$ref", "x:y", "@id"):
        assert _read(_info(**{name: 1}), Info)[1][0][0] == f"$.{name}"


class TestTagged:
    def test_each(self) -> None:
        data = {
            "model": "m",
            "data": [
                {"vector_type": "dense", "values": [1, 2.5]},
                {"vector_type": "sparse", "indices": [1], "values": [0.5]},
            ],
            "usage": {},
        }
        made, drift = _read(data, Embeddings)
        assert not drift
        assert list(made) == [Dense(values=[1, 2.5]), Sparse(indices=[1], values=[0.5])]

    @pytest.mark.parametrize("tag", ["binary", 3, None, [], {"a": 1}, True])
    def test_unknown(self, tag: Any) -> None:
        variant = {"vector_type": tag, "bits": [1]}
        data = {"model": "m", "data": [variant, variant], "usage": {}}
        made, drift = _read(data, Embeddings)
        assert [row[:3] for row in drift] == [
            ("$.data[*].vector_type", "variant", "'dense', 'sparse'")
        ]
        assert list(made) == [UnknownVariant(variant)] * 2
        assert made[0].bits == [1]

    def test_no_tag(self) -> None:
        made, drift = _read({"model": "m", "data": [{"values": [1.0]}], "usage": {}}, Embeddings)
        assert drift[0] == (
            "$.data[*].vector_type",
            "variant",
            "'dense', 'sparse'",
            "nothing",
        )
        assert made[0].values == [1.0]

    def test_within_a_variant(self) -> None:
        dense = {"vector_type": "dense", "values": [1.0, None, "2"], "new": 1}
        made, drift = _read({"model": "m", "data": [dense], "usage": None}, Embeddings)
        assert [row[:2] for row in drift] == [
            ("$.data[*].values[*]", "null"),
            ("$.data[*].values[*]", "type"),
            ("$.data[*].new", "unknown"),
            ("$.usage", "null"),
        ]
        assert made[0].values == [1.0, None, "2"]

    def test_no_object(self) -> None:
        made, drift = _read({"model": "m", "data": ["x", None], "usage": {}}, Embeddings)
        assert made.data == ["x", None]
        assert [row[:2] for row in drift] == [("$.data[*]", "type"), ("$.data[*]", "null")]

    def test_alone_with_another_tag(self) -> None:
        data = {"vector_type": "sparse", "values": [1.0], "new": 1}
        made, drift = _read(data, Dense)
        assert (type(made), made.values) == (Dense, [1.0])
        assert made.extra == {"vector_type": "sparse", "new": 1}
        assert made.to_dict() == data
        assert [row[:2] for row in drift] == [("$.vector_type", "variant"), ("$.new", "unknown")]


class TestBestFit:
    @pytest.mark.parametrize(
        ("data", "made"),
        [
            ({"pet": {"name": "a", "lives": 9}}, Choice(pet=Cat(name="a", lives=9))),
            ({"pet": {"name": "a", "tricks": []}}, Choice(pet=Dog(name="a", tricks=[]))),
            ({"scalar": 1}, Choice(scalar=1)),
            ({"scalar": "1"}, Choice(scalar="1")),
            ({"scalar": True}, Choice(scalar=True)),
            ({"lists": [1, 2]}, Choice(lists=[1, 2])),
            ({"lists": ["1"]}, Choice(lists=["1"])),
            ({"lists": []}, Choice(lists=[])),
            ({"one_or_more": "a"}, Choice(one_or_more="a")),
            (
                {"one_or_more": [{"name": "a", "lives": 1}]},
                Choice(one_or_more=[Cat(name="a", lives=1)]),
            ),
            ({"cat_or_map": {"name": "a", "lives": 1}}, Choice(cat_or_map=Cat(name="a", lives=1))),
            ({"cat_or_map": {"x": 1}}, Choice(cat_or_map={"x": 1})),
            ({"cat_or_text": "a"}, Choice(cat_or_text="a")),
            ({"when": "soon"}, Choice(when="soon")),
            (
                {"when": "2025-01-02T03:04:05Z"},
                Choice(when=dt.datetime(2025, 1, 2, 3, 4, 5, 0, dt.UTC)),
            ),
            ({"level": "low"}, Choice(level="low")),
            ({"level": 3}, Choice(level=3)),
            ({"pet": None, "lists": None}, Choice()),
        ],
    )
    def test_fits(self, data: Any, made: Choice) -> None:
        assert _read(data, Choice) == (made, [])
        assert decoder.decode(json.dumps(data), Choice, strict=True) == made

    def test_integers_stay_integers_whatever_the_order(self) -> None:
        found = decoder.decode('{"number": 5}', Choice).number
        assert (found, type(found)) == (5, int)

    def test_the_least_different(self) -> None:
        made, drift = _read({"pet": {"name": "a", "tricks": ["x"], "age": "3", "new": 1}}, Choice)
        assert made.pet == Dog.from_dict({"name": "a", "tricks": ["x"], "age": "3", "new": 1})
        assert [row[:2] for row in drift] == [("$.pet.age", "type"), ("$.pet.new", "unknown")]

    def test_none_of_them(self) -> None:
        made, drift = _read({"pets": [{"x": 1}, 5, None]}, Choice)
        assert made.pets == [UnknownVariant({"x": 1}), 5, None]
        assert [row[:3] for row in drift] == [
            ("$.pets[*]", "variant", "Cat or Dog"),
            ("$.pets[*]", "type", "an object"),
            ("$.pets[*]", "null", "an object"),
        ]

    def test_a_list_within_a_union_is_read_as_far_as_it_fits(self) -> None:
        made, drift = _read({"one_or_more": [{"name": "a", "lives": 1, "new": 2}]}, Choice)
        assert isinstance(made.one_or_more[0], Cat)
        assert [row[:2] for row in drift] == [("$.one_or_more[*].new", "unknown")]

    def test_a_sole_model_of_a_union_may_lack_something(self) -> None:
        made, drift = _read({"cat_or_text": {"name": "a"}}, Choice)
        assert made.cat_or_text == Cat.from_dict({"name": "a"})
        assert [row[:2] for row in drift] == [("$.cat_or_text.lives", "missing")]

    @pytest.mark.parametrize(
        ("name", "value", "kind"),
        [
            ("scalar", [1], "type"),
            ("scalar", {}, "type"),
            ("scalar", 1.5, "type"),
            ("level", "middle", "enum"),
            ("level", None, None),
            ("one_or_more", 3, "type"),
            ("cat_or_text", [], "type"),
        ],
    )
    def test_no_case_at_all(self, name: str, value: Any, kind: str | None) -> None:
        made, drift = _read({name: value}, Choice)
        assert getattr(made, name) == value
        assert [row[:2] for row in drift] == ([(f"$.{name}", kind)] if kind else [])

    def test_lists_that_are_neither(self) -> None:
        made, drift = _read({"lists": [1, "a", 2, "b", "c"]}, Choice)
        assert made.lists == [1, "a", 2, "b", "c"]
        assert [row[:2] for row in drift] == [("$.lists[*]", "type")]

    def test_strict(self) -> None:
        with pytest.raises(Mismatch, match=r"^\$\.pets\[1\]\.age: expected an integer"):
            decoder.decode(
                '{"pets": [{"name": "a", "lives": 1}, {"name": "b", "tricks": [], "age": "x"}]}',
                Choice,
                strict=True,
            )

    def test_nested_candidates_take_linear_time(self) -> None:
        """Two candidates on each of 60 levels would be 2 ** 60 attempts."""
        data: dict[str, Any] = {"b": 1, "new": 1}
        for level in range(60):
            data = {"ab"[level % 2]: level, "next": data}
        seen: list[Drift] = []
        made = decoder.convert(data, Left | Right, on_drift=seen.append)
        assert isinstance(made, Right)
        assert made.to_dict() == data
        assert [drift.kind for drift in seen] == ["unknown"]
        assert len(seen[0].path) > 60 * len(".next")


class TestMaps:
    def test_values(self) -> None:
        made, drift = _read(
            {
                "counts": {"a": 1, "b": "2", "c": None},
                "cats": {"x": {"name": "a"}, "y": {"name": "b"}, "z": 1},
                "anything": {"deep": [1]},
                "free": {"a": None},
            },
            Maps,
        )
        assert made.counts == {"a": 1, "b": "2", "c": None}
        assert isinstance(made.cats["x"], Cat)
        assert [row[:2] for row in drift] == [
            ("$.counts[*]", "type"),
            ("$.counts[*]", "null"),
            ("$.cats[*].lives", "missing"),
            ("$.cats[*]", "type"),
        ]

    def test_no_map(self) -> None:
        made, drift = _read({"counts": [1], "cats": "x", "free": 3}, Maps)
        assert (made.counts, made.cats, made.free) == ([1], "x", 3)
        assert {row[1] for row in drift} == {"type"}

    def test_keys_are_data_and_not_shown(self) -> None:
        with pytest.raises(Mismatch) as caught:
            decoder.decode('{"counts": {"s3cret": "x"}}', Maps, strict=True)
        assert caught.value.path == "$.counts[*]"

    def test_properties_beside_fields(self) -> None:
        data = {"name": "n", "a": "2025-01-02", "in": {"b": "2025-01-03"}, "c": 1}
        made, drift = _read(data, Days)
        assert made.name == "n"
        assert made.extra["a"] == dt.date(2025, 1, 2)
        assert made.extra["in"] == Days.from_dict({"b": "2025-01-03"}, strict=True)
        assert made.extra["c"] == 1
        assert [row[:2] for row in drift] == [("$[*]", "type")]
        assert made.to_dict() == data
        with pytest.raises(Mismatch, match=r"^\$\[\*\]: expected "):
            Days.from_dict(data, strict=True)


def test_moments() -> None:
    data = {
        "at": "2025-01-02T03:04:05Z",
        "day": "2025-01-02",
        "id": "00000000-0000-0000-0000-000000000001",
        "raw": "aGk=",
        "price": 1.5,
        "prices": [1, 2.25],
        "kind": "good",
        "wait": "P1D",
    }
    made, drift = _read(data, Moments)
    assert not drift
    assert made.raw == b"hi"
    assert made.kind is Kind.GOOD
    assert made.price == Decimal("1.5")
    # With something unknown beside them, they come back all the same.
    assert _read({**data, "new": 1}, Moments)[0].to_dict() == {**data, "new": 1}
    assert made.to_dict() == data


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", "yesterday"),
        ("at", 1735787045.5),
        ("at", ""),
        ("day", "2025-02-30"),
        ("id", "x"),
        ("raw", "***"),
        ("price", "1,5"),
        ("kind", "ugly"),
        ("wait", "1 day"),
    ],
)
def test_moments_in_another_form(name: str, value: Any) -> None:
    made, drift = _read({name: value}, Moments)
    if drift:
        assert [row[0] for row in drift] == [f"$.{name}"]
        assert getattr(made, name) == value
        assert made.to_dict() == {name: value}
    else:
        assert (name, value) == ("at", 1735787045.5)  # seconds since 1970


def test_other_types() -> None:
    assert _read({"text": 1}, Document) == ({"text": 1}, [])
    assert _read("x", Document)[1] == [("$", "type", "an object", "a string")]
    assert _read([1], list) == ([1], [])
    assert _read({"a": 1}, dict) == ({"a": 1}, [])
    assert _read([1, "x"], list[int])[1] == [("$[*]", "type", "an integer", "a string")]
    assert _read("c", Literal["a", "b"])[1][0][1:3] == ("enum", "one of 'a', 'b'")
    many = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i"]
    assert _read("z", many)[1][0][2].endswith("'h', ...")
    assert _read(5, Any) == (5, [])


def test_a_type_that_cannot_be_hashed() -> None:
    type_: Any = Annotated[Cat, []]
    assert decoder.decode('{"name": "a", "lives": 9}', type_) == Cat(name="a", lives=9)
    assert isinstance(decoder.decode('{"name": "a"}', type_), Cat)


class TestDeep:
    @staticmethod
    def _nested(levels: int, **inmost: Any) -> str:
        text = json.dumps({"name": "last", **inmost})
        return '{"name":"n","child":' * levels + text + "}" * levels

    def test_recursive(self) -> None:
        made, drift = _read(json.loads(self._nested(50, new=1)), Node)
        assert [row[1] for row in drift] == ["unknown"]
        assert drift[0][0] == "$" + ".child" * 50 + ".new"
        for _ in range(50):
            made = made.child
        assert made.extra == {"new": 1}

    def test_too_deep_for_models(self) -> None:
        text = self._nested(300, new=1)
        seen: list[Drift] = []
        made = decoder.decode(text, Node, on_drift=seen.append)
        assert [drift.kind for drift in seen] == ["depth"]
        assert isinstance(made, Node)
        assert json.loads(made.to_json()) == json.loads(text)

    @pytest.mark.parametrize("levels", [20_000, 100_000])
    @pytest.mark.parametrize("inmost", [{}, {"new": 1}])
    def test_thousands_of_models(self, levels: int, inmost: Any) -> None:
        with pytest.raises(InvalidJSON, match="nested too deeply"):
            decoder.decode(self._nested(levels, **inmost), Node)

    @pytest.mark.parametrize("levels", [20_000, 100_000])
    @pytest.mark.parametrize("brackets", ["[]", ('{"a":', "}")])
    @pytest.mark.parametrize("type_", [Any, Node, list[int], Choice])
    def test_thousands_of_values(self, levels: int, brackets: Any, type_: Any) -> None:
        text = brackets[0] * levels + "1" + brackets[1] * levels
        with pytest.raises(InvalidJSON, match="nested too deeply"):
            decoder.decode(text, type_)
        with pytest.raises(InvalidJSON):
            decoder.decode(brackets[0] * levels, type_)

    def test_a_caller_deep_in_the_stack(self) -> None:
        """The call returns a value or raises a clear error."""
        text = self._nested(80, new=1)
        kinds: set[str] = set()

        def descend(levels: int) -> None:
            if levels:
                descend(levels - 1)
                return
            try:
                seen: list[Drift] = []
                decoder.decode(text, Node, on_drift=seen.append)
                kinds.update(drift.kind for drift in seen)
            except InvalidJSON:
                kinds.add("invalid")

        limit = sys.getrecursionlimit()
        depth = len(_frames())
        for levels in range(300, limit - depth - 60, 20):
            descend(levels)
        assert {"unknown", "depth"} <= kinds

    def test_deep_unions(self) -> None:
        data: dict[str, Any] = {"b": 1, "new": 1}
        for level in range(150):
            data = {"ab"[level % 2]: level, "next": data}
        seen: list[Drift] = []
        made = decoder.convert(data, Left | Right, on_drift=seen.append)
        assert isinstance(made, Right | UnknownVariant)
        assert "depth" in {drift.kind for drift in seen}


def _frames() -> list[Any]:
    frame: Any = sys._getframe()
    found = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


class TestRare:
    """Valid JSON that msgspec does not read."""

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            (r'"cut \ud83d"', "cut \ufffd"),
            (r'"\udc00 \ud83d\ude00 \ud800\ud83d\ude00"', "\ufffd \U0001f600 \ufffd\U0001f600"),
            (r'"\\ud83d \ud83d \"\\\\"', '\\ud83d \ufffd "\\\\'),
            ("\ufeff[1]", [1]),
            ("[1e400, -1e400, 1e-400]", [Decimal("1e400"), Decimal("-1e400"), 0.0]),
            ("9" * 5000, Decimal("9" * 5000)),
            ("1e9999999999999999999", "1e9999999999999999999"),
        ],
    )
    def test_is_read(self, text: str, value: Any) -> None:
        assert decoder.decode(text.encode(), Any) == value
        assert decoder.decode(text, Any) == value

    def test_is_not_drift(self) -> None:
        seen: list[Drift] = []
        text = '\ufeff{"model": "cut \\ud83d", "ratio": 1.5, "odd": null}'
        made = decoder.decode(text.encode(), Info, strict=True, on_drift=seen.append)
        assert made == Info(model="cut \ufffd", ratio=1.5, odd=None)
        assert not seen

    @pytest.mark.parametrize(
        ("text", "type_"),
        [
            ('{"ratio":1E+400}', Info),
            ('{"models":[{"ratio":-1E+400}]}', Infos),
            ("[0.5,1E+400]", list[float]),
            ('{"a":1E+400}', dict[str, float]),
            ("1E+400", float | str),
            ("1E+400", int),
            ("1E+999999", int),
        ],
    )
    def test_huge_numbers_are_kept(self, text: str, type_: Any) -> None:
        """They are kept, reported and written unchanged."""
        seen: list[Drift] = []
        made = decoder.decode(text, type_, on_drift=seen.append)
        (found,) = [drift for drift in seen if drift.kind == "type"]
        assert found.found == "a huge number"
        assert encoder.encode(made).decode() == text
        again: list[Drift] = []
        assert decoder.convert(encoder.to_builtins(made), type_, on_drift=again.append) == made
        assert found in again
        with pytest.raises(Mismatch):
            decoder.decode(text, type_, strict=True)

    @pytest.mark.parametrize("number", [2**53 + 1, -(2**63) - 1, 2**64, 10**400, -(10**4000)])
    def test_long_integers_are_exact(self, number: int) -> None:
        text = f'{{"model":"m","size":{number}}}'
        made = Info.from_json(text, strict=True)
        assert made.size == number
        assert made.to_json() == text
        assert Info.from_dict(made.to_dict(), strict=True) == made

    def test_a_long_integer_is_not_a_float(self) -> None:
        text = f'{{"model":"m","ratio":{10**400}}}'
        with pytest.raises(Mismatch, match="expected a number, found a huge number"):
            Info.from_json(text, strict=True)
        assert Info.from_json(text).to_json() == text

    def test_huge_numbers_come_back(self) -> None:
        made = decoder.decode('{"model": "m", "new": [1e400]}', Info)
        assert made.to_json() == '{"model":"m","new":[1E+400]}'
        assert made.to_dict()["new"] == [Decimal("1e400")]
        assert repr(decoder.decode('{"model": "m", "new": ' + "9" * 5000 + "}", Info))

    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b" ",
            b"NaN",
            b"[Infinity]",
            b"[-Infinity]",
            b'{"a": 1,}',
            b"{'a': 1}",
            b'{"a": 1',
            b'{"a": 1} {}',
            b"<html>",
            b"\xff\xfe",
            b'"\xff"',
            b'"\n"',
            b"01",
            b"[1.]",
            b"nul",
            b'"\\ud83"',
            b'"\\x"',
            b"\xef\xbb\xbf",
            '{"a":1}'.encode("utf-16"),
        ],
    )
    @pytest.mark.parametrize("type_", [Any, Info, list[float]])
    def test_is_not_json(self, text: bytes, type_: Any) -> None:
        with pytest.raises(InvalidJSON) as caught:
            decoder.decode(text, type_)
        assert caught.value.__cause__ is None
        assert str(caught.value)

    def test_the_last_of_equal_keys(self) -> None:
        assert decoder.decode('{"model": 1, "model": "m"}', Info) == Info(model="m")
        text = '{"model": "m", "new": 1, "new": 2, "model": "n"}'
        assert decoder.decode(text, Info).to_dict() == {"model": "n", "new": 2}


def test_readers_are_shared_by_threads_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads read a type that nobody has read before."""
    plain = lenient.msgspec.structs.fields

    def slowly(cls: Any) -> Any:
        for info in plain(cls):
            time.sleep(0.0005)
            yield info

    interval = sys.getswitchinterval()
    data = {"models": [_info(metric="new", new=1)]}
    results: list[Any] = []
    for _ in range(5):
        lenient._readers.clear()
        decoder._decoders.clear()
        gate = threading.Barrier(8)

        def read(gate: threading.Barrier = gate) -> None:
            gate.wait()
            seen: list[Drift] = []
            made = decoder.decode(json.dumps(data), Infos, on_drift=seen.append)
            results.append((made.to_dict(), sorted(drift.kind for drift in seen)))

        monkeypatch.setattr(lenient.msgspec.structs, "fields", slowly)
        sys.setswitchinterval(1e-6)
        try:
            threads = [threading.Thread(target=read) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
            monkeypatch.undo()
    assert results == [(data, ["enum", "unknown"])] * 40


def test_a_thousand_drifting_items_are_linear() -> None:
    def calls(count: int) -> int:
        text = json.dumps({"models": [_info(metric="x", new=1, size="1")] * count})
        made = 0

        def count_one(*_: object) -> None:
            nonlocal made
            made += 1

        sys.setprofile(count_one)
        try:
            read = decoder.decode(text, Infos, on_drift=lambda drift: None)
        finally:
            sys.setprofile(None)
        assert len(read) == count
        return made

    calls(1)  # What is made once for a class does not count.
    assert calls(1000) < 11 * calls(100)


def test_ten_thousand_unknown_properties() -> None:
    data = _info(**{f"x{n}": n for n in range(10_000)})
    made, drift = _read(data, Info)
    assert len(drift) == len(made.extra) == 10_000

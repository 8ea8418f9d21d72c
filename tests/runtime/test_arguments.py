"""Arguments: the accepted forms, and those refused before a request is sent."""

from __future__ import annotations

import array
import collections
import datetime as dt
import json
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pytest
from _runtime.call.operation import Operation, Param
from _runtime.call.request import body_encoder
from _runtime.data import arguments, encoder
from _runtime.data.arguments import build_body, check
from _runtime.data.models import UNSET, Model, UnknownVariant
from _runtime.data.parameters import query_part
from zoo import Demanding, Document, Embeddings, Info, Kind, Nullable, Request, TextItem, Usage

SECRET = "s3cret"


def _sent(**values: Any) -> Any:
    """Return what a request with these arguments has in its body."""
    return json.loads(
        encoder.encode(build_body(Request, {"model": "m", "inputs": ["a"], **values}))
    )


def _refused(error: type[Exception], **values: Any) -> str:
    with pytest.raises(error) as caught:
        build_body(Request, {"model": "m", "inputs": ["a"], **values})
    (name,) = values
    assert str(caught.value).startswith(name)
    assert SECRET not in str(caught.value)
    return str(caught.value)


class Tagged(Model, kw_only=True, tag_field="kind", tag="tagged"):
    name: str


def test_a_body_selects_the_union_member() -> None:
    assert build_body(Tagged, {"name": "a"}) == {"kind": "tagged", "name": "a"}


class Words(Sequence[str]):
    """A sequence of a user's own."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def __getitem__(self, index: Any) -> Any:
        return self._words[index]

    def __len__(self) -> int:
        return len(self._words)


class Ambiguous(Words):
    def __bool__(self) -> bool:
        raise ValueError("ambiguous")


class Settings(Mapping[str, Any]):
    """A mapping of a user's own."""

    def __init__(self, **values: Any) -> None:
        self._values = values

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Scalar:
    """A number of numpy's kind."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def item(self) -> Any:
        return self._value


class Array:
    """An array of numpy's kind: no sequence, and without a truth value."""

    def __init__(self, *values: Any) -> None:
        self._values = values

    def tolist(self) -> list[Any]:
        return list(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __bool__(self) -> bool:
        raise ValueError("ambiguous")


class Color(StrEnum):
    RED = "red"


class TestCheck:
    @pytest.mark.parametrize("value", [None, UNSET])
    def test_missing(self, value: Any) -> None:
        check("name", value, required=False)
        with pytest.raises(TypeError, match=r"^name is required, and must not be None$"):
            check("name", value, required=True)

    @pytest.mark.parametrize("value", ["", [], (), {}, Words(), range(0)])
    def test_empty(self, value: Any) -> None:
        check("name", value, required=False)
        with pytest.raises(ValueError, match=r"^name must not be empty$"):
            check("name", value, required=True)

    @pytest.mark.parametrize(
        "value", ["a", 0, False, 0.0, [None], Array(), Ambiguous("a"), Kind.BAD, " ", b""]
    )
    def test_there(self, value: Any) -> None:
        check("name", value, required=True)


class TestRequired:
    @pytest.mark.parametrize("name", ["model", "inputs"])
    def test_missing(self, name: str) -> None:
        assert "must be a string" in _refused(TypeError, **{name: None})
        assert "is required" in _refused(TypeError, **{name: UNSET})

    def test_not_there_at_all(self) -> None:
        with pytest.raises(TypeError, match=r"^inputs is required, and must not be None$"):
            build_body(Request, {"model": "m"})

    @pytest.mark.parametrize(
        ("name", "value"),
        [("model", ""), ("inputs", []), ("inputs", ()), ("inputs", ""), ("inputs", Array())],
    )
    def test_empty(self, name: str, value: Any) -> None:
        assert "must not be empty" in _refused(ValueError, **{name: value})

    def test_empty_optional_ones_are_sent(self) -> None:
        values: Any = {"words": [], "parameters": {}, "documents": [], "long_name": ""}
        sent = _sent(**values)
        assert sent == {
            "model": "m",
            "inputs": [{"text": "a"}],
            "words": [],
            "parameters": {},
            "documents": [],
            "longName": "",
        }

    def test_null_where_it_is_a_value(self) -> None:
        assert build_body(Nullable, {"value": None}) == {"value": None}
        with pytest.raises(TypeError, match=r"^value is required"):
            build_body(Nullable, {})
        with pytest.raises(TypeError, match=r"^value is required"):
            build_body(Nullable, {"value": UNSET})

    def test_an_empty_object_is_whole(self) -> None:
        body = build_body(Demanding, {"nullable": "a", "settings": {}, "vector": [0.5]})
        assert body == {"nullable": "a", "settings": {}, "vector": [0.5]}

    def test_absent_and_null(self) -> None:
        assert "odd" not in _sent(odd=UNSET)
        assert _sent(odd=None)["odd"] is None
        assert "top" not in _sent(top=None)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("model", 3, "a string, not int"),
        ("model", b"s3cret", "a string, not bytes"),
        ("model", bytearray(b"s3cret"), "a string, not bytearray"),
        ("model", [SECRET], "a string, not list"),
        ("inputs", 3, "a string or a sequence, not int"),
        ("inputs", b"s3cret", "a string or a sequence, not bytes"),
        ("inputs", {"text": SECRET}, "a string or a sequence, not dict"),
        ("inputs", TextItem(text=SECRET), "a string or a sequence, not TextItem"),
        ("inputs", {SECRET}, "a string or a sequence, not set; give a list of its items"),
        (
            "inputs",
            iter([SECRET]),
            "a string or a sequence, not list_iterator; give a list of its items",
        ),
        (
            "inputs",
            (word for word in [SECRET]),
            "a string or a sequence, not generator; give a list of its items",
        ),
        ("words", SECRET, "a sequence, not str"),
        ("vector", memoryview(b"s3cret"), "a sequence, not memoryview"),
        ("vector", Scalar(1.5), "a sequence, not float"),
        ("parameters", SECRET, "a mapping, not str"),
        ("parameters", [(SECRET, 1)], "a mapping, not list"),
        ("usage", 5, "a mapping, not int"),
        ("top", SECRET, "an integer, not str"),
        ("top", 5.5, "an integer, not float"),
        ("top", True, "an integer, not bool"),
        ("top", Scalar(2.5), "an integer, not float"),
        ("top", Array(1), "an integer, not list"),
        ("ratio", SECRET, "a number, not str"),
        ("ratio", False, "a number, not bool"),
        ("ratio", Fraction(1, 2), "a number, not Fraction"),
        ("flag", 1, "a boolean, not int"),
        ("flag", "true", "a boolean, not str"),
        ("metric", 7, "a string, not int"),
        ("words_or_one", 7, "a string or a sequence, not int"),
        ("model", Kind, "a string, not EnumType"),
        ("model", object(), "a string, not object"),
    ],
)
def test_wrong_kind(name: str, value: Any, wanted: str) -> None:
    assert _refused(TypeError, **{name: value}) == f"{name} must be {wanted}"


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("model", Color.RED, "red"),
        ("model", Kind.GOOD, "good"),
        ("metric", "cosine", "cosine"),
        ("top", 5.0, 5),
        ("top", Scalar(5), 5),
        ("top", Array(), None),
        ("ratio", 1, 1),
        ("ratio", Decimal("0.25"), 0.25),
        ("ratio", Scalar(0.5), 0.5),
        ("flag", Scalar(True), True),
        ("words", ("a", "b"), ["a", "b"]),
        ("words", Words("a", "b"), ["a", "b"]),
        ("words", Ambiguous("a"), ["a"]),
        ("words", collections.deque(["a"]), ["a"]),
        ("words", Array("a"), ["a"]),
        ("words_or_one", "a", "a"),
        ("words_or_one", ("a",), ["a"]),
        ("vector", array.array("d", [0.5, 1.5]), [0.5, 1.5]),
        ("vector", range(3), [0, 1, 2]),
        ("vector", Array(0.5, 1), [0.5, 1]),
        ("vector", [Scalar(0.5), Decimal(1)], [0.5, 1]),
        ("parameters", Settings(a=1), {"a": 1}),
        ("parameters", MappingProxyType({"a": (1,)}), {"a": [1]}),
        ("parameters", collections.OrderedDict(a=Settings(b=Scalar(2))), {"a": {"b": 2}}),
        ("parameters", Usage(tokens=1), {"tokens": 1}),
        ("parameters", UnknownVariant({"a": 1}), {"a": 1}),
        ("usage", Usage(tokens=1), {"tokens": 1}),
        ("usage", {"tokens": 1, "new": 2}, {"tokens": 1, "new": 2}),
        ("at", dt.datetime(2025, 1, 2, tzinfo=dt.UTC), "2025-01-02T00:00:00Z"),
        ("at", "2025-01-02", "2025-01-02"),
    ],
)
def test_taken(name: str, value: Any, sent: Any) -> None:
    if sent is None:
        _refused(TypeError, **{name: value})
    else:
        assert _sent(**{name: value})[name] == sent


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ratio", math.nan),
        ("ratio", Decimal("Infinity")),
        ("vector", [0.5, math.inf]),
        ("parameters", {"a": [{"b": -math.inf}]}),
        ("usage", {"more": math.nan}),
        ("long_name", "\ud800"),
        ("parameters", {"a": object()}),
        ("vector", [[...]]),
    ],
)
def test_values_that_json_cannot_hold(name: str, value: Any) -> None:
    """The error names the argument, at any depth of its value."""
    operation: Operation[Any] = Operation("o", "POST", "/o", body=Request)
    values = {"model": "m", "inputs": ["a"], "top": 1, name: value}
    error = TypeError if "object" in repr(value) or "Ellipsis" in repr(value) else ValueError
    with pytest.raises(error, match=f"^{name}"):
        body_encoder(operation, is_async=False)(values, None)
    del values[name]
    with pytest.raises(error, match=r"^extra_body\['more'\]"):
        body_encoder(operation, is_async=False)(values, {"more": value})
    anything: Operation[Any] = Operation("o", "POST", "/o", body=Any)
    with pytest.raises(error, match=r"^body\[0\]"):
        body_encoder(anything, is_async=False)([value], None)


def test_times_have_a_zone() -> None:
    """Without a zone, the time would depend on the machine that runs the program."""
    assert "at has no time zone" in _refused(ValueError, at=dt.datetime(2025, 1, 2))
    with pytest.raises(ValueError, match=r"^since has no time zone"):
        query_part(Param("since", "query"), dt.datetime(2025, 1, 2))


@pytest.mark.parametrize("name", ["new", "longName", 3])
def test_nothing_is_left_out(name: Any) -> None:
    with pytest.raises(TypeError, match=f"^the body has no {name!r}, only 'model', 'inputs', "):
        build_body(Request, {"model": "m", "inputs": ["a"], name: SECRET})


def test_wire_names() -> None:
    assert _sent(long_name="x")["longName"] == "x"
    assert "long_name" in _refused(TypeError, long_name=3)


class TestPlainTexts:
    A, B = {"text": "a"}, {"text": "b"}

    @pytest.mark.parametrize(
        ("inputs", "sent"),
        [
            ("a", [A]),
            (["a", "b"], [A, B]),
            (("a", B), [A, B]),
            ([TextItem(text="a"), "b", Settings(text="a")], [A, B, A]),
            (Words("a", "b"), [A, B]),
            (Array("a", "b"), [A, B]),
            (Color.RED, [{"text": "red"}]),
            (Kind.GOOD, [{"text": "good"}]),
            ([""], [{"text": ""}]),
        ],
    )
    def test_of_an_object_with_one_property(self, inputs: Any, sent: Any) -> None:
        assert _sent(inputs=inputs)["inputs"] == sent

    @pytest.mark.parametrize(
        ("documents", "sent"),
        [("a", [A]), (["a", {"other": 1}], [A, {"other": 1}]), ([], []), (Array("b"), [B])],
    )
    def test_of_a_marked_object(self, documents: Any, sent: Any) -> None:
        assert _sent(documents=documents)["documents"] == sent

    def test_alone(self) -> None:
        assert _sent(document="a")["document"] == self.A
        assert _sent(document={"x": 1})["document"] == {"x": 1}
        assert build_body(Document, "a") == self.A
        assert build_body(list[TextItem], ["a"]) == [self.A]

    def test_the_argument_is_left_as_it_was(self) -> None:
        inputs = ["a"]
        _sent(inputs=inputs)
        assert inputs == ["a"]


def test_other_bodies_are_given_whole() -> None:
    usage = Usage(tokens=1)
    assert build_body(Usage, usage) is usage
    assert build_body(dict[str, int], {"a": 1}) == {"a": 1}
    assert build_body(Info | Usage, usage) is usage
    assert build_body(list[float], [1.0]) == [1.0]


class Said(Model, kw_only=True, tag_field="type", tag="message"):
    text: str


class Heard(Model, kw_only=True, tag_field="type", tag="message"):
    id: str


class Seen(Model, kw_only=True, tag_field="type", tag="image"):
    url: str


class Loose(Model, kw_only=True):
    type: str | None = None
    note: str


class Form(Model, kw_only=True):
    name: str | None = None
    size: int | None = None
    ratio: float | None = None
    ready: bool | None = None
    labels: dict[str, str] | None = None
    seen: Seen | None = None


@dataclass
class Point:
    text: str


def test_mappings_that_may_stand_for_several_models_are_not_checked() -> None:
    said = [{"type": "message", "text": "a"}]
    assert build_body(list[Said | Heard | Seen], said) == said
    assert build_body(list[Said | Loose], [{"type": "message", "note": "a"}])
    with pytest.raises(TypeError, match=r"^body\[0\] must have the key 'url'"):
        build_body(list[Said | Heard | Seen], [{"type": "image"}])


def test_instances_of_dataclasses_are_objects() -> None:
    assert _sent(documents=[Point("a")], inputs=[Point("b")])["documents"] == [{"text": "a"}]
    assert "must be a string, not Point" in _refused(TypeError, long_name=Point("a"))


@pytest.mark.parametrize(
    "values",
    [
        {"name": 5, "size": "5", "ratio": "0.5", "ready": "yes"},
        {"name": True, "size": Decimal(5), "labels": {"a": 1, "b": False, "c": None}},
        {"seen": {"url": 5}},
    ],
)
def test_forms_are_text(values: dict[str, Any]) -> None:
    assert build_body(Form, values, is_text=True) == values
    with pytest.raises(TypeError):
        build_body(Form, {"ratio": 1, **values, "ready": "yes"})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": "many"}, "size must be an integer, not str"),
        ({"size": "Infinity"}, "size must be an integer, not str"),
        ({"labels": {"a": ["b"]}}, "labels['a'] must be a string, a number or a boolean, not list"),
        ({"seen": {"link": 5}}, "seen must have the key 'url'"),
    ],
)
def test_what_forms_cannot_hold(values: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        build_body(Form, values, is_text=True)
    assert str(caught.value) == message


@pytest.mark.parametrize("number", ["Infinity", "NaN", "sNaN", "1.5"])
def test_integers_are_finite(number: str) -> None:
    param = Param("count", "query", type=int)
    for value in (number, Decimal(number)):
        with pytest.raises(TypeError, match=r"^count must be an integer"):
            query_part(param, value)
    assert query_part(param, "1e30") == ["count=1e30"]


def test_a_body_that_is_not_an_object() -> None:
    with pytest.raises(TypeError, match=r"^body must be a mapping, not list"):
        build_body(Usage, [SECRET])


def test_long_vectors_are_not_walked() -> None:
    """A list of numbers is passed on unchanged."""
    vector = [0.5] * 100_000
    body: Any = build_body(Request, {"model": "m", "inputs": ["a"], "vector": vector})
    assert body["vector"] is vector
    assert encoder.plain(vector) is vector


def test_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arguments, "_fields", {False: {}, True: {}})
    gate, found = threading.Barrier(8), []

    def build() -> None:
        gate.wait()
        found.append(_sent(inputs="a", long_name="x"))

    threads = [threading.Thread(target=build) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [{"model": "m", "inputs": [{"text": "a"}], "longName": "x"}] * 8


class TestNumpy:
    """The library itself."""

    def test_it(self) -> None:
        np = pytest.importorskip("numpy")
        assert _sent(top=np.int64(3))["top"] == 3
        assert _sent(ratio=np.float32(0.5))["ratio"] == 0.5
        assert _sent(ratio=np.float64(0.1))["ratio"] == 0.1
        assert _sent(flag=np.bool_(True))["flag"] is True
        assert _sent(model=np.str_("m"))["model"] == "m"
        assert _sent(vector=np.array([0.5, 1.0], dtype=np.float32))["vector"] == [0.5, 1.0]
        assert _sent(vector=[np.float32(0.5), np.int8(1)])["vector"] == [0.5, 1]
        assert _sent(inputs=np.array(["a", "b"]))["inputs"] == [{"text": "a"}, {"text": "b"}]
        assert _sent(inputs=[np.str_("a")])["inputs"] == [{"text": "a"}]
        assert _sent(words=np.array(["a"], dtype=object))["words"] == ["a"]
        assert _sent(parameters={"x": np.eye(2)})["parameters"] == {"x": [[1, 0], [0, 1]]}
        assert _sent(parameters={np.str_("k"): 1, np.int64(2): 1})["parameters"] == {"k": 1, "2": 1}

    def test_refusals(self) -> None:
        np = pytest.importorskip("numpy")
        _refused(ValueError, inputs=np.array([]))
        _refused(TypeError, vector=np.float64(1.5))
        _refused(TypeError, top=np.float64(1.5))
        _refused(TypeError, top=np.array([1]))
        for value in (np.array([1.0, np.nan]), [np.float32("inf")], np.float64("nan")):
            with pytest.raises(ValueError, match="NaN and infinite"):
                encoder.encode(value)

    def test_models(self) -> None:
        np = pytest.importorskip("numpy")
        made = Embeddings(model="m", data=np.array([1.0]), usage=Usage(tokens=np.int64(2)))
        assert made.to_dict() == {"model": "m", "data": [1.0], "usage": {"tokens": 2}}
        assert "array" in repr(made)

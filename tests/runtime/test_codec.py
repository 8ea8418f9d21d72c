"""JSON to models and back with the strict decoder, and the values that can be written."""

from __future__ import annotations

import collections
import datetime as dt
import json
import math
import threading
from decimal import Decimal
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import pytest
from _runtime.data import decoder, encoder
from _runtime.data.decoder import decode
from _runtime.data.encoder import encode, to_builtins
from _runtime.data.models import Model, UnknownVariant
from _runtime.errors import InvalidJSON, Mismatch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from zoo import (
    Cat,
    Choice,
    Dense,
    Dog,
    Embeddings,
    Info,
    Infos,
    Kind,
    Left,
    Maps,
    Moments,
    Node,
    Right,
    Sparse,
    Usage,
)


class Level(IntEnum):
    LOW = 1


class Text(str):
    __slots__ = ()


class Count(int):
    pass


class Ratio(float):
    pass


class Late(dt.datetime):
    """A subclass of `datetime`, as in pandas, pendulum and freezegun."""


class Day(dt.date):
    pass


class Span(dt.timedelta):
    """A subclass of `timedelta`, as in pendulum."""


class Money(Decimal):
    pass


class Pair(NamedTuple):
    a: int
    b: int


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ("ü\u2028", '"ü\u2028"'),
        (2**70, str(2**70)),
        (-0.0, "-0.0"),
        ([1, 2.5, None], "[1,2.5,null]"),
        ((1, (2,)), "[1,[2]]"),
        (Pair(1, 2), "[1,2]"),
        (range(2), "[0,1]"),
        (collections.deque([1]), "[1]"),
        ({1}, "[1]"),
        (frozenset({"a"}), '["a"]'),
        ({}, "{}"),
        (MappingProxyType({"a": {}}), '{"a":{}}'),
        (collections.OrderedDict(a=1), '{"a":1}'),
        ({1: 2, "a": 3}, '{"1":2,"a":3}'),
        ({Kind.GOOD: Kind.BAD}, '{"good":"bad"}'),
        ({Text("a"): Text("b")}, '{"a":"b"}'),
        (Level.LOW, "1"),
        (Count(3), "3"),
        (Ratio(0.5), "0.5"),
        (Decimal("1.50"), "1.5"),
        (Decimal("5.0"), "5"),
        (Decimal("1E+5"), "100000"),
        (Decimal("0.1234567890123456789"), "0.1234567890123456789"),
        (Decimal("1e400"), "1E+400"),
        (Money("0.25"), "0.25"),
        (dt.datetime(2025, 1, 2, 3, tzinfo=dt.UTC), '"2025-01-02T03:00:00Z"'),
        (Late(2025, 1, 2, 3, tzinfo=dt.UTC), '"2025-01-02T03:00:00+00:00"'),
        (dt.date(2025, 1, 2), '"2025-01-02"'),
        (Day(2025, 1, 2), '"2025-01-02"'),
        (dt.time(1, 2), '"01:02:00"'),
        (dt.timedelta(days=1), '"P1D"'),
        (Span(hours=36), '"P1DT43200S"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (b"hi", '"aGk="'),
        (bytearray(b"hi"), '"aGk="'),
        (memoryview(b"hi"), '"aGk="'),
        (Usage(tokens=1), '{"tokens":1}'),
        ([Usage(), {"a": Usage(tokens=2)}], '[{},{"a":{"tokens":2}}]'),
        (UnknownVariant({"a": [1]}), '{"a":[1]}'),
        (Moments(kind=Kind.BAD, price=Decimal("1.5")), '{"price":1.5,"kind":"bad"}'),
    ],
)
def test_encode(value: Any, text: str) -> None:
    assert encode(value).decode() == text
    assert encode([value]).decode() == f"[{text}]"
    assert encode({"key": value}).decode() == f'{{"key":{text}}}'
    # And `to_builtins` is the same thing, in Python.
    again = to_builtins(value)
    assert encode(again).decode() == text
    assert type(again) in (dict, list, str, int, float, bool, type(None), Decimal)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        Ratio("nan"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        {math.nan},
        [0.5, math.nan],
        [1, math.inf],
        [1e308, 1e308, -math.inf],
        [math.inf, -math.inf],
        (0.5, "a", math.nan),
        {"a": math.nan},
        {math.nan: 1},
        [[math.nan]],
        Info(model="m", ratio=math.nan),
        Maps(free={"a": [math.inf]}),
        UnknownVariant({"a": math.nan}),
    ],
)
def test_no_numbers(value: Any) -> None:
    for write in (encode, to_builtins):
        with pytest.raises(ValueError, match="NaN and infinite"):
            write(value)


def test_large_numbers_are_finite() -> None:
    assert json.loads(encode([1e308, 1e308, 10**400])) == [1e308, 1e308, 10**400]


@pytest.mark.parametrize("value", [object(), [object()], {"a": len}, (x for x in "a"), {None: 1}])
def test_no_json(value: Any) -> None:
    with pytest.raises(TypeError):
        encode(value)


def test_a_lone_surrogate_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        encode("\ud800")


def test_nested_too_deeply() -> None:
    endless: list[Any] = []
    endless.append(endless)
    circle: dict[str, Any] = {}
    circle["self"] = circle
    deep: Any = 1
    for _ in range(50_000):
        deep = [deep]
    for value in (endless, circle, deep):
        for write in (encode, to_builtins):
            with pytest.raises(ValueError, match="nested too deeply"):
                write(value)


def test_arguments_are_not_changed() -> None:
    value = {"a": [Decimal(1), {"b": (Kind.GOOD,)}], "n": [1.0, 2.0]}
    shown = repr(value)
    encode(value)
    made = to_builtins(value)
    assert repr(value) == shown
    made["n"].append(3)
    assert value["n"] == [1.0, 2.0]


def test_to_text() -> None:
    assert encoder.to_text({"a": [1]}, None) == '{"a":[1]}'
    assert encoder.to_text({"a": [1]}, 2) == '{\n  "a": [\n    1\n  ]\n}'


class TestStrict:
    def test_a_whole_answer(self) -> None:
        text = (
            b'{"model":"m","usage":{"tokens":1},"data":'
            b'[{"vector_type":"dense","values":[1,2.5]},'
            b'{"values":[0.5],"indices":[7],"vector_type":"sparse"}]}'
        )
        made = decode(text, Embeddings, strict=True)
        dense, sparse = Dense(values=[1.0, 2.5]), Sparse(indices=[7], values=[0.5])
        assert made == Embeddings(model="m", data=[dense, sparse], usage=Usage(tokens=1))
        assert [type(value) for value in made[0].values] == [float, float]
        assert decode(text.decode(), Embeddings) == made
        assert decode(bytearray(text), Embeddings) == made

    def test_the_lenient_road_is_not_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("_runtime.data.lenient.walk", None)
        assert decode(b'{"model":"m"}', Info) == Info(model="m")
        with pytest.raises(TypeError):
            decode(b"{}", Info)

    def test_decoders_are_made_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(decoder, "_decoders", {})
        decode(b"{}", Usage)
        made = decoder._decoders[Usage]
        decode(b"{}", Usage)
        assert decoder._decoders == {Usage: made}

    def test_threads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(decoder, "_decoders", {})
        gate, found = threading.Barrier(8), []

        def read() -> None:
            gate.wait()
            found.append(decode(b'{"models":[{"model":"m"}]}', Infos))

        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [Infos(models=[Info(model="m")])] * 8

    def test_errors_are_value_errors(self) -> None:
        assert issubclass(InvalidJSON, ValueError)
        assert issubclass(Mismatch, ValueError)
        error = Mismatch("$.a", "a string", "null")
        assert (error.path, error.expected, error.found) == ("$.a", "a string", "null")

    def test_strict_takes_unions_that_msgspec_does_not(self) -> None:
        assert decode(b'{"name":"a","lives":1}', Cat | Dog, strict=True) == Cat(name="a", lives=1)
        with pytest.raises(Mismatch, match=r"^\$: expected Cat or Dog, found an object$"):
            decode(b"{}", Cat | Dog, strict=True)


# Random values of every kind of model: the same ones in every run, which leaves no files.
THE_SAME = settings(deadline=None, derandomize=True, database=None)

texts = st.text(st.characters(codec="utf-8"), max_size=8)
floats = st.floats(allow_nan=False, allow_infinity=False)
ints = st.integers(-(2**63), 2**64 - 1)
scalars = st.none() | st.booleans() | ints | floats | texts
anything = st.recursive(
    scalars, lambda each: st.lists(each, max_size=3) | st.dictionaries(texts, each, max_size=3)
)
moments = st.datetimes(timezones=st.just(dt.UTC))
# As many digits as a float has: leniently, numbers are read as such first.
decimals = st.decimals(-(10**9), 10**9, places=4)


def _maybe(each: Any) -> Any:
    return st.none() | each


cats = st.builds(Cat, name=texts, lives=ints)
dogs = st.builds(Dog, name=texts, tricks=st.lists(texts, max_size=3), age=_maybe(ints))
dense = st.builds(Dense, values=st.lists(floats, max_size=5))
sparse = st.builds(Sparse, indices=st.lists(ints, max_size=3), values=st.lists(floats, max_size=3))
infos = st.builds(
    Info,
    model=texts,
    metric=_maybe(st.sampled_from(["cosine", "euclidean"])),
    metrics=_maybe(st.lists(st.sampled_from(["cosine", "euclidean"]), max_size=3)),
    size=_maybe(ints),
    ratio=_maybe(floats),
    ready=_maybe(st.booleans()),
    id=_maybe(texts),
    class_=_maybe(texts),
    odd=_maybe(texts) | st.just(msgspec.UNSET),
)
nodes = st.recursive(
    st.builds(Node, name=texts, child=st.none(), children=st.none()),
    lambda each: st.builds(
        Node, name=texts, child=_maybe(each), children=_maybe(st.lists(each, max_size=3))
    ),
    max_leaves=6,
)
chains = st.recursive(
    st.builds(Left, a=ints, next=st.none()),
    lambda each: st.builds(Left, a=ints, next=each) | st.builds(Right, b=ints, next=each),
    max_leaves=5,
)
choices = st.builds(
    Choice,
    pet=_maybe(cats | dogs),
    pets=_maybe(st.lists(cats | dogs, max_size=3)),
    scalar=_maybe(ints | texts | st.booleans()),
    number=_maybe(ints | floats),
    lists=_maybe(st.lists(ints, max_size=3) | st.lists(texts, max_size=3)),
    one_or_more=_maybe(texts | st.lists(cats, max_size=2)),
    cat_or_map=_maybe(cats | st.dictionaries(texts, ints, max_size=3)),
    cat_or_text=_maybe(cats | texts),
    when=_maybe(moments),
    level=_maybe(st.sampled_from(["low", "high"]) | ints),
)
models = st.one_of(
    infos,
    nodes,
    chains,
    choices,
    st.builds(
        Embeddings,
        model=texts,
        data=st.lists(dense | sparse, max_size=3),
        usage=st.builds(Usage, tokens=_maybe(ints)),
    ),
    st.builds(
        Maps,
        counts=_maybe(st.dictionaries(texts, ints, max_size=3)),
        cats=_maybe(st.dictionaries(texts, cats, max_size=3)),
        anything=anything,
        free=_maybe(st.dictionaries(texts, anything, max_size=3)),
    ),
    st.builds(
        Moments,
        at=_maybe(moments),
        day=_maybe(st.dates()),
        id=_maybe(st.uuids()),
        raw=_maybe(st.binary(max_size=8)),
        price=_maybe(decimals),
        prices=_maybe(st.lists(decimals, max_size=3)),
        kind=_maybe(st.sampled_from(Kind)),
        wait=_maybe(st.timedeltas(dt.timedelta(days=-1000), dt.timedelta(days=1000))),
    ),
)


@given(models)
@settings(THE_SAME, max_examples=400)
def test_there_and_back(model: Model) -> None:
    cls = type(model)
    told: list[Any] = []
    assert decode(encode(model), cls, on_drift=told.append) == model
    assert cls.from_dict(model.to_dict()) == model
    assert cls.from_json(model.to_json(indent=1), strict=True) == model
    assert not told
    assert json.loads(encode(model.to_dict())) == json.loads(model.to_json())


@example(Choice(number=2**53 + 1), {"x-more": Decimal("0.12345678901234567890123")})
@example(Choice(number=2**53 + 1), {"x-more": 2**70})
@given(models, st.dictionaries(texts.map("x-{}".format), anything, min_size=1, max_size=3))
@settings(THE_SAME, max_examples=200)
def test_lenient_round_trip_keeps_extra_fields(model: Model, more: dict[str, Any]) -> None:
    """The lenient decoder reads what the strict one does, and keeps extra fields."""
    cls = type(model)
    data = {**model.to_dict(), **more}
    text = encode(data)
    told: list[Any] = []
    made = decode(text, cls, on_drift=told.append)
    assert {drift.kind for drift in told} == {"unknown"}
    assert made.extra == json.loads(encode(more))
    assert json.loads(encode(made)) == json.loads(text)
    assert cls.from_dict(made.to_dict()) == made
    vars(made).clear()
    assert made == model


@given(
    anything,
    st.sampled_from([Info, Embeddings, Node, Choice, Maps, Moments, Cat | Dog, list[Info]]),
)
@settings(THE_SAME, max_examples=400)
def test_whatever_comes_comes_back(data: Any, type_: Any) -> None:
    made = decode(encode(data), type_)
    again = to_builtins(made)
    if isinstance(data, dict | list):
        # Only null for what need not be there is left out, which is what it means.
        assert type(again) is type(data)
    assert repr(made)


@given(
    st.dictionaries(st.sampled_from(Info.__struct_encode_fields__), anything, max_size=5),
)
@settings(THE_SAME, max_examples=300)
def test_properties_of_every_type_round_trip(data: Any) -> None:
    """Every property keeps its JSON value, or has its described type."""
    made = decode(encode(data), Info)
    assert isinstance(made, Info)
    kept = {
        name: value for name, value in data.items() if value is not None or name in ("model", "odd")
    }
    if type(kept.get("ratio")) is int:
        kept["ratio"] = float(kept["ratio"])
    assert json.loads(made.to_json()) == json.loads(encode(kept))
    assert Info.from_dict(made.to_dict()) == made


def test_enumerations_as_values() -> None:
    class Shade(Enum):
        DARK = Decimal("0.5")

    assert encode([Shade.DARK]) == b"[0.5]"

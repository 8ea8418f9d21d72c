"""Behaviour of models apart from decoding."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterable, Mapping, Sized
from typing import Any, ClassVar, Literal
from uuid import UUID

import pytest
from _runtime import errors
from _runtime.data import decoder, encoder, mismatch, models
from _runtime.data.models import UNSET, Items, Model, Suggested, UnknownVariant
from zoo import (
    Cat,
    Dense,
    Embeddings,
    Empty,
    Info,
    Infos,
    MaybeTraced,
    Moments,
    Node,
    Selfish,
    Sparse,
    Traced,
    Usage,
)

STRANGE: dict[str, Any] = {"_id": "i", "class": "c", "metric": "new", "later": {"deep": [1, None]}}
"""No `model`, which is required, an unknown value and an unknown property."""


def _made(cls: Any) -> Any:
    return cls()


def _strange() -> Info:
    return Info.from_dict(STRANGE)


def test_reserved_names_are_all_there_is() -> None:
    public = {name for name in dir(Model) if not name.startswith("_")}
    assert public - {"request_id", "get", "keys"} == set(models.RESERVED)


@pytest.mark.parametrize(
    "twin",
    [
        Model.copy,
        copy.copy,
        copy.deepcopy,
        Model.replace,
        lambda model: pickle.loads(pickle.dumps(model)),
        lambda model: pickle.loads(pickle.dumps(model, protocol=2)),
        lambda model: Info.from_dict(model.to_dict()),
        lambda model: Info.from_json(model.to_json()),
        lambda model: Info.from_json(model.to_json(indent=2).encode()),
        lambda model: model.__replace__(),
    ],
)
def test_nothing_is_lost_or_added(twin: Any) -> None:
    model = _strange()
    other = twin(model)
    assert other is not model
    assert other == model
    assert other.to_dict() == model.to_dict() == STRANGE
    assert other.extra == {"later": {"deep": [1, None]}}
    assert other.model is None


def test_copies_are_apart() -> None:
    model = _strange()
    twin = model.copy()
    twin.extra["more"] = 1
    twin.note = "n"
    assert model.to_dict() == STRANGE
    assert twin != model
    deep = copy.deepcopy(model)
    deep.extra["later"]["deep"].append(2)
    assert model.to_dict() == STRANGE


def test_replace() -> None:
    model = _strange().replace(model="m", id=None)
    assert model.to_dict() == {
        "model": "m",
        "class": "c",
        "metric": "new",
        "later": {"deep": [1, None]},
    }
    with pytest.raises(TypeError, match="nope"):
        model.replace(nope=1)


def test_replace_of_a_field_named_self() -> None:
    assert Selfish(self="a").replace(self="b").to_dict() == {"self": "b"}


def test_extras_that_were_added_are_sent() -> None:
    cat = Cat(name="a", lives=9)
    assert cat.extra == {}
    cat.extra["color"] = "red"
    assert json.loads(cat.to_json()) == {"name": "a", "lives": 9, "color": "red"}


def test_an_extra_never_replaces_a_field() -> None:
    cat = Cat(name="a", lives=9)
    cat.extra["name"] = "b"
    assert cat.to_dict()["name"] == "a"


def test_nested_extras() -> None:
    data = {"models": [{"model": "m", "x": 1}, {"model": "n"}], "y": 2}
    infos = Infos.from_dict(data)
    assert infos[0].extra == {"x": 1}
    assert infos.to_dict() == data
    assert json.loads(encoder.encode({"a": (infos,)})) == {"a": [data]}


def test_equality() -> None:
    assert Usage(tokens=1) == Usage(tokens=1)
    assert Usage(tokens=1) != Usage(tokens=2)
    assert Usage() != Infos()
    assert Usage() != {}
    cat = Cat(name="a", lives=9)
    twin = cat.copy()
    assert twin.extra == {}  # which creates it
    assert cat == twin
    twin.extra["x"] = 1
    assert cat != twin


def test_models_cannot_be_hashed() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Usage())
    with pytest.raises(TypeError, match="unhashable"):
        hash(UnknownVariant({}))


def test_absent_and_null() -> None:
    assert Info(model="m").to_dict() == {"model": "m"}
    assert Info(model="m", note=None, odd=None).to_dict() == {"model": "m", "odd": None}
    assert Info.from_dict({"model": "m"}).odd is UNSET
    assert Info.from_dict({"model": "m", "odd": None}).odd is None
    assert pickle.loads(pickle.dumps(Info(model="m"))).odd is UNSET
    # With something unknown, a model is written in another way.
    strange = Info.from_dict({"model": "m", "odd": None, "new": 1})
    assert strange.to_dict() == {"model": "m", "odd": None, "new": 1}
    assert Info.from_dict({"model": "m", "new": 1}).to_dict() == {"model": "m", "new": 1}


def test_a_required_null_is_kept_and_a_missing_field_stays_absent() -> None:
    assert Info.from_dict({"model": None}).to_dict() == {"model": None}
    assert Info.from_dict({}).to_dict() == {}
    assert Info.from_dict({"x": 1}).to_json() == '{"x":1}'


def test_tags_are_written() -> None:
    dense = Dense(values=[1.0])
    assert dense.to_dict() == {"vector_type": "dense", "values": [1.0]}
    dense.extra["new"] = True
    assert dense.to_dict() == {"vector_type": "dense", "values": [1.0], "new": True}
    assert dense.vector_type == "dense"


def test_from_dict_takes_models_and_other_mappings() -> None:
    made = Infos.from_dict({"models": [Info(model="a"), {"model": "b"}]})
    assert made == Infos(models=[Info(model="a"), Info(model="b")])
    assert Moments.from_dict(Moments().to_dict()) == Moments()


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_from_dict_refuses_values_that_are_not_objects(data: Any) -> None:
    with pytest.raises(errors.Mismatch, match=r"^\$: expected Info, found no object$"):
        Info.from_dict(data)
    with pytest.raises(errors.Mismatch):
        Info.from_json(json.dumps(data))


def test_from_dict_strict() -> None:
    assert Info.from_dict({"model": "m"}, strict=True) == Info(model="m")
    with pytest.raises(errors.Mismatch, match=r"\$\.metric: expected one of 'cosine'"):
        Info.from_dict({"model": "m", "metric": "new"}, strict=True)
    with pytest.raises(errors.Mismatch, match=r"\$\.models\[1\]\.model: expected a string"):
        Infos.from_json('{"models": [{"model": "m"}, {"model": 1}]}', strict=True)
    with pytest.raises(errors.InvalidJSON):
        Info.from_json("{", strict=True)


class TestItems:
    DATA: ClassVar = [Dense(values=[1.0]), Sparse(indices=[1], values=[2.0]), Dense(values=[3.0])]

    def _made(self, data: Any) -> Embeddings:
        return Embeddings(model="m", data=data, usage=Usage())

    def test_as_a_list(self) -> None:
        made = self._made(self.DATA)
        assert list(made) == self.DATA
        assert len(made) == 3
        assert made[0] is self.DATA[0]
        assert made[-1] is self.DATA[2]
        assert made[1:] == self.DATA[1:]
        assert made[::-1] == self.DATA[::-1]
        assert self.DATA[1] in made
        assert list(reversed(made)) == self.DATA[::-1]
        with pytest.raises(IndexError):
            made[3]

    def test_empty_is_false(self) -> None:
        assert not self._made([])
        assert self._made(self.DATA[:1])

    @pytest.mark.parametrize("data", [None, "abc", {"a": 1}, 5])
    def test_no_array_is_an_empty_one(self, data: Any) -> None:
        made = Embeddings.from_dict({"data": data})
        assert (list(made), len(made), bool(made), made[:]) == ([], 0, False, [])
        assert made.to_dict() == {"data": data}

    def test_tuples_are_items_too(self) -> None:
        made = self._made(tuple(self.DATA))
        assert (len(made), list(made), made[0:1]) == (3, self.DATA, self.DATA[:1])

    def test_absent(self) -> None:
        assert len(Infos()) == 0
        assert isinstance(Infos(), Items)


class Odd(Model, kw_only=True, tag_field="kind", tag="odd"):
    kind: ClassVar[Literal["odd"]] = "odd"
    get: str
    keys: list[str] | None = None
    values: list[float] | None = None
    items: dict[str, Any] | None = None


class Words(Items["str"], Model, kw_only=True):
    _items: ClassVar[str] = "words"
    words: list[str]
    total: int | None = None


class TestKeys:
    def test_names_in_json(self) -> None:
        info = _strange()
        assert info["_id"] == "i"
        assert info["class"] == info.class_ == "c"
        assert info["later"] is info.extra["later"]
        assert info.keys() == ["metric", "_id", "class", "later"]
        assert dict(info) == STRANGE
        assert info._ipython_key_completions_() == info.keys()

    def test_absent_and_null(self) -> None:
        info = Info(model="m", odd=None)
        assert [key in info for key in ("model", "odd", "note", "nope", 0, None)] == [
            True, True, False, False, False, False,
        ]  # fmt: skip
        assert info["odd"] is None
        assert info.get("odd", 1) is None
        assert (info.get("note"), info.get("note", 1), info.get("nope", 2)) == (None, 1, 2)
        assert "odd" not in Info(model="m")
        # Required, but missing.
        assert "model" not in _strange()
        assert Info.from_dict({"model": None})["model"] is None

    @pytest.mark.parametrize(
        ("key", "message"),
        [
            ("note", "'note' is absent from this Info. It has 'model', 'odd'"),
            ("modle", "Info has no 'modle'; did you mean 'model'? It has 'model', 'odd'"),
            ("class_", "Info has no 'class_'; did you mean 'class'? It has 'model', 'odd'"),
            ("x" * 1000, f"Info has no '{'x' * 37}...'. It has 'model', 'odd'"),
            ("", "Info has no ''. It has 'model', 'odd'"),
        ],
    )
    def test_errors(self, key: str, message: str) -> None:
        with pytest.raises(KeyError) as caught:
            Info(model="m", odd=None)[key]
        assert caught.value.args == (message,)

    def test_errors_of_other_objects(self) -> None:
        with pytest.raises(KeyError, match="'tokens' is absent from this Usage"):
            Usage()["tokens"]
        many = UnknownVariant({f"k{n}": n for n in range(100)})
        with pytest.raises(KeyError, match="'k18', 'k19' and 80 more"):
            many["k"]
        for value in (Usage(), many):
            with pytest.raises(TypeError, match="is not a list: its keys are names, not numbers"):
                value[_made(int)]

    def test_fields_go_first(self) -> None:
        data = {"kind": "odd", "get": "g", "keys": ["k"], "values": [1.0], "items": {"a": 1}}
        odd = Odd.from_dict(data)
        assert (odd.get, odd.keys, odd.values, odd.items) == ("g", ["k"], [1.0], {"a": 1})
        assert {key: odd[key] for key in data} == data == odd.to_dict()
        assert odd._ipython_key_completions_() == list(data)
        odd.extra["get"] = "other"
        assert odd["get"] == "g"
        assert repr(odd).startswith("Odd(\n    kind='odd',\n    get='g',\n    keys=['k'],\n")
        assert pickle.loads(pickle.dumps(odd)) == copy.copy(odd) == odd
        match odd:
            case Odd(get=value, keys=[key]):
                assert (value, key) == ("g", "k")
            case _:
                raise AssertionError

    def test_another_tag(self) -> None:
        assert Dense(values=[1.0])["vector_type"] == "dense"
        other = Dense(values=[1.0])
        other.extra["vector_type"] = "new"
        assert other["vector_type"] == other.to_dict()["vector_type"] == "new"

    def test_models_are_neither_lists_nor_mappings(self) -> None:
        for value in (Usage(tokens=1), UnknownVariant({"a": 1})):
            assert not isinstance(value, Iterable | Mapping | Sized)
            for use in (iter, list, reversed, len):
                with pytest.raises(TypeError):
                    use(_made(lambda value=value: value))
            assert f"{value}" == "%s" % value  # noqa: UP031

    def test_items(self) -> None:
        made = Embeddings(model="m", data=[Dense(values=[1.0])], usage=Usage())
        assert made["model"] == "m"
        assert made["data"] is made.data
        assert [key in made for key in ("model", "data", "nope", "values")] == [1, 1, 0, 0]
        assert made.data[0] in made
        assert made[0]["values"] == [1.0]
        assert dict(made) == {"model": "m", "data": made.data, "usage": made.usage}
        assert [key in Infos() for key in ("models", "x")] == [False, False]
        with pytest.raises(KeyError, match="did you mean 'model'"):
            made["modle"]

    def test_items_that_are_strings(self) -> None:
        words = Words(words=["a", "total"], total=2)
        assert [word in words for word in ("a", "total", "words", "b")] == [1, 1, 0, 0]
        assert (words[0], words["total"], words.get("total")) == ("a", 2, 2)
        assert "total" in Words(words=[], total=0)

    def test_a_broken_array(self) -> None:
        made = Embeddings.from_dict({"data": None, "model": 5})
        assert made.keys() == ["model", "data"]
        assert made["data"] is None
        assert "usage" not in made


class TestUnknownVariant:
    RAW: ClassVar[dict[str, Any]] = {
        "vector_type": "binary",
        "bits": [1, 0],
        "raw": "r",
        "to_dict": 1,
    }

    def test_attributes(self) -> None:
        variant = UnknownVariant(self.RAW)
        assert variant.bits == [1, 0]
        assert variant.raw is self.RAW
        assert variant["raw"] == "r"
        assert [key in variant for key in ("bits", "nope", 0)] == [True, False, False]
        assert (variant.get("bits"), variant.get("nope", 5)) == ([1, 0], 5)
        assert list(variant.keys()) == variant._ipython_key_completions_() == list(self.RAW)
        assert UnknownVariant({"get": 1}).get == 1
        assert "bits" in dir(variant)
        with pytest.raises(AttributeError, match="nope"):
            _ = variant.nope
        assert not hasattr(variant, "__array__")

    @pytest.mark.parametrize(
        "twin",
        [copy.copy, copy.deepcopy, lambda variant: pickle.loads(pickle.dumps(variant))],
    )
    def test_copies(self, twin: Any) -> None:
        variant = UnknownVariant(self.RAW)
        assert twin(variant) == variant
        assert type(twin(variant)) is UnknownVariant

    def test_equality(self) -> None:
        assert UnknownVariant({"a": 1}) == UnknownVariant({"a": 1})
        assert UnknownVariant({"a": 1}) != UnknownVariant({"a": 2})
        assert UnknownVariant({"a": 1}) != {"a": 1}

    def test_back(self) -> None:
        variant = UnknownVariant(self.RAW)
        assert variant.to_dict() == self.RAW
        assert variant.to_dict()["bits"] is not self.RAW["bits"]
        assert json.loads(variant.to_json(indent=1)) == self.RAW

    def test_within_a_model(self) -> None:
        data = {"model": "m", "data": [self.RAW], "usage": {}}
        made = Embeddings.from_dict(data)
        assert isinstance(made[0], UnknownVariant)
        assert made.to_dict() == data
        assert pickle.loads(pickle.dumps(made)) == made


class TestRequestId:
    def test_absent(self) -> None:
        assert Usage().request_id is None

    def test_noted(self) -> None:
        usage = Usage(tokens=1)
        vars(usage)["_request_id"] = "r-1"
        assert usage.request_id == "r-1"
        assert usage.copy().request_id == "r-1"
        assert usage == Usage(tokens=1)
        assert usage.to_dict() == {"tokens": 1}
        assert "r-1" not in repr(usage)

    def test_a_field_goes_first(self) -> None:
        id_ = UUID(int=1)
        traced = Traced(request_id=id_)
        vars(traced)["_request_id"] = "r-1"
        assert traced.request_id == id_
        assert Traced.from_dict({"request_id": str(id_)}) == traced
        assert MaybeTraced().to_dict() == {}
        assert MaybeTraced.from_dict({"request_id": "x"}).request_id == "x"
        with pytest.raises(TypeError, match="request_id"):
            _made(Traced)


def test_an_empty_model() -> None:
    assert Empty().to_json() == "{}"
    assert Empty.from_dict({"x": 1}).extra == {"x": 1}
    assert Empty.from_dict({}) == Empty()


def test_deep_models_are_freed() -> None:
    """A hundred thousand levels are freed, and refused, without a crash."""
    node = Node(name="0")
    for _ in range(100_000):
        node = Node(name="n", child=node)
    for attempt in (node.to_json, node.to_dict):
        with pytest.raises(ValueError, match="nested too deeply"):
            attempt()
    assert repr(node).startswith("Node(")
    del node


def test_a_model_in_itself() -> None:
    node = Node(name="a")
    node.children = [node]
    with pytest.raises(ValueError, match="contains itself"):
        node.to_dict()
    assert "..." in repr(node)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_no_number(value: float) -> None:
    for model in (Info(model="m", ratio=value), Dense(values=[1.0, value])):
        for write in (model.to_json, model.to_dict):
            with pytest.raises(ValueError, match="NaN and infinite"):
                write()


class Offer(Model, kw_only=True):
    metric: Suggested[Literal["cosine", "dotproduct"], str]


def test_values_that_are_only_suggested_are_not_drift() -> None:
    found: list[mismatch.Drift] = []
    offer = decoder.decode(b'{"metric": "hamming"}', Offer, on_drift=found.append)
    assert (offer, found) == (Offer(metric="hamming"), [])
    decoder.decode(b'{"metric": 1}', Offer, on_drift=found.append)
    assert [drift.kind for drift in found] == ["type"]

"""Models of every shape: JSON to values and back, and drift."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
import pickle
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx2
import pytest
from packages import models_of, round_trip
from pcgen.diagnostics import Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def shapes(apis: dict[str, ModuleType]) -> ModuleType:
    return apis["shapes"]


UTC = dt.UTC
HOUR = dt.timezone(dt.timedelta(hours=1))
FORMATS = [
    ("day", "2024-02-29", dt.date(2024, 2, 29)),
    ("at", "2024-01-01T00:00:00Z", dt.datetime(2024, 1, 1, tzinfo=UTC)),
    ("at", "2024-01-01T00:00:00.000001Z", dt.datetime(2024, 1, 1, 0, 0, 0, 1, UTC)),
    (
        "at",
        "2024-01-01T00:00:00+05:30",
        dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
    ),
    ("time", "12:30:00Z", dt.time(12, 30, tzinfo=UTC)),
    ("lasts", "P1DT7200S", dt.timedelta(days=1, hours=2)),
    ("id", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", UUID("1b4e28ba-2fa1-11d2-883f-0016d3cca427")),
    ("data", "aGk=", b"hi"),
    ("price", 1.25, Decimal("1.25")),
    ("amount", "12345678901234567890.10", "12345678901234567890.10"),
    ("big", 2**63 + 1, 2**63 + 1),
    ("link", "not checked", "not checked"),
]


@pytest.mark.parametrize(("name", "text", "value"), FORMATS)
def test_a_format_has_a_type(shapes: ModuleType, name: str, text: object, value: object) -> None:
    model, drifts = round_trip(shapes.models, "Formats", {name: text})
    assert (getattr(model, name), type(getattr(model, name))) == (value, type(value))
    assert not drifts


@pytest.mark.parametrize("name", ["day", "at", "time", "lasts", "id", "data", "price", "big"])
def test_what_is_not_of_a_format_is_kept(shapes: ModuleType, name: str) -> None:
    model, drifts = round_trip(shapes.models, "Formats", {name: "garbage!"})
    assert getattr(model, name) == "garbage!"
    assert drifts == [f"$.{name}"]


@pytest.mark.parametrize(
    "text", ["2016-12-31T23:59:60Z", "1990-12-31t15:59:60.25-08:00", "2016-12-31 23:59:60+00:00"]
)
def test_a_leap_second_is_an_instant_too(shapes: ModuleType, text: str) -> None:
    model, drifts = round_trip(shapes.models, "Formats", {"at": text})
    assert isinstance(model.at, dt.datetime)
    assert model.at.second == 59
    assert pickle.loads(pickle.dumps(model)).to_dict() == {"at": text}
    assert (model.at + dt.timedelta(seconds=1)).isoformat() != text
    assert not drifts


@pytest.mark.parametrize(
    ("name", "text", "near"),
    [
        ("at", "0000-02-29T12:00:00Z", dt.datetime(1, 1, 1, tzinfo=dt.UTC)),
        (
            "at",
            "9999-12-31T23:59:59.9999999Z",
            dt.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
        ),
        ("day", "0000-12-31", dt.date(1, 1, 1)),
        ("time", "12:00:60Z", dt.time(12, 0, 59, 999999, tzinfo=dt.UTC)),
        ("time", "23:59:60.5+01:00", dt.time(23, 59, 59, 999999, HOUR)),
    ],
)
def test_a_time_that_python_has_no_number_for(
    shapes: ModuleType, name: str, text: str, near: dt.datetime | dt.date | dt.time
) -> None:
    model, drifts = round_trip(shapes.models, "Formats", {name: text})
    assert getattr(model, name) == near
    assert pickle.loads(pickle.dumps(model)).to_dict() == {name: text}
    assert copy.deepcopy(model).to_json() == model.to_json()
    assert not drifts


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("at", "2016-12-31T23:60:60Z"),
        ("at", "2016-12-31T23:59:60"),
        ("at", "2016-12-31T24:00:00Z"),
        ("at", "0000-02-30T12:00:00Z"),
        ("at", "2016-13-01T12:00:00Z"),
        ("at", ":60"),
        ("day", "0000-00-00"),
        ("day", "10000-01-01"),
        ("time", "24:00:00Z"),
        ("time", "12:60:60Z"),
        ("time", "12:00:60z+"),
    ],
)
def test_not_everything_is_a_time(shapes: ModuleType, name: str, text: str) -> None:
    assert round_trip(shapes.models, "Formats", {name: text})[1] == [f"$.{name}"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("P1Y2M", 425),
        ("P3W", 21),
        ("-P1M", -30),
        ("P1Y2M3W4DT5H6M7.5S", 450 + (5 * 3600 + 6 * 60 + 7.5) / 86400),
        ("P1MT1,5S", 30 + 1.5 / 86400),
    ],
)
def test_a_duration_of_the_calendar_is_one(shapes: ModuleType, text: str, days: float) -> None:
    model, drifts = round_trip(shapes.models, "Formats", {"lasts": text})
    assert model.lasts == dt.timedelta(days=days)
    assert pickle.loads(pickle.dumps(model)).to_dict() == {"lasts": text}
    assert type(model.lasts + dt.timedelta(1)) is dt.timedelta
    assert not drifts


@pytest.mark.parametrize("text", ["P", "PT", "P1DT", "1Y", "P1Y2", "P1.5Y", "P9999999999Y"])
def test_not_everything_with_a_p_is_one(shapes: ModuleType, text: str) -> None:
    assert round_trip(shapes.models, "Formats", {"lasts": text})[1] == ["$.lasts"]


def test_a_model_has_other_tags_in_other_unions(shapes: ModuleType) -> None:
    data = {
        "pets": [{"kind": "kitten"}, {"kind": "cat", "legs": 4}, {"kind": "dog"}],
        "toys": {"a": {"kind": "plush"}, "b": {"kind": "rubber"}, "c": "ball", "d": None},
    }
    zoo, drifts = round_trip(shapes.models, "Zoo", data)
    assert [type(pet).__name__ for pet in zoo.pets] == ["Cat", "Cat", "Dog"]
    assert [pet.kind for pet in zoo.pets] == ["kitten", "cat", "dog"]
    assert [type(toy).__name__ for toy in zoo.toys.values()] == ["Cat", "Dog", "str", "NoneType"]
    assert not drifts


def test_an_unknown_variant_is_kept(shapes: ModuleType) -> None:
    zoo, drifts = round_trip(shapes.models, "Zoo", {"pets": [{"kind": "emu", "wings": 2}]})
    assert type(zoo.pets[0]).__name__ == "UnknownVariant"
    assert zoo.pets[0].wings == 2
    assert drifts == ["$.pets[*].kind"]


@pytest.mark.parametrize(
    ("union", "data", "model"),
    [
        ("Format", {"version": 1}, "First"),
        ("Format", {"version": 2}, "Second"),
        ("Backup", {"planned": True, "hour": 3}, "Planned"),
        ("Backup", {"planned": False, "hour": 3}, "Manual"),
        ("Rate", {"factor": 1.0}, "Flat"),
        ("Rate", {"factor": 2.5}, "Steep"),
    ],
)
def test_a_discriminator_has_the_type_of_its_property(
    shapes: ModuleType, union: str, data: object, model: str
) -> None:
    value, drifts = round_trip(shapes.models, union, data)
    assert type(value).__name__ == model
    assert not drifts


def test_a_default_takes_all_other_variants(tmp_path: Path) -> None:
    kind = {"kind": {"type": "string"}}
    schemas = {
        "Cat": {"type": "object", "properties": {"kind": {"const": "cat"}}, "required": ["kind"]},
        "Other": {"type": "object", "properties": kind},
        "Pet": {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Other"}],
            "discriminator": {"propertyName": "kind", "defaultMapping": "Other"},
        },
    }
    models = models_of(schemas, tmp_path)
    for data, name in (({"kind": "cat"}, "Cat"), ({"kind": "emu"}, "Other"), ({}, "Other")):
        pet, drifts = round_trip(models, "Pet", data)
        assert (type(pet).__name__, drifts) == (name, [])


def test_variants_are_selected_by_a_constant(shapes: ModuleType) -> None:
    zoo, drifts = round_trip(
        shapes.models, "Zoo", {"vehicle": {"owner": "Ann", "wheels": 2, "gears": 7}}
    )
    assert (type(zoo.vehicle).__name__, zoo.vehicle.wheels) == ("VehicleBike", 2)
    assert (zoo.vehicle.owner, zoo.vehicle.gears) == ("Ann", 7)
    assert not drifts


def test_variants_are_selected_by_required_properties(shapes: ModuleType) -> None:
    for data, name in (({"horse": "Bo"}, "Ridden"), ({"cart": "x"}, "Drawn")):
        zoo, drifts = round_trip(shapes.models, "Zoo", {"moved": data})
        assert type(zoo.moved).__name__ == name
        assert not drifts


def test_a_parent_is_read_as_its_children(shapes: ModuleType) -> None:
    for role, name in (("boss", "Manager"), ("Worker", "Worker")):
        zoo, drifts = round_trip(shapes.models, "Zoo", {"person": {"role": role}})
        assert type(zoo.person).__name__ == name
        assert not drifts


@pytest.mark.parametrize("value", [[1, 2], ["a"], []])
def test_array_variants_are_selected_by_their_items(shapes: ModuleType, value: list[Any]) -> None:
    zoo, drifts = round_trip(shapes.models, "Zoo", {"either": value})
    assert (zoo.either, drifts) == (value, [])


@pytest.mark.parametrize("value", [1, "1", True, None])
def test_known_values_of_several_kinds(shapes: ModuleType, value: object) -> None:
    zoo, drifts = round_trip(shapes.models, "Zoo", {"mixed": value})
    assert (type(zoo.mixed), zoo.mixed, drifts) == (type(value), value, [])


def test_a_known_value_is_not_its_equal_in_python(shapes: ModuleType) -> None:
    assert round_trip(shapes.models, "Zoo", {"mixed": False})[1] == ["$.mixed"]


def test_an_open_object_has_other_properties(shapes: ModuleType) -> None:
    loose, drifts = round_trip(shapes.models, "Loose", {"a": "x", "b": [1]})
    assert (loose.a, loose.extra, drifts) == ("x", {"b": [1]}, [])


def test_every_name_finds_its_way_back(shapes: ModuleType) -> None:
    wire_names = list(shapes.models.Names.__struct_encode_fields__)
    assert len(set(wire_names)) == len(wire_names) == 17
    data = {name: f"<{name}>" for name in wire_names}
    model, drifts = round_trip(shapes.models, "Names", data)
    assert (model.field_foo_bar, model.foo_bar, model.foo_dash_bar) == (
        "<fooBar>",
        "<foo_bar>",
        "<foo-bar>",
    )
    assert not drifts


def test_a_property_without_a_field_is_in_extra(shapes: ModuleType) -> None:
    model, drifts = round_trip(shapes.models, "Names", {'say "hi"': "x"})
    assert (model.extra, drifts) == ({'say "hi"': "x"}, [])


def test_read_only_fields_are_not_sent(shapes: ModuleType) -> None:
    sent = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(json.loads(request.content))
        return httpx2.Response(201, json={"id": "u1", "name": "Ann"})

    drifts: list[object] = []
    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        client = shapes.Shapes(http_client=http, on_drift=drifts.append)
        user = client.default.add_user(name="Ann", password="secret")
    assert sent == [{"name": "Ann", "password": "secret"}]
    assert (user.id, user.name, user.password) == ("u1", "Ann", None)
    assert not drifts
    with pytest.raises(TypeError, match="id"):
        client.default.add_user(id="u1", name="Ann", password="secret")
    assert shapes.models.User(name="Ann", password="p").to_dict() == {
        "name": "Ann",
        "password": "p",
    }


def test_null_is_a_value_where_anything_is(tmp_path: Path) -> None:
    schemas = {"Patch": {"type": "object", "properties": {"op": {"type": "string"}, "value": {}}}}
    models = models_of(schemas, tmp_path)
    for data in ({"op": "add", "value": None}, {"op": "remove"}, {"value": [1]}):
        assert round_trip(models, "Patch", data)[1] == []
    assert models.Patch(op="add", value=None).to_dict() == {"op": "add", "value": None}


@pytest.mark.parametrize("value", [{"a": "x"}, "x", [1], None])
def test_an_object_with_properties_may_be_something_else(tmp_path: Path, value: object) -> None:
    types = ["object", "string", "array", "null"]
    either = {"type": types, "properties": {"a": {"type": "string"}}, "items": {"type": "integer"}}
    models = models_of({"A": {"type": "object", "properties": {"either": either}}}, tmp_path)
    assert round_trip(models, "A", {"either": value})[1] == []


def test_cyclic_all_of_members_are_merged(tmp_path: Path) -> None:
    """Two schemas refer to each other; a third and a fourth combine them."""
    ref = "#/components/schemas/"
    schemas: dict[str, Any] = {
        name: {"allOf": [{"properties": {"kid": one}}, {"properties": {"kid": {"$ref": other}}}]}
        for name, one, other in (
            ("X", {"type": "object", "properties": {"p": {"type": "string"}}}, f"{ref}Y"),
            ("Y", {"type": "object", "properties": {"q": {"type": "string"}}}, f"{ref}X"),
        )
    }
    data = {"kid": {"p": "x", "kid": {"q": "x", "kid": {"p": "x"}}}}
    assert round_trip(models_of(schemas, tmp_path), "X", data)[1] == []


def test_references_may_be_thousands_deep(tmp_path: Path) -> None:
    schemas: dict[str, Any] = {
        f"C{i}": {"$ref": f"#/components/schemas/C{i + 1}"} for i in range(2000)
    }
    schemas["C2000"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    schemas["User"] = {"type": "object", "properties": {"c": {"$ref": "#/components/schemas/C0"}}}
    user, drifts = round_trip(models_of(schemas, tmp_path), "User", {"c": {"a": "x"}})
    assert (user.c.a, drifts) == ("x", [])


@pytest.mark.parametrize(
    ("wrap", "fill"),
    [
        (lambda inner: {"type": "array", "items": inner}, lambda value: [value]),
        (
            lambda inner: {"type": "object", "additionalProperties": inner},
            lambda value: {"k": value},
        ),
        (
            lambda inner: {"type": "object", "properties": {"p": inner}},
            lambda value: {"p": value},
        ),
        (lambda inner: {"oneOf": [inner, {"type": "integer"}]}, lambda value: value),
    ],
)
def test_schemas_may_nest_deeply(
    tmp_path: Path, wrap: Callable[[Any], Any], fill: Callable[[Any], Any]
) -> None:
    schema: Any = {"type": "string"}
    value: Any = "x"
    for _ in range(90):
        schema, value = wrap(schema), fill(value)
    _, drifts = round_trip(models_of({"Deep": schema}, tmp_path), "Deep", value)
    assert not drifts


@pytest.mark.parametrize(
    "schema",
    [
        {"type": {"a": 1}},
        {"type": [["string"], 5]},
        {"allOf": [{"type": {"a": 1}}, {"type": "string"}]},
        {"type": "object", "additionalProperties": "yes"},
        {"oneOf": "x", "anyOf": [None, 5], "properties": ["a"], "required": True, "enum": {}},
    ],
)
def test_an_invalid_schema_is_not_a_fault(tmp_path: Path, schema: object) -> None:
    with contextlib.suppress(Failure):
        models_of({"Odd": schema}, tmp_path)

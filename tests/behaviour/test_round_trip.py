"""Random schemas: JSON becomes a value of the generated type, and the same JSON again."""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from packages import models_of, round_trip

if TYPE_CHECKING:
    from pathlib import Path

UTC = dt.UTC
TEXTS = st.text(max_size=5)
SCALARS: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("string", ""): TEXTS,
    ("string", "date"): st.dates().map(str),
    ("string", "date-time"): st.datetimes(timezones=st.just(UTC)).map(
        lambda value: value.isoformat().replace("+00:00", "Z")
    ),
    ("string", "uuid"): st.uuids().map(str),
    ("string", "byte"): st.binary(max_size=6).map(lambda data: base64.b64encode(data).decode()),
    ("integer", ""): st.integers(-(2**70), 2**70),
    ("integer", "int64"): st.integers(-(2**63), 2**63 - 1),
    ("number", ""): st.floats(allow_nan=False, allow_infinity=False),
    ("boolean", ""): st.booleans(),
}
KEYS = st.text(alphabet="aB_-$. é", max_size=3)


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """A schema with at most `depth` levels."""
    kinds = ["scalar", "enum", "mixed"]
    kinds += ["array", "map", "object", "nullable", "variants", "kinds"] if depth else []
    inner = schemas(depth=depth - 1)
    match draw(st.sampled_from(kinds)):
        case "scalar":
            type_, form = draw(st.sampled_from(list(SCALARS)))
            return {"type": type_} | ({"format": form} if form else {})
        case "enum":
            return {"enum": draw(st.lists(TEXTS, min_size=1, max_size=3, unique=True))}
        case "mixed":
            return {"enum": draw(st.permutations([1, "1", True, None, "x"]))[:3]}
        case "array":
            return {"type": "array", "items": draw(inner)}
        case "map":
            return {"type": "object", "additionalProperties": draw(inner)}
        case "nullable":
            return {"anyOf": [draw(inner), {"type": "null"}]}
        case "kinds":
            return {"oneOf": [{"type": "integer"}, {"type": "boolean"}, draw(inner)]}
        case "variants":
            return {"oneOf": [_tagged(draw(_objects(inner)), tag) for tag in ("a", "b")]}
        case _:
            return draw(_objects(inner))


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    properties = draw(st.dictionaries(KEYS, inner, max_size=3))
    required = [key for key in properties if draw(st.booleans())]
    return {"type": "object", "properties": properties, "required": required}


def _tagged(schema: dict[str, Any], tag: str) -> dict[str, Any]:
    properties = {**schema["properties"], "kind": {"const": tag}}
    return {**schema, "properties": properties, "required": [*schema["required"], "kind"]}


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """JSON that a schema allows."""
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    cases = schema.get("oneOf") or schema.get("anyOf")
    if cases:
        return st.one_of(*map(values, cases))
    if schema["type"] == "array":
        return st.lists(values(schema["items"]), max_size=3)
    if schema["type"] == "null":
        return st.none()
    if "additionalProperties" in schema:
        return st.dictionaries(TEXTS, values(schema["additionalProperties"]), max_size=3)
    if schema["type"] == "object":
        members = {key: values(member) for key, member in schema["properties"].items()}
        needed = {key: members[key] for key in schema["required"]}
        return st.fixed_dictionaries(
            needed, optional={k: v for k, v in members.items() if k not in needed}
        )
    return SCALARS[schema["type"], schema.get("format", "")]


@settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],  # To shrink an example would mean hundreds of packages.
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_whatever_a_schema_allows_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    made = {f"S{i}": data.draw(schemas()) for i in range(4)}
    models = models_of(made, _folder(tmp_path_factory))
    for name, schema in made.items():
        for _ in range(4):
            json_value = data.draw(values(schema))
            _, drifts = round_trip(models, name, json_value)
            assert not drifts, (schema, json_value)


def _folder(factory: pytest.TempPathFactory) -> Path:
    folder = factory.getbasetemp() / "round_trip"
    folder.mkdir(exist_ok=True)
    return folder

"""Example values of schemas, and the first call of a README."""

from __future__ import annotations

from typing import Any

import pytest
from common import ROOT, translated_leniently
from msgspec import json
from pcgen import config, pipeline, spec
from pcgen.cache import Cache
from pcgen.diagnostics import Diagnostics
from pcgen.targets.python.prepare import prepare
from pcgen.targets.python.quick_start import first_call
from pcgen.translate.examples import Examples, NoValueError, Use
from pcgen.translate.examples.patterns import sample
from pcgen.translate.selection import operations_of

CORPUS = ROOT.parent / "shared" / "corpus"


def _examples(schemas: dict[str, Any], version: str = "3.1.0", **more: Any) -> Examples:
    head = {"openapi": version, "info": {"title": "Demo", "version": "1"}, "paths": {}}
    root = {**head, "components": {"schemas": schemas}, **more}
    return Examples(spec.parse(json.encode(root), "spec.json"))


def _value(
    schema: Any, use: Use = Use.REQUEST, name: str = "", version: str = "3.1.0", **others: Any
) -> Any:
    examples = _examples({"A": schema, **others}, version)
    return examples.value(
        examples.document.node.child("components").child("schemas").child("A"), use, name
    )


_UUID = "5f0c7f4e-6a55-4d2b-9c6e-0d5f6a1b2c3d"
_REF = {"$ref": "#/components/schemas/B"}
# A name, a schema, and the value.
_SCALARS: list[tuple[str, dict[str, Any], Any]] = [
    ("name", {"type": "string"}, "Example"),
    ("file_id", {"type": "string"}, "file-abc123"),
    ("collectionName", {"type": "string"}, "example-collection"),
    ("billing_city", {"type": "string"}, "Paris"),
    ("X-Request-Id", {"type": "string"}, "request-abc123"),
    ("frobnicator", {"type": "string"}, "Example frobnicator"),
    ("frobnicator", {"type": "string", "maxLength": 7}, "Example"),
    ("text", {"type": "string", "minLength": 20}, "Hello, world! Hello,"),
    ("code", {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"}, "AB-123"),
    ("a", {"type": "string", "pattern": "^(foo|bar)+$", "maxLength": 5}, "foo"),
    ("created_at", {"type": "string", "format": "date-time"}, "2024-02-29T12:30:15Z"),
    ("when", {"type": "string", "format": "date"}, "2024-02-29"),
    ("a", {"type": "string", "format": "uuid"}, _UUID),
    ("image", {"type": "string", "format": "binary"}, "photo.png"),
    ("limit", {"type": "integer"}, 10),
    ("limit", {"type": "integer", "maximum": 5}, 5),
    ("n", {"type": "integer", "exclusiveMinimum": 6, "multipleOf": 4}, 8),
    ("price", {"type": "number", "minimum": 0, "exclusiveMaximum": 1}, 0),
    ("p", {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
    ("a", {"type": ["null", "boolean"]}, True),
    ("a", {"const": "fixed"}, "fixed"),
    ("a", {"enum": ["red", "green"]}, "red"),
    ("a", {"type": "string", "default": "auto"}, "auto"),
    ("a", {"type": "string", "example": "theirs", "default": "auto"}, "theirs"),
    ("a", {"type": "integer", "example": "wrong", "default": 7}, 7),
    ("a", {"type": "string", "not": {"const": "Example"}, "examples": ["Example", "Ada"]}, "Ada"),
]


@pytest.mark.parametrize(("name", "schema", "value"), _SCALARS)
def test_scalars(name: str, schema: dict[str, Any], value: Any) -> None:
    assert _value(schema, name=name) == value


_OBJECT = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "password": {"type": "string", "writeOnly": True},
        "color": {"type": "string", "example": "black"},
        "old": {"type": "string", "deprecated": True},
        "size": {"type": "integer"},
    },
}
_TREE = {
    "type": "object",
    "required": ["child"],
    "properties": {"child": {"anyOf": [_REF, {"type": "null"}]}, "name": {"type": "string"}},
}
_PETS = {
    "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    "discriminator": {"propertyName": "kind", "mapping": {"c": "#/components/schemas/Cat"}},
}
_CAT = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
# A schema, and its values in a request and in a response.
_NESTED: list[tuple[dict[str, Any], Any, Any]] = [
    (
        _OBJECT,
        {"name": "Example", "color": "black"},
        {"id": 42, "name": "Example", "color": "black", "size": 10},
    ),
    (
        {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
        [{"name": "Example"}],
        [{"name": "Example"}, {"name": "Sample"}],
    ),
    (
        {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "integer"}},
        [1, 2, 3],
        [1, 2, 3],
    ),
    (
        {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}]},
        *[["Example", True]] * 2,
    ),
    ({"additionalProperties": {"type": "integer"}}, {"color": 1}, {"color": 1}),
    (
        {"patternProperties": {"^x-[a-z]$": {"type": "string"}}, "minProperties": 1},
        *[{"x-a": "Example"}] * 2,
    ),
    (
        {"allOf": [_REF, {"required": ["child"]}]},
        {"child": None},
        {"child": None, "name": "Example"},
    ),
    (_PETS, {"kind": "c"}, {"kind": "c"}),
]


@pytest.mark.parametrize(("schema", "request_", "response"), _NESTED)
def test_nested(schema: dict[str, Any], request_: Any, response: Any) -> None:
    others = {"B": _TREE, "Cat": _CAT, "Dog": _CAT}
    assert _value(schema, **others) == request_
    assert _value(schema, Use.RESPONSE, **others) == response


def test_flags_of_openapi_3_0() -> None:
    limits = {"type": "integer", "minimum": 5, "exclusiveMinimum": True, "nullable": True}
    assert _value(limits, version="3.0.3") == 6
    assert _value({"type": "string", "nullable": True, "enum": ["a", None]}, version="3.0.3") == "a"


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "string", "pattern": "^a$", "minLength": 2},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/A"}}},
        {"type": "array", "minItems": 10**9, "items": {"type": "string"}},
        {"type": "string", "minLength": 10**9},
        {"type": "string", "const": 1},
    ],
)  # fmt: skip
def test_no_value(schema: Any) -> None:
    with pytest.raises(NoValueError):
        _value(schema)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d{3}-\w+$",
        r"(?:ab|cd){2,}",
        r"^[^abc]x?$",
        r"^(\w)\1$",
        r"\bfoo\b",
        "^.{5}$",
        r"^\S+@\S+$",
    ],
)
def test_patterns(pattern: str) -> None:
    text = sample(pattern, 0, 100)
    assert text is not None
    assert text == sample(pattern, 0, 100)


@pytest.mark.parametrize("pattern", ["(", "^(?=a)b$", "a{4000}{4000}"])
def test_patterns_without_a_text(pattern: str) -> None:
    assert sample(pattern, 0, 100) is None


_FIRST_CALLS = {
    "box": "users.list",
    "datadog-v1": "dashboard.list",
    "github": "repos.list_for_authenticated_user",
    "kubernetes-core-v1": "namespaces.list",
    "oai-petstore": "pets.list",
    "ollama": "tags.list",
    "qdrant": "collections.get_collections",
    "stripe-2023": "customers.list",
    "svix": "application.list",
    "twilio-messaging-v1": "services.list",
}


@pytest.mark.parametrize("name", _FIRST_CALLS)
def test_first_call(name: str) -> None:
    path = next(CORPUS.glob(f"{name}.*"), None)
    if path is None:
        pytest.skip("there is no corpus")
    settings = config.single(path.name, "out", "demo", CORPUS)
    package = translated_leniently(settings)
    targets = pipeline.target_settings(settings, Cache(None), Diagnostics())
    found = first_call(prepare(package, targets))
    assert found is not None
    operation, resource = found
    assert ".".join((*resource.path, operation.name)) == _FIRST_CALLS[name]


def _scenarios(
    operation: dict[str, Any], path: str = "/pets"
) -> list[tuple[str, dict[str, Any], Any]]:
    """The names, parameters and bodies of the scenarios of an operation."""
    examples = _examples({}, paths={path: operation})
    (entry,) = operations_of(examples.document)
    return [
        (found.name, {name: value for (_, name), value in found.parameters.items()}, found.body)
        for found in examples.scenarios(entry)
    ]


def _query(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}, **more}


def test_made_calls_of_lists_show_two_filters_of_their_author() -> None:
    parameters = [
        _query("plain"),
        _query("cursor", example="abc"),
        _query("limit", example="10"),
        _query("ending_before", example="abc"),
        _query("old", example="x", deprecated=True),
        _query("owner", required=True),
        _query("color", examples={"a": {"value": "black"}}),
        _query("wrong", example=3),
        _query("size", schema={"type": "string", "example": "small"}),
        _query("breed", example="persian"),
    ]
    one = {"operationId": "pets", "parameters": parameters, "responses": {}}
    shown = {"owner": "ada", "color": "black", "breed": "persian"}
    assert _scenarios({"get": one}) == [("", shown, None)]
    assert _scenarios({"post": one}) == [("", {"owner": "ada"}, None)]
    parameters.append({"name": "id", "in": "path", "required": True, "schema": {"type": "string"}})
    assert _scenarios({"get": one}, "/pets/{id}") == [("", {"owner": "ada", "id": "abc123"}, None)]
    parameters.pop()
    one["x-pcgen-examples"] = [{"name": "all"}, {"parameters": {"plain": "x"}}]
    assert _scenarios({"get": one}) == [
        ("all", {"owner": "ada"}, None),
        ("", {"owner": "ada", "plain": "x"}, None),
    ]


def test_scenarios_have_the_bodies_of_their_names() -> None:
    named = {"a": {"value": 1}, "b": {"summary": "B", "value": 2}, "c": {"value": 3}}
    body = {"content": {"application/json": {"schema": {"type": "integer"}, "examples": named}}}
    listed = [{"name": "b"}, {"name": "c", "body": 4}, {"summary": "first"}]
    one = {"operationId": "a", "requestBody": body, "x-pcgen-examples": listed, "responses": {}}
    found = _scenarios({"post": one})
    assert found == [("b", {}, 2), ("c", {}, 4), ("", {}, 1), ("a", {}, 1)]


def test_examples_of_operations_are_valid() -> None:
    document = spec.read(ROOT / "specs" / "inference_2025-04.oas.yaml", "spec.yaml")
    examples = Examples(document)
    for entry in operations_of(document):
        assert all(not scenario.is_made for scenario in examples.scenarios(entry) if scenario.body)
        assert all(
            shown for found in examples.responses(entry).values() for shown in found.values()
        )


def test_references_into_unions() -> None:
    union = {"oneOf": [{"type": "string"}, {"type": "integer"}]}
    assert _value({"$ref": "#/components/schemas/B/oneOf/1"}, B=union) == 1


_LINE = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
_LISTED = {"schema": {"type": "array", "items": _LINE}}
# A Media Type Object of NDJSON, and the bodies of requests.
_LINES: list[tuple[dict[str, Any], list[Any]]] = [
    ({"itemSchema": _LINE, "example": {"a": "1"}}, [[{"a": "1"}]]),
    ({"itemSchema": _LINE, "example": [{"a": "1"}, {"a": "2"}]}, [[{"a": "1"}, {"a": "2"}]]),
    ({"itemSchema": _LINE, "example": '{"a": "1"}\n\n{"a": "2"}\n'}, [[{"a": "1"}, {"a": "2"}]]),
    ({"itemSchema": _LINE}, [[{"a": "Example"}]]),
    ({"itemSchema": {**_LINE, "example": {"a": "own"}}}, [[{"a": "own"}]]),
    ({"itemSchema": _LINE, "example": [{"a": 1}]}, [[{"a": "Example"}]]),
    (
        {"itemSchema": _LINE, "examples": {"x": {"value": {"a": "1"}}, "y": {"value": []}}},
        [[{"a": "1"}], []],
    ),
    ({"itemSchema": {"type": "array", "items": {"type": "integer"}}}, [[[1]]]),
    ({"itemSchema": {"type": "array", "items": {"type": "integer"}}, "example": [5]}, [[[5]]]),
    ({"itemSchema": {"type": "string"}, "example": "5"}, [["5"]]),
    ({"schema": _LINE, "example": [{"a": "1"}, {"a": "2"}]}, [[{"a": "1"}, {"a": "2"}]]),
    ({"schema": _LINE, "example": {"a": "1"}}, [[{"a": "1"}]]),
    ({**_LISTED, "example": {"a": "1"}}, [[{"a": "1"}]]),
    ({**_LISTED, "example": [{"a": "1"}, {"a": "2"}]}, [[{"a": "1"}, {"a": "2"}]]),
    (_LISTED, [[{"a": "Example"}]]),
]


@pytest.mark.parametrize(("content", "bodies"), _LINES)
def test_examples_of_lines_are_lists(content: dict[str, Any], bodies: list[Any]) -> None:
    body = {"content": {"application/x-ndjson": content}}
    one = {"operationId": "send", "requestBody": body, "responses": {}}
    assert [body for _, _, body in _scenarios({"post": one})] == bodies
    own = [{"body": {"a": "mine"}}, {"body": [{"a": "mine"}]}]
    found = _scenarios({"post": {**one, "x-pcgen-examples": own}})[: len(own)]
    if content.get("itemSchema", content.get("schema")) == _LINE:
        assert [body for _, _, body in found] == [[{"a": "mine"}]] * 2


def test_examples_of_streams_may_list_items() -> None:
    listed = [{"a": "1"}, {"a": "2"}]
    for media_type in ("application/x-ndjson", "text/event-stream"):
        content = {media_type: {"itemSchema": _LINE, "example": listed}}
        response = {"description": "ok", "content": content}
        examples = _examples({}, paths={"/a": {"get": {"responses": {"200": response}}}})
        (entry,) = operations_of(examples.document)
        [shown] = examples.responses(entry)["200"][media_type]
        assert (shown.value, shown.is_made) == (listed, False)

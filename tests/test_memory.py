"""What is remembered of the parts of a document leaves no trace in what becomes of the whole."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from msgspec import msgpack
from pcgen import config, ir, pipeline
from pcgen.diagnostics import WAIVABLE, Diagnostic, Diagnostics, Waiver
from pcgen.translate import translate
from pcgen.translate.memory import Memory, Record

WAIVERS = tuple(Waiver(code.value, "#/**", "made at random", 1) for code in sorted(WAIVABLE))
# Few names, so that many schemas want the same one.
NAMES = ("A", "B", "a_b", "AB", "Item", "AItem", "Status", "AStatus")
KEYS = ("status", "item", "items", "a", "object", "value")
BODY = "content/application~1json/schema"
MEDIA = "application/json"
SEEDS = range(8)
EDITS = 12


def schema(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    """A schema; references to it, and into it, may lead anywhere."""
    kind = chance.randrange(14 if depth < 3 else 3)
    if kind < 2:
        return chance.choice(({}, {"type": "string"}, {"enum": ["x", "y"]}, {"enum": ["x", 1]}))
    if kind < 5:
        return {"$ref": f"#/components/schemas/{chance.choice(NAMES)}"}
    if kind < 9:
        made: dict[str, Any] = {"type": "object"}
        wanted = range(chance.randint(0, 3))
        made["properties"] = {chance.choice(KEYS): schema(chance, depth + 1) for _ in wanted}
        if chance.random() < 0.3:
            name = chance.choice(NAMES)
            mapping = chance.choice(({}, {"mapping": {"x": name}}))
            made["discriminator"] = {"propertyName": "status", **mapping}
        return made
    if kind < 10:
        return {"type": "array", "items": schema(chance, depth + 1)}
    if kind < 12:
        keyword = chance.choice(("oneOf", "anyOf", "allOf"))
        return {keyword: [schema(chance, depth + 1) for _ in range(chance.randint(1, 3))]}
    if kind < 13:
        inner = f"#/components/schemas/{chance.choice(NAMES)}/properties/{chance.choice(KEYS)}"
        return {"$ref": chance.choice((inner, f"#/components/responses/R/{BODY}"))}
    return {"additionalProperties": schema(chance, depth + 1)}


def answer(chance: random.Random) -> dict[str, Any]:
    return {"description": "", "content": {MEDIA: {"schema": schema(chance)}}}


def operation(chance: random.Random) -> dict[str, Any]:
    found = chance.choice(({"$ref": "#/components/responses/R"}, answer(chance)))
    name = f"{chance.choice(('get', 'list'))}{chance.randrange(9)}"
    made: dict[str, Any] = {"operationId": name, "responses": {"200": found}}
    if chance.random() < 0.5:
        made["requestBody"] = {"content": {MEDIA: {"schema": schema(chance)}}}
    if chance.random() < 0.3:
        fixed = {"enum": [chance.choice("112")]}
        made["parameters"] = [{"name": "v", "in": "header", "required": True, "schema": fixed}]
    return made


def document(chance: random.Random) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Demo", "version": "1"},
        "paths": {f"/p{number}": {"get": operation(chance)} for number in range(4)},
        "components": {
            "schemas": {name: schema(chance) for name in chance.sample(NAMES, 5)},
            "responses": {"R": answer(chance)},
        },
    }


def edit(root: dict[str, Any], chance: random.Random) -> None:
    """Change, add, remove or swap one or two parts."""
    schemas, paths = root["components"]["schemas"], root["paths"]
    match chance.randrange(6):
        case 0:
            schemas.pop(chance.choice(NAMES), None)
        case 1:
            paths.pop(f"/p{chance.randrange(6)}", None)
        case 2:
            paths[f"/p{chance.randrange(6)}"] = {"get": operation(chance)}
        case 3:
            root["components"]["responses"]["R"] = answer(chance)
        case 4 if len(schemas) > 1:
            one, other = chance.sample(sorted(schemas), 2)
            schemas[one], schemas[other] = schemas[other], schemas[one]
        case _:
            schemas[chance.choice(NAMES)] = schema(chance)


def translated(
    root: dict[str, Any], memory: Memory | None
) -> tuple[ir.Package, dict[Diagnostic, None]]:
    settings, diagnostics = config.single("spec.json", "out", "demo", Path()), Diagnostics(WAIVERS)
    data = json.dumps(root).encode()
    whole = pipeline.whole(data, settings.specs[0], Path(), diagnostics)
    package = translate([whole], settings, diagnostics, memory)
    return package, dict.fromkeys(diagnostics.items)


def keys(left: bytes) -> set[str]:
    return {key for chunk in msgpack.decode(left) for key in chunk["keys"]}


@pytest.mark.parametrize("seed", SEEDS)
def test_memory_leaves_no_trace(seed: int) -> None:
    chance, left, repeated = random.Random(seed), b"\x90", 0
    root = document(chance)
    for _ in range(EDITS):
        memory = Memory(left)
        assert translated(root, memory) == translated(root, None), json.dumps(root)
        before, left = left, memory.left or left
        repeated += len(keys(before) & keys(left))
        edit(root, chance)
    assert repeated > EDITS, "nothing is remembered"


def kind(value: str) -> dict[str, Any]:
    return {"type": "object", "required": ["kind"], "properties": {"kind": {"const": value}}}


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


PARENT = {**kind("any"), "discriminator": {"propertyName": "kind", "mapping": {"b": "Bird"}}}
BESIDE = {"Base": kind("base"), "Whole": {"properties": {"part": reference("Base") | kind("a")}}}
# What there is, and what is changed of it: a schema that others depend on without naming it.
EDITS_OF_OTHERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a parent gets another child": (
        {"Pet": PARENT, "Bird": {"allOf": [reference("Pet")]}},
        {"Cat": {"allOf": [reference("Pet")]}},
    ),
    "a mapping names a schema that is gone": (
        {"Pet": {"anyOf": [kind("a"), kind("c")], "discriminator": PARENT["discriminator"]}}
        | {"Bird": kind("b"), "Cat": kind("c")},
        {"Bird": None},
    ),
    "a parent is no schema": (
        {"A": {"allOf": [{"$ref": "#/components/schemas"}]}, "B": {"type": "string"}},
        {"B": kind("b"), "C": {"allOf": [{"$ref": "#/components"}]}},
    ),
    "all schemas are gone": ({"A": kind("a")}, {"A": None}),
    "a union tags models that are as before": (
        {"A": kind("a"), "B": kind("b"), "Any": {"anyOf": [reference("A"), reference("B")]}},
        {"Other": {"type": "string"}},
    ),
    "a union has a case that stands in another schema": (
        BESIDE | {"Zoo": {"anyOf": [reference("Whole/properties/part"), kind("b")]}},
        {"Zoo": {"anyOf": [reference("Whole/properties/part"), kind("c")]}},
    ),
}


@pytest.mark.parametrize("name", EDITS_OF_OTHERS)
def test_memory_knows_what_parts_depend_on(name: str) -> None:
    before, change = EDITS_OF_OTHERS[name]
    after = {key: value for key, value in (before | change).items() if value is not None}
    head = {"openapi": "3.1.0", "info": {"title": "Demo", "version": "1"}, "paths": {}}
    old, new = ({**head, "components": {"schemas": schemas}} for schemas in (before, after))
    memory = Memory()
    first = translated(old, memory)
    again = Memory(memory.left)
    assert translated(new, again) == translated(new, None) != first


class Bad:
    """What no memory may make."""

    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("harm",)


@pytest.mark.parametrize("harm", [Bad(), Path(), Memory()], ids=["call", "path", "own"])
def test_memory_makes_nothing_but_values(harm: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for record, expected in ((Record((), (), (), ()), True), (Record((), (), (), (harm,)), False)):
        memory = Memory()
        memory.put("key", record)
        assert (Memory(memory.left).get("key") == record) is expected
    assert capsys.readouterr().out == ""

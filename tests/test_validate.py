"""The validator in its child process, and the cache of its findings."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import json
from pcgen import validate
from pcgen.cache import Cache
from pcgen.diagnostics import Diagnostics
from pcgen.spec import format_pointer, parse
from pcgen.validate.child import Child
from pcgen.validate.findings import findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.spec import Document
    from pcgen.validate.messages import Finding

SECONDS = 20
WRONG = {"Wrong": {"type": "string", "default": 1}}
AT_WRONG = {"#/components/schemas/Wrong/default"}


def document(schemas: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    info = {"title": "Demo", "version": "1"}
    components = {"schemas": dict(schemas)}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": components, **members}


def ref(name: str) -> Any:
    return {"$ref": f"#/components/schemas/{name}"}


def pointers(found: list[Finding]) -> set[str]:
    return {format_pointer(finding.pointer) for finding in found}


def wrong(schemas: Mapping[str, Any], **members: Any) -> set[str]:
    return pointers(findings(document(schemas, **members)))


def test_child_closes_the_files_of_its_parent(tmp_path: Path) -> None:
    """Otherwise a lock outlives a killed build, and children wait for each other."""
    ours = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(ours, fcntl.LOCK_EX)
    children = [Child.start(), Child.start()]
    os.close(ours)
    try:
        other = os.open(tmp_path, os.O_RDONLY)
        for _ in range(SECONDS * 10):
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.1)
        else:
            pytest.fail("a child has the lock")
        os.close(other)
        children[0].send(json.encode(document(WRONG)))
        assert pointers(children[0].findings()) == AT_WRONG
    finally:
        for child in children:
            child.end()


def _checked(given: Document, cache: Cache) -> tuple[bool, list[str]]:
    """Whether there was a child, and the messages of the findings."""
    diagnostics = Diagnostics()
    with validate.Validator(given.digest, cache) as validator:
        has_child = validator._child is not None
        validator.submit(given)
        validator.finish(diagnostics)
    return has_child, [item.message for item in diagnostics.items]


def test_findings_are_remembered_for_the_same_document(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    first = parse(json.encode(document(WRONG)), "spec.json")
    other = parse(json.encode(document({})), "spec.json")
    has_child, messages = _checked(first, cache)
    assert has_child
    assert len(messages) == 1
    assert _checked(first, cache) == (False, messages)
    assert _checked(other, cache) == (True, [])


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "within 60 seconds and 2048 MB"),
        (KeyError("x"), "the validation failed with KeyError: 'x'; this is a bug of pcgen or of"),
    ],
)
def test_a_failure_of_the_child_names_its_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def fail(root: Any) -> Any:
        raise error

    monkeypatch.setattr("pcgen.validate.findings.findings", fail)
    given = parse(json.encode(document({})), "spec.json")
    for _ in range(2):  # It is not remembered.
        has_child, messages = _checked(given, Cache(tmp_path))
        assert has_child
        assert len(messages) == 1
        assert message in messages[0]


def test_without_fork_the_validator_runs_in_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fork")
    has_child, messages = _checked(parse(json.encode(document(WRONG)), "a"), Cache(tmp_path))
    assert not has_child
    assert len(messages) == 1


PETS = {"responses": {"200": {"description": "Done."}}}
KEY = {"name": "key", "in": "query", "schema": {"type": "string"}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
# Schemas, and the pointers of the findings.
SCHEMAS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "two mistakes in one": (
        {"A": {"type": "strin", "minLength": -1}},
        {"#/components/schemas/A/type", "#/components/schemas/A/minLength"},
    ),
    "a schema called default": (
        {"A": {"properties": {"default": {"minLength": -1}}}},
        {"#/components/schemas/A/properties/default/minLength"},
    ),
    "a default within a default": (
        {"A": {"properties": {"a": {"items": {"type": "string"}}}, "default": {"a": [1]}}},
        {"#/components/schemas/A/default/a/0"},
    ),
    "a default of the target of a reference": (
        {"A": {"properties": {"a": ref("B")}}, "B": {"type": "string", "default": 1}},
        {"#/components/schemas/B/default"},
    ),
    "a requirement that no member of allOf describes": (
        {"A": {"allOf": [ref("B")], "required": ["a", "b"]}, "B": {"properties": {"a": {}}}},
        {"#/components/schemas/A/required"},
    ),
    "an expression of ECMAScript": (
        {"A": {"type": "string", "pattern": r"^\p{L}+$", "default": "1"}},
        set(),
    ),
    "a key that is an expression of ECMAScript": (
        {"A": {"patternProperties": {r"^\p{L}+$": {"minLength": -1}}}},
        {r"#/components/schemas/A/patternProperties/^\p{L}+$/minLength"},
    ),
    "no expression": (
        {"A": {"type": "string", "pattern": "("}},
        {"#/components/schemas/A/pattern"},
    ),
    "an allOf that leads to itself": (
        {
            "A": {"allOf": [{"items": ref("A")}, {"minLength": -1}], "required": ["a"]},
            **WRONG,
        },
        {"#/components/schemas/A/allOf/1/minLength"} | AT_WRONG,
    ),
    "an allOf that leads to the same schema by many ways": (
        {
            **{f"A{i}": {"allOf": [ref(f"A{i + 1}")] * 3} for i in range(20)},
            "A20": {"type": "object"},
            **WRONG,
        },
        AT_WRONG,
    ),
    "data that looks like a reference": (
        {"A": {"type": "object", "properties": {"$ref": {"type": "string", "minLength": -1}}}},
        {"#/components/schemas/A/properties/$ref/minLength"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_findings_in_schemas(name: str) -> None:
    schemas, expected = SCHEMAS[name]
    assert wrong(schemas) == expected


def test_findings_at_the_first_schema_of_a_document_with_a_dialect() -> None:
    dialect = "https://spec.openapis.org/oas/3.1/dialect/base"
    at = {"#/components/schemas/A/minLength"}
    assert wrong({"A": {"minLength": -1}}, jsonSchemaDialect=dialect) == at


def test_findings_in_operations() -> None:
    paths = {
        "/a": {"get": {**PETS, "operationId": "a"}, "put": {**PETS, "operationId": "a"}},
        "/{b}": {"get": PETS},
        "/c/{id}": {
            "parameters": [ID],
            "get": {**PETS, "parameters": [KEY, {"$ref": "#/components/parameters/Key"}]},
        },
        "/d": {"parameters": [ID], "get": PETS},
    }
    components = {"parameters": {"Key": KEY}}
    assert wrong({}, paths=paths, components=components) == {
        "#/paths/~1a/put/operationId",
        "#/paths/~1{b}/get",
        "#/paths/~1c~1{id}/get/parameters/1",
        "#/paths/~1d/get",
    }


def test_endless_recursion_yields_no_finding() -> None:
    """About one time in ten, the code of the validator in Rust exceeds its limit first."""
    key = {"oneOf": [{"type": "string"}, ref("Path")]}
    cases = [ref("Key"), {"type": "integer"}, {"type": "null"}]
    schemas = {"Key": key, "Path": {"anyOf": cases, "default": "x"}}

    def deeper(frames: int) -> Any:
        return deeper(frames - 1) if frames else findings(document(schemas))

    assert [deeper(frames) for frames in range(12)] == [[]] * 12

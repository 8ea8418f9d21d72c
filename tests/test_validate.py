"""What is remembered of the parts of a document: an edit has only some of them judged anew."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pcgen.spec import Document, format_pointer, parse_pointer, part_texts
from pcgen.validate.child import Child
from pcgen.validate.findings import Finding
from pcgen.validate.parts import answer, question

MARK = "remembered"
SECONDS = 20
LISTED = {"type": "array", "items": {"$ref": "#/components/schemas/Name"}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Demo", "version": "1"},
    "tags": [{"name": "a"}],
    "paths": {
        "/a/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "get": {
                "operationId": "a",
                "responses": {"200": {"$ref": "#/components/responses/Listed"}},
            },
        },
        "/b": {"get": {"operationId": "b", "responses": {"200": {"description": "Done."}}}},
        "/c": {"get": {"operationId": "c", "responses": {"200": {"description": "Done."}}}},
    },
    "components": {
        "parameters": {
            "Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        },
        "responses": {
            "Listed": {"description": "All.", "content": {"application/json": {"schema": LISTED}}}
        },
        "schemas": {
            "Base": {"type": "object", "properties": {"name": {"type": "string"}}},
            "Chosen": {"anyOf": [{"$ref": "#/components/schemas/Colour"}], "default": "red"},
            "Colour": {"type": "string", "enum": ["red"]},
            "Holder": {
                "type": "object",
                "properties": {"name": {"$ref": "#/components/schemas/Name"}},
            },
            "Model": {"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["name"]},
            "Name": {"type": "string"},
            "Wrong": {"type": "string", "default": 1},
        },
    },
}
SCHEMAS = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
# Where what is set; what is judged anew, all if it is None; what is then wrong besides.
EDITS = {
    "an-unrelated-one": (
        "#/components/schemas/Name/description", "A name.",
        {"#/components/schemas/Name"}, set(),
    ),
    "a-schema-that-others-name": (
        "#/components/schemas/Name/type", "strin",
        {"#/components/schemas/Name"}, {"#/components/schemas/Name/type"},
    ),
    "a-schema-that-others-are-made-of": (
        "#/components/schemas/Base/properties", {},
        None, {"#/components/schemas/Model/required"},
    ),
    "a-schema-that-defaults-are-checked-against": (
        "#/components/schemas/Colour/enum", ["blue"],
        {"#/components/schemas/Chosen", "#/components/schemas/Colour"},
        {"#/components/schemas/Chosen/default"},
    ),
    "a-parameter-of-a-path": (
        "#/components/parameters/Id/name", "key",
        {"#/components/parameters/Id", "#/paths/~1a~1{id}"},
        {"#/paths/~1a~1{id}/get"},
    ),
    "a-response-of-a-path": (
        "#/components/responses/Listed/content/application~1json/schema/default", "red",
        {"#/components/responses/Listed", "#/paths/~1a~1{id}"},
        {"#/components/responses/Listed/content/application~1json/schema/default"},
    ),
    "an-operation-id-of-another-path": (
        "#/paths/~1c/get/operationId", "b",
        None, {"#/paths/~1c/get/operationId"},
    ),
    "a-path-like-another": (
        "#/paths/~1d", {"$ref": "#/paths/~1b"},
        None, {"#/paths/~1b/get/operationId"},
    ),
    "what-the-form-of-a-document-forbids": (
        "#/components/responses/Listed/description", 1,
        None, {"#/components/responses/Listed/description"},
    ),
    "a-tag": (
        "#/tags", [{"name": "a"}, {"name": "b"}],
        {"#/tags"}, set(),
    ),
    "the-dialect-of-schemas": (
        "#/jsonSchemaDialect", "https://json-schema.org/draft/2020-12/schema",
        {"#/jsonSchemaDialect", "#/paths/~1a~1{id}", *SCHEMAS}, set(),
    ),
}  # fmt: skip


def changed(place: str, value: Any) -> Any:
    document = deepcopy(DOCUMENT)
    *way, last = parse_pointer(place) or ()
    holder = document
    for key in way:
        holder = holder[key]
    holder[last] = value
    return document


def wrong(found: list[Finding]) -> set[str]:
    return {format_pointer(finding.pointer) for finding in found if finding.message != MARK}


def judged(root: dict[str, Any], before: bytes) -> tuple[list[Finding], bytes]:
    return answer(question(part_texts(Document("", "", root, lambda _: (1, 1))), before))


def marked(remembered: bytes) -> bytes:
    """As if something had been found at each part, which no judge would find."""
    verdicts = json.loads(remembered)
    for pointer, _, _, found, _ in verdicts:
        found.append((pointer, MARK, ""))
    return json.dumps(verdicts).encode()


@pytest.mark.parametrize("name", EDITS)
def test_what_has_changed_is_judged_anew(name: str) -> None:
    place, value, anew, expected = EDITS[name]
    before, remembered = judged(DOCUMENT, b"")
    assert wrong(before) == {"#/components/schemas/Wrong/default"}
    document = changed(place, value)
    found = judged(document, marked(remembered))[0]
    assert wrong(found) == {"#/components/schemas/Wrong/default", *expected}
    assert judged(document, remembered) == judged(document, b"")
    held = {format_pointer(finding.pointer) for finding in found if finding.message == MARK}
    parts = {format_pointer(pointer) for pointer, *_ in json.loads(remembered)}
    assert parts - held == (parts if anew is None else anew & parts)


def test_child_keeps_no_file_of_its_parent(tmp_path: Path) -> None:
    """Else a lock would outlive a build that is killed, and one child would wait for the next."""
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
        document = Document("", "", DOCUMENT, lambda _: (1, 1))
        children[0].send(part_texts(document), b"")
        assert wrong(children[0].findings()[0]) == {"#/components/schemas/Wrong/default"}
    finally:
        for child in children:
            child.end()


def test_validator_is_imported_whole_where_a_part_is_missing() -> None:
    """It is installed by others, too, and another version of it may need more."""
    program = (
        "from types import ModuleType\n"
        "from pcgen.validate import child\n"
        "child._stand_ins = lambda: [ModuleType('pydantic')]\n"
        "child._import_validator()\n"
        "import openapi_spec_validator, pydantic\n"
        "print(pydantic.__file__ is not None, hasattr(pydantic, 'Field'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True True\n"


def test_a_recursion_without_end_is_no_fault_wherever_it_is_noticed() -> None:
    """Every tenth time or so it is in a part of the validator that is written in Rust."""
    key = {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Path"}]}
    cases = [{"$ref": "#/components/schemas/Key"}, {"type": "integer"}, {"type": "null"}]
    document = changed(
        "#/components/schemas", {"Key": key, "Path": {"anyOf": cases, "default": "x"}}
    )
    document["paths"] = {}

    def deeper(frames: int) -> Any:
        return deeper(frames - 1) if frames else judged(document, b"")

    assert [deeper(frames) for frames in range(12)] == [([], b"")] * 12

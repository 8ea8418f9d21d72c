"""Small documents that are costly to process: each is built or refused within seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from pcgen.config.files import parse
from pcgen.diagnostics import Exit, Failure
from test_readme import posix_only

if TYPE_CHECKING:
    from pathlib import Path

SLOW = "a" * 40 + "!"
COUNT = 5000


def document(**schemas: Any) -> str:
    info = {"title": "Demo", "version": "1"}
    return json.dumps(
        {"openapi": "3.0.3", "info": info, "paths": {}, "components": {"schemas": schemas}}
    )


def described(text: str) -> str:
    return document(A={"type": "string", "description": text}).replace(
        '"version"', f'"description": {json.dumps(text)}, "version"'
    )


def ref(name: str) -> Any:
    return {"$ref": f"#/components/schemas/{name}"}


def listed(name: str) -> Any:
    return {"type": "array", "items": ref(name)}


def sending(name: str) -> Any:
    body = {"content": {"application/json": {"schema": ref(name)}}}
    answers = {"200": {"description": "Done."}}
    return {"/a": {"post": {"operationId": "send", "requestBody": body, "responses": answers}}}


def aliases() -> str:
    """2 to the power of 14 schemas, in a kilobyte."""
    lines = [document()[:-2].replace('"schemas": {}', '"schemas": {')]
    lines += ["A0: &a0 {type: string},"]
    for i in range(1, 15):
        one = f"*a{i - 1}"
        lines += [f"A{i}: &a{i} {{type: object, properties: {{l: {one}, r: {one}}}}},"]
    return "---\n" + "\n".join(lines) + "}}}"


DOCUMENTS = {
    "pattern of a default": (
        document(A={"type": "string", "pattern": "^(a+)+$", "default": SLOW}),
        "",
    ),
    "pattern within a default": (
        document(
            A={
                "type": "object",
                "properties": {"b": {"type": "string", "pattern": "^(a+)+$"}},
                "default": {"b": SLOW},
            }
        ),
        "",
    ),
    "aliases": (aliases(), "alias-limit"),
    "repeated keys": (
        document()[:-1] + ', "x": {' + ",".join(f'"{i}": 1, "{i}": 2' for i in range(COUNT)) + "}}",
        "duplicate-key",
    ),
    "numbers out of range": (
        document()[:-1] + ', "x": [' + ",".join(f"1e{400 + i}" for i in range(COUNT)) + "]}",
        "value-not-json",
    ),
    "references that lead nowhere": (
        document(**{f"A{i}": {"$ref": f"#/components/schemas/B{i}"} for i in range(COUNT)}),
        "reference-missing",
    ),
    "unions that hold the next one twice": (
        document(
            **{f"A{i}": {"oneOf": [ref(f"A{i + 1}"), listed(f"A{i + 1}")]} for i in range(30)},
            A30={"type": "object", "properties": {"x": {"type": "string"}}},
        ).replace('"paths": {}', f'"paths": {json.dumps(sending("A0"))}'),
        "",
    ),
    "unions that meet again": (
        document(
            **{
                f"{name}{i}": {"oneOf": [ref(f"A{i + 1}"), ref(f"B{i + 1}")]}
                for i in range(30)
                for name in "AB"
            },
            A30={"type": "object", "properties": {"x": {"type": "string"}}},
            B30={"type": "object", "properties": {"y": {"type": "string"}}},
        ).replace('"paths": {}', f'"paths": {json.dumps(sending("A0"))}'),
        "",
    ),
    "unions within unions, with more beside each": (
        document(
            **{
                f"{name}{i}": {
                    "anyOf": [ref(f"A{i + 1}"), ref(f"B{i + 1}")],
                    "properties": {f"p{i}": {"type": "string"}},
                }
                for i in range(13)
                for name in "AB"
            },
            A13={"type": "object", "properties": {"x": {"type": "string"}}},
            B13={"type": "object", "properties": {"y": {"type": "string"}}},
        ),
        "unsupported",
    ),
    "brackets": (described("[a](" * 100_000), ""),
    "ends of brackets": (described("](x" * 100_000), ""),
    "backticks": (described("`a``" * 50_000), ""),
}


def build(folder: Path, spec: str = "spec", output: str = "out") -> tuple[int, str]:
    """Return the exit code and the findings of `pcgen build`, which may use 20 s of CPU."""
    command = [sys.executable, "-m", "pcgen", "build", "--spec", spec, "--output", output]
    done = subprocess.run(
        ["sh", "-c", 'ulimit -t 20; exec "$@"', "sh", *command, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("name", DOCUMENTS)
def test_within_seconds(name: str, tmp_path: Path) -> None:
    text, code = DOCUMENTS[name]
    (tmp_path / "spec").write_text(text, encoding="utf-8")
    status, printed = build(tmp_path)
    assert status == (3 if code else 0), printed
    assert f"error[{code}]" in printed if code else not printed
    assert len(printed) < 30_000


@posix_only
def test_special_files_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for spec in ("/dev/zero", "pipe"):
        status, printed = build(tmp_path, spec)
        assert (status, "not a regular file" in printed) == (2, True)


@pytest.mark.parametrize("output", [".", "a/..", "/"])
def test_a_folder_without_a_name_cannot_be_put_in_place(tmp_path: Path, output: str) -> None:
    (tmp_path / "spec").write_text(document(), encoding="utf-8")
    status, printed = build(tmp_path, output=output)
    assert (status, "error[output-unsafe]" in printed) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["spec"]


@pytest.mark.parametrize("value", ["[" * 100_000, "9" * 5000])
def test_a_configuration_without_bounds_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(Failure, match="not valid TOML") as caught:
        parse(tmp_path / "pcgen.toml", f"a = {value}")
    assert caught.value.status is Exit.USAGE

"""Small documents that would cost much: each is done with within seconds, for better or worse."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

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
    "brackets": (described("[a](" * 100_000), ""),
    "ends of brackets": (described("](x" * 100_000), ""),
    "backticks": (described("`a``" * 50_000), ""),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_within_seconds(name: str, tmp_path: Path) -> None:
    text, code = DOCUMENTS[name]
    (tmp_path / "spec").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pcgen", "build", "--spec", "spec", "--output", "out", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    assert done.returncode == (3 if code else 0), done.stderr
    assert f"error[{code}]" in done.stderr if code else not done.stderr
    assert len(done.stderr) < 30_000

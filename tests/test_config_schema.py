"""`pcgen schema config` and the reader of configurations agree."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT
from jsonschema import Draft202012Validator
from pcgen.cli import run
from pcgen.config.reader import Reader
from pcgen.config.schema import schema
from pcgen.config.source import Source

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATIONS = sorted(
    path
    for pattern in ("cases/packages/*/pcgen.toml", "cases/waivers/*/pcgen.toml", "behaviour/apis/*")
    for path in (ROOT / "tests").glob(pattern)
    if path.name == "pcgen.toml"
)
ONE = {"spec": "a.yaml", "output": "out"}


def _is_valid(data: Any) -> bool:
    return Draft202012Validator(schema()).is_valid(data)


def _is_read(data: Any) -> bool:
    reader = Reader(Source())
    reader.packages(data, "top", ROOT)
    return not reader.diagnostics.items


def test_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "config"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == schema()
    Draft202012Validator.check_schema(printed)


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.parent.name)
def test_accepts_the_configurations_of_tests(path: Path) -> None:
    assert _is_valid(tomllib.loads(path.read_text("utf-8")))


def test_accepts_our_own() -> None:
    assert _is_valid(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pcgen"])


def test_every_key_has_a_description() -> None:
    package = schema()["properties"]["package"]["items"]
    tables = [package, package["properties"]["specs"]["items"]]
    without = [
        key
        for t in tables
        for key, value in t["properties"].items()
        if not value.get("description")
    ]
    assert without == []


@pytest.mark.parametrize(
    ("package", "good"),
    [
        ({}, True),
        ({"outputs": "x"}, False),
        ({"output": 1}, False),
        ({"name": "-"}, False),
        ({"name": "acme-client"}, True),
        ({"client": "acme"}, False),
        ({"version": "1.0"}, True),
        ({"version": "one"}, False),
        ({"variable": "acme"}, True),
        ({"variable": "Acme"}, False),
        ({"targets": ["python"]}, True),
        ({"targets": []}, False),
        ({"targets": "python"}, False),
        ({"targets": ["pyhton"]}, False),
        ({"targets": ["python", "python"]}, False),
        ({"headers": {"X-Version": "1"}}, True),
        ({"headers": {"X-Version": 1}}, False),
        ({"include": {"tags": ["a"]}}, True),
        ({"include": {"tag": ["a"]}}, False),
        ({"include": {"tags": "a"}}, False),
        ({"paging": {"list": False}}, True),
        ({"paging": {"list": True}}, False),
        ({"paging": {"list": {"parameter": "p", "cursor": "c", "items": "i"}}}, True),
        ({"paging": {"list": {"parameter": "p"}}}, False),
        ({"credentials": {"Key": {"argument": "api_key", "env": "API_KEY"}}}, True),
        ({"credentials": {"Key": {"argument": "API KEY"}}}, False),
        ({"credentials": {"Key": "api_key"}}, False),
        ({"waive": [{"code": "unsupported", "at": "#/paths", "reason": "so"}]}, True),
        ({"waive": [{"code": "syntax", "at": "#/paths", "reason": "so"}]}, False),
        ({"waive": [{"code": "unsupported", "at": "#/paths"}]}, False),
        ({"accept": [{"fingerprint": "0123456789ab", "reason": "so"}]}, True),
        ({"accept": [{"id": "x", "reason": "so"}]}, False),
        ({"specs": [{"spec": "b.yaml", "namespace": "b"}]}, False),
    ],
)
def test_agrees_with_the_reader(package: dict[str, Any], good: bool) -> None:
    data = {"package": [ONE | package]}
    assert _is_valid(data) is _is_read(data) is good


@pytest.mark.parametrize(
    ("data", "good"),
    [
        ({}, False),
        ({"packages": []}, False),
        ({"package": [{"spec": "a.yaml"}]}, False),
        ({"package": [{"output": "out"}]}, False),
        ({"package": [{"output": "o", "specs": [{"spec": "b.yaml", "namespace": "b"}]}]}, True),
        ({"package": [{"output": "o", "specs": [{"spec": "b.yaml"}]}]}, True),
    ],
)
def test_agrees_on_whole_files(data: Any, good: bool) -> None:
    assert _is_valid(data) is _is_read(data) is good

"""The rows of changes.yaml, and the two documents that each of them describes."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from common import named_by_ids
from pcgen import config, pipeline
from pcgen.cache import Cache, folder
from pcgen.diagnostics import Diagnostics
from pcgen.diff import Version, read_version
from pcgen.targets.python.files import render

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
_PARTS = ("security", "servers", "webhooks")
FILE = HERE / "changes.yaml"
BASE = yaml.safe_load((HERE / "base.yaml").read_text("utf-8"))


@dataclass(frozen=True)
class Row:
    """A change, what is expected of it, and a program that it breaks or not."""

    name: str
    old: dict[str, Any]
    new: dict[str, Any]
    finds: list[str]
    verdict: str
    caller: str


def rows() -> list[Row]:
    made = []
    for row in yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader):
        before = _edited(BASE, row.get("old", {}))
        after = _edited(BASE, row.get("new", {}))
        finds, verdict = row.get("finds", []), row.get("verdict", "none")
        made.append(Row(row["change"], before, after, finds, verdict, row.get("caller", "")))
    return made


def _edited(document: dict[str, Any], edits: dict[str, Any]) -> dict[str, Any]:
    document = deepcopy(document)
    for place, value in deepcopy(edits).items():
        *holders, last = _keys(document, place)
        holder = _at(document, holders)
        if isinstance(value, dict) and value.keys() == {"$at"}:
            value = deepcopy(_at(document, _keys(document, value["$at"])))
        elif value == {"$reversed": True}:
            old = holder[last]
            value = dict(reversed(old.items())) if isinstance(old, dict) else old[::-1]
        if last == "-":
            holder.append(value)
        elif value is None:
            del holder[int(last) if isinstance(holder, list) else last]
        else:
            holder[int(last) if isinstance(holder, list) else last] = value
    return document


def _keys(document: dict[str, Any], place: str) -> list[str]:
    """The way from the top; a place that starts with no part of a document is a schema's."""
    keys = place.split()
    return keys if keys[0] in {*document, *_PARTS} else ["components", "schemas", *keys]


def _at(document: Any, keys: list[str]) -> Any:
    for key in keys:
        document = document[int(key) if isinstance(document, list) else key]
    return document


def write(path: Path, document: dict[str, Any]) -> None:
    """Write a document where it is to be read."""
    path.write_text(json.dumps(document, indent=1), "utf-8")


SETTINGS = named_by_ids(config.single("spec.json", "out", "demo"))


def version(document: dict[str, Any]) -> Version:
    """The version of the package `demo` that a document describes; equal ones are read once."""
    return _version(json.dumps(document))


@cache
def _version(text: str) -> Version:
    return read_version(SETTINGS, Cache(folder()), {"spec.json": text.encode()})


def modules(document: dict[str, Any]) -> Mapping[str, str]:
    """The files of that package, by their paths inside it; equal ones are made once."""
    return _modules(json.dumps(document))


@cache
def _modules(text: str) -> Mapping[str, str]:
    given = pipeline.target_settings(SETTINGS, Cache(folder()), Diagnostics())
    made = render(_version(text).package, given).texts
    return {
        path.removeprefix("demo/"): text for path, text in made.items() if path.startswith("demo/")
    }


ROWS = rows()

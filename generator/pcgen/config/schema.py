"""The JSON Schema of the configuration, for editors, from the keys that `reader` accepts."""

from __future__ import annotations

import re
from typing import Any

from pcgen.config.keys import (
    ACCEPT,
    BATCH,
    CLI,
    CREDENTIAL,
    FILTER,
    LOGIN,
    PACKAGE,
    PAGING,
    PAGING_STYLES,
    PATTERNS,
    SPECS,
    TOP,
    WAIVER,
    Keys,
)
from pcgen.config.settings import Acceptance, Credential, Filter, Package, Paging, Spec
from pcgen.diagnostics import WAIVABLE, Waiver
from pcgen.targets import SAMPLES, TARGETS, Batch, Cli, Login

_Schema = dict[str, Any]

_NONE: dict[str, _Schema] = {}
_ARGUMENT = re.compile(r"^        ([a-z_]+): (.*(?:\n {12}.*)*)", re.MULTILINE)


def schema() -> _Schema:
    """JSON Schema (2020-12) of a `pcgen.toml`, and of `[tool.pcgen]` in a `pyproject.toml`."""
    inner = _inner()
    spec = _table(SPECS, _described(Spec), ["spec"], inner)
    package = _table(
        PACKAGE, _described(Spec) | _described(Package), ["output"], inner | {"specs": _array(spec)}
    )
    package["oneOf"] = [{"required": ["spec"]}, {"required": ["specs"]}]
    packages = {"package": _array(package)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The configuration of pcgen",
        **_table(TOP, {"package": "The packages to generate."}, ["package"], packages),
    }


def _inner() -> dict[str, _Schema]:
    """The schemas of keys whose values are tables with known keys, or lists of choices."""
    filters = _table(FILTER, _described(Filter), [])
    waiver = _table(WAIVER, _described(Waiver), list(WAIVER))
    waiver["properties"]["code"]["enum"] = sorted(WAIVABLE)
    accept = _table(ACCEPT, _described(Acceptance), ["reason"])
    accept["anyOf"] = [{"required": ["fingerprint"]}, {"required": ["id", "place"]}]
    targets = [{"const": name, "description": text} for name, text in TARGETS.items()]
    return {
        "include": filters,
        "exclude": filters,
        "paging": _by_name({"oneOf": [{"const": False}, *map(_pages, PAGING_STYLES)]}),
        "credentials": _by_name(_table(CREDENTIAL, _described(Credential), [])),
        "waive": _array(waiver),
        "accept": _array(accept),
        "targets": _array({"oneOf": targets}) | {"minItems": 1, "uniqueItems": True},
        "samples": _array({"enum": list(SAMPLES)}) | {"uniqueItems": True},
        "cli": _table(CLI, _described(Cli), [], _inner_of_cli()),
    }


def _inner_of_cli() -> dict[str, _Schema]:
    return {
        "columns": _by_name(_array({"type": "string"})),
        "options": _by_name(_by_name({"type": "string"})),
        "batches": _by_name(_table(BATCH, _described(Batch), ["argument", "results"])),
        "login": _table(LOGIN, _described(Login), ["authorize-url", "token-url", "scheme"]),
    }


def _pages(style: str) -> _Schema:
    """The schema of the pagination of one style, which may be absent if it is `cursor`."""
    required, optional = PAGING_STYLES[style]
    needed = [*required, *(["style"] if style != "cursor" else [])]
    keys = {key: PAGING[key] for key in ("style", "items", *required, *optional)}
    table = _table(keys, _described(Paging), needed)
    table["properties"]["style"]["const"] = style
    return table


def _table(
    keys: Keys, described: dict[str, str], required: list[str], inner: dict[str, _Schema] = _NONE
) -> _Schema:
    """The schema of a table; `inner` has the schemas of keys that `_value` does not know."""
    properties = {}
    for key, kind in keys.items():
        text = described.get(key.replace("-", "_"), "")
        value = inner.get(key) or _value(key, kind)
        properties[key] = value | ({"description": text} if text else {})
    table = {"type": "object", "properties": properties, "additionalProperties": False}
    return table | ({"required": required} if required else {})


def _value(key: str, kind: type | str) -> _Schema:
    if kind is str:
        pattern = PATTERNS.get(key)
        return {"type": "string"} | ({"pattern": f"^(?:{pattern[0]})$"} if pattern else {})
    if kind is int:
        return {"type": "integer"}
    return _array({"type": "string"}) if kind == "strings" else _by_name({"type": "string"})


def _array(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _by_name(values: _Schema) -> _Schema:
    return {"type": "object", "additionalProperties": values}


def _described(kind: type) -> dict[str, str]:
    """The descriptions of settings, from the docstring of their class."""
    return {name: " ".join(text.split()) for name, text in _ARGUMENT.findall(kind.__doc__ or "")}

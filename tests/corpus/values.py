"""The operations of a document, and values for its schemas.

This module does not use pcgen, so that mistakes of pcgen are noticed.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import hypothesis
import yaml
from hypothesis import strategies
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing.exceptions import Unresolvable

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
FILES = "x-files"  # The key under which `load` puts other files.
DEPTH = 6  # Below, values have required properties only.
TEXTS = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:30:15Z",
    "time": "12:30:15Z",
    "duration": "PT3600S",
    "uuid": "5f0c7f4e-6a55-4d2b-9c6e-0d5f6a1b2c3d",
    "byte": "aGVsbG8=",
    "uri": "https://example.com/a",
    "url": "https://example.com/a",
    "email": "a@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}


class NoValueError(Exception):
    """No value could be made for a schema; the message says why."""


def load(path: Path) -> dict[str, Any]:
    """A document and the files that it refers to, as plain values."""
    found: dict[str, Any] = {}
    pending = [path.name]
    for name in pending:
        try:
            data = (path.parent / name).read_bytes()
            found[name] = json.loads(json.dumps(yaml.load(data, yaml.CSafeLoader), default=str))
        except (OSError, yaml.YAMLError):
            continue  # `follow` reports references to this file.
        for holder in _references(found[name]):
            file, _, fragment = holder["$ref"].partition("#")
            if file and "://" not in file:
                other = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(file)))
                if other not in pending:
                    pending.append(other)
            else:
                other = name
            if other != path.name and "://" not in file:
                inside = other.replace("~", "~0").replace("/", "~1")
                holder["$ref"] = f"#/{FILES}/{inside}{fragment}"
            elif file and "://" not in file:
                holder["$ref"] = f"#{fragment}"
    root: dict[str, Any] = found.pop(path.name)
    return {**root, FILES: found} if found else root


def _references(root: Any) -> list[dict[str, Any]]:
    found, stack = [], [root]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                found.append(value)
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return found


@dataclass(frozen=True)
class Entry:
    """An operation of a document."""

    path: str
    method: str
    node: dict[str, Any]
    parameters: list[dict[str, Any]]

    @property
    def name(self) -> str:
        """The operationId, or else the method and path."""
        return str(self.node.get("operationId") or f"{self.method} {self.path}")


@dataclass(frozen=True)
class Source:
    """A document as plain values."""

    root: dict[str, Any]

    def follow(self, value: Any) -> Any:
        """The target of a reference, or the value itself if it is no reference."""
        for _ in range(50):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return value
            value = self._at(value["$ref"])
        raise NoValueError("a cyclic reference")

    def _at(self, reference: str) -> Any:
        value: Any = self.root
        if not reference.startswith("#"):
            raise NoValueError("a reference that cannot be followed")
        for part in reference.removeprefix("#").split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            try:
                value = value[int(key)] if isinstance(value, list) else value[key]
            except (KeyError, IndexError, TypeError, ValueError):
                raise NoValueError("a reference that cannot be followed") from None
        return value

    def entries(self) -> Iterator[Entry]:
        """Every operation, with the parameters of its path."""
        for path, item in (self.root.get("paths") or {}).items():
            item = self.follow(item)
            if not isinstance(item, dict) or path.startswith("x-"):
                continue
            more = item.get("additionalOperations") or {}
            for method, node in {**{m: item.get(m) for m in METHODS}, **more}.items():
                node = self.follow(node)
                if isinstance(node, dict):
                    yield Entry(path, method, node, self._parameters(item, node))

    def _parameters(self, item: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
        known: dict[Any, dict[str, Any]] = {}
        for one in [*(item.get("parameters") or ()), *(node.get("parameters") or ())]:
            one = self.follow(one)
            if isinstance(one, dict):
                known[one.get("name"), one.get("in")] = one
        return list(known.values())

    def misfit(self, value: Any, schema: Any) -> str:
        """Why a value is invalid; empty if it is valid."""
        if schema is None:
            return ""
        holder = {**self.root, "x-schema": schema, "$ref": "#/x-schema"}
        is_old = str(self.root["openapi"]).startswith("3.0")
        try:
            validator = (OAS30Validator if is_old else OAS31Validator)(holder)
            error = next((e for e in validator.iter_errors(value) if not self._is_excused(e)), None)
        except Unresolvable:
            return "a reference that the validator cannot follow"
        except re.error:
            return "a pattern that Python cannot read"
        except RecursionError:
            return "an endless schema"
        except AttributeError:
            return "a schema that the validator cannot read"
        if error is None:
            return ""
        if error.validator == "required":
            return f"{error.message}, and is not described"
        return f"`{error.validator}` is not met"

    def _is_excused(self, error: Any) -> bool:
        """Whether to ignore a validation error.

        Variants of a `oneOf` may overlap, and a read-only or write-only property may be absent.
        """
        if error.validator == "required":
            name = error.message.split("'")[1]
            missing = self.follow((error.schema.get("properties") or {}).get(name))
            return bool(
                isinstance(missing, dict) and (missing.get("readOnly") or missing.get("writeOnly"))
            )
        if error.validator == "oneOf" and "each of" in error.message:
            return "discriminator" not in error.schema
        cases: dict[Any, list[Any]] = {}
        for one in error.context:
            cases.setdefault(one.schema_path[0], []).append(one)
        return any(all(map(self._is_excused, errors)) for errors in cases.values())

    def made(self, schema: Any, mode: str) -> Any:
        """A valid value: one made from the schema, or else an example of the document."""
        value = self.value(schema, mode)
        misfit = self.misfit(_plain_json(value), schema)
        if not misfit:
            return value
        for example in _examples(self.follow(schema)):
            if not self.misfit(example, schema):
                return example
        raise NoValueError(f"no value found: {misfit}")

    def value(self, schema: Any, mode: str, depth: int = 0) -> Any:
        """A value of a schema; `mode` is "request", "response" or, with files, "form"."""
        schema = self.follow(schema)
        if not isinstance(schema, dict) or not schema:
            return "anything"
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        if depth > DEPTH * 3:
            raise NoValueError("recursion that is required")
        composed = any(schema.get(key) for key in ("allOf", "properties", "additionalProperties"))
        if composed and "array" not in (schema.get("type") or "object"):
            return self._object(schema, mode, depth)
        for key in ("oneOf", "anyOf"):
            if schema.get(key):
                return self._option(schema, key, mode, depth)
        return self._plain(schema, mode, depth)

    def _option(self, schema: dict[str, Any], key: str, mode: str, depth: int) -> Any:
        """The first variant that fits the whole schema; null only if it is the only one."""
        options = schema[key]
        real = [one for one in options if self.follow(one) != {"type": "null"}] or options
        found = []
        for one in real:
            try:
                value = self.value(one, mode, depth + 1)
            except NoValueError:
                continue
            for candidate in (value, self._tagged(schema, one, value)):
                if not self.misfit(_plain_json(candidate), schema):
                    return candidate
            found.append(value)
        if not found:
            raise NoValueError("recursion that is required")
        return found[0]

    def _tagged(self, schema: dict[str, Any], option: Any, value: Any) -> Any:
        """The value with the discriminator of its variant."""
        discriminator = schema.get("discriminator")
        reference = option.get("$ref") if isinstance(option, dict) else None
        if not (isinstance(discriminator, dict) and reference and isinstance(value, dict)):
            return value
        name = reference.rpartition("/")[2]
        mapping = discriminator.get("mapping") or {}
        tags = [tag for tag, target in mapping.items() if target in (reference, name)]
        return {**value, discriminator["propertyName"]: next(iter([*tags, name]))}

    def _object(self, schema: dict[str, Any], mode: str, depth: int) -> Any:
        if "allOf" in schema and not self._has_properties(schema):
            parts = [part for part in schema["allOf"] if self.follow(part)]
            merged: dict[str, Any] = {}
            for part in parts:
                merged |= self.follow(part)
            if "$ref" not in merged and "allOf" not in merged:
                return self.value(merged, mode, depth + 1)
            return self.value(parts[0], mode, depth + 1) if parts else "anything"
        properties, required = self._members(schema)
        hidden = "readOnly" if mode != "response" else "writeOnly"
        made = {}
        for name, inner in properties.items():
            known = self.follow(inner)
            if isinstance(known, dict) and known.get(hidden):
                continue
            if name in required or depth < DEPTH:
                try:
                    made[name] = self.value(inner, mode, depth + 1)
                except NoValueError:
                    if name in required:
                        raise
        for key in ("oneOf", "anyOf"):
            if schema.get(key):
                more = self._option({key: schema[key]}, key, mode, depth)
                made |= more if isinstance(more, dict) else {}
        return made

    def _has_properties(self, schema: Any, depth: int = 0) -> bool:
        schema = self.follow(schema)
        if not isinstance(schema, dict) or depth > DEPTH:
            return False
        parts = schema.get("allOf") or ()
        return bool(schema.get("properties")) or any(
            self._has_properties(part, depth + 1) for part in parts
        )

    def _members(self, schema: dict[str, Any], depth: int = 0) -> tuple[dict[str, Any], set[str]]:
        """All properties, those of `allOf` included, and the names of the required ones."""
        properties: dict[str, Any] = {}
        required = set(schema.get("required") or ())
        for part in schema.get("allOf") or () if depth < DEPTH else ():
            part = self.follow(part)
            if isinstance(part, dict):
                more, needed = self._members(part, depth + 1)
                properties |= more
                required |= needed
        return properties | (schema.get("properties") or {}), required

    def _plain(self, schema: dict[str, Any], mode: str, depth: int) -> Any:
        type_ = schema.get("type")
        if isinstance(type_, list):
            type_ = next((one for one in type_ if one != "null"), "null")
        if type_ is None and "items" in schema:
            type_ = "array"
        match type_:
            case "integer" | "number":
                return _number(schema)
            case "boolean":
                return True
            case "null":
                return None
            case "array":
                return self._array(schema, mode, depth)
            case "object":
                return {}
            case "string":
                if mode == "form" and (
                    schema.get("format") == "binary" or "contentMediaType" in schema
                ):
                    return b"the content of a file"
                return _text(schema)
        return "anything"

    def _array(self, schema: dict[str, Any], mode: str, depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        if depth >= DEPTH and not least:
            return []
        first = [self.value(one, mode, depth + 1) for one in schema.get("prefixItems", ())]
        if first:
            return first
        items = schema.get("items")
        if schema.get("uniqueItems") and least > 1:
            options = self.follow(items).get("enum") or range(least)
            return list(options)[:least]
        try:
            return [self.value(items, mode, depth + 1)] * max(least, 1)
        except NoValueError:
            if least:
                raise
            return []


def _plain_json(value: Any) -> Any:
    """The value as a validator sees it: files are strings."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {key: _plain_json(item) for key, item in value.items()}
    return [_plain_json(item) for item in value] if isinstance(value, list) else value


def _examples(schema: Any) -> list[Any]:
    if not isinstance(schema, dict):
        return []
    several = schema.get("examples")
    found = [schema[key] for key in ("example", "default") if key in schema]
    return found + (several if isinstance(several, list) else [])


def _number(schema: dict[str, Any]) -> Any:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    value = 3
    if isinstance(low, int | float) and not isinstance(low, bool) and value <= low:
        value = int(low) + 1
    if isinstance(high, int | float) and not isinstance(high, bool) and value > high:
        value = int(high)
    step = schema.get("multipleOf")
    return value if not step or value % step == 0 else step


def _text(schema: dict[str, Any]) -> str:
    least: int = schema.get("minLength", 0)
    most: int = schema.get("maxLength", 10**6)
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        for example in _examples(schema):
            if isinstance(example, str) and _matches(pattern, example, least, most):
                return example
        return _sample(pattern, least, most)
    text = TEXTS.get(schema.get("format", ""), "text")
    return text.ljust(least, "x")[:most]


def _matches(pattern: str, text: str, least: int, most: int) -> bool:
    try:
        return least <= len(text) <= most and re.search(pattern, text) is not None
    except re.error:
        return False


@cache
def _sample(pattern: str, least: int, most: int) -> str:
    """A string that matches the pattern."""
    try:
        return hypothesis.find(
            strategies.from_regex(re.compile(pattern, re.ASCII)),
            lambda text: _matches(pattern, text, least, most) and text.isprintable(),
            settings=hypothesis.settings(
                database=None, derandomize=True, phases=(hypothesis.Phase.generate,)
            ),
        )
    except (re.error, hypothesis.errors.HypothesisException):
        raise NoValueError("a pattern for which no string was found") from None

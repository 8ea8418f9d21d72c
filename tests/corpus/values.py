"""What a document says of its operations, and values for its schemas.

Read from the document itself: nothing of pcgen takes part, so that its mistakes can show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any
from urllib.parse import unquote

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
DEPTH = 6  # Below that, only what is required.
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
    """A schema for which no value is known how to make."""


@dataclass(frozen=True)
class Entry:
    """An operation of a document."""

    path: str
    method: str
    node: dict[str, Any]
    parameters: list[dict[str, Any]]


@dataclass(frozen=True)
class Source:
    """A document as plain values."""

    root: dict[str, Any]

    def follow(self, value: Any) -> Any:
        """What a reference points to, or the value itself."""
        for _ in range(50):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return value
            value = self._at(value["$ref"])
        raise NoValueError("a circle of references")

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#"):
            raise NoValueError("a reference to another file")
        value: Any = self.root
        for part in reference.removeprefix("#").split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        return value

    def entries(self) -> Iterator[Entry]:
        """Every operation, with the parameters of its path."""
        for path, item in (self.root.get("paths") or {}).items():
            item = self.follow(item)
            for method in METHODS if isinstance(item, dict) else ():
                if isinstance(item.get(method), dict):
                    node = item[method]
                    known: dict[tuple[str, str], dict[str, Any]] = {}
                    for one in [*(item.get("parameters") or ()), *(node.get("parameters") or ())]:
                        one = self.follow(one)
                        known[one["name"], one["in"]] = one
                    yield Entry(path, method, node, list(known.values()))

    def value(self, schema: Any, mode: str, depth: int = 0) -> Any:
        """A value of a schema; `mode` is "request" or "response"."""
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
        if composed and "array" not in schema.get("type", "object"):
            return self._object(schema, mode, depth)
        for key in ("oneOf", "anyOf"):
            if schema.get(key):
                return self._first(schema[key], mode, depth)
        return self._plain(schema, mode, depth)

    def _first(self, options: list[Any], mode: str, depth: int) -> Any:
        real = [one for one in options if self.follow(one) != {"type": "null"}]
        return self.value((real or options)[0], mode, depth + 1)

    def _object(self, schema: dict[str, Any], mode: str, depth: int) -> Any:
        if "allOf" in schema and not self._has_properties(schema):
            parts = [part for part in schema["allOf"] if self.follow(part)]
            return self.value(parts[0], mode, depth + 1) if parts else "anything"
        properties, required = self.members(schema)
        hidden = "readOnly" if mode == "request" else "writeOnly"
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
                more = self._first(schema[key], mode, depth)
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

    def members(self, schema: dict[str, Any], depth: int = 0) -> tuple[dict[str, Any], set[str]]:
        """The properties of a schema and of all that it is made of, and the required ones."""
        properties, required = {}, set(schema.get("required") or ())
        for part in schema.get("allOf") or () if depth < DEPTH else ():
            more, needed = self.members(self.follow(part), depth + 1)
            properties |= more
            required |= needed
        return properties | (schema.get("properties") or {}), required

    def files(self, properties: dict[str, Any]) -> set[str]:
        """The properties that are files."""
        known = {name: self.follow(schema) for name, schema in properties.items()}
        return {
            name
            for name, schema in known.items()
            if isinstance(schema, dict) and schema.get("format") == "binary"
        }

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
                least = schema.get("minItems", 0)
                if depth >= DEPTH and not least:
                    return []
                first = [self.value(one, mode, depth + 1) for one in schema.get("prefixItems", ())]
                if first:
                    return first
                return [self.value(schema.get("items"), mode, depth + 1)] * max(least, 1)
            case "object":
                return {}
            case "string":
                return _text(schema)
        return "anything"


def _matching(parts: Any) -> Iterator[str]:
    """A text that a regular expression matches, for the expressions that are usual."""
    for kind, value in parts:
        match str(kind):
            case "LITERAL":
                yield chr(value)
            case "IN":
                yield from _matching(value[:1])
            case "RANGE":
                yield chr(value[0])
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, inner = value
                yield "".join(_matching(inner)) * min(max(least, 1), int(most))
            case "SUBPATTERN":
                yield from _matching(value[-1])
            case "BRANCH":
                yield from _matching(value[1][0])
            case "CATEGORY":
                yield " " if "SPACE" in str(value) else "1"
            case "ANY" | "NOT_LITERAL" | "NEGATE":
                yield "a"


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
    if schema.get("pattern"):
        return "".join(_matching(parser.parse(schema["pattern"])))
    text = TEXTS.get(schema.get("format", ""), "text")
    text += "x" * (schema.get("minLength", 0) - len(text))
    return text[: schema.get("maxLength", len(text))]

"""Parameters decoded from text, in every style of OpenAPI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_plus

from msgspec import DecodeError, Struct, json

from pcgen.translate.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pcgen.spec import Node

_INTEGER = re.compile(r"-?[0-9]{1,4000}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False}
_DELIMITERS = {"form": ",", "spaceDelimited": r"%20|\+| ", "pipeDelimited": r"%7C|%7c|\|"}
_KEY = re.compile(r"\[([^\[\]]*)\]")
_DEPTH = 20


class Malformed(Exception):
    """The text of a parameter is not in its format."""


class Style(Struct, frozen=True):
    """How a parameter, or a property of a form, is written.

    Args:
        name: Its name.
        place: The value of `in`.
        style: The style.
        explode: Whether each item has a text of its own.
        schema: Its schema; None if it has none.
        is_json: Whether it is JSON.
    """

    name: str
    place: str
    style: str
    explode: bool
    schema: Node | None
    is_json: bool = False


def style_of(node: Node) -> Style:
    """How a parameter is written."""
    place = node.text("in")
    style = node.text("style") or ("form" if place in ("query", "cookie") else "simple")
    explode = node.value.get("explode")
    is_exploded = explode if isinstance(explode, bool) else style in ("form", "cookie")
    schema, is_json = node.get("schema"), False
    for media_type, content in node.members("content"):
        schema, is_json = content.follow().get("schema"), "json" in media_type
    return Style(node.text("name"), place, style, is_exploded, schema, is_json)


def kinds(schema: Node | None, depth: int = 0) -> frozenset[str]:
    """The JSON types that a schema allows; empty if any."""
    if schema is None or not isinstance(schema.value, dict) or depth > _DEPTH:
        return frozenset()
    merged = shape(schema)
    if merged.types:
        return frozenset(merged.types)
    if merged.values:
        return frozenset(_kind(value) for value in merged.values)
    if merged.is_object or merged.is_array:
        return frozenset(("object",) if merged.is_object else ("array",))
    members = [kinds(member, depth + 1) for group in merged.unions for member in group]
    return frozenset().union(*members) if members and all(members) else frozenset()


def _kind(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def scalar(text: str, schema: Node | None) -> Any:
    """The value that a text stands for: of the first type of the schema that it fits."""
    found = kinds(schema)
    if found & {"integer", "number"} and _INTEGER.fullmatch(text):
        values = shape(schema).values if schema is not None and "string" in found else ()
        return text if text in (values or ()) else int(text)
    if "number" in found and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in found and text in _WORDS:
        return _WORDS[text]
    if found & {"object", "array"} and text[:1] in ("{", "["):  # Nested values are JSON.
        try:
            return json.decode(text)
        except (DecodeError, RecursionError):
            return text
    return text


def _array(texts: Iterable[str], schema: Node | None) -> list[Any]:
    return [scalar(text, _items(schema)) for text in texts]


def _object(pairs: Iterable[tuple[str, str]], schema: Node | None) -> dict[str, Any]:
    """An object; a repeated name becomes a list."""
    found: dict[str, list[str]] = {}
    for key, text in pairs:
        found.setdefault(key, []).append(text)
    result: dict[str, Any] = {}
    for key, texts in found.items():
        own = property_of(schema, key)
        is_list = len(texts) > 1 or kinds(own) == {"array"}
        result[key] = _array(texts, own) if is_list else scalar(texts[0], own)
    return result


def _items(schema: Node | None) -> Node | None:
    return None if schema is None else next(_found(schema, lambda merged: merged.items), None)


def property_of(schema: Node | None, name: str) -> Node | None:
    """The schema of a property; None if it has none."""

    def own(merged: Any) -> Node | None:
        known: Node | None = merged.properties.get(name)
        return known or (merged.value_schemas or [None])[0]

    return None if schema is None else next(_found(schema, own), None)


def property_names(schema: Node | None) -> frozenset[str]:
    """The names of the properties of a schema, and of the members of its unions."""
    names: set[str] = set()
    for merged in _shapes(schema, 0):
        names |= merged.properties.keys()
    return frozenset(names)


def _found(schema: Node, get: Callable[[Any], Node | None]) -> Iterator[Node]:
    return (node for merged in _shapes(schema, 0) if (node := get(merged)) is not None)


def _shapes(schema: Node | None, depth: int) -> Iterator[Any]:
    if schema is None or not isinstance(schema.value, dict) or depth > _DEPTH:
        return
    merged = shape(schema)
    yield merged
    for group in merged.unions:
        for member in group:
            yield from _shapes(member, depth + 1)


# --- Places ------------------------------------------------------------------------------------


def decode(style: Style, text: str) -> Any:
    """The value of a parameter that is a single text, as in paths and headers; it is encoded.

    Raises:
        Malformed: The text is not in the style.
    """
    is_encoded = style.place in ("path", "query", "cookie")
    plain = unquote if is_encoded else str
    if style.is_json:
        return _json(plain(text))
    is_array, is_object = _is_array(style.schema), _is_object(style.schema)
    if style.style == "matrix":
        return _matrix(style, text, is_array=is_array, is_object=is_object)
    between = ","
    if style.style == "label":
        if not text.startswith("."):
            raise Malformed("must start with `.`")
        text, between = text[1:], "." if style.explode else ","
    if not (is_array or is_object):
        return scalar(plain(text), style.schema)
    parts = re.split(_DELIMITERS.get(style.style, re.escape(between)), text) if text else []
    parts = [part.strip() for part in parts] if style.place == "header" else parts
    if is_array:
        return _array(map(plain, parts), style.schema)
    return _object(_pairs(parts, plain, explode=style.explode), style.schema)


def _pairs(
    parts: list[str], plain: Callable[[str], str], *, explode: bool
) -> list[tuple[str, str]]:
    if explode:
        split = [part.partition("=") for part in parts]
        return [(plain(key), plain(text)) for key, _, text in split]
    if len(parts) % 2:
        raise Malformed("must be names and values, separated by commas")
    return [(plain(key), plain(text)) for key, text in zip(parts[::2], parts[1::2], strict=True)]


def _matrix(style: Style, text: str, *, is_array: bool, is_object: bool) -> Any:
    if not text.startswith(";"):
        raise Malformed("must start with `;`")
    parts = [part.partition("=") for part in text[1:].split(";")]
    pairs = [(unquote(key), value) for key, _, value in parts]
    if style.explode and is_object:
        return _object([(key, unquote(value)) for key, value in pairs], style.schema)
    if any(key != style.name for key, _ in pairs):
        raise Malformed(f"must be written as `;{style.name}=...`")
    texts = [value for _, value in pairs]
    if is_array:
        listed = texts if style.explode else texts[0].split(",")
        return _array(map(unquote, listed), style.schema)
    if is_object:
        return _object(_pairs(texts[0].split(","), unquote, explode=False), style.schema)
    return scalar(unquote(texts[0]), style.schema)


def _json(text: str) -> Any:
    try:
        return json.decode(text)
    except (DecodeError, RecursionError) as error:
        raise Malformed(f"must be JSON: {error}") from None


def _is_array(schema: Node | None) -> bool:
    found = kinds(schema) - {"null"}
    return "array" in found and not found & {"object"}


def _is_object(schema: Node | None) -> bool:
    return "object" in kinds(schema)


class Query(Struct, frozen=True):
    """The names and values of a query or a form, still encoded where that matters."""

    raw: list[tuple[str, str]]

    @classmethod
    def of(cls, text: str) -> Query:
        """Split the text of a query."""
        parts = [part.partition("=") for part in text.split("&") if part]
        return cls([(unquote_plus(key), value) for key, _, value in parts])

    def value(self, style: Style) -> Any:
        """The value of a parameter; None if it is absent.

        Raises:
            Malformed: The text is not in the style.
        """
        if style.place == "querystring":
            pairs = [(key, unquote_plus(value)) for key, value in self.raw]
            if not pairs:
                return None
            return _json(pairs[0][0]) if style.is_json else _object(pairs, style.schema)
        if style.style == "deepObject":
            return self._deep(style)
        texts = [value for key, value in self.raw if key == style.name]
        if style.explode and not style.is_json and _is_object(style.schema) and not texts:
            return self._members(style)
        if not texts:
            return None
        if style.is_json:
            return _json(unquote_plus(texts[0]))
        if len(texts) > 1 and not (found := kinds(style.schema)) & {"array", "object"} and found:
            raise Malformed("must have one value")
        if len(texts) == 1 and not style.explode:
            return decode(style, texts[0].replace("+", "%20"))
        if len(texts) == 1 and not _is_array(style.schema):
            return scalar(unquote_plus(texts[0]), style.schema)
        return _array(map(unquote_plus, texts), style.schema)

    def _members(self, style: Style) -> Any:
        names = property_names(style.schema)
        pairs = [(key, unquote_plus(value)) for key, value in self.raw if key in names]
        return _object(pairs, style.schema) if pairs else None

    def _deep(self, style: Style) -> Any:
        """Read `name[key]=value`; keys may nest, and be the indexes of lists."""
        root: dict[str, Any] = {}
        for key, value in self.raw:
            if not key.startswith(f"{style.name}["):
                continue
            path = _KEY.findall(key[len(style.name) :])
            if not path or len(path) > _DEPTH:
                continue
            here = root
            for part in path[:-1]:
                here = here.setdefault(part, {})
                if not isinstance(here, dict):
                    raise Malformed(f"has both a value and members for `{part}`")
            known = here.get(path[-1])
            text = unquote_plus(value)
            if isinstance(known, dict):
                raise Malformed(f"has both a value and members for `{path[-1]}`")
            here[path[-1]] = text if known is None else [*_listed(known), text]
        return _typed(root, style.schema) if root else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _typed(value: Any, schema: Node | None) -> Any:
    """Give the texts of a deep object the types of its schema."""
    if isinstance(value, dict):
        is_list = _is_array(schema) and all(key.isdigit() or not key for key in value)
        if is_list:
            return [_typed(item, _items(schema)) for item in value.values()]
        return {key: _typed(item, property_of(schema, key)) for key, item in value.items()}
    if isinstance(value, list):
        return _array(value, schema)
    return _array([value], schema) if kinds(schema) == {"array"} else scalar(value, schema)

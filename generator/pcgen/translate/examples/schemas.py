"""Validates values against the schemas of a document."""

from __future__ import annotations

import re
from contextlib import suppress
from enum import Enum
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct, field

from pcgen.spec import NAMED, format_pointer, lookup, objects, parse_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.ir import Json
    from pcgen.spec import Document, Node
    from pcgen.spec.document import Pointer


class Use(Enum):
    """Which message carries a value; the name is the keyword of properties that it must omit."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Schemas(Struct, frozen=True, dict=True):
    """Validates values against the schemas of a document, as one message carries them.

    The schemas of a document are compiled once, all together, when the first value is validated.

    Args:
        document: A document whose references have been checked.
        use: The message. Properties that it must omit are not required.
        rejected: The nodes whose examples are not valid, by pointer.
    """

    document: Document
    use: Use
    rejected: dict[Pointer, Node] = field(default_factory=dict)

    def accepts(self, holder: Node, schema: Node | None, example: Json) -> bool:
        """Whether an author's example is valid; remembers the node that holds it if not."""
        if schema is None or self.is_valid(schema, example):
            return True
        self.rejected[holder.pointer] = holder
        return False

    def is_valid(self, schema: Node, value: Json) -> bool:
        """Whether a value is valid; true for schemas that are made of several."""
        key = format_pointer(schema.pointer)
        if key not in self._known:
            return True
        try:
            return bool(self._validator.is_valid({key: value}))
        except ValueError:  # It is no Unicode text, or nested too deeply.
            return False

    def errors(self, schema: Node, value: Json) -> Iterator[Any]:
        """The errors of jsonschema-rs; the first part of each `instance_path` is the schema."""
        key = format_pointer(schema.pointer)
        if key in self._known:
            yield from self._validator.iter_errors({key: value})

    @cached_property
    def _known(self) -> dict[str, Any]:
        """References to the schemas of contents, parameters, components and author's examples."""
        top = self.document.node
        found: dict[str, Any] = {}
        for node in objects(top, ("schema", "itemSchema", "example", "examples", "default")):
            own = [inner for key in ("schema", "itemSchema") if (inner := node.get(key))]
            for schema in own or [node]:
                _add(found, schema.pointer)
        components = top.get("components")
        for _, schema in components.members("schemas") if components else ():
            _add(found, schema.pointer)
        return found

    @cached_property
    def _validator(self) -> Any:
        rules = import_module("jsonschema_rs")
        root = _json_schema(self.document, self.document.root, self.use)
        root["properties"] = self._known
        for _ in range(1000):  # Each time, one keyword that is not valid goes.
            try:
                return rules.Draft202012Validator(root, validate_formats=True)
            except rules.ValidationError as error:
                if not error.instance_path:
                    break
                _drop(root, error.instance_path)
            except ValueError:
                break
        return rules.Draft202012Validator({"not": {}})


def _add(found: dict[str, Any], pointer: Pointer) -> None:
    reference = format_pointer(pointer)
    found[reference] = {"$ref": _quoted(reference.replace("%", "%25"))}


def _drop(root: Any, path: list[str | int]) -> None:
    *parents, last = path
    for part in parents:
        root = root[part]
    del root[last]


_ONE_OF = re.compile("(?<!/properties)/oneOf/(?=[0-9])")  # `_json_schema` calls it `anyOf`.
# Keywords that other readers of schemas would misunderstand, or that do not restrict values.
_DROPPED = frozenset(
    (
        "$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveAnchor", "$recursiveRef",
        "$schema", "default", "description", "discriminator", "example", "examples",
        "externalDocs", "summary", "title", "xml",
    )
)  # fmt: skip


def _json_schema(document: Document, value: Any, use: Use, *, named: bool = False) -> Any:
    """Copy a value of a document; its schemas become JSON Schemas of draft 2020-12.

    Args:
        document: The document.
        value: The value.
        use: The message that carries the values.
        named: Whether the keys of an object are names, not keywords.
    """
    if isinstance(value, list):
        return [_json_schema(document, item, use) for item in value]
    if not isinstance(value, dict):
        return value
    if named:
        return {key: _json_schema(document, item, use) for key, item in value.items()}
    if isinstance(value.get("$ref"), str):
        pointer = parse_pointer(value["$ref"])
        if pointer is None or lookup(document, pointer) is None:
            return {}
        if document.version < (3, 1):
            return {"$ref": _quoted(value["$ref"])}
    kept = {key: item for key, item in value.items() if key not in _DROPPED}
    copy = {
        key: (
            item
            if key in ("enum", "const")
            else _json_schema(document, item, use, named=key in NAMED)
        )
        for key, item in kept.items()
    }
    if isinstance(value.get("required"), list):
        copy["required"] = _required(document, value, use)
    if isinstance(copy.get("$ref"), str):
        copy["$ref"] = _quoted(copy["$ref"])
    if "oneOf" in copy:  # The variants of many documents overlap, and services accept that.
        copy.setdefault("anyOf", copy.pop("oneOf"))
    return _as_since_3_1(copy)


def _quoted(reference: str) -> str:
    """A reference with its characters escaped as in URLs, to a variant under `anyOf`."""
    return "#" + quote(_ONE_OF.sub("/anyOf/", reference[1:]), safe="/~%")


def _required(document: Document, schema: dict[str, Any], use: Use) -> list[Any]:
    """The required properties that this message may carry."""
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    return [name for name in schema["required"] if not _omits(document, known.get(name), use)]


def _omits(document: Document, schema: Any, use: Use) -> bool:
    with suppress(Exception):
        for _ in range(20):
            if not isinstance(schema, dict):
                return False
            if schema.get(use.value) is True:
                return True
            pointer = parse_pointer(schema["$ref"])
            found = None if pointer is None else lookup(document, pointer)
            schema = None if found is None else found.value
    return False


def _as_since_3_1(schema: dict[str, Any]) -> dict[str, Any]:
    """Replace `nullable` and the flags `exclusiveMinimum` and `exclusiveMaximum` of OpenAPI 3.0."""
    if schema.pop("nullable", None) is True:
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for flag, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(flag), bool) and schema.pop(flag) and limit in schema:
            schema[flag] = schema.pop(limit)
    return schema

"""Validates values against the schemas of a document.

`oneOf` counts as `anyOf`. The variants of many documents overlap, such as an integer and a number,
or two objects that require nothing, and services accept values that are valid against several. An
example is still invalid, and the mock server still refuses a request, if no variant fits.
"""

from __future__ import annotations

import re
from contextlib import suppress
from enum import Enum
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import DecodeError, Struct, field, json

from pcgen.spec import NAMED, format_pointer, lookup, objects, parse_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.ir import Json
    from pcgen.spec import Document, Node
    from pcgen.spec.document import Pointer
    from pcgen.translate.contents import Content


class Use(Enum):
    """Which message carries a value; the name is the keyword of properties that it must omit."""

    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Schemas(Struct, frozen=True):
    """Validates values against the schemas of a document, as one message carries them.

    Args:
        rules: The schemas.
        use: The message. Properties that it must omit are not required.
        rejected: The nodes whose examples are not valid, by pointer.
    """

    rules: Rules
    use: Use
    rejected: dict[Pointer, Node] = field(default_factory=dict)

    def accepts(self, holder: Node, schema: Node | None, example: Json) -> bool:
        """Whether an author's example is valid; remembers the node that holds it if not."""
        if schema is None or self.is_valid(schema, example):
            return True
        self.rejected[holder.pointer] = holder
        return False

    def items(self, content: Content, example: Json) -> list[Json] | None:
        """The items that an author's example of a content means: all of them, one, or their text.

        Returns:
            None, and remembers the node, if they are not valid.
        """
        schema = content.schema_or_items
        for items in _readings(example):
            if schema is None:
                return items
            is_whole = content.shape.is_array
            if all(self.is_valid(schema, value) for value in ([items] if is_whole else items)):
                return items
        self.rejected[content.node.pointer] = content.node
        return None

    def is_valid(self, schema: Node, value: Json) -> bool:
        """Whether a value is valid; true for schemas that are made of several."""
        key = format_pointer(schema.pointer)
        if key not in self.rules.known:
            return True
        try:
            return bool(self.rules.validators[self.use].is_valid({key: value}))
        except ValueError:  # It is no Unicode text, or nested too deeply.
            return False

    def errors(self, schema: Node, value: Json) -> Iterator[Any]:
        """The errors of jsonschema-rs; the first part of each `instance_path` is the schema."""
        key = format_pointer(schema.pointer)
        if key in self.rules.known:
            yield from self.rules.validators[self.use].iter_errors({key: value})


class Rules(Struct, frozen=True, dict=True):
    """The schemas of a document, which are compiled together when the first value is validated.

    Args:
        document: A document whose references have been checked.
    """

    document: Document

    @cached_property
    def known(self) -> dict[str, Any]:
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
    def validators(self) -> dict[Use, Any]:
        """The validators of both messages: one, unless some properties are in one of them only."""
        if _steps(self.document) > _MOST_STEPS:
            return dict.fromkeys(Use, _compiled({"not": {}}))
        converter = _Converter(self.document)
        root = converter.json_schema(self.document.root)
        root["properties"] = self.known
        if not converter.required:
            return dict.fromkeys(Use, _compiled(root))
        made = {}
        for use in Use:
            for schema, names in converter.required:
                schema["required"] = names[use]
            made[use] = _compiled(root)
        return made


_MOST_STEPS = 100_000


def _readings(example: Json) -> Iterator[list[Json]]:
    """Yield what an example of several items may mean."""
    if isinstance(example, list):
        yield example
    if isinstance(example, str):
        with suppress(DecodeError):
            yield [json.decode(line) for line in example.splitlines() if line.strip()]
    yield [example]


def _steps(document: Document) -> int:
    """How many schemas one value may have to be compared with: parts of parts multiply.

    Components are counted again until nothing changes, at most 40 levels deep.
    """
    root = document.root.get("components") if isinstance(document.root, dict) else None
    schemas = root.get("schemas") if isinstance(root, dict) else None
    if not isinstance(schemas, dict):
        return 0
    counts: dict[str, int] = {}
    for _ in range(40):
        found = {
            f"#/components/schemas/{name}": _count(schema, counts)
            for name, schema in schemas.items()
        }
        if found == counts or max(found.values(), default=0) > _MOST_STEPS:
            return max(found.values(), default=0)
        counts = found
    return max(counts.values(), default=0)


def _count(schema: Any, counts: dict[str, int]) -> int:
    if not isinstance(schema, dict):
        return 1
    parts = [part for key in ("allOf", "anyOf", "oneOf") for part in _list(schema.get(key))]
    reference = schema.get("$ref")
    other = counts.get(reference, 1) if isinstance(reference, str) else 0
    return 1 + other + sum(_count(part, counts) for part in parts)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _compiled(root: Any) -> Any:
    rules = import_module("jsonschema_rs")
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
        root = root[_key(root, part)]
    del root[_key(root, last)]


def _key(holder: Any, part: str | int) -> Any:
    """The key for a part of a path; jsonschema-rs makes numbers of keys such as `200` and `+7`."""
    if isinstance(holder, list) or part in holder:
        return part
    numbers = (key for key in holder if re.fullmatch(r"\+?[0-9]+", key))
    return min(numbers, key=lambda key: (int(key) != part, key != str(part)))


_ONE_OF = re.compile("(?<!/properties)/oneOf/(?=[0-9])")  # `_json_schema` calls it `anyOf`.
# Keywords that other readers of schemas would misunderstand, or that do not restrict values.
_DROPPED = frozenset(
    (
        "$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveAnchor", "$recursiveRef",
        "$schema", "default", "description", "discriminator", "example", "examples",
        "externalDocs", "summary", "title", "xml",
    )
)  # fmt: skip


class _Converter(Struct, frozen=True):
    """Converts the schemas of a document to JSON Schemas of draft 2020-12.

    Args:
        document: The document.
        required: The schemas that require other properties in requests than in responses.
    """

    document: Document
    required: list[tuple[dict[str, Any], dict[Use, list[Any]]]] = field(default_factory=list)

    def json_schema(self, value: Any, *, named: bool = False) -> Any:
        """Copy a value of the document; its schemas are converted.

        Args:
            value: The value.
            named: Whether the keys of an object are names, not keywords.
        """
        if isinstance(value, list):
            return [self.json_schema(item) for item in value]
        if not isinstance(value, dict):
            return value
        if named:
            return {key: self.json_schema(item) for key, item in value.items()}
        if isinstance(value.get("$ref"), str):
            pointer = parse_pointer(value["$ref"])
            if pointer is None or lookup(self.document, pointer) is None:
                return {}
            if self.document.version < (3, 1):
                return {"$ref": _quoted(value["$ref"])}
        copy = {
            key: (item if key in ("enum", "const") else self.json_schema(item, named=key in NAMED))
            for key, item in value.items()
            if key not in _DROPPED
        }
        if isinstance(value.get("required"), list):
            self._note_required(value, copy)
        if isinstance(copy.get("$ref"), str):
            copy["$ref"] = _quoted(copy["$ref"])
        if "oneOf" in copy:
            copy.setdefault("anyOf", copy.pop("oneOf"))
        return _as_since_3_1(copy)

    def _note_required(self, schema: dict[str, Any], copy: dict[str, Any]) -> None:
        """Remember which properties each message requires, if they are not the same."""
        properties = schema.get("properties")
        known = properties if isinstance(properties, dict) else {}
        written = [name for name in schema["required"] if isinstance(name, str)]
        names = {
            use: [n for n in written if not _omits(self.document, known.get(n), use)] for use in Use
        }
        copy["required"] = names[Use.REQUEST]
        if names[Use.REQUEST] != names[Use.RESPONSE]:
            self.required.append((copy, names))


def _quoted(reference: str) -> str:
    """A reference with its characters escaped as in URLs, to a variant under `anyOf`."""
    return "#" + quote(_ONE_OF.sub("/anyOf/", reference[1:]), safe="/~%")


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

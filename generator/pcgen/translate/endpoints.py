"""What the naming rule reads of the operations of a document."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen.translate.operation_ids import (
    is_version,
    lower_words,
    repeats_path,
    singulars,
    versions_of,
    without_resource,
)
from pcgen.translate.operation_words import operation_words
from pcgen.translate.selection import DEFAULT_TAG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.spec import Node
    from pcgen.translate.selection import Entry

ITEM = "{}"  # Stands for a parameter of a path.
_PREFIXES = frozenset(("api", "apis", "rest", "public", "external"))
# The names that vendors' generators of SDKs read: Fern's and Speakeasy's.
_GROUPS = ("x-fern-sdk-group-name", "x-speakeasy-group")
_NAMES = ("x-fern-sdk-method-name", "x-speakeasy-name-override")


class Endpoint(Struct, frozen=True, dict=True):
    """What the rule reads of an operation.

    `group` and `name` are what the document says to generators of SDKs.
    """

    path: str
    method: str
    operation_id: str = ""
    tag: str = ""
    returns_list: bool = False
    group: tuple[str, ...] = ()
    name: tuple[str, ...] = ()

    @cached_property
    def own(self) -> list[str]:
        """The words of the operationId, in lower case, without the versions of the path."""
        own = operation_words(self.operation_id, self.path)
        found = lower_words(own) if own else []
        versions = versions_of(self.path)
        return [word for word in found if word not in versions] or found

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The segments of the path without versions and prefixes; `{}` for parameters."""
        path = re.split(r"[?#]", self.path)[0]
        path = re.sub(r"\.(json|xml)(?=/|$)|\$", "", path)
        path = re.sub(r"\(?\{[^{}]*\}\)?", ITEM, path)
        found: list[str] = []
        for segment in re.split(r"[/:]", path):
            static, item, _ = segment.partition(ITEM)
            if static and not is_version(segment) and not _is_same(found[-1:], static):
                found.append(static.strip("("))
            found += [ITEM] if item else []
        while len(found) > 1 and (found[0].lower() in _PREFIXES or found[0].isdecimal()):
            del found[0]
        return tuple(found[0].split(".") if len(found) == 1 else found)  # `/chat.postMessage`

    @property
    def fragment(self) -> str:
        """What is behind the path: `stream` of `/chat/completions#stream`."""
        return self.path.partition("#")[2]

    @cached_property
    def said(self) -> list[str]:
        """The words of the operationId without those of the tag."""
        return without_resource(self.own, (self.tag,)) if self.tag else self.own

    @property
    def verb(self) -> str:
        """The first word of what is said; empty if there is no operationId."""
        return self.said[0] if self.said else ""

    @property
    def says_nothing(self) -> bool:
        """Whether the operationId has no other words than the path and the HTTP method."""
        return len(self.own) > 1 and repeats_path(self.own, self.path, self.method)


class CallPath(Struct, frozen=True):
    """The texts of a resource, from the outermost, and of a method."""

    resource: tuple[str, ...]
    method: str


def _is_same(before: list[str], segment: str) -> bool:
    """Whether a segment is the noun before it once more: `/room/rooms`."""
    return bool(before) and singulars(before[0]) == singulars(segment)


def only_repeat_paths(endpoints: Iterable[Endpoint]) -> bool:
    """Whether nine of ten operationIds are a method and a path, as tools write them."""
    found = [e.says_nothing and e.own[0] == e.method for e in endpoints if e.operation_id]
    return sum(found) >= 0.9 * len(found)


def endpoint(entry: Entry) -> Endpoint:
    """What the naming rule reads of an operation."""
    tag = entry.tags[0]
    return Endpoint(
        path=entry.path,
        method=entry.method,
        operation_id=entry.node.text("operationId"),
        tag="" if tag == DEFAULT_TAG else tag,
        returns_list=_returns_list(entry.node),
        group=_first(entry.node, _GROUPS),
        name=_first(entry.node, _NAMES),
    )


def _first(node: Node, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The texts of the first key that is a text, or a list of texts; texts are split at dots."""
    for key in keys:
        value: Any = node.value.get(key)
        texts = value if isinstance(value, list) else [value]
        if texts and all(isinstance(text, str) for text in texts):
            return tuple(part for text in texts for part in text.split(".") if part)
    return ()


def _returns_list(node: Node) -> bool:
    """Whether a response is an array, or an object with one array."""
    responses = [r.follow() for status, r in node.members("responses") if status[:1] == "2"]
    contents = (content for r in responses for _, content in r.members("content"))
    schemas = (content.get("schema") for content in contents)
    return any(_is_list(schema.follow()) for schema in schemas if schema is not None)


def _is_list(schema: Node) -> bool:
    if _is_array(schema):
        return True
    parts = [schema, *(part.follow() for part in schema.entries("allOf"))]
    properties = {name: value for part in parts for name, value in part.members("properties")}
    return sum(_is_array(value.follow()) for value in properties.values()) == 1


def _is_array(schema: Node) -> bool:
    return schema.get("items") is not None

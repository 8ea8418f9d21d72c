"""The `content` of bodies, answers and parameters: media types, and what is said of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate import media
from pcgen.translate.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.spec import Node

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+*-]+/[a-z0-9!#$&^_.+*-]+( *;[ -~]*)?", re.IGNORECASE)


def contents(holder: Node, diagnostics: Diagnostics) -> dict[str, Node]:
    """The media types that there are, the preferred one first, and what is said of each."""
    found = {}
    for media_type, content in holder.members("content"):
        if _MEDIA_TYPE.fullmatch(media_type):
            found[media_type] = content.follow()
            continue
        message = f"{shorten(media_type)!a} is not a media type"
        hint = "under a waiver, it is left out"
        diagnostics.error(Code.UNSUPPORTED, content.location, message, hint)
    return {media_type: found[media_type] for media_type in sorted(found, key=media.preference)}


def schema_of(content: Node) -> Node | None:
    """The schema of a whole body, or of the items of a stream."""
    return content.get("schema") or content.get("itemSchema")


def remark_unread(operations: Iterable[Node], diagnostics: Diagnostics) -> None:
    """Say that what a schema says of a body that is bytes or text to callers is not used."""
    found = {
        schema.location: media_type
        for operation in operations
        for media_type, schema in _unread(operation)
    }
    if found:
        kinds = shorten(" or ".join(sorted(set(found.values()))))
        many = "schema of a body is" if len(found) == 1 else f"schemas of {len(found)} bodies are"
        message = f"the {many} not used: to callers, `{kinds}` is bytes or text"
        diagnostics.note(Code.UNSUPPORTED, next(iter(found)), message)


def _unread(operation: Node) -> Iterator[tuple[str, Node]]:
    """The schemas of bodies that are no single text, though to callers these are bytes or text."""
    request = operation.get("requestBody")
    holders = [] if request is None else [request]
    for holder in (*holders, *(node for _, node in operation.members("responses"))):
        content = holder.follow().get("content")
        kinds = content.value if content is not None and isinstance(content.value, dict) else {}
        if content is None or not kinds or any(map(media.is_json, kinds)):
            continue
        media_type = min(kinds, key=media.preference)
        schema = content.child(media_type).follow().get("schema")
        if schema is not None and media.is_plain(media_type) and _has_parts(schema):
            yield media.essence(media_type), schema


def _has_parts(schema: Node) -> bool:
    """Whether values are more than one text, or another scalar than text."""
    described = shape(schema)
    others = set(described.types) - {"string", "null"}
    return described.is_object or described.is_array or bool(others)


def examples(content: Node) -> tuple[ir.Example, ...]:
    """The named examples of a media type, or its only one."""
    found: list[ir.Example] = []
    for name, node in content.members("examples"):
        node = node.described()
        value = node.get("dataValue") or node.get("value")
        if value is not None:
            found.append(ir.Example(name, node.text("summary"), value.value))
    example = content.get("example")
    if not found and example is not None:
        found.append(ir.Example("", "", example.value))
    return tuple(found)

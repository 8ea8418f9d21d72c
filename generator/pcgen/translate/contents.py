"""The `content` of bodies, answers and parameters: media types, and what is said of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate import media

if TYPE_CHECKING:
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

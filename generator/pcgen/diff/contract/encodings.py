"""How parameters and request bodies are encoded: media types, styles, and fields of forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.diff.contract.shapes import absent, is_object, is_scalar, resolve
from pcgen.diff.contract.types import type_names

if TYPE_CHECKING:
    from pcgen.spec import Node


def media_types_of(holder: Node) -> dict[str, Node]:
    """The contents of a body by media type, without parameters such as `charset`."""
    return {
        name.partition(";")[0].strip().lower(): content
        for name, content in holder.members("content")
    }


def schema_of(holder: Node) -> Node:
    """The schema of a parameter, a header or a content; an empty one if it has none."""
    contents = [content.get("schema") for _, content in holder.members("content")]
    return holder.get("schema") or next(iter(contents), None) or absent(holder, "schema")


def parameter_style(parameter: Node) -> str:
    """The media type of a parameter, or its style with the defaults of OpenAPI."""
    media_type = next(iter(media_types_of(parameter)), "")
    default = "form" if parameter.text("in") in ("query", "cookie") else "simple"
    return media_type or _style(parameter, schema_of(parameter), default)


def _style(node: Node, schema: Node, default: str = "form") -> str:
    style = node.text("style") or default
    keywords = node.value if is_object(node) else {}
    exploded = keywords.get("explode", style == "form") and not is_scalar(schema)
    reserved = node.is_true("allowReserved")
    return f"{style}{', exploded' * bool(exploded)}{', reserved' * reserved}"


def encodings_of(content: Node) -> dict[str, tuple[str, str]]:
    """Media type and style of each form field that does not use the defaults of OpenAPI."""
    schemas = resolve(schema_of(content)).properties
    found = {}
    for name, encoding in content.members("encoding"):
        schema = schemas.get(name) or absent(encoding, "schema")
        media_type = encoding.text("contentType").strip().lower()
        media_type = "" if media_type == _default_media_type(schema) else media_type
        style = _style(encoding, schema)
        if media_type or style != ("form" if is_scalar(schema) else "form, exploded"):
            found[name] = media_type, style
    return found


def _default_media_type(schema: Node) -> str:
    """The media type of a form field without a `contentType`; empty if it depends on the value."""
    shape = resolve(schema)
    if shape.items is not None and shape.items.pointer != schema.pointer:
        return _default_media_type(shape.items)
    if shape.format in ("binary", "byte"):
        return "application/octet-stream"
    if type_names(shape) == {"object"}:
        return "application/json"
    return "text/plain" if is_scalar(schema) else ""

"""The `content` of bodies, responses and parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.spec import Node
from pcgen.translate import media
from pcgen.translate.shapes import Shape, shape
from pcgen.translate.untyped import NO_SCHEMA, Untyped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.translate.selection import Entry

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+*-]+/[a-z0-9!#$&^_.+*-]+( *;[ -~]*)?", re.IGNORECASE)
_DEEPEST = 4  # Lists of unions of lists of files.


class Content(Struct, frozen=True):
    """An entry of `content`: a media type and its Media Type Object.

    `streamed_as` overrides the format that the media type means, `own_schema` the schema.
    """

    media_type: str
    node: Node
    streamed_as: ir.Streaming | None = None
    own_schema: Node | None = None

    @property
    def schema(self) -> Node | None:
        """The schema of the whole body."""
        return self.own_schema or self.node.get("schema")

    @property
    def schema_or_items(self) -> Node | None:
        """The schema of the whole body, else that of the items of a stream."""
        return self.schema or self.node.get("itemSchema")

    @property
    def shape(self) -> Shape:
        """The shape of the schema of the whole body; an empty one without a schema."""
        schema = self.schema
        return Shape(self.node) if schema is None else shape(schema)

    @property
    def encoding(self) -> ir.Encoding:
        """How to write a request body."""
        return media.encoding(self.media_type)

    @property
    def streaming(self) -> ir.Streaming:
        """The format of the stream of results, or NONE."""
        return media.streaming(self.media_type) if self.streamed_as is None else self.streamed_as

    @property
    def is_json(self) -> bool:
        """Whether the media type is JSON, or a range that includes JSON."""
        return media.is_json(self.media_type)

    @property
    def is_form_data(self) -> bool:
        """Whether the media type is `multipart/form-data`."""
        return media.essence(self.media_type) == media.DEFAULTS[ir.Encoding.MULTIPART]

    @property
    def has_files(self) -> bool:
        """Whether a property is a file, or a list of files."""
        return any(_may_be_file(schema, 0) for schema in self.shape.properties.values())


def _may_be_file(schema: Node, depth: int) -> bool:
    """Whether values, or the items of lists, may be files."""
    merged = shape(schema)
    inner = [member for union in merged.unions for member in union]
    inner += [] if merged.items is None else [merged.items]
    return merged.format == "binary" or (
        depth < _DEEPEST and any(_may_be_file(one, depth + 1) for one in inner)
    )


def contents(holder: Node, diagnostics: Diagnostics) -> list[Content]:
    """List the contents of a body, response or parameter, the preferred one first."""
    found = []
    for content in _unchecked_contents(holder):
        if _MEDIA_TYPE.fullmatch(content.media_type):
            found.append(replace(content, node=content.node.follow()))
            continue
        message = f"{shorten(content.media_type)!a} is not a media type"
        hint = "correct it; under a waiver, it is ignored, and callers get responses as bytes"
        diagnostics.error(Code.UNSUPPORTED, content.node.location, message, hint)
    return found


def request_contents(holder: Node, diagnostics: Diagnostics) -> list[Content]:
    """List the contents of a request body, the preferred one first.

    JSON cannot carry files. If it describes some all the same, a form that can precedes it.
    """
    found = contents(holder, diagnostics)
    if not any(content.is_json and content.has_files for content in found):
        return found
    return sorted(found, key=lambda content: not (content.is_form_data and content.has_files))


def _unchecked_contents(holder: Node) -> list[Content]:
    found = [Content(media_type, node) for media_type, node in holder.members("content")]
    return sorted(found, key=lambda content: media.preference(content.media_type))


def note_unused_schemas(operations: Iterable[Node], diagnostics: Diagnostics) -> None:
    """Note the schemas of bodies that callers see as bytes or text."""
    unused = {
        schema.location: media_type
        for operation in operations
        for media_type, schema in _unused_schemas(operation)
    }
    if unused:
        types = shorten(" or ".join(sorted(set(unused.values()))))
        schemas = (
            "schema of a body is" if len(unused) == 1 else f"schemas of {len(unused)} bodies are"
        )
        message = f"callers get `{types}` as bytes or text: the {schemas} ignored"
        diagnostics.note(Code.UNSUPPORTED, next(iter(unused)), message)


def note_missing_schemas(entries: Iterable[Entry], diagnostics: Diagnostics) -> None:
    """Note the parameters and the JSON bodies that no schema describes."""
    untyped = Untyped()
    for entry in entries:
        holders = [node for node in entry.parameters if node.get("content") is not None]
        for node in entry.parameters:
            if node.get("schema") is None and node.get("content") is None:
                untyped.add(node, NO_SCHEMA)
        request = entry.node.get("requestBody")
        holders += [] if request is None else [request]
        holders += [node for _, node in entry.node.members("responses")]
        for holder in holders:
            found = _unchecked_contents(holder.follow())[:1]
            for content in (replace(one, node=one.node.follow()) for one in found):
                if content.is_json and content.schema_or_items is None:
                    untyped.add(content.node, NO_SCHEMA)
    untyped.report(diagnostics)


def _unused_schemas(operation: Node) -> Iterator[tuple[str, Node]]:
    """Yield the schemas of structured bodies that callers see as bytes or text."""
    request = operation.get("requestBody")
    holders = [] if request is None else [request]
    for holder in (*holders, *(node for _, node in operation.members("responses"))):
        found = _unchecked_contents(holder.follow())
        if not found or any(content.is_json for content in found):
            continue
        preferred = replace(found[0], node=found[0].node.follow())
        schema = preferred.schema
        if schema is None or not media.is_plain(preferred.media_type):
            continue
        if _is_structured(preferred.shape):
            yield media.essence(preferred.media_type), schema


def _is_structured(merged: Shape) -> bool:
    """Whether values may be other than strings."""
    return merged.is_object or merged.is_array or not set(merged.types) <= {"string", "null"}


def named_examples(node: Node) -> tuple[ir.Example, ...]:
    """The named examples of a media type or parameter, else its single `example`."""
    found: list[ir.Example] = []
    for name, example in node.members("examples"):
        example = example.described()
        value = example.get("dataValue") or example.get("value")
        if value is not None:
            found.append(ir.Example(name, example.text("summary"), value.value))
    single = node.get("example")
    if not found and single is not None:
        found.append(ir.Example("", "", single.value))
    return tuple(found)

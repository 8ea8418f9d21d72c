"""Streams: server-sent events and JSON lines, one chunk for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen import ir
from pcgen.mock.exchange import encoded
from pcgen.translate.examples import NoValueError, Use
from pcgen.translate.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.spec import Node
    from pcgen.translate.contents import Content
    from pcgen.translate.examples import Examples

_FIELDS = ("event", "id", "retry", "data")
_MOST = 20
_COPIES = 3


def chunks(content: Content, written: Sequence[Any], end: str, examples: Examples) -> list[bytes]:
    """The chunks of a stream.

    Args:
        content: The content of the response.
        written: Its examples.
        end: The data that ends the stream; empty if there is none.
        examples: Makes values.
    """
    if content.streaming is ir.Streaming.SSE:
        if len(written) == 1 and isinstance(written[0], str) and "data:" in written[0]:
            text = written[0].replace("\r\n", "\n").strip("\n")
            return [f"{part}\n\n".encode() for part in text.split("\n\n") if part.strip()]
        events = [event for event in _items(content, written, examples) if event != end]
        return [*map(_event, events), *([_event(end)] if end else [])]
    if len(written) == 1 and isinstance(written[0], str) and "\n" in written[0].strip():
        return [f"{line}\n".encode() for line in written[0].splitlines() if line.strip()]
    return [encoded(item) + b"\n" for item in _items(content, written, examples)]


def _items(content: Content, written: Sequence[Any], examples: Examples) -> list[Any]:
    """The items of a stream: the examples, one for each member of a union, or some copies."""
    if len(written) == 1 and isinstance(written[0], list) and written[0]:
        return written[0]
    if len(written) > 1:
        return list(written)
    schema = content.schema_or_items
    if schema is not None and content.schema is not None:
        schema = shape(schema).items or schema
    members = [] if schema is None else list(_members(schema, examples))[:_MOST]
    return members if len(members) > 1 else [*(written or members)] * _COPIES


def _members(schema: Node, examples: Examples) -> Iterator[Any]:
    """Yield a value of each member of a union that describes the properties that it requires."""
    merged = shape(schema)
    for member in merged.unions[0] if len(merged.unions) == 1 else ():
        own = shape(member)
        if own.required - own.properties.keys() and not own.value_schemas:
            continue
        try:
            value = examples.value(member, Use.RESPONSE)
        except NoValueError:
            continue
        if examples.is_valid(schema, value, Use.RESPONSE):
            yield value


def _event(value: Any) -> bytes:
    """A server-sent event; an object with the fields of events only is a whole event."""
    is_whole = isinstance(value, dict) and "data" in value and set(value) <= {*_FIELDS, "comment"}
    fields = value if is_whole else {"data": value}
    lines = [
        f"{key}: {line}"
        for key in _FIELDS
        if fields.get(key) is not None
        for line in _text(fields[key]).splitlines() or [""]
    ]
    return ("\n".join(lines) + "\n\n").encode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else encoded(value).decode()

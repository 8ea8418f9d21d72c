"""Responses that are single results or streams, and the flags that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir, names
from pcgen.translate.contents import Content, contents
from pcgen.translate.media import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.diagnostics import Diagnostics
    from pcgen.names import Name
    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas

_FERN = "x-fern-streaming"
_SENTINEL = "x-speakeasy-sse-sentinel"
_SSE = "text/event-stream"
_FLAGS = (
    "stream", "streaming", "is_stream", "is_streaming", "stream_response", "enable_stream",
    "enable_streaming", "sse",
)  # fmt: skip
_FORMATS = {
    ir.Streaming.SSE: ("sse", "event-stream", "event_stream", _SSE),
    ir.Streaming.NDJSON: ("ndjson", "jsonl", "jsonlines", DEFAULTS[ir.Encoding.NDJSON]),
}
"""Values of parameters and properties that request a stream."""


def response_contents(operation: Node, response: Node, diagnostics: Diagnostics) -> list[Content]:
    """List the contents of a response, the preferred one first and events last.

    Where only `x-fern-streaming` marks a stream, its content is the response's JSON.
    """
    found = contents(response, diagnostics)
    mark, json = operation.get(_FERN), next((c for c in found if c.is_json), None)
    is_marked = mark is not None and (mark.value is True or isinstance(mark.value, dict))
    if mark is None or not is_marked or json is None or any(map(is_stream, found)):
        return sorted(found, key=lambda content: content.streaming is ir.Streaming.SSE)
    is_sse = mark.text("format") == "sse"
    stream = replace(
        json,
        media_type=_SSE if is_sse else json.media_type,
        streamed_as=ir.Streaming.SSE if is_sse else ir.Streaming.NDJSON,
        own_schema=mark.get("response-stream"),
    )
    single = [replace(json, own_schema=mark.get("response"))] if _condition(operation) else []
    return [*single, stream, *(content for content in found if content is not json)]


def is_stream(content: Content) -> bool:
    """Whether a content is a stream of results."""
    return content.streaming is not ir.Streaming.NONE


def end_of_stream(operation: Node, content: Content) -> str:
    """The data that ends a stream of events, as vendor extensions state it."""
    mark, schema = operation.get(_FERN), content.schema_or_items
    own = content.node.text(_SENTINEL) or (schema.follow().text(_SENTINEL) if schema else "")
    return own or (mark.text("terminator") if mark is not None else "")


def _condition(operation: Node) -> str:
    """The flag that `x-fern-streaming` names, as in `$request.stream`; empty without one."""
    mark = operation.get(_FERN)
    return "" if mark is None else mark.text("stream-condition").rpartition(".")[2]


class _Argument(Struct, frozen=True):
    """A parameter or a property that may be a flag."""

    name: Name
    wire_name: str
    type: ir.Type
    presence: ir.Presence
    carrier: ir.Carrier


def switch(
    operation: Node,
    parameters: Sequence[ir.Parameter],
    body: ir.Body | None,
    result: ir.Result,
    schemas: Schemas,
) -> ir.Switch:
    """The flag that requests a stream.

    It is a boolean argument with a usual name, an argument with the stream's format as a value, or
    a boolean property of a body that callers pass whole; else an argument is added, and the
    `Accept` header requests the stream.

    Args:
        operation: The operation.
        parameters: Its parameters.
        body: Its request body.
        result: The stream.
        schemas: Translates schemas.
    """
    arguments = list(_arguments(parameters, body))
    for argument, value in (
        *_flags(operation, [*arguments, *_properties(body, schemas)], schemas),
        *_formats(arguments, result.streaming, schemas),
    ):
        presence = argument.presence
        default = presence.value if isinstance(presence, ir.Default | ir.Fixed) else None
        is_default = default is not None and str(default).lower() == str(value).lower()
        return ir.Switch(
            argument.name, argument.wire_name, argument.carrier, value, is_default, result
        )
    named = [p.name for p in parameters] + [f.name for f in _fields(body)]
    name, taken = "stream", {each.key for each in named}
    while names.name_of(name, "parameter").key in taken:
        name = f"as {name}"
    flag = names.name_of(name, "parameter")
    return ir.Switch(flag, "", ir.Carrier.NONE, value=True, by_default=False, result=result)


def constant_flag(
    operation: Node, parameters: Sequence[ir.Parameter], body: ir.Body | None, schemas: Schemas
) -> bool | None:
    """The only value that the flag of an operation can have; None if it is free, or absent."""
    for argument in _named_flags(operation, list(_arguments(parameters, body))):
        bare = _bare(argument.type, schemas)
        is_sent = isinstance(argument.presence, ir.Required | ir.Fixed)
        if isinstance(bare, ir.Choice) and not bare.open and len(bare.values) == 1:
            value = bare.values[0]
            if value is False or (value is True and is_sent):
                return value
    return None


def _arguments(parameters: Sequence[ir.Parameter], body: ir.Body | None) -> Iterator[_Argument]:
    for p in parameters:
        if p.place is not ir.Place.PATH:
            yield _Argument(p.name, p.wire_name, p.type, p.presence, ir.Carrier.PARAMETER)
    for f in _fields(body):
        yield _Argument(f.name, f.wire_name, f.type, f.presence, ir.Carrier.FIELD)


def _fields(body: ir.Body | None) -> tuple[ir.Field, ...]:
    return (body.fields if body else None) or ()


def _properties(body: ir.Body | None, schemas: Schemas) -> Iterator[_Argument]:
    """Yield the properties of the members of a body that callers pass whole."""
    if body is None or body.fields is not None or body.encoding is not ir.Encoding.JSON:
        return
    bare = _bare(body.type, schemas)
    for case in bare.cases if isinstance(bare, ir.Union) else (bare,):
        model = schemas.model(case)
        for f in model.fields if model else ():
            yield _Argument(f.name, f.wire_name, f.type, f.presence, ir.Carrier.BODY)


def _flags(
    operation: Node, arguments: list[_Argument], schemas: Schemas
) -> Iterator[tuple[_Argument, bool | str]]:
    for argument in _named_flags(operation, arguments):
        bare = _bare(argument.type, schemas)
        values = bare.values if isinstance(bare, ir.Choice) else ()
        is_boolean = ir.Scalar(ir.Kind.BOOLEAN) in ir.nested_types(bare)
        if is_boolean or any(value is True for value in values):
            yield argument, True
        elif "true" in values:
            yield argument, "true"


def _named_flags(operation: Node, arguments: list[_Argument]) -> Iterator[_Argument]:
    """Yield the arguments with the name of a flag, in the order of these names."""
    for name in filter(None, (_condition(operation), *_FLAGS)):
        yield from (argument for argument in arguments if argument.wire_name.lower() == name)


def _formats(
    arguments: list[_Argument], streaming: ir.Streaming, schemas: Schemas
) -> Iterator[tuple[_Argument, bool | str]]:
    for argument in arguments:
        bare = _bare(argument.type, schemas)
        for value in bare.values if isinstance(bare, ir.Choice) else ():
            if isinstance(value, str) and value.lower() in _FORMATS[streaming]:
                yield argument, value


def _bare(type_: ir.Type, schemas: Schemas) -> ir.Type:
    """The type behind aliases, without null."""
    plain = schemas.plain(type_)
    while isinstance(plain, ir.Nullable):
        plain = schemas.plain(plain.inner)
    return plain

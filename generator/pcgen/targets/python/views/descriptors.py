"""The description of an operation for the runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.targets.code import call, code, dict_of, literal, tuple_of
from pcgen.targets.python.limits import limits_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.targets.code import Code
    from pcgen.targets.python.types import Imports, Types

# The runtime's default `Accept` header.
_ACCEPTED = {
    ir.Streaming.NONE: ("application/json",),
    ir.Streaming.SSE: ("text/event-stream",),
    ir.Streaming.NDJSON: ("application/x-ndjson", "application/jsonl"),
}


_TEXTS = frozenset(
    (
        ir.Kind.STRING,
        ir.Kind.BOOLEAN,
        ir.Kind.DATE,
        ir.Kind.DATE_TIME,
        ir.Kind.TIME,
        ir.Kind.DURATION,
        ir.Kind.DECIMAL,
        ir.Kind.UUID,
        ir.Kind.BYTES,
    )
)


def descriptor(operation: ir.Operation, types: Types) -> list[Code]:
    """The arguments of `Operation`."""
    parts = [literal(str(operation.name)), literal(operation.method), literal(operation.path)]
    if operation.result.type is not None:
        json = operation.result.json or operation.result.type
        parts.append(code("result={}", types.output(json)))
        if operation.result.by_status:
            parts.append(code("by_status={}", _by_key(operation.result.by_status, types)))
        if operation.result.streaming is not ir.Streaming.NONE:
            parts.append(code("stream={}", literal(operation.result.streaming.value)))
        if operation.result.by_event:
            parts.append(code("by_event={}", _by_key(operation.result.by_event, types)))
        if operation.result.end not in ("", "[DONE]"):  # The runtime knows this one.
            parts.append(code("end={}", literal(operation.result.end)))
    if operation.result.media_type not in ("", *_ACCEPTED[operation.result.streaming]):
        parts.append(code("accept={}", literal(operation.result.media_type)))
    if operation.parameters:
        params = tuple_of([_param(p, types) for p in operation.parameters])
        parts.append(code("params={}", params))
    if operation.body is not None:
        parts += _body_parts(operation.body, types)
    errors = error_types(operation)
    if errors:
        parts.append(code("errors={}", _by_key(errors, types)))
    if operation.security is not None:
        parts.append(code("security={}", security_code(operation.security)))
    if operation.base_url:
        parts.append(code("base_url={}", literal(operation.base_url)))
    return parts


def _by_key(cases: Iterable[tuple[str, ir.Type]], types: Types) -> Code:
    return dict_of((literal(key), types.output(type_)) for key, type_ in cases)


def _body_parts(body: ir.Body, types: Types) -> list[Code]:
    parts = [code("body={}", types.output(body.type))]
    if body.required and body.fields is None:
        parts.append(code("requires_body=True"))
    if body.encoding is not ir.Encoding.JSON:
        parts.append(code("encoding={}", literal(body.encoding.value)))
    if body.media_type:
        parts.append(code("content_type={}", literal(body.media_type)))
    limits = {field.wire_name: limits_of(field.facts.constraints) for field in body.fields or ()}
    limits = {name: found for name, found in limits.items() if found}
    if limits:
        parts.append(code("limits={}", literal(limits)))
    if body.parts:
        described = dict_of(
            (literal(part.wire_name), _part(part, types.use)) for part in body.parts
        )
        parts.append(code("parts={}", described))
    return parts


def _part(part: ir.FormPart, use: Imports) -> Code:
    parts = [code("content_type={}", literal(part.content_type))] if part.content_type else []
    parts += [code("style={}", literal(part.style))] if part.style else []
    if part.explode is not None:
        parts.append(code("explode={}", literal(part.explode)))
    if part.binary:
        parts.append(code("binary=True"))
    if part.base64:
        parts.append(code("base64=True"))
    return call(use.Part, parts)


def _param(parameter: ir.Parameter, types: Types) -> Code:
    parts = [literal(parameter.wire_name), literal(parameter.place.value)]
    if parameter.name != parameter.wire_name:
        parts.append(code("arg={}", literal(str(parameter.name))))
    required = isinstance(parameter.presence, ir.Required | ir.Fixed)
    required = required and parameter.presence != ir.Fixed("")  # Required values are not empty.
    if required and parameter.place is not ir.Place.PATH:
        parts.append(code("required=True"))
    if parameter.style:
        parts.append(code("style={}", literal(parameter.style)))
    if parameter.explode is not None:
        parts.append(code("explode={}", literal(parameter.explode)))
    if parameter.reserved:
        parts.append(code("reserved=True"))
    if parameter.content_type:
        parts.append(code("content_type={}", literal(parameter.content_type)))
    if ir.holds_bytes(parameter.type):
        parts.append(code("base64=True"))
    is_constant = isinstance(parameter.presence, ir.Fixed)  # Callers may give any other value.
    if not is_constant and not _is_text(types.bare(parameter.type)):
        parts.append(code("type={}", types.output(parameter.type)))
    limits = limits_of(parameter.facts.constraints)
    if limits:
        parts.append(code("limits={}", literal(limits)))
    return call(types.use.Param, parts)


def _is_text(type_: ir.Type) -> bool:
    """Whether the runtime treats a type as a string: it accepts whatever is sent as one text."""
    if isinstance(type_, ir.Choice):
        return type_.open and type_.kinds == (ir.Kind.STRING,)
    return isinstance(type_, ir.Scalar) and type_.kind in _TEXTS


def error_types(operation: ir.Operation) -> list[tuple[str, ir.Type]]:
    """The types of error bodies by status, or one type as `default` if all statuses have it."""
    known = [(case.status, case.type) for case in operation.errors if case.type is not None]
    types = {type_ for _, type_ in known}
    return [("default", known[0][1])] if len(types) == 1 else known


def security_code(security: tuple[tuple[str, ...], ...]) -> Code:
    """The alternatives of security schemes as a literal."""
    return literal(security) if security else code("()")

"""Success responses and error responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.ir import Streaming
from pcgen.translate import media
from pcgen.translate.annotations import doc
from pcgen.translate.contents import Content, contents
from pcgen.translate.events import Events, events
from pcgen.translate.naming import item_name
from pcgen.translate.shapes import shape
from pcgen.translate.streams import (
    constant_flag,
    end_of_stream,
    is_stream,
    response_contents,
    switch,
)
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pcgen.spec import Node
    from pcgen.translate.examples import Examples
    from pcgen.translate.schemas import Schemas

_EMPTY = ("204", "205")  # HTTP allows no body, whatever the document describes.
_NULL = ir.Scalar(ir.Kind.NULL)
_STRING = ir.Scalar(ir.Kind.STRING)
_BYTES = ir.Scalar(ir.Kind.BYTES)
_FILE = ir.Scalar(ir.Kind.FILE)
_LINE_SCHEMA = "x-line-schema"
_JSON = media.DEFAULTS[ir.Encoding.JSON]
_TEXT = media.DEFAULTS[ir.Encoding.TEXT]
_BINARY = media.DEFAULTS[ir.Encoding.BYTES]


def note_unused_links(operations: Iterable[Node], diagnostics: Diagnostics) -> None:
    """Note the links of responses, which are ignored."""
    responses = (node.follow() for one in operations for _, node in one.members("responses"))
    found = [links for response in responses if (links := response.get("links")) and links.value]
    if found:
        many = "a response are" if len(found) == 1 else f"{len(found)} responses are"
        message = f"the `links` of {many} ignored: callers must pass the values themselves"
        diagnostics.note(Code.UNSUPPORTED, found[0].location, message)


def note_undescribed_results(operations: Iterable[Node], diagnostics: Diagnostics) -> None:
    """Note the operations whose results are bytes because the document does not describe them."""
    found = [
        operation.get("responses") or operation
        for operation in operations
        if operation.pointer[-1] != "head"
        and _may_have_body(operation, responses := _successes(operation))
        and not any(contents(response, Diagnostics()) for response in responses.values())
    ]
    if found:
        many = "an operation" if len(found) == 1 else f"{len(found)} operations"
        message = f"no success response of {many} is described: callers get its bytes"
        hint = "describe the response; one without `content` has no body"
        diagnostics.note(Code.UNSUPPORTED, found[0].location, message, hint)


class Responses(Struct, frozen=True):
    """Translates the responses of operations.

    Args:
        schemas: Translates schemas.
        examples: Makes examples.
        diagnostics: Collects findings.
    """

    schemas: Schemas
    examples: Examples
    diagnostics: Diagnostics

    def result(self, operation: Node, name: str) -> ir.Result:
        """What a successful call returns; `name` begins the names of inline schemas."""
        responses = _successes(operation)
        successes = list(responses)
        note = _note({status: doc(responses[status]).description for status in successes})
        headers = _headers(responses[status] for status in successes)
        offered = {status: self._contents(operation, responses[status]) for status in successes}
        bodies = {s: offered[s] if s not in _EMPTY else [] for s in successes}
        preferred = {status: found[0] for status, found in bodies.items() if found}
        if not preferred and _may_have_body(operation, responses):
            return ir.Result(type=_BYTES, media_type=f"{_BINARY}, */*", doc=note, headers=headers)
        if not preferred:
            return ir.Result(doc=note, headers=headers)
        streaming = next(iter(preferred.values())).streaming
        preferred = {
            s: content for s, content in preferred.items() if content.streaming is streaming
        }
        carried = {s: self._events(c, f"{name} response") for s, c in preferred.items()}
        types = {s: each.type for s, each in carried.items()}
        empty = {status: _NULL for status, found in bodies.items() if not found}
        null: list[ir.Type] = [_NULL] if empty else []
        accepted = {s: _accepted(preferred[s], offered[s], type_) for s, type_ in types.items()}
        accept = sorted((m for found in accepted.values() for m in found), key=media.is_anything)
        json = {s: type_ for s, type_ in types.items() if _can_be_json(accepted[s])}
        every = sorted(content.media_type for found in offered.values() for content in found)
        first = next(iter(preferred))
        return ir.Result(
            type=union([*types.values(), *null]),
            json=union([*json.values(), *null]) if 0 < len(json) < len(types) else None,
            media_type=", ".join(dict.fromkeys(accept)),
            streaming=streaming,
            doc=note,
            examples=next(filter(None, map(self.examples.shown, preferred.values())), ()),
            by_status=tuple((json | empty).items()) if len(set(json.values())) > 1 else (),
            others=tuple(m for m in dict.fromkeys(every) if m not in accept),
            headers=headers,
            by_event=carried[first].by_event,
            end=end_of_stream(operation, preferred[first]) or carried[first].end,
        )

    def results(
        self,
        operation: Node,
        parameters: Sequence[ir.Parameter],
        body: ir.Body | None,
        name: str,
    ) -> tuple[ir.Result, ir.Switch | None]:
        """The result of an operation, and how to request a stream that is offered beside it."""
        single = self.result(operation, name)
        if single.type is None or single.streaming is not Streaming.NONE:
            return single, None
        stream = self._stream(operation, name)
        if stream is None:
            return single, None
        constant = constant_flag(operation, parameters, body, self.schemas)
        if constant is not None:
            return (stream if constant else single), None
        return single, switch(operation, parameters, body, stream, self.schemas)

    def _stream(self, operation: Node, name: str) -> ir.Result | None:
        """The stream that is offered beside a single result."""
        for status, response in _successes(operation).items():
            offered = filter(is_stream, self._contents(operation, response))
            found = min(offered, key=lambda content: content.media_type, default=None)
            if found is not None and status not in _EMPTY:
                carried = self._events(found, f"{name} event")
                return ir.Result(
                    type=carried.type,
                    media_type=found.media_type,
                    streaming=found.streaming,
                    doc=doc(response),
                    examples=self.examples.shown(found),
                    by_event=carried.by_event,
                    end=end_of_stream(operation, found) or carried.end,
                )
        return None

    def errors(self, operation: Node, name: str) -> tuple[ir.ErrorCase, ...]:
        """The documented error responses, by status."""
        errors = []
        responses = dict(operation.members("responses"))
        has_success = any(status.startswith("2") for status in responses)
        for status in sorted(responses):
            if status[:1] in "345" or (status == "default" and has_success):
                response = responses[status].described()
                preferred = next(iter(contents(response, self.diagnostics)), None)
                type_, example = None, None
                if preferred is not None and preferred.is_json:
                    type_ = self._type(preferred, f"{name} error")
                    example = next((e.value for e in self.examples.shown(preferred)), None)
                text = status.upper().replace("DEFAULT", "default")
                errors.append(ir.ErrorCase(text, type_, doc(response), example))
        return tuple(errors)

    def _contents(self, operation: Node, response: Node) -> list[Content]:
        return response_contents(operation, response, self.diagnostics)

    def _events(self, content: Content, name: str) -> Events:
        """The type of a content; for a stream, what each result carries."""
        schema = content.schema_or_items
        if content.streaming is not Streaming.SSE or schema is None:
            return Events(self._type(content, name))
        merged = shape(schema)
        is_whole = content.schema is not None
        if is_whole and merged.is_array and merged.items is not None and not merged.is_tuple:
            return events(merged.items, self.schemas, item_name(name), is_item=False)
        return events(schema, self.schemas, name, is_item=not is_whole)

    def _type(self, content: Content, name: str) -> ir.Type:
        schema = content.schema_or_items
        if content.streaming is Streaming.NDJSON and content.schema is not None:
            return self._line_type(content.schema, name)
        if content.streaming is Streaming.NONE and not content.is_json:
            return _STRING if content.media_type.lower().startswith("text/") else _BYTES
        if content.streaming is Streaming.SSE:
            return _STRING  # Events without a schema may be plain text.
        type_ = ir.ANY if schema is None else self.schemas.type(schema, name)
        if type_ == _FILE:  # JSON has no bytes.
            return _BYTES if media.is_anything(content.media_type) else _STRING
        return type_

    def _line_type(self, schema: Node, name: str) -> ir.Type:
        """The type of the lines of a stream: the schema's, that of its items, or any if it is text.

        Text stands for all lines together; `x-line-schema` then describes one of them.
        """
        line = schema.follow().get(_LINE_SCHEMA)
        if line is not None:
            return self.schemas.type(line, name)
        type_ = self.schemas.type(schema, name)
        plain = self.schemas.plain(type_)
        if isinstance(plain, ir.Array):
            return plain.items
        return ir.ANY if plain in (_FILE, _STRING) else type_


def _successes(operation: Node) -> dict[str, Node]:
    """The success responses by status; `default` if that is the only one."""
    responses = {status: node.described() for status, node in operation.members("responses")}
    found = {status: responses[status] for status in sorted(responses) if status[:1] == "2"}
    return found or {key: node for key, node in responses.items() if key == "default"}


def _may_have_body(operation: Node, successes: Mapping[str, Node]) -> bool:
    """Whether success responses may have a body that no valid `content` describes.

    A response without `content` has no body, except that `default` stands for any response.
    """
    if not successes:
        return [status for status, _ in operation.members("responses")] != ["304"]
    declared = [key for key, node in successes.items() if node.get("content") is not None]
    return "default" in successes or not set(declared) <= set(_EMPTY)


def _accepted(content: Content, offered: Iterable[Content], type_: ir.Type) -> list[str]:
    """The media types to accept: the preferred one, with all others if it is text, or bytes."""
    media_type, encoding = content.media_type, content.encoding
    if media.is_anything(media_type) and (implied := _implied(content, type_)):
        return [*implied, media_type]
    if encoding in (ir.Encoding.TEXT, ir.Encoding.BYTES) and content.streaming is Streaming.NONE:
        return [other.media_type for other in offered if other.encoding is encoding]
    return [media_type]


def _implied(content: Content, type_: ir.Type) -> tuple[str, ...]:
    """The media types that a type implies for `*/*`; empty if it implies only JSON."""
    if type_ == ir.ANY:
        return _JSON, _TEXT, _BINARY
    if type_ == _STRING:
        return _TEXT, _JSON
    if type_ != _BYTES:
        return ()
    return (_BINARY,) if content.shape.format == "binary" else (_BINARY, _JSON)


def _can_be_json(accepted: list[str]) -> bool:
    """Whether to decode a JSON response: if JSON is preferred, or accepted by name."""
    return media.is_json(accepted[0]) or _JSON in accepted


def _headers(responses: Iterable[Node]) -> tuple[ir.Header, ...]:
    """The headers of responses, except `Content-Type`, which the type of the result implies."""
    found: dict[str, ir.Header] = {}
    for name, node in (pair for response in responses for pair in response.members("headers")):
        if name.lower() != "content-type":
            found.setdefault(name.lower(), ir.Header(name, doc(node.described())))
    return tuple(found.values())


def _note(texts: dict[str, str]) -> ir.Doc:
    """Join the descriptions of success responses, by status; equal ones are listed once."""
    by_text: dict[str, list[str]] = {}
    for status, text in texts.items():
        if text.strip():
            by_text.setdefault(text.strip().rstrip("."), []).append(status.upper())
    if len(by_text) < 2:
        return ir.Doc(description="".join(by_text))
    notes = (f"{text} ({', '.join(statuses)})" for text, statuses in by_text.items())
    return ir.Doc(description=". ".join(notes))

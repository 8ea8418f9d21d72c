"""Success responses and error responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.ir import Streaming
from pcgen.translate import media
from pcgen.translate.annotations import doc
from pcgen.translate.contents import Content, contents, examples
from pcgen.translate.shapes import shape
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas

_EMPTY = ("204", "205")  # HTTP allows no body, whatever the document describes.
_NULL = ir.Scalar(ir.Kind.NULL)
_STRING = ir.Scalar(ir.Kind.STRING)
_BYTES = ir.Scalar(ir.Kind.BYTES)
_FILE = ir.Scalar(ir.Kind.FILE)
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
        diagnostics: Collects findings.
    """

    schemas: Schemas
    diagnostics: Diagnostics

    def result(self, operation: Node, name: str) -> ir.Result:
        """What a successful call returns; `name` begins the names of inline schemas."""
        responses = _successes(operation)
        successes = list(responses)
        note = _note({status: doc(responses[status]).description for status in successes})
        headers = _headers(responses[status] for status in successes)
        offered = {status: contents(responses[status], self.diagnostics) for status in successes}
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
        types = {s: self._type(content, f"{name} response") for s, content in preferred.items()}
        empty = {status: _NULL for status, found in bodies.items() if not found}
        null: list[ir.Type] = [_NULL] if empty else []
        accepted = {s: _accepted(preferred[s], offered[s], type_) for s, type_ in types.items()}
        accept = sorted((m for found in accepted.values() for m in found), key=media.is_anything)
        json = {s: type_ for s, type_ in types.items() if _can_be_json(accepted[s])}
        every = sorted(content.media_type for found in offered.values() for content in found)
        return ir.Result(
            type=union([*types.values(), *null]),
            json=union([*json.values(), *null]) if 0 < len(json) < len(types) else None,
            media_type=", ".join(dict.fromkeys(accept)),
            streaming=streaming,
            doc=note,
            examples=next((e for c in preferred.values() if (e := examples(c.node))), ()),
            by_status=tuple((json | empty).items()) if len(set(json.values())) > 1 else (),
            others=tuple(m for m in dict.fromkeys(every) if m not in accept),
            headers=headers,
        )

    def switch(self, operation: Node, body: ir.Body | None, name: str) -> ir.Switch | None:
        """The stream that the service returns instead of JSON if the body's `stream` is true."""
        flags = [f for f in (body.fields if body else None) or () if f.wire_name == "stream"]
        if not flags or flags[0].type != ir.Scalar(ir.Kind.BOOLEAN):
            return None
        for status, response in operation.members("responses"):
            response = response.follow()
            found = contents(response, self.diagnostics)
            streams = [content for content in found if content.streaming is not Streaming.NONE]
            if status.startswith("2") and streams and any(content.is_json for content in found):
                stream = min(streams, key=lambda content: content.media_type)
                result = ir.Result(
                    type=self._type(stream, f"{name} event"),
                    media_type=stream.media_type,
                    streaming=stream.streaming,
                    doc=doc(response),
                )
                return ir.Switch(flags[0].name, result)
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
                type_ = None
                if preferred is not None and preferred.is_json:
                    type_ = self._type(preferred, f"{name} error")
                text = status.upper().replace("DEFAULT", "default")
                errors.append(ir.ErrorCase(text, type_, doc(response)))
        return tuple(errors)

    def _type(self, content: Content, name: str) -> ir.Type:
        streaming, schema = content.streaming, content.schema_or_items
        if streaming is Streaming.NONE and not content.is_json:
            return _STRING if content.media_type.lower().startswith("text/") else _BYTES
        is_event = streaming is Streaming.SSE
        is_whole = content.schema is not None
        if is_event and schema is not None and not is_whole:
            return self._event_type(schema, name)
        type_ = ir.ANY if schema is None else self.schemas.type(schema, name)
        if type_ == _FILE and media.is_anything(content.media_type):
            return _BYTES
        if type_ == _FILE or (is_event and type_ == ir.ANY):
            return _STRING  # JSON has no bytes, and events may be plain text.
        is_list = is_whole and streaming is Streaming.NDJSON
        return type_.items if is_list and isinstance(type_, ir.Array) else type_

    def _event_type(self, event: Node, name: str) -> ir.Type:
        """The type of the `data` of events: that of its `contentSchema`, else a string."""
        described = shape(event)
        own = described.properties.get("data")
        members = [shape(member) for members in described.unions for member in members]
        found = [member.properties.get("data", own) for member in members] or [own]
        data = [node.follow() for node in found if node is not None]
        if not any(node.text("type") in ("", "string") for node in data):
            return self.schemas.type(event, name)  # The schema describes the data itself.
        schemas = [schema for node in data if (schema := node.get("contentSchema")) is not None]
        if len(schemas) < len(found):
            return _STRING
        return union([self.schemas.type(schema, name) for schema in schemas])


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

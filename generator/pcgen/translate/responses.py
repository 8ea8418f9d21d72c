"""What calls return, and what they fail with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.ir import Streaming
from pcgen.translate import media
from pcgen.translate.contents import contents, examples, schema_of
from pcgen.translate.describe import doc
from pcgen.translate.shapes import shape
from pcgen.translate.unions import union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas

_EMPTY = ("204", "205")  # By HTTP, whatever else is said of them.
_NULL = ir.Scalar(ir.Kind.NULL)
_TEXT = ir.Scalar(ir.Kind.STRING)
_JSON = media.USUAL[ir.Encoding.JSON]
_BYTES = ir.Scalar(ir.Kind.BYTES)


def remark_links(operations: Iterable[Node], diagnostics: Diagnostics) -> None:
    """Say that links are no part of a package."""
    answers = (node.follow() for one in operations for _, node in one.members("responses"))
    found = [links for answer in answers if (links := answer.get("links")) and links.value]
    if found:
        many = "an answer are" if len(found) == 1 else f"{len(found)} answers are"
        message = f"the links of {many} not used: callers take the values out and hand them on"
        diagnostics.note(Code.UNSUPPORTED, found[0].location, message)


class Responses(Struct, frozen=True):
    """Translates the responses of operations.

    Args:
        schemas: Where types come from.
        diagnostics: Where findings go.
    """

    schemas: Schemas
    diagnostics: Diagnostics

    def result(self, operation: Node, name: str) -> ir.Result:
        """What a successful call returns; `name` is what names of schemas are made of."""
        responses = {status: node.described() for status, node in operation.members("responses")}
        good = sorted(status for status in responses if status.startswith("2"))
        if not good and "default" in responses:
            good = ["default"]
        note = _note({status: doc(responses[status]).description for status in good})
        chosen = {
            status: None if status in _EMPTY else self._preferred(responses[status])
            for status in good
        }
        found = {status: content for status, content in chosen.items() if content is not None}
        headers = _headers(responses[status] for status in good)
        if not found:
            return ir.Result(None, None, "", Streaming.NONE, note, (), headers=headers)
        first, _ = next(iter(found.values()))
        streaming = media.streaming(first)
        alike = {s: c for s, c in found.items() if media.streaming(c[0]) is streaming}
        types = {s: self._type(*content, f"{name} response") for s, content in alike.items()}
        empty = {s: _NULL for s, content in chosen.items() if content is None}
        none: list[ir.Type] = [_NULL] if empty else []
        asked_by = {s: self._asked(responses[s], *alike[s], type_) for s, type_ in types.items()}
        asked = sorted((k for kinds in asked_by.values() for k in kinds), key=media.is_anything)
        decoded = {s: type_ for s, type_ in types.items() if _may_be_json(asked_by[s])}
        every = sorted(kind for status in good for kind in self._contents(responses[status]))
        return ir.Result(
            type=union([*types.values(), *none]),
            json=union([*decoded.values(), *none]) if 0 < len(decoded) < len(types) else None,
            media_type=", ".join(dict.fromkeys(asked)),
            streaming=streaming,
            doc=note,
            examples=next((e for _, content in alike.values() if (e := examples(content))), ()),
            by_status=tuple((decoded | empty).items()) if len(set(decoded.values())) > 1 else (),
            others=tuple(kind for kind in dict.fromkeys(every) if kind not in asked),
            headers=headers,
        )

    def _asked(self, response: Node, media_type: str, content: Node, type_: ir.Type) -> list[str]:
        """The media types to ask for: text and bytes are all the same to a caller."""
        if media.is_anything(media_type) and (known := _meant(content, type_)):
            return [*known, media_type]
        encoding = media.encoding(media_type)
        if encoding not in (ir.Encoding.TEXT, ir.Encoding.BYTES):
            return [media_type]
        if media.streaming(media_type) is not Streaming.NONE:
            return [media_type]
        return [kind for kind in self._contents(response) if media.encoding(kind) is encoding]

    def switch(self, operation: Node, body: ir.Body | None, name: str) -> ir.Switch | None:
        """A stream that answers instead of JSON when the body's flag `stream` is set."""
        flags = [f for f in (body.fields if body else None) or () if f.wire_name == "stream"]
        if not flags or flags[0].type != ir.Scalar(ir.Kind.BOOLEAN):
            return None
        for status, response in operation.members("responses"):
            response = response.follow()
            found = contents(response, self.diagnostics)
            streams = [m for m in sorted(found) if media.streaming(m) is not Streaming.NONE]
            if status.startswith("2") and streams and any(map(media.is_json, found)):
                type_ = self._type(streams[0], found[streams[0]], f"{name} event")
                streaming = media.streaming(streams[0])
                result = ir.Result(type_, None, streams[0], streaming, doc(response), ())
                return ir.Switch(flags[0].name, result)
        return None

    def errors(self, operation: Node, name: str) -> tuple[ir.ErrorCase, ...]:
        """The documented failures, by status."""
        cases = []
        responses = dict(operation.members("responses"))
        succeeds = any(status.startswith("2") for status in responses)
        for status in sorted(responses):
            if status[:1] in "345" or (status == "default" and succeeds):
                response = responses[status].described()
                chosen = self._preferred(response)
                type_ = None
                if chosen is not None and media.is_json(chosen[0]):
                    type_ = self._type(*chosen, f"{name} error")
                text = status.upper().replace("DEFAULT", "default")
                cases.append(ir.ErrorCase(text, type_, doc(response)))
        return tuple(cases)

    def _preferred(self, response: Node) -> tuple[str, Node] | None:
        """The media type to ask for, and what is said of it."""
        return next(iter(self._contents(response).items()), None)

    def _contents(self, response: Node) -> dict[str, Node]:
        return contents(response, self.diagnostics)

    def _type(self, media_type: str, content: Node, name: str) -> ir.Type:
        streaming = media.streaming(media_type)
        schema = schema_of(content)
        if streaming is Streaming.NONE and not media.is_json(media_type):
            text = media_type.lower().startswith("text/")
            return _TEXT if text else _BYTES
        is_event = streaming is Streaming.SSE
        if is_event and schema is not None and content.get("schema") is None:
            return self._event_type(schema, name)
        type_ = ir.ANY if schema is None else self.schemas.type(schema, name)
        if type_ == ir.Scalar(ir.Kind.FILE) and media.is_anything(media_type):
            return _BYTES
        if type_ == ir.Scalar(ir.Kind.FILE) or (is_event and type_ == ir.ANY):
            return _TEXT  # JSON has no bytes, and events may be no JSON.
        whole = streaming is Streaming.NDJSON and content.get("schema") is not None
        return type_.items if whole and isinstance(type_, ir.Array) else type_

    def _event_type(self, event: Node, name: str) -> ir.Type:
        """What the `data` of events is: JSON with a schema of its own, or else text."""
        described = shape(event)
        own = described.properties.get("data")
        cases = [shape(case) for cases in described.unions for case in cases]
        given = [case.properties.get("data", own) for case in cases] or [own]
        texts = [node.follow() for node in given if node is not None]
        if not any(text.text("type") in ("", "string") for text in texts):
            return self.schemas.type(event, name)  # Then it stands for the data itself.
        found = [schema for text in texts if (schema := text.get("contentSchema")) is not None]
        if len(found) < len(given):
            return _TEXT
        return union([self.schemas.type(schema, name) for schema in found])


def _meant(content: Node, type_: ir.Type) -> tuple[str, ...]:
    """What comes where any media type may, but for JSON alone: the type of the answer tells."""
    text, raw = media.USUAL[ir.Encoding.TEXT], media.USUAL[ir.Encoding.BYTES]
    if type_ == ir.ANY:
        return _JSON, text, raw
    if type_ == _TEXT:
        return text, _JSON
    return () if type_ != _BYTES else (raw,) if _is_file(content) else (raw, _JSON)


def _is_file(content: Node) -> bool:
    schema = content.get("schema")
    return schema is not None and shape(schema).format == "binary"


def _may_be_json(asked: list[str]) -> bool:
    """Whether an answer is read as JSON when it is; what stands behind a media type is no more."""
    return media.is_json(asked[0]) or _JSON in asked


def _headers(responses: Iterable[Node]) -> tuple[ir.Header, ...]:
    """The headers of answers; what their content is, callers get told by the type."""
    found: dict[str, ir.Header] = {}
    for name, node in (pair for response in responses for pair in response.members("headers")):
        if name.lower() != "content-type":
            found.setdefault(name.lower(), ir.Header(name, doc(node.described())))
    return tuple(found.values())


def _note(texts: dict[str, str]) -> ir.Doc:
    """What is said of the successes of an operation, by their statuses."""
    by_text: dict[str, list[str]] = {}
    for status, text in texts.items():
        if text.strip():
            by_text.setdefault(text.strip().rstrip("."), []).append(status.upper())
    if len(by_text) < 2:
        return ir.Doc(description="".join(by_text))
    told = (f"{text} ({', '.join(statuses)})" for text, statuses in by_text.items())
    return ir.Doc(description=". ".join(told))

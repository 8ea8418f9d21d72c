"""The bodies of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, close, shorten
from pcgen.translate import media
from pcgen.translate.contents import contents, examples, schema_of
from pcgen.translate.describe import doc
from pcgen.translate.keywords import structure
from pcgen.translate.naming import check_parts
from pcgen.translate.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcgen.names import Name
    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas

_STRUCTURED = (ir.Encoding.JSON, ir.Encoding.FORM, ir.Encoding.MULTIPART)


class Bodies(Struct, frozen=True):
    """Translates request bodies.

    Args:
        schemas: Where types come from.
        diagnostics: Where findings go.
    """

    schemas: Schemas
    diagnostics: Diagnostics

    def forms(self, operation: Node) -> dict[str, tuple[str, Node]]:
        """The ways to give an operation its body: a media type each, and what is said of it.

        The preferred one has no name. Another is one only where a caller has something else to
        give: where it has a schema of its own, or is text, bytes or lines and not an object.
        """
        holder = operation.get("requestBody")
        if holder is None:
            return {}
        found: dict[str, tuple[str, Node]] = {}
        for media_type, content in contents(holder.follow(), self.diagnostics).items():
            form = media.form(media_type) if found else ""
            if form not in found and _is_another(media_type, content, found.values()):
                found[form] = media_type, content
        return found

    def of(self, operation: Node, name: str) -> dict[str, ir.Body]:
        """The body of an operation in each of its forms.

        Args:
            operation: The operation.
            name: What the names of its schemas are made of.
        """
        forms = self.forms(operation).items()
        holder = operation.child("requestBody").described() if forms else operation
        return {
            form: self._body(holder, media_type, content, f"{name} {form} request")
            for form, (media_type, content) in forms
        }

    def _body(self, holder: Node, media_type: str, content: Node, name: str) -> ir.Body:
        encoding = media.encoding(media_type)
        if media.is_anything(media_type) and _is_text(content):
            encoding = ir.Encoding.BYTES
        self._check_encoding(encoding, media_type, content)
        if encoding in (ir.Encoding.FORM, ir.Encoding.MULTIPART):
            check_parts(content.get("schema"), self.diagnostics)
        type_ = self._type(encoding, content, name)
        fields = self._fields(type_) if encoding in _STRUCTURED else None
        if encoding is ir.Encoding.BYTES:  # The runtime chooses by the name of the file.
            every = contents(holder, self.diagnostics)
            named = ", ".join(m for m in every if media.encoding(m) is encoding)
            media_type = named or media_type
        elif "*" in media_type:  # A range is nothing that a request can be of.
            media_type = media.USUAL[encoding]
        return ir.Body(
            type=type_,
            encoding=encoding,
            media_type="" if media_type == media.USUAL.get(encoding) else media_type,
            parts=() if encoding is ir.Encoding.JSON else self._parts(content, fields or ()),
            fields=fields,
            required=holder.is_true("required"),
            doc=doc(holder),
            examples=examples(content),
        )

    def _check_encoding(self, encoding: ir.Encoding, media_type: str, content: Node) -> None:
        if encoding is ir.Encoding.MULTIPART and not _is_form_data(media_type):
            message = f"a request body of `{shorten(media_type)}` is not supported"
            hint = "of the media types of parts, only `multipart/form-data` is"
            self.diagnostics.error(Code.UNSUPPORTED, content.location, message, hint)
        schema = content.get("schema")
        known = {} if schema is None else shape(schema).properties
        for name, part in content.members("encoding"):
            self._check_part(part)
            if known and name not in known:
                message = f"the form has no property {shorten(name)!a}: this has no effect"
                place = part.location
                self.diagnostics.warning(Code.INVALID_DOCUMENT, place, message, close(name, known))

    def _check_part(self, part: Node) -> None:
        """Tell of what is not sent; the headers of a part may be left out unless they must not."""
        reserved, headers = part.get("allowReserved"), part.get("headers")
        if reserved is not None and reserved.value:
            message = "`allowReserved` of an encoding is not supported"
            hint = "under a waiver, reserved characters are encoded like all others"
            self.diagnostics.error(Code.UNSUPPORTED, reserved.location, message, hint)
        if headers is not None and headers.value:
            if any(header.follow().is_true("required") for _, header in headers.members()):
                message = "`headers` of an encoding are not supported, and here they are required"
                hint = "under a waiver, the part is sent without them"
                self.diagnostics.error(Code.UNSUPPORTED, headers.location, message, hint)
            else:
                message = "the part is sent without its `headers`, which may be left out"
                self.diagnostics.note(Code.UNSUPPORTED, headers.location, message)

    def _parts(self, content: Node, fields: tuple[ir.Field, ...]) -> tuple[ir.Part, ...]:
        """How the properties of a form are written, where that is not the usual way."""
        encodings = content.members("encoding")
        described = {key: node for key, node in encodings if isinstance(node.value, dict)}
        parts = []
        for field in fields:
            node = described.get(field.wire_name)
            binary, base64 = _is_binary(field.type), ir.holds_bytes(field.type)
            if node is not None or binary or base64:
                explode = None if node is None else node.value.get("explode")
                part = ir.Part(
                    wire_name=field.wire_name,
                    content_type="" if node is None else self._part_type(node, field.type),
                    style="" if node is None else node.text("style"),
                    explode=explode if isinstance(explode, bool) else None,
                    binary=binary,
                    base64=base64,
                )
                parts.append(part)
        return tuple(parts)

    def _part_type(self, node: Node, type_: ir.Type) -> str:
        """The media type of a part; of files all, of which the runtime chooses by their names."""
        given = node.text("contentType")
        if not given or _is_binary(type_):
            return given
        single = [kind.strip() for kind in given.split(",") if "*" not in kind]
        json = next(filter(media.is_json, single), "")
        is_object = isinstance(type_, ir.Map) or self.schemas.model(type_) is not None
        if is_object and not json and node.value.get("style") is None and single:
            message = f"an object of the media type `{shorten(given)}` is not supported"
            hint = "under a waiver, it is sent as `application/json`"
            self.diagnostics.error(Code.UNSUPPORTED, node.location, message, hint)
        return json if is_object else next(iter(single), "")

    def _type(self, encoding: ir.Encoding, content: Node, name: str) -> ir.Type:
        if encoding is ir.Encoding.TEXT:
            return ir.Scalar(ir.Kind.STRING)
        if encoding is ir.Encoding.BYTES:
            return ir.Scalar(ir.Kind.BINARY)
        schema = schema_of(content)
        type_ = ir.ANY if schema is None else self.schemas.type(schema, name)
        if encoding is ir.Encoding.NDJSON:
            whole = content.get("schema") is not None
            return ir.Lines(type_.items if whole and isinstance(type_, ir.Array) else type_)
        return type_

    def _fields(self, type_: ir.Type) -> tuple[ir.Field, ...] | None:
        """The properties that a caller gives as arguments; None when the body is no model."""
        model = self.schemas.model(type_)
        if model is None:
            return None
        return tuple(f for f in model.fields if f.access is not ir.Access.READ_ONLY)


def without_tag(
    operation: ir.Operation, schemas: Schemas, tags: Mapping[Name, ir.Tag]
) -> ir.Operation:
    """An operation whose callers do not give what tells its body from others: there is one value.

    Args:
        operation: The operation.
        schemas: Where types come from.
        tags: By the names of models.
    """
    body = operation.body
    model = None if body is None or body.fields is None else schemas.model(body.type)
    if body is None or body.fields is None or model is None or model.name not in tags:
        return operation
    tag = tags[model.name]
    fields = tuple(field for field in body.fields if field.wire_name != tag.wire_name)
    return replace(operation, body=replace(body, fields=fields))


def _is_another(media_type: str, content: Node, known: Iterable[tuple[str, Node]]) -> bool:
    """Whether a caller has something else to give in a media type than in those before it."""
    encoding, said = media.encoding(media_type), _said(content)
    for other, before in known:
        if encoding is media.encoding(other) and encoding is not ir.Encoding.JSON:
            return False
        if _is_form_data(media_type) and _holds_files(content):
            continue  # JSON has no files, and no other form has.
        if encoding is not ir.Encoding.NDJSON and said == _said(before):
            return said is None and encoding not in _STRUCTURED
        if encoding is ir.Encoding.MULTIPART and not _is_form_data(media_type):
            return False  # It cannot be sent, and there is one that can.
    return True


def _said(content: Node) -> object:
    """What the schema of a form says; None when there is none."""
    schema = content.get("schema")
    return None if schema is None else structure(schema.value)


def _holds_files(content: Node) -> bool:
    """Whether a property of a form is a file, or several."""
    schema = content.get("schema")
    properties = {} if schema is None else shape(schema).properties
    known = (shape(node) for node in properties.values())
    inner = (s if s.items is None else shape(s.items) for s in known)
    return any(s.format == "binary" for s in inner)


def _is_text(content: Node) -> bool:
    """Whether the schema of a body says no more than that it is text, or a file."""
    schema = content.get("schema")
    described = None if schema is None else shape(schema)
    return described is not None and described.types == ("string",) and described.values is None


def _is_form_data(media_type: str) -> bool:
    return media.essence(media_type) == media.USUAL[ir.Encoding.MULTIPART]


def _is_binary(type_: ir.Type) -> bool:
    match type_:
        case ir.Scalar(kind):
            return kind is ir.Kind.FILE
        case ir.Array(inner) | ir.Nullable(inner):
            return _is_binary(inner)
    return False

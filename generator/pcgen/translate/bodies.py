"""Request bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, close, shorten
from pcgen.translate import media
from pcgen.translate.annotations import doc
from pcgen.translate.contents import Content, contents, request_contents
from pcgen.translate.keywords import without_prose
from pcgen.translate.naming import can_be_field
from pcgen.translate.values import sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcgen.names import Name
    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas

_STRING = ir.Scalar(ir.Kind.STRING)
_STRUCTURED = (ir.Encoding.JSON, ir.Encoding.FORM, ir.Encoding.MULTIPART)


class Bodies(Struct, frozen=True):
    """Translates request bodies.

    Args:
        schemas: Translates schemas.
        diagnostics: Collects findings.
    """

    schemas: Schemas
    diagnostics: Diagnostics

    def forms(self, operation: Node) -> dict[str, Content]:
        """The contents that get a method each, by the suffix of its name; "" for the preferred one.

        These are the contents that callers pass differently: with another schema, or as text, bytes
        or lines beside an object.
        """
        holder = operation.get("requestBody")
        forms: dict[str, Content] = {}
        for content in (
            [] if holder is None else request_contents(holder.follow(), self.diagnostics)
        ):
            form = media.form(content.media_type) if forms else ""
            if form not in forms and _differs(content, forms.values()):
                forms[form] = content
        return forms

    def body(self, operation: Node, content: Content, name: str) -> ir.Body:
        """Translate one content of the body of an operation.

        Args:
            operation: The operation.
            content: One of its `forms`.
            name: The name for an inline schema.
        """
        holder = operation.child("requestBody").described()
        encoding, media_type = content.encoding, content.media_type
        if media.is_anything(media_type) and _is_text(content):
            encoding = ir.Encoding.BYTES
        self._check(encoding, content)
        type_ = self._type(encoding, content, name)
        fields = self._fields(type_) if encoding in _STRUCTURED else None
        if encoding is ir.Encoding.JSON and fields:
            fields = tuple(replace(field, type=_as_text(field.type)) for field in fields)
        if encoding is ir.Encoding.BYTES:  # The file name selects the media type at run time.
            every = contents(holder, self.diagnostics)
            media_type = ", ".join(c.media_type for c in every if c.encoding is encoding)
            media_type = media_type or content.media_type
        elif "*" in media_type:  # A request needs a concrete media type.
            media_type = media.DEFAULTS[encoding]
        return ir.Body(
            type=type_,
            encoding=encoding,
            media_type="" if media_type == media.DEFAULTS.get(encoding) else media_type,
            parts=() if encoding is ir.Encoding.JSON else self._parts(content, fields or ()),
            fields=fields,
            required=holder.is_true("required"),
            doc=doc(holder),
        )

    def _check(self, encoding: ir.Encoding, content: Content) -> None:
        """Report what is not supported in a content and in the encoding of its properties."""
        if encoding is ir.Encoding.MULTIPART and not content.is_form_data:
            message = f"`{shorten(content.media_type)}` is not supported for request bodies"
            hint = "use `multipart/form-data`"
            self.diagnostics.error(Code.UNSUPPORTED, content.node.location, message, hint)
        properties = content.shape.properties
        for name, part in content.node.members("encoding"):
            self._check_part(part)
            if properties and name not in properties:
                message = f"{shorten(name)!a} is not a property of the form: it is ignored"
                hint = close(name, properties)
                self.diagnostics.warning(Code.INVALID_DOCUMENT, part.location, message, hint)
        if encoding in (ir.Encoding.FORM, ir.Encoding.MULTIPART):
            self._check_part_names(properties)

    def _check_part_names(self, properties: Mapping[str, Node]) -> None:
        """Report properties that cannot be fields, because forms have no `extra` for them."""
        for name, node in properties.items():
            if not can_be_field(name):
                message = f"{shorten(name)!a} is not a valid name for a part of a form"
                hint = "under a waiver, the part is ignored"
                self.diagnostics.error(Code.UNSAFE_TEXT, node.location, message, hint)

    def _check_part(self, part: Node) -> None:
        reserved, headers = part.get("allowReserved"), part.get("headers")
        if reserved is not None and reserved.value:
            message = "`allowReserved` of an encoding is not supported"
            hint = "under a waiver, reserved characters are encoded like all others"
            self.diagnostics.error(Code.UNSUPPORTED, reserved.location, message, hint)
        if headers is not None and headers.value:
            if any(header.follow().is_true("required") for _, header in headers.members()):
                message = "required `headers` of an encoding are not supported"
                hint = "under a waiver, the part is sent without them"
                self.diagnostics.error(Code.UNSUPPORTED, headers.location, message, hint)
            else:
                message = "optional `headers` of an encoding are ignored"
                self.diagnostics.note(Code.UNSUPPORTED, headers.location, message)

    def _parts(self, content: Content, fields: tuple[ir.Field, ...]) -> tuple[ir.FormPart, ...]:
        """How to write the properties of a form that are not written in the default way."""
        encodings = content.node.members("encoding")
        described = {key: node for key, node in encodings if isinstance(node.value, dict)}
        parts = []
        for field in fields:
            node = described.get(field.wire_name)
            kinds = set(self._kinds(field.type, set()))
            binary, base64 = kinds == {ir.Kind.FILE}, ir.Kind.BYTES in kinds
            if node is not None or binary or base64:
                explode = None if node is None else node.value.get("explode")
                part = ir.FormPart(
                    wire_name=field.wire_name,
                    content_type="" if node is None else self._part_type(node, field.type, binary),
                    style="" if node is None else node.text("style"),
                    explode=explode if isinstance(explode, bool) else None,
                    binary=binary,
                    base64=base64,
                )
                parts.append(part)
        return tuple(parts)

    def _kinds(self, type_: ir.Type, seen: set[ir.Type]) -> Iterator[ir.Kind | None]:
        """Yield the kinds of the scalars that a value or its items may be; None for others."""
        plain = self.schemas.plain(type_)
        if plain in seen:
            return
        seen.add(plain)
        match plain:
            case ir.Scalar(kind):
                yield kind
            case ir.Array(inner) | ir.Nullable(inner):
                yield from self._kinds(inner, seen)
            case ir.Union(cases):
                for case in cases:
                    yield from self._kinds(case, seen)
            case ir.Map(inner):
                yield from (None, *self._kinds(inner, seen))
            case _:
                yield None

    def _part_type(self, node: Node, type_: ir.Type, is_file: bool) -> str:
        """The media type of a part; for files, all types, as the runtime chooses by file name."""
        declared = node.text("contentType")
        if not declared or is_file:
            return declared
        single = [kind.strip() for kind in declared.split(",") if "*" not in kind]
        json = next(filter(media.is_json, single), "")
        is_object = isinstance(type_, ir.Map) or self.schemas.model(type_) is not None
        if is_object and not json and node.value.get("style") is None and single:
            message = f"`{shorten(declared)}` is not supported for objects"
            hint = "under a waiver, it is sent as `application/json`"
            self.diagnostics.error(Code.UNSUPPORTED, node.location, message, hint)
        return json if is_object else next(iter(single), "")

    def _type(self, encoding: ir.Encoding, content: Content, name: str) -> ir.Type:
        if encoding is ir.Encoding.TEXT:
            return _STRING
        if encoding is ir.Encoding.BYTES:
            return ir.Scalar(ir.Kind.BINARY)
        schema = content.schema_or_items
        type_ = ir.ANY if schema is None else self.schemas.type(schema, name)
        if self.schemas.plain(type_) == ir.Scalar(ir.Kind.FILE) and encoding is ir.Encoding.JSON:
            return _STRING  # JSON has no bytes.
        if encoding is ir.Encoding.NDJSON:
            is_whole = content.schema is not None
            return ir.Lines(type_.items if is_whole and isinstance(type_, ir.Array) else type_)
        return type_

    def _fields(self, type_: ir.Type) -> tuple[ir.Field, ...] | None:
        """The properties that callers pass as arguments; None if the body is not a model."""
        model = self.schemas.model(type_)
        if model is None:
            return None
        fields = (f for f in model.fields if f.access is not ir.Access.READ_ONLY)
        return tuple(replace(f, presence=sent(f.presence, f.type, self.schemas)) for f in fields)


def without_discriminator(
    operation: ir.Operation, schemas: Schemas, tags: Mapping[Name, ir.Tag]
) -> ir.Operation:
    """Remove the discriminator from the fields of a body, as it has one value only.

    Args:
        operation: The operation.
        schemas: Translates schemas.
        tags: The discriminators by the names of models.
    """
    body = operation.body
    if body is None or body.fields is None:
        return operation
    model = schemas.model(body.type)
    tag = None if model is None else tags.get(model.name)
    if tag is None:
        return operation
    fields = tuple(field for field in body.fields if field.wire_name != tag.wire_name)
    return replace(operation, body=replace(body, fields=fields))


def _differs(content: Content, earlier: Iterable[Content]) -> bool:
    """Whether callers pass a content in another way than all `earlier` ones."""
    encoding, own = content.encoding, _structure(content)
    for other in earlier:
        if encoding is other.encoding and encoding is not ir.Encoding.JSON:
            return False
        if content.is_form_data and content.has_files:
            continue  # No other encoding can carry files.
        if encoding is not ir.Encoding.NDJSON and own == _structure(other):
            return own is None and encoding not in _STRUCTURED
        if encoding is ir.Encoding.MULTIPART and not content.is_form_data:
            return False  # The earlier one is supported, unlike this.
    return True


def _as_text(type_: ir.Type) -> ir.Type:
    """A type in JSON, which has no files but texts."""
    return _STRING if type_ == ir.Scalar(ir.Kind.FILE) else ir.map_nested(type_, _as_text)


def _structure(content: Content) -> object:
    return None if content.schema is None else without_prose(content.schema.value)


def _is_text(content: Content) -> bool:
    """Whether a body is a string, possibly with a format, but no enumeration."""
    return content.shape.types == ("string",) and content.shape.values is None

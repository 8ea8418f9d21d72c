"""The parameters of operations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import headers, ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate import media
from pcgen.translate.annotations import Annotations, annotations_of, doc
from pcgen.translate.contents import Content, contents
from pcgen.translate.security import requirements
from pcgen.translate.values import sent, with_default

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from pcgen.names import Name
    from pcgen.spec import Node
    from pcgen.translate.renames import Renames
    from pcgen.translate.schemas import Schemas
    from pcgen.translate.selection import Entry

_IGNORED_HEADERS = frozenset(("accept", "authorization", "content-type"))
_PLACES = frozenset(place.value for place in ir.Place)
# The default first; `in: querystring` has no style.
_STYLES = {
    ir.Place.PATH: ("simple", "label", "matrix"),
    ir.Place.QUERY: ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    ir.Place.QUERYSTRING: ("",),
    ir.Place.HEADER: ("simple",),
    ir.Place.COOKIE: ("form", "cookie"),
}


class Parameters(Struct, frozen=True):
    """Translates parameters.

    Args:
        renames: Names that override those of the document.
        schemas: Translates schemas.
        diagnostics: Collects findings.
    """

    renames: Renames
    schemas: Schemas
    diagnostics: Diagnostics

    def parameters(self, nodes: Iterable[Node], path: str, operation: str) -> list[ir.Parameter]:
        """Translate the parameters of an operation, and those that only its path mentions.

        Args:
            nodes: The parameters.
            path: The path.
            operation: The beginning of names of inline schemas.
        """
        found = [self._parameter(p, operation) for p in nodes if _is_usable(p, self.diagnostics)]
        return [*found, *_undescribed(path, found)]

    def _parameter(self, node: Node, operation: str) -> ir.Parameter:
        wire_name = node.text("name")
        place = ir.Place(node.text("in"))
        schema, content_type = node.get("schema"), ""
        content = next(iter(contents(node, self.diagnostics)), None)
        if content is not None:
            schema = content.schema
            content_type = self._content_type(node, place, content)
            if content.encoding is ir.Encoding.FORM:
                self._check_encoding(content)
        text = self.renames.text(node, wire_name)
        type_ = ir.ANY if schema is None else self.schemas.type(schema, f"{operation} {text}")
        if isinstance(type_, ir.Nullable):  # No style can express null.
            type_ = type_.inner
        if type_ == ir.Scalar(ir.Kind.FILE):  # Parameters are text.
            type_ = ir.Scalar(ir.Kind.STRING)
        annotations = None if schema is None else annotations_of(schema, self.diagnostics)
        if annotations is not None and place is not ir.Place.PATH:
            presence = annotations.presence(required=node.is_true("required"))
            type_ = with_default(type_, presence, self.schemas)
        return ir.Parameter(
            name=parameter_name(text),
            wire_name=wire_name,
            place=place,
            type=type_,
            presence=self._presence(node, type_, annotations),
            style=self._style(node, place),
            explode=_explode(node),
            reserved=node.is_true("allowReserved") and place in _reserving(node),
            content_type=content_type,
            doc=doc(node) if node.text("description") or annotations is None else annotations.doc,
            facts=ir.Facts() if annotations is None else annotations.facts,
            deprecated=node.is_true("deprecated"),
        )

    def _presence(self, node: Node, type_: ir.Type, annotations: Annotations | None) -> ir.Presence:
        if node.text("in") == ir.Place.PATH.value:
            return ir.Required()
        required = node.is_true("required")
        if annotations is None:
            return ir.Required() if required else ir.Optional()
        plain = self.schemas.plain(type_)
        if required and isinstance(plain, ir.Choice) and len(plain.values) == 1 and not plain.open:
            return ir.Fixed(plain.values[0])
        return sent(annotations.presence(required=required), type_, self.schemas)

    def _content_type(self, node: Node, place: ir.Place, content: Content) -> str:
        """The media type to encode values in; empty for plain text and forms."""
        if content.is_json:
            return media.essence(content.media_type)
        is_form = place is ir.Place.QUERYSTRING
        if content.encoding is not (ir.Encoding.FORM if is_form else ir.Encoding.TEXT):
            message = f"`{shorten(content.media_type)}` is not supported for parameters"
            hint = "under a waiver, it is sent as a parameter without a media type"
            self.diagnostics.error(Code.UNSUPPORTED, node.location, message, hint)
        return ""

    def _check_encoding(self, content: Content) -> None:
        encoding = content.node.get("encoding")
        if encoding is not None and encoding.value:
            message = "`encoding` of a parameter is not supported"
            hint = "under a waiver, it is ignored"
            self.diagnostics.error(Code.UNSUPPORTED, encoding.location, message, hint)

    def _style(self, node: Node, place: ir.Place) -> str:
        default, *others = _STYLES[place]
        style = node.text("style") or default
        if style not in (default, *others):
            message = f"the style {shorten(style)!a} is not allowed for `in: {place.value}`"
            self.diagnostics.error(Code.UNSUPPORTED, node.location, message)
            return ""
        return "" if style == default else style


def _reserving(node: Node) -> tuple[ir.Place, ...]:
    """The values of `in` that allow `allowReserved`; OpenAPI 3.2 added `path`."""
    version = node.document.node.text("openapi")
    also = () if version.startswith(("3.0", "3.1")) else (ir.Place.PATH,)
    return (ir.Place.QUERY, *also)


def _explode(node: Node) -> bool | None:
    """The value of `explode`; None if it is the default of the style."""
    explode = node.value.get("explode")
    style = node.text("style") or ("form" if node.text("in") in ("query", "cookie") else "")
    default = style in ("form", "cookie")
    return explode if isinstance(explode, bool) and explode is not default else None


def sort_key(parameter: ir.Parameter, path: str) -> tuple[int, int]:
    """Sorts path parameters first, in the order of the path, and keeps the order of the others."""
    if parameter.place is ir.Place.PATH:
        return 0, path.find("{" + parameter.wire_name + "}")
    return 1, 0


def argument_names(parameters: list[ir.Parameter], body: ir.Body | None) -> list[Name]:
    """Unique names of the parameters of a method, beside its body.

    Where names collide, the later parameter is prefixed by its `in`. Two of the same `in` differ by
    their symbols (`StartTime` and `StartTime<`).
    """
    taken: dict[str, ir.Place | None] = {}
    if body is not None:
        fields = body.fields
        taken = dict.fromkeys(["body"] if fields is None else [field.name.key for field in fields])
    own = {p.wire_name for p in parameters if p.name == parameter_name(p.wire_name)}
    unique = names.unique(own, "parameter")
    chosen = []
    for parameter in parameters:
        name, wire_name = parameter.name, parameter.wire_name
        if name.key in taken and wire_name in own:
            prefixed = names.name_of(f"{parameter.place.value} {wire_name}", "parameter")
            candidates = [prefixed, unique[wire_name]]
            if taken[name.key] is parameter.place:
                candidates.reverse()
            candidates.append(names.name_of(f"parameter {prefixed}", "parameter"))
            name = next((n for n in candidates if n.key not in taken), name)
        taken[name.key] = parameter.place
        chosen.append(name)
    return chosen


def _is_usable(node: Node, diagnostics: Diagnostics) -> bool:
    """Whether requests can carry a parameter; reports if not."""
    name, place = node.text("name"), node.text("in")
    own = node.get("name")
    if own is None or own.value != name or place not in _PLACES:
        return False  # The validator reports it.
    if place in ("header", "cookie") and not headers.is_token(name):
        message = f"{shorten(name)!a} is not a valid name for a header or cookie"
        hint = "under a waiver, the parameter is ignored"
        diagnostics.error(Code.UNSUPPORTED, own.location, message, hint)
    elif place == "header" and headers.is_of_transport(name):
        message = f"the header `{name}` is set by the transport: the parameter is ignored"
        diagnostics.warning(Code.UNSAFE_TEXT, node.location, message)
    else:
        return True
    return False


def _undescribed(path: str, parameters: list[ir.Parameter]) -> list[ir.Parameter]:
    """String parameters for the parts of a path that no parameter describes.

    The validator reports them; a waiver lets the build go on.
    """
    described = {p.wire_name for p in parameters if p.place is ir.Place.PATH}
    names_ = [name for name in re.findall(r"{([^{}]+)}", path) if name not in described]
    return [
        ir.Parameter(
            name=parameter_name(name),
            wire_name=name,
            place=ir.Place.PATH,
            type=ir.Scalar(ir.Kind.STRING),
            presence=ir.Required(),
        )
        for name in dict.fromkeys(names_)
    ]


def parameters_of(entry: Entry) -> list[Node]:
    """The parameters of an operation, without the headers that OpenAPI ignores."""
    return [node for node in entry.parameters if not is_header(node, _IGNORED_HEADERS)]


def is_header(node: Node, lower_names: Container[str]) -> bool:
    """Whether a parameter is a header with one of these names, which are in lower case."""
    return node.text("in") == "header" and node.text("name").lower() in lower_names


def note_authorization_headers(entries: Iterable[Entry], diagnostics: Diagnostics) -> None:
    """Note `Authorization` parameters of operations without a security scheme."""
    found = [
        node
        for entry in entries
        if _is_anonymous(entry)
        for node in entry.parameters
        if is_header(node, ("authorization",))
    ]
    if found:
        many = "an operation" if len(found) == 1 else f"{len(found)} operations"
        message = f"OpenAPI ignores the `Authorization` parameter of {many}"
        hint = "describe a security scheme, or let callers set `default_headers=`"
        diagnostics.note(Code.UNSUPPORTED, found[0].location, message, hint)


def _is_anonymous(entry: Entry) -> bool:
    """Whether an operation requires no security scheme."""
    security = entry.node.get("security") or entry.node.document.node.get("security")
    return security is None or not any(requirements(security))


def constant_value(node: Node) -> str | None:
    """The only value of a required header parameter, else its default."""
    return _sole_value(node) if node.text("in") == "header" else None


def _sole_value(node: Node) -> str | None:
    """The only string that a required parameter allows, else its default."""
    schema = node.get("schema")
    if not node.is_true("required") or schema is None:
        return None
    value = schema.follow().value
    if not isinstance(value, dict):
        return None
    values = value.get("enum", [value.get("const", value.get("default"))])
    sole = values[0] if isinstance(values, list) and len(values) == 1 else None
    return sole if isinstance(sole, str) else None


def parameter_name(text: str) -> Name:
    """The name of a parameter."""
    return names.name_of(text, "parameter")

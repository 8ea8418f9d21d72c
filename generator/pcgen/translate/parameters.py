"""The parameters of operations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import headers, ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate import media
from pcgen.translate.contents import contents, examples
from pcgen.translate.describe import Annotations, annotations_of, doc
from pcgen.translate.keywords import format_of
from pcgen.translate.security import requirements

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from pcgen.names import Name
    from pcgen.spec import Node
    from pcgen.translate.renames import Renames
    from pcgen.translate.schemas import Schemas
    from pcgen.translate.selection import Entry

_IGNORED_HEADERS = frozenset(("accept", "authorization", "content-type"))
_PLACES = frozenset(place.value for place in ir.Place)
# The default first; a whole query string has no style.
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
        renames: What the configuration wants named otherwise.
        schemas: Where types come from.
        diagnostics: Where findings go.
    """

    renames: Renames
    schemas: Schemas
    diagnostics: Diagnostics

    def of(self, nodes: Iterable[Node], path: str, operation: str) -> list[ir.Parameter]:
        """The parameters that an operation can have, and what else its path asks for.

        Args:
            nodes: The parameters that it should have.
            path: Its path.
            operation: What the names of their schemas are made of.
        """
        found = [self._parameter(p, operation) for p in nodes if _is_usable(p, self.diagnostics)]
        return [*found, *_undescribed(path, found)]

    def _parameter(self, node: Node, operation: str) -> ir.Parameter:
        wire_name = node.text("name")
        place = ir.Place(node.text("in"))
        schema, content_type = node.get("schema"), ""
        for media_type, content in contents(node, self.diagnostics).items():
            schema = content.get("schema")
            content_type = self._content_type(node, place, media_type)
            if media.encoding(media_type) is ir.Encoding.FORM:
                self._check_encoding(content)
            break
        text = self.renames.text(node, wire_name)
        type_ = ir.ANY if schema is None else self.schemas.type(schema, f"{operation} {text}")
        if isinstance(type_, ir.Nullable):  # No style has a text for null: None is not sent.
            type_ = type_.inner
        if type_ == ir.Scalar(ir.Kind.FILE):  # It is text there.
            type_ = ir.Scalar(ir.Kind.STRING)
        described = None if schema is None else annotations_of(schema, self.diagnostics)
        return ir.Parameter(
            name=parameter_name(text),
            wire_name=wire_name,
            place=place,
            type=type_,
            presence=_presence(node, schema, described),
            style=self._style(node, place),
            explode=_explode(node),
            reserved=node.is_true("allowReserved") and place in _reserving(node),
            content_type=content_type,
            doc=doc(node) if node.text("description") or described is None else described.doc,
            facts=_facts(node, described),
            deprecated=node.is_true("deprecated"),
        )

    def _content_type(self, node: Node, place: ir.Place, media_type: str) -> str:
        """The media type that a value is written in; empty where that is its own text."""
        encoding = media.encoding(media_type)
        if encoding is ir.Encoding.JSON:
            return media.essence(media_type)
        whole = place is ir.Place.QUERYSTRING
        if encoding is not (ir.Encoding.FORM if whole else ir.Encoding.TEXT):
            message = f"a parameter of the media type `{shorten(media_type)}` is not supported"
            hint = "under a waiver, it is sent as a parameter without a media type"
            self.diagnostics.error(Code.UNSUPPORTED, node.location, message, hint)
        return ""

    def _check_encoding(self, content: Node) -> None:
        encoding = content.get("encoding")
        if encoding is not None and encoding.value:
            message = "the `encoding` of a parameter is not supported"
            hint = "under a waiver, its properties are written as if there were none"
            self.diagnostics.error(Code.UNSUPPORTED, encoding.location, message, hint)

    def _style(self, node: Node, place: ir.Place) -> str:
        default, *others = _STYLES[place]
        style = node.text("style") or default
        if style not in (default, *others):
            message = f"the style {shorten(style)!a} does not go with `in: {place.value}`"
            self.diagnostics.error(Code.UNSUPPORTED, node.location, message)
            return ""
        return "" if style == default else style


def _reserving(node: Node) -> tuple[ir.Place, ...]:
    """The places where `allowReserved` means something: OpenAPI 3.2 added one."""
    version = node.document.node.text("openapi")
    also = () if version.startswith(("3.0", "3.1")) else (ir.Place.PATH,)
    return (ir.Place.QUERY, *also)


def _presence(node: Node, schema: Node | None, described: Annotations | None) -> ir.Presence:
    in_path = node.text("in") == ir.Place.PATH.value
    required = in_path or node.is_true("required")
    if schema is None or described is None:
        return ir.Required() if required else ir.Optional()
    is_plain_text = not in_path and not format_of(schema.follow())
    sole = _sole_value(node) if is_plain_text else None
    return described.presence(required=required) if sole is None else ir.Fixed(sole)


def _facts(node: Node, described: Annotations | None) -> ir.Facts:
    known = ir.Facts() if described is None else described.facts
    found = examples(node)
    return replace(known, example=found[0].value) if found else known


def _explode(node: Node) -> bool | None:
    """Whether it is exploded, None where its style does the same by default."""
    explode = node.value.get("explode")
    style = node.text("style") or ("form" if node.text("in") in ("query", "cookie") else "")
    default = style in ("form", "cookie")
    return explode if isinstance(explode, bool) and explode is not default else None


def order(parameter: ir.Parameter, path: str) -> tuple[int, int]:
    """Path parameters as they stand in the path, then the others as the author listed them."""
    if parameter.place is ir.Place.PATH:
        return 0, path.find("{" + parameter.wire_name + "}")
    return 1, 0


def argument_names(parameters: list[ir.Parameter], body: ir.Body | None) -> list[Name]:
    """Names of the parameters: of those with one name, the later get their place in front of it.

    Where they are in the same place, symbols tell them apart (`StartTime` and `StartTime<`).
    """
    taken: dict[str, ir.Place | None] = {}
    if body is not None:
        fields = body.fields
        used = ["body"] if fields is None else [field.name.key for field in fields]
        taken = dict.fromkeys(used)
    own = {p.wire_name for p in parameters if p.name == parameter_name(p.wire_name)}
    different = names.unique(own, "parameter")
    chosen = []
    for parameter in parameters:
        name, wire_name = parameter.name, parameter.wire_name
        if name.key in taken and wire_name in own:
            placed = names.name(f"{parameter.place.value} {wire_name}", "parameter")
            same = taken[name.key] is parameter.place
            candidates = [different[wire_name], placed] if same else [placed, different[wire_name]]
            candidates.append(names.name(f"parameter {placed}", "parameter"))
            name = next((n for n in candidates if n.key not in taken), name)
        taken[name.key] = parameter.place
        chosen.append(name)
    return chosen


def _is_usable(node: Node, diagnostics: Diagnostics) -> bool:
    """Whether a parameter can be one; says so of those that are left out."""
    name, place = node.text("name"), node.text("in")
    given = node.get("name")
    if given is None or given.value != name or place not in _PLACES:
        return False  # The validator has said what is wrong.
    if place in ("header", "cookie") and not headers.is_token(name):
        message = f"{shorten(name)!a} is not a name that a header or cookie can have"
        hint = "under a waiver, the parameter is left out"
        diagnostics.error(Code.UNSUPPORTED, given.location, message, hint)
    elif place == "header" and headers.is_of_transport(name):
        message = f"the header `{name}` belongs to the transport: the parameter is left out"
        diagnostics.warning(Code.UNSAFE_TEXT, node.location, message)
    else:
        return True
    return False


def _undescribed(path: str, parameters: list[ir.Parameter]) -> list[ir.Parameter]:
    """The parts of a path that no parameter describes, as text; the validator has told."""
    given = {p.wire_name for p in parameters if p.place is ir.Place.PATH}
    names_ = [name for name in re.findall(r"{([^{}]+)}", path) if name not in given]
    return [
        ir.Parameter(
            name=parameter_name(name),
            wire_name=name,
            place=ir.Place.PATH,
            type=ir.Scalar(ir.Kind.STRING),
            presence=ir.Required(),
            style="",
            explode=None,
            reserved=False,
            content_type="",
            doc=ir.Doc(),
            facts=ir.Facts(),
            deprecated=False,
        )
        for name in dict.fromkeys(names_)
    ]


def parameters_of(entry: Entry) -> list[Node]:
    """The parameters of an operation that mean something: its own before those of its path."""
    return [node for node in entry.parameters if not is_header(node, _IGNORED_HEADERS)]


def is_header(node: Node, lowered: Container[str]) -> bool:
    """Whether a parameter is a header of one of some names, which are in lower case."""
    return node.text("in") == "header" and node.text("name").lower() in lowered


def remark_credentials(entries: Iterable[Entry], diagnostics: Diagnostics) -> None:
    """Say that parameters for credentials mean nothing where no security scheme is asked for."""
    found = [
        node
        for entry in entries
        if _is_anonymous(entry)
        for node in entry.parameters
        if is_header(node, ("authorization",))
    ]
    if found:
        many = "an operation" if len(found) == 1 else f"{len(found)} operations"
        message = f"the header parameter `Authorization` of {many} means nothing in OpenAPI"
        hint = "describe a security scheme; as it is, callers send it with `default_headers=`"
        diagnostics.note(Code.UNSUPPORTED, found[0].location, message, hint)


def _is_anonymous(entry: Entry) -> bool:
    """Whether no security scheme says how a caller of an operation is known."""
    security = entry.node.get("security") or entry.node.document.node.get("security")
    return security is None or not any(requirements(security))


def constant_value(node: Node) -> str | None:
    """The one value that a required header parameter can have."""
    return _sole_value(node) if node.text("in") == "header" else None


def _sole_value(node: Node) -> str | None:
    """The one text that a required parameter can have, or else its default."""
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
    """The argument of a parameter."""
    return names.name(text, "parameter")

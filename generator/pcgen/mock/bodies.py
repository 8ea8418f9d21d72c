"""Reads request bodies: the value of a body, which a schema describes, and its violations."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING, Any

from msgspec import DecodeError, json

from pcgen.ir import Encoding
from pcgen.mock.exchange import Rejected, Violation
from pcgen.mock.media_types import matching
from pcgen.mock.styles import Malformed, Query, Style, kinds, property_of, scalar
from pcgen.translate import media
from pcgen.translate.examples import Use
from pcgen.translate.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.mock.exchange import Request
    from pcgen.spec import Node
    from pcgen.translate.contents import Content
    from pcgen.translate.examples import Examples


class Body:
    """The body of an operation's requests.

    Args:
        node: The `requestBody`.
        contents: Its contents, the preferred one first.
        examples: Validates values.
    """

    def __init__(self, node: Node, contents: Sequence[Content], examples: Examples) -> None:
        self._required = node.is_true("required")
        self._contents = {content.media_type: content for content in contents}
        self._examples = examples

    @property
    def schemas(self) -> list[Node]:
        """The schemas of its contents."""
        return [c.schema for c in self._contents.values() if c.schema is not None]

    def read(self, request: Request) -> tuple[Any, list[Violation]]:
        """The value of a body, None if it is not structured, and what is wrong with it.

        Raises:
            Rejected: The media type is not supported, or the body is malformed.
        """
        if not request.body:
            missing = Violation(("body",), "is required", "missing")
            return None, [missing] if self._required else []
        content = self._content(request.headers.get("content-type", ""))
        if content is None:
            return None, []
        encoding = content.encoding
        if encoding is Encoding.NDJSON:
            return self._lines(request, content)
        schema = content.schema
        value = _value(request, encoding, schema)
        if schema is None or encoding is Encoding.BYTES:
            return value, []
        return value, violations(self._examples, schema, value, ("body",))

    def _content(self, media_type: str) -> Content | None:
        if not self._contents:
            return None
        known = matching(self._contents, media_type) if media_type else next(iter(self._contents))
        if known is None:
            offered = " or ".join(f"`{name}`" for name in self._contents)
            shown = media.essence(media_type)[:100]
            raise Rejected(
                415,
                [
                    Violation(
                        ("header", "Content-Type"), f"`{shown}` is not {offered}", "media_type"
                    )
                ],
            )
        return self._contents[known]

    def _lines(self, request: Request, content: Content) -> tuple[list[Any], list[Violation]]:
        """The values of the lines of a body, and what is wrong with them."""
        lines = [line for line in request.body.splitlines() if line.strip()]
        values = [_json(line, f"line {number} ") for number, line in enumerate(lines, 1)]
        schema = content.schema_or_items
        if schema is None:
            return values, []
        if content.shape.is_array:
            return values, violations(self._examples, schema, values, ("body",))
        found: list[Violation] = []
        for number, value in enumerate(values):
            found += violations(self._examples, schema, value, ("body", number))
        return values, found


def _value(request: Request, encoding: Encoding, schema: Node | None) -> Any:
    """The value of a body.

    Raises:
        Rejected: It is malformed.
    """
    match encoding:
        case Encoding.JSON:
            return _json(request.body)
        case Encoding.FORM:
            query = Query.of(_text(request.body))
            return _members(query, schema)
        case Encoding.MULTIPART:
            return _parts(request, schema)
        case Encoding.TEXT:
            return _text(request.body)
    return None


def _json(data: bytes, where: str = "") -> Any:
    try:
        return json.decode(data)
    except (DecodeError, RecursionError, UnicodeDecodeError) as error:
        reason = "it nests too deep" if isinstance(error, RecursionError) else str(error)
        raise Rejected(
            400, [Violation(("body",), f"{where}is not JSON: {reason}", "json")]
        ) from None


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Rejected(400, [Violation(("body",), "is not UTF-8", "text")]) from None


def _members(query: Query, schema: Node | None) -> dict[str, Any]:
    """The object that a form stands for; properties may be written in brackets."""
    names = dict.fromkeys(key.partition("[")[0] for key, _ in query.raw)
    result: dict[str, Any] = {}
    for name in names:
        own = property_of(schema, name)
        is_deep = all(key != name for key, _ in query.raw)
        style = Style(name, "query", "deepObject" if is_deep else "form", explode=True, schema=own)
        try:
            result[name] = query.value(style)
        except Malformed as error:
            raise Rejected(400, [Violation(("body", name), str(error), "form")]) from None
    return result


def _parts(request: Request, schema: Node | None) -> dict[str, Any]:
    """The object that the parts of a multipart body stand for; files are text."""
    header = request.headers.get("content-type", "")
    if "boundary=" not in header.lower():
        raise Rejected(400, [Violation(("header", "Content-Type"), "has no `boundary`", "form")])
    head = f"Content-Type: {header}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    if not message.is_multipart() or message.defects:
        raise Rejected(400, [Violation(("body",), "is not a valid multipart body", "form")])
    found: dict[str, list[Any]] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            own = property_of(schema, name.removesuffix("[]"))
            found.setdefault(name.removesuffix("[]"), []).append(_part(part, own))
    result: dict[str, Any] = {}
    for name, values in found.items():
        is_list = len(values) > 1 or kinds(property_of(schema, name)) == {"array"}
        is_whole = len(values) == 1 and isinstance(values[0], list)
        result[name] = values if is_list and not is_whole else values[0]
    return result


def _part(part: Any, schema: Node | None) -> Any:
    content = part.get_payload(decode=True) or b""
    inner = shape(schema).items if schema is not None and kinds(schema) == {"array"} else schema
    expected = kinds(inner)
    # `FormData` of JavaScript gives each part with a media type a file name.
    if part.get_filename() is not None and (not expected or "string" in expected):
        return content.decode("latin-1")
    if media.is_json(part.get_content_type()):
        return _json(content)
    return scalar(content.decode(errors="replace"), inner)


# --- Violations --------------------------------------------------------------------------------


def violations(
    examples: Examples, schema: Node, value: Any, place: tuple[str | int, ...]
) -> list[Violation]:
    """What is wrong with a value of a request; `place` is where it is."""
    if examples.is_valid(schema, value, Use.REQUEST):
        return []
    return [
        found
        for error in examples.schemas(Use.REQUEST).errors(schema, value)
        for found in _described(error, place)
    ]


def _described(error: Any, place: tuple[str | int, ...]) -> Iterator[Violation]:
    """The violations that an error of jsonschema-rs means."""
    where = (*place, *error.instance_path[1:])
    kind = error.kind.name
    if kind == "required":
        yield Violation((*where, error.kind.property), "is required", "missing")
    elif kind in ("anyOf", "oneOf") and (closest := _closest(error)):
        for inner in closest:
            yield from _described(inner, place)
    else:
        message = error.message
        yield Violation(where, message if len(message) <= 300 else f"{message[:297]}...", kind)


def _closest(error: Any) -> list[Any]:
    """The errors of the member of a union that a value resembles most; none if it is no member."""
    depth = len(error.instance_path)
    members = (
        [
            branch
            for branch in error.kind.context
            if not any(
                e.kind.name in ("type", "const", "enum") and len(e.instance_path) == depth
                for e in branch
            )
        ]
        if hasattr(error.kind, "context")
        else []
    )
    return min(members, key=_distance, default=[])


def _distance(branch: list[Any]) -> tuple[bool, int, int]:
    """Sorts members: first those whose constant and required properties the value has."""
    kinds = [error.kind.name for error in branch]
    return not {"const", "enum"}.isdisjoint(kinds), kinds.count("required"), len(kinds)

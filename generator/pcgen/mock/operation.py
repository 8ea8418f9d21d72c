"""One operation: checks a request, and answers it with an example."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pcgen import config, ir
from pcgen.diagnostics import Diagnostics, Failure
from pcgen.mock.bodies import Body, violations
from pcgen.mock.content import body_of, echoed
from pcgen.mock.credentials import Credentials
from pcgen.mock.errors import documented, error_response
from pcgen.mock.exchange import Rejected, Response, Violation, encoded
from pcgen.mock.media_types import acceptable, concrete
from pcgen.mock.pages import Pages
from pcgen.mock.scenarios import matching, shown
from pcgen.mock.streams import chunks
from pcgen.mock.styles import Malformed, Query, Style, decode, style_of
from pcgen.translate import page_words as words
from pcgen.translate.contents import named_examples, request_contents
from pcgen.translate.examples import Examples, NoValueError, Use
from pcgen.translate.parameters import parameters_of
from pcgen.translate.shapes import shape
from pcgen.translate.streams import end_of_stream, is_stream, response_contents
from pcgen.translate.translation import translate_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.mock.exchange import Request
    from pcgen.spec import Node
    from pcgen.translate.contents import Content
    from pcgen.translate.examples.scenarios import Scenario
    from pcgen.translate.selection import Entry

_EMPTY = (204, 205, 304)
_SELECTING = words.CURSORS | words.LAST_IDS | words.PAGES | words.OFFSETS | words.SIZES


class Api(Struct, frozen=True):
    """A document that is served: its settings, and its examples."""

    settings: config.Package
    spec: config.Spec
    examples: Examples


class Operation:
    """An operation of a document; what it needs is made at its first request.

    Args:
        entry: The operation.
        api: Its document.
    """

    def __init__(self, entry: Entry, api: Api) -> None:
        self.entry = entry
        self._api = api

    @property
    def key(self) -> str:
        """Its method and path."""
        return f"{self.entry.method} {self.entry.path}"

    def answer(self, request: Request, path: Mapping[str, str]) -> Response:
        """The response to a request.

        Args:
            request: The request.
            path: The encoded values of the parameters of the path.
        """
        try:
            return self._answer(request, path)
        except Rejected as error:
            return self.fail(error)

    def fail(self, error: Rejected) -> Response:
        """The response to a request that is rejected."""
        return error_response(self.entry.node, error, self._api.examples)

    def _answer(self, request: Request, path: Mapping[str, str]) -> Response:
        self._credentials.check(request)
        arguments, found = self._arguments(request, path)
        body: Any = None
        if self._body is not None:
            body, more = self._body.read(request)
            found += more
        if found:
            raise Rejected(self._invalid, found)
        members = body if isinstance(body, dict) else {}
        given = {key[1]: value for key, value in arguments.items() if key[0] == "query"}
        is_free = request.prefer.keys().isdisjoint(("code", "example"))
        index = matching(self._scenarios, arguments, body) if is_free else None
        status, key, node = self._response(request, index)
        content = self._content(request, node, {**given, **members})
        headers = self._headers(node)
        if content is None or status in _EMPTY:
            return Response(status, b"", headers)
        media_type = concrete(content.media_type, request.headers.get("accept", ""))
        headers.append(("Content-Type", media_type))
        values = self._values(request, key, content, index)
        if is_stream(content):
            end = self._end(content)
            return Response(status, b"", headers, chunks(content, values, end, self._api.examples))
        if not content.is_json:
            return Response(status, body_of(media_type, values), headers)
        value = values[0] if values else None
        if index is None:
            value = self._filled(content, value, path, arguments)
        if self._pages is not None and status < 300:
            source = members if self._pages.in_body else given
            value, more_headers = self._pages.page(value, request, source)
            headers += more_headers
        return Response(status, encoded(value), headers)

    # --- The request ---------------------------------------------------------------------------

    @cached_property
    def _credentials(self) -> Credentials:
        return Credentials.of(self.entry.node)

    @cached_property
    def _styles(self) -> list[tuple[Style, bool, bool]]:
        """The parameters: whether each is required, and whether it may be empty."""
        return [
            (
                style_of(node),
                node.is_true("required") or node.text("in") == "path",
                node.is_true("allowEmptyValue"),
            )
            for node in parameters_of(self.entry)
        ]

    @cached_property
    def _body(self) -> Body | None:
        node = self.entry.node.get("requestBody")
        if node is None:
            return None
        node = node.follow()
        return Body(node, request_contents(node, Diagnostics()), self._api.examples)

    @cached_property
    def _invalid(self) -> int:
        """The status for invalid requests: 422 if the operation describes it, else 400."""
        return 422 if self.entry.node.get("responses") and "422" in self._described else 400

    @property
    def _described(self) -> list[str]:
        return [key for key, _ in self.entry.node.members("responses")]

    def _arguments(
        self, request: Request, path: Mapping[str, str]
    ) -> tuple[dict[tuple[str, str], Any], list[Violation]]:
        """The values of the parameters, by place and name, and what is wrong with them."""
        found: dict[tuple[str, str], Any] = {}
        wrong: list[Violation] = []
        query = Query.of(request.query)
        for style, is_required, may_be_empty in self._styles:
            place = (style.place, style.name)
            try:
                value = _argument(style, request, path, query)
            except Malformed as error:
                wrong.append(Violation(place, str(error), "format"))
                continue
            if value is None:
                if is_required:
                    wrong.append(Violation(place, "is required", "missing"))
                continue
            found[place] = value
            if style.schema is not None and not (may_be_empty and value == ""):
                wrong += violations(self._api.examples, style.schema, value, place)
        return found, wrong

    # --- The response --------------------------------------------------------------------------

    @cached_property
    def _scenarios(self) -> tuple[Scenario, ...]:
        return self._api.examples.scenarios(self.entry)

    def _response(self, request: Request, index: int | None) -> tuple[int, str, Node | None]:
        """The status of the response, and its key and node in the document.

        Args:
            request: The request.
            index: The position of the scenario whose request it is.
        """
        wanted, name = request.prefer.get("code", ""), request.prefer.get("example")
        if wanted:
            known = documented(self.entry.node, int(wanted)) if wanted.isdecimal() else None
            if known is None:
                there = ", ".join(self._described)
                message = f"prefers {wanted[:20]}, but the operation describes {there}"
                raise Rejected(400, [Violation(("header", "Prefer"), message, "code")])
            return int(wanted), *known
        if name is not None:
            for key, by_media in self._examples.items():
                if any(example.name == name for made in by_media.values() for example in made):
                    return self._under(key)
            names = {e.name for m in self._examples.values() for made in m.values() for e in made}
            there = ", ".join(sorted(names - {""})) or "no examples with names"
            message = f"prefers the example {name[:80]!a}; there is: {there}"
            raise Rejected(400, [Violation(("header", "Prefer"), message, "example")])
        if index is not None and self._scenarios[index].status:
            return self._under(self._scenarios[index].status)
        keys = sorted(key for key in self._described if not key.startswith("x-"))
        order = [key for start in "2d31" for key in keys if key.startswith(start)]
        if not order:  # Only errors are described.
            return 200, "", None
        return self._under(order[0])

    def _under(self, key: str) -> tuple[int, str, Node]:
        """The status, key and node of the response under a key."""
        return _status(key), key, self.entry.node.child("responses").child(key).follow()

    @cached_property
    def _examples(self) -> Mapping[str, Mapping[str, tuple[ir.Example, ...]]]:
        return self._api.examples.responses(self.entry)

    def _content(
        self, request: Request, node: Node | None, members: Mapping[str, Any]
    ) -> Content | None:
        """The content that a client accepts, the streamed one if a flag requests it.

        Raises:
            Rejected: It accepts none.
        """
        offered = [] if node is None else self._offered(node)
        if not offered:
            return None
        accept = request.headers.get("accept", "")
        by_type = {content.media_type: content for content in offered}
        accepted = [by_type[name] for name in acceptable(accept, list(by_type))]
        has_both = len({is_stream(content) for content in offered}) == 2
        wants_stream = self._wants_stream(members) if has_both else None
        if wants_stream is not None:  # Many clients request a stream, and accept only JSON.
            fitting = [content for content in offered if is_stream(content) is wants_stream]
            accepted = [content for content in accepted if content in fitting] or fitting[:1]
        if not accepted:
            there = ", ".join(f"`{name}`" for name in by_type)
            message = f"accepts none of {there}"
            raise Rejected(406, [Violation(("header", "Accept"), message, "media_type")])
        is_explicit = accepted[0].media_type in accept
        singles = [content for content in accepted if not is_stream(content)]
        return accepted[0] if is_explicit or not singles else singles[0]

    def _wants_stream(self, members: Mapping[str, Any]) -> bool | None:
        """Whether a flag of a request asks for a stream; None if none says so."""
        switch = self._translated.switch if self._translated is not None else None
        if switch is None or members.get(switch.wire_name) is None:
            return None
        return bool(members[switch.wire_name] == switch.value)

    def _offered(self, node: Node) -> list[Content]:
        return response_contents(self.entry.node, node, Diagnostics())

    def _headers(self, node: Node | None) -> list[tuple[str, str]]:
        """The headers that a response describes, except those that every response has."""
        found = []
        for name, header in node.members("headers") if node is not None else ():
            described = header.follow()
            value = self._header(described)
            is_own = name.lower() in (
                "content-type",
                "content-length",
                "content-encoding",
                "link",
                "transfer-encoding",
                "connection",
                "date",
                "server",
            )
            if value is not None and not is_own:
                found.append((name, value))
        return found

    def _header(self, node: Node) -> str | None:
        own = named_examples(node)
        schema = node.get("schema")
        value: Any = own[0].value if own else None
        if value is None and schema is not None:
            try:
                value = self._api.examples.value(schema, Use.RESPONSE)
            except NoValueError:
                return None
        if isinstance(value, dict | list) or value is None:
            return None
        text = value if isinstance(value, str) else encoded(value).decode()
        return text if text.isascii() and text.isprintable() else None

    def _values(self, request: Request, key: str, content: Content, index: int | None) -> list[Any]:
        """The examples of a content: the one of the request or that it prefers, or all."""
        made = self._examples.get(key, {}).get(content.media_type, ())
        if index is not None and not is_stream(content):
            own = shown(self._scenarios, index, key, made)
            if own:
                return own
        name = request.prefer.get("example")
        chosen = [example for example in made if example.name == name] if name else made
        return [example.value for example in chosen or made]

    def _end(self, content: Content) -> str:
        """The data that ends a stream."""
        operation = self._translated
        results = () if operation is None else operation.results
        ends = [result.end for result in results if result.end]
        return end_of_stream(self.entry.node, content) or next(iter(ends), "")

    def _filled(
        self,
        content: Content,
        value: Any,
        path: Mapping[str, str],
        arguments: Mapping[tuple[str, str], Any],
    ) -> Any:
        """The value with the parameters of the path at the properties that have their name."""
        schema = content.schema
        if not path or not isinstance(value, dict):
            return value
        named = {name: arguments[place, name] for place, name in arguments if place == "path"}
        changed = echoed(value, named)
        if changed == value:
            return value
        is_valid = schema is None or self._api.examples.is_valid(schema, changed, Use.RESPONSE)
        return changed if is_valid else value

    # --- What translation knows ----------------------------------------------------------------

    @cached_property
    def _translation(self) -> Any:
        """The translation of this path alone; None if it fails."""
        path = "".join(f"[{c}]" if c in "*?[" else c for c in self.entry.path)
        spec = replace(
            self._api.spec, include=config.Filter(paths=(path,)), exclude=config.Filter()
        )
        document = self.entry.node.document
        try:
            return translate_document(document, spec, self._api.settings, Diagnostics())
        except Failure:
            return None

    @cached_property
    def _operations(self) -> list[ir.Operation]:
        resources = self._translation.resources if self._translation is not None else ()
        address = self.entry.node.address
        return [o for r in resources for o in r.operations if o.origin == address]

    @cached_property
    def _translated(self) -> ir.Operation | None:
        """The translated operation; of several forms, the one that has pages or a stream."""
        ordered = sorted(self._operations, key=lambda o: o.paging is None and o.switch is None)
        return ordered[0] if ordered else None

    @property
    def _may_have_pages(self) -> bool:
        """Whether names suggest that there are pages; translation, which takes longer, decides."""
        request, schema = self._body, self._success
        names = {node.text("name") for node in self.entry.parameters if node.text("in") == "query"}
        for body in request.schemas if request is not None else ():
            names |= shape(body).properties.keys()
        own = frozenset() if schema is None else shape(schema).properties.keys()
        told = {words.plain(name) for name in own}
        is_told = told & (words.NEXT_URLS | words.HOLDERS | words.ENVELOPES)
        return bool(
            self._api.spec.paging or is_told or {words.plain(name) for name in names} & _SELECTING
        )

    @cached_property
    def _success(self) -> Node | None:
        """The schema of the success response, if that is JSON."""
        for key, node in sorted(self.entry.node.members("responses"), key=lambda pair: pair[0]):
            for content in self._offered(node.follow()) if key[:1] == "2" else ():
                if content.is_json and not is_stream(content):
                    return content.schema
        return None

    @cached_property
    def _pages(self) -> Pages | None:
        if not self._may_have_pages:
            return None
        operation = self._translated
        if operation is None or operation.paging is None:
            return None
        declared = {declaration.name: declaration for declaration in self._translation.declarations}
        schema = self._success

        def is_valid(value: Any) -> bool:
            return schema is None or self._api.examples.is_valid(schema, value, Use.RESPONSE)

        return Pages.of(operation, declared, is_valid)


def _argument(style: Style, request: Request, path: Mapping[str, str], query: Query) -> Any:
    """The value of a parameter; None if it is absent.

    Raises:
        Malformed: The text is not in its format.
    """
    match style.place:
        case "path":
            return decode(style, path[style.name]) if style.name in path else None
        case "header":
            text = request.headers.get(style.name.lower())
            return None if text is None else decode(style, text)
        case "cookie":
            pairs = [part.partition("=") for part in request.headers.get("cookie", "").split(";")]
            return Query([(key.strip(), text.strip()) for key, _, text in pairs]).value(style)
    return query.value(style)


def _status(key: str) -> int:
    """The status of a key of `responses`."""
    if key.isdecimal() and len(key) == 3:
        return int(key)
    return int(key[0]) * 100 if key[:1].isdecimal() else 200

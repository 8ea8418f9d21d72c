"""Which operations give a list page by page: told by their shape, or by the configuration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diagnostics import shorten
from pcgen.ir import Kind, Scalar
from pcgen.translate.selection import report_unmatched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.names import Name
    from pcgen.translate.schemas import Schemas

# Whole names, in lower case and without anything but letters and digits.
_ASKS = frozenset(
    (
        "after", "continuationtoken", "cursor", "nextcursor", "nexttoken", "pagecursor",
        "pagetoken", "paginationtoken", "startcursor",
    )
)  # fmt: skip
_TELLS = frozenset(
    (
        "after", "continuationtoken", "endcursor", "nextcursor", "nextpage", "nextpagetoken",
        "nextpaginationtoken", "nexttoken", "paginationtoken",
    )
)  # fmt: skip
_HOLDERS = frozenset(("meta", "pageinfo", "pagination", "paging", "responsemetadata"))
_MORE = frozenset(("hasmore", "hasnextpage", "more"))


class _Candidate(Struct, frozen=True):
    """An argument, or a value at a path of a response, and its type."""

    path: tuple[Name, ...]
    type: ir.Type
    in_body: bool = False

    @property
    def kind(self) -> Kind | None:
        """Whether it is a text or a number, as tokens of pages are."""
        bare = _bare(self.type)
        kind = bare.kind if isinstance(bare, Scalar) else None
        return kind if kind in (Kind.STRING, Kind.INTEGER) else None


_NOWHERE = _Candidate((), ir.ANY)
_QUERY = ir.Place.QUERY


class Pagination:
    """How the pages of operations hang together.

    Args:
        spec: What the configuration says of the document.
        schemas: Where types come from.
        diagnostics: Where findings go.
    """

    def __init__(self, spec: config.Spec, schemas: Schemas, diagnostics: Diagnostics) -> None:
        self._spec = spec
        self._schemas = schemas
        self._diagnostics = diagnostics
        self._known: set[str] = set()

    def of(
        self,
        operation: str,
        parameters: tuple[ir.Parameter, ...],
        body: ir.Body | None,
        answer: ir.Type | None,
    ) -> ir.Paging | None:
        """How the pages of one hang together, None where it does not give pages.

        Args:
            operation: Its operationId.
            parameters: Its parameters.
            body: Its body.
            answer: What it answers when that comes as a whole.
        """
        self._known.add(operation)
        if operation not in self._spec.paging:
            return _told_by_shape(parameters, body, answer, self._schemas)
        chosen = self._spec.paging[operation]
        if chosen is None:
            return None
        asks = {p.wire_name: _Candidate((p.name,), p.type) for p in parameters if p.place is _QUERY}
        if body is not None and body.encoding is ir.Encoding.JSON:
            asks |= {f.wire_name: _field_candidate(f) for f in body.fields or ()}
        return self._configured(operation, chosen, asks, answer or ir.ANY)

    def check(self) -> None:
        """Report what is configured for no operation; call it when all are translated."""
        for operation in self._spec.paging:
            if operation not in self._known:
                message = f"`paging`: no operationId of the document is {shorten(operation)!a}"
                self._unmatched(operation, message, operation, self._known)

    def _configured(
        self,
        operation: str,
        chosen: config.Paging,
        asks: dict[str, _Candidate],
        answer: ir.Type,
    ) -> ir.Paging | None:
        asked = asks.get(chosen.parameter)
        if asked is None:
            told = f"the query and the body of {shorten(operation)!a} have no"
            message = f"`paging`: {told} {shorten(chosen.parameter)!a}"
            self._unmatched(operation, message, chosen.parameter, asks)
        cursor = self._reach(operation, answer, chosen.cursor)
        items = self._reach(operation, answer, chosen.items)
        more = self._reach(operation, answer, chosen.more) if chosen.more else _NOWHERE
        if asked is None or cursor is None or items is None or more is None:
            return None
        array = self._schemas.plain(_bare(items.type))
        if not isinstance(array, ir.Array):
            message = f"`paging`: {shorten(chosen.items)!a} of {shorten(operation)!a} is no array"
            self._unmatched(operation, message, "", ())
            return None
        return ir.Paging(
            argument=asked.path[0],
            in_body=asked.in_body,
            cursor=cursor.path,
            items=items.path,
            item_type=array.items,
            page_type=answer,
            more=more.path,
        )

    def _reach(self, operation: str, answer: ir.Type, path: str) -> _Candidate | None:
        """What is at the end of a path through the answer of an operation."""
        found = _Candidate((), answer)
        for part in path.split("."):
            model = self._schemas.model(_bare(found.type))
            fields = {f.wire_name: f for f in (model.fields if model is not None else ())}
            if part not in fields:
                message = f"`paging`: the answer of {shorten(operation)!a} has no {shorten(path)!a}"
                self._unmatched(operation, message, part, fields)
                return None
            found = _Candidate((*found.path, fields[part].name), fields[part].type)
        return found

    def _unmatched(self, operation: str, message: str, text: str, known: Iterable[str]) -> None:
        place = self._spec.source.place(operation)
        report_unmatched(place, message, text, known, self._diagnostics)


def _told_by_shape(
    parameters: tuple[ir.Parameter, ...],
    body: ir.Body | None,
    answer: ir.Type | None,
    schemas: Schemas,
) -> ir.Paging | None:
    """How the pages hang together by their shape, None where that does not tell.

    There must be exactly one way to ask for a page, one place that tells the next, both of one
    type, and one array in the answer.
    """
    page = schemas.model(answer) if answer is not None else None
    if answer is None or page is None:
        return None
    items = schemas.sole_array(page)
    asks = [*_asks(parameters), *_asks_in(body)]
    tells = list(_tells(page, schemas))
    if items is None or len(asks) != 1 or len(tells) != 1 or asks[0].kind is not tells[0].kind:
        return None
    array = schemas.plain(items.type)
    more = list(_more(page, schemas))
    return ir.Paging(
        argument=asks[0].path[0],
        in_body=asks[0].in_body,
        cursor=tells[0].path,
        items=(items.name,),
        item_type=array.items if isinstance(array, ir.Array) else ir.ANY,
        page_type=answer,
        more=more[0] if len(more) == 1 else (),
    )


def _asks(parameters: tuple[ir.Parameter, ...]) -> Iterator[_Candidate]:
    for parameter in parameters:
        found = _Candidate((parameter.name,), parameter.type)
        optional = not isinstance(parameter.presence, ir.Required)
        asks = parameter.place is ir.Place.QUERY and _plain(parameter.wire_name) in _ASKS
        if asks and optional and found.kind is not None:
            yield found


def _asks_in(body: ir.Body | None) -> Iterator[_Candidate]:
    if body is None or body.encoding is not ir.Encoding.JSON:
        return
    for field in body.fields or ():
        found = _field_candidate(field)
        optional = not isinstance(field.presence, ir.Required)
        if optional and found.kind is not None and _plain(field.wire_name) in _ASKS:
            yield found


def _field_candidate(field: ir.Field) -> _Candidate:
    return _Candidate((field.name,), field.type, in_body=True)


def _tells(page: ir.Model, schemas: Schemas) -> Iterator[_Candidate]:
    """Where a page tells the next: a property, or one of an object such as `pagination`."""
    for field in page.fields:
        found = _Candidate((field.name,), field.type)
        if found.kind is not None and _plain(field.wire_name) in _TELLS:
            yield found
        for path, inner in _held(field, schemas):
            found = _Candidate(path, inner.type)
            if found.kind is not None and _plain(inner.wire_name) in {*_TELLS, "next"}:
                yield found


def _more(page: ir.Model, schemas: Schemas) -> Iterator[tuple[Name, ...]]:
    for field in page.fields:
        for path, value in (((field.name,), field), *_held(field, schemas)):
            if _bare(value.type) == Scalar(Kind.BOOLEAN) and _plain(value.wire_name) in _MORE:
                yield path


def _held(field: ir.Field, schemas: Schemas) -> Iterator[tuple[tuple[Name, ...], ir.Field]]:
    """The properties of an object about pages, by their path."""
    holder = schemas.model(_bare(field.type)) if _plain(field.wire_name) in _HOLDERS else None
    for inner in holder.fields if holder is not None else ():
        yield (field.name, inner.name), inner


def _bare(type_: ir.Type) -> ir.Type:
    return type_.inner if isinstance(type_, ir.Nullable) else type_


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

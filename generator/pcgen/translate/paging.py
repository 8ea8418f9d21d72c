"""Which operations give a list page by page, told by the shape of request and answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.ir import Kind, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.names import Identifier
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


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A token that is asked for or told: where it is, and whether it is a text or a number."""

    path: str
    kind: Kind
    in_body: bool = False


def paging(
    parameters: tuple[ir.Parameter, ...],
    body: ir.Body | None,
    result: ir.Result,
    schemas: Schemas,
) -> ir.Paging | None:
    """How the pages of an operation hang together, None where it does not give pages.

    There must be exactly one way to ask for a page, one place that tells the next, both of one
    type, and one array in the answer.
    """
    page = schemas.model(result.type) if result.type is not None else None
    if page is None or result.streaming is not ir.Streaming.NONE:
        return None
    items = schemas.sole_array(page)
    asks = [*_asks(parameters), *_asks_in(body)]
    tells = list(_tells(page, schemas))
    if items is None or len(asks) != 1 or len(tells) != 1 or asks[0].kind is not tells[0].kind:
        return None
    array = schemas.plain(items.type)
    more = list(_more(page, schemas))
    return ir.Paging(
        argument=asks[0].path,
        in_body=asks[0].in_body,
        cursor=tells[0].path,
        items=items.name,
        item_type=array.items if isinstance(array, ir.Array) else ir.ANY,
        page_type=result.type or ir.ANY,
        more=more[0] if len(more) == 1 else "",
    )


def _asks(parameters: tuple[ir.Parameter, ...]) -> Iterator[_Candidate]:
    for parameter in parameters:
        kind = _token_kind(parameter.type)
        optional = not isinstance(parameter.presence, ir.Required)
        asks = parameter.place is ir.Place.QUERY and _plain(parameter.wire_name) in _ASKS
        if asks and optional and kind is not None:
            yield _Candidate(parameter.name, kind)


def _asks_in(body: ir.Body | None) -> Iterator[_Candidate]:
    if body is None or body.encoding is not ir.Encoding.JSON:
        return
    for name, field in zip(body.field_names, body.fields or (), strict=True):
        kind = _token_kind(field.type)
        optional = not isinstance(field.presence, ir.Required)
        if optional and kind is not None and _plain(field.wire_name) in _ASKS:
            yield _Candidate(name, kind, in_body=True)


def _tells(page: ir.Model, schemas: Schemas) -> Iterator[_Candidate]:
    """Where a page tells the next: a property, or one of an object such as `pagination`."""
    for field in page.fields:
        kind = _token_kind(field.type)
        if kind is not None and _plain(field.wire_name) in _TELLS:
            yield _Candidate(field.name, kind)
        for name, inner in _held(field, schemas):
            kind = _token_kind(inner.type)
            if kind is not None and _plain(inner.wire_name) in {*_TELLS, "next"}:
                yield _Candidate(name, kind)


def _more(page: ir.Model, schemas: Schemas) -> Iterator[str]:
    for field in page.fields:
        for name, value in ((str(field.name), field), *_held(field, schemas)):
            if _bare(value.type) == Scalar(Kind.BOOLEAN) and _plain(value.wire_name) in _MORE:
                yield name


def _held(field: ir.Field, schemas: Schemas) -> Iterator[tuple[str, ir.Field]]:
    """The properties of an object about pages, by their path."""
    holder = schemas.model(_bare(field.type)) if _plain(field.wire_name) in _HOLDERS else None
    for inner in holder.fields if holder is not None else ():
        yield f"{field.name}.{inner.name}", inner


def _token_kind(type_: ir.Type) -> Kind | None:
    bare = _bare(type_)
    kind = bare.kind if isinstance(bare, Scalar) else None
    return kind if kind in (Kind.STRING, Kind.INTEGER) else None


def _bare(type_: ir.Type) -> ir.Type:
    return type_.inner if isinstance(type_, ir.Nullable) else type_


def _plain(name: str | Identifier) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

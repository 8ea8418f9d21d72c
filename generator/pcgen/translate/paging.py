"""Pagination, detected from a cursor parameter and a response field, or configured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diagnostics import shorten
from pcgen.ir import Kind, Scalar
from pcgen.translate.selection import report_unmatched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.names import Name
    from pcgen.translate.schemas import Schemas

# Names of parameters, in lower case and without other characters than letters and digits.
_PARAMETERS = frozenset(
    (
        "after", "continuationtoken", "cursor", "nextcursor", "nexttoken", "pagecursor",
        "pagetoken", "paginationtoken", "startcursor",
    )
)  # fmt: skip
_CURSORS = frozenset(
    (
        "after", "continuationtoken", "endcursor", "nextcursor", "nextpage", "nextpagetoken",
        "nextpaginationtoken", "nexttoken", "paginationtoken",
    )
)  # fmt: skip
_HOLDERS = frozenset(("meta", "pageinfo", "pagination", "paging", "responsemetadata"))
_MORE = frozenset(("hasmore", "hasnextpage", "more"))


class _Candidate(Struct, frozen=True):
    """An argument, or the value at a path of a response, with its type."""

    path: tuple[Name, ...]
    type: ir.Type
    in_body: bool = False

    @property
    def kind(self) -> Kind | None:
        """STRING or INTEGER, the types of cursors; None for other types."""
        bare = _bare(self.type)
        kind = bare.kind if isinstance(bare, Scalar) else None
        return kind if kind in (Kind.STRING, Kind.INTEGER) else None


_UNSET = _Candidate((), ir.ANY)
_QUERY = ir.Place.QUERY


class Pagination:
    """Finds out how operations are paginated.

    Args:
        spec: The settings of the document.
        schemas: Translates schemas.
        diagnostics: Collects findings.
    """

    def __init__(self, spec: config.Spec, schemas: Schemas, diagnostics: Diagnostics) -> None:
        self._spec = spec
        self._schemas = schemas
        self._diagnostics = diagnostics
        self._operations: set[str] = set()

    def paging(
        self,
        operation: str,
        parameters: tuple[ir.Parameter, ...],
        body: ir.Body | None,
        page: ir.Type | None,
    ) -> ir.Paging | None:
        """The pagination of an operation; None if it is not paginated.

        Args:
            operation: Its operationId.
            parameters: Its parameters.
            body: Its body.
            page: The type of its result; None for streams.
        """
        self._operations.add(operation)
        values: list[ir.Parameter | ir.Field] = [p for p in parameters if p.place is _QUERY]
        if body is not None and body.encoding is ir.Encoding.JSON:
            values += body.fields or ()
        if operation not in self._spec.paging:
            return _detected(values, page, self._schemas)
        chosen = self._spec.paging[operation]
        if chosen is None:
            return None
        arguments = {value.wire_name: _argument(value) for value in values}
        return self._configured(operation, chosen, arguments, page or ir.ANY)

    def check(self) -> None:
        """Report settings of unknown operations; call it after all have been translated."""
        for operation in self._spec.paging:
            if operation not in self._operations:
                message = f"`paging`: no operationId of the document is {shorten(operation)!a}"
                self._unmatched(operation, message, operation, self._operations)

    def _configured(
        self,
        operation: str,
        chosen: config.Paging,
        arguments: dict[str, _Candidate],
        page: ir.Type,
    ) -> ir.Paging | None:
        argument = arguments.get(chosen.parameter)
        if argument is None:
            where = f"the query and the body of {shorten(operation)!a}"
            message = f"`paging`: {where} have no {shorten(chosen.parameter)!a}"
            self._unmatched(operation, message, chosen.parameter, arguments)
        cursor = self._at(operation, page, chosen.cursor)
        items = self._at(operation, page, chosen.items)
        more = self._at(operation, page, chosen.more) if chosen.more else _UNSET
        if argument is None or cursor is None or items is None or more is None:
            return None
        array = self._schemas.plain(_bare(items.type))
        if not isinstance(array, ir.Array):
            shown = f"{shorten(chosen.items)!a} of {shorten(operation)!a}"
            message = f"`paging`: {shown} must be an array"
            self._unmatched(operation, message, "", ())
            return None
        return ir.Paging(
            argument=argument.path[0],
            in_body=argument.in_body,
            cursor=cursor.path,
            items=items.path,
            item_type=array.items,
            page_type=page,
            more=more.path,
        )

    def _at(self, operation: str, page: ir.Type, path: str) -> _Candidate | None:
        """The value at a path of wire names; reports a path that does not exist."""
        found = _Candidate((), page)
        for wire_name in path.split("."):
            model = self._schemas.model(_bare(found.type))
            fields = {f.wire_name: f for f in (model.fields if model is not None else ())}
            if wire_name not in fields:
                missing = f"has no {shorten(path)!a}"
                message = f"`paging`: the response of {shorten(operation)!a} {missing}"
                self._unmatched(operation, message, wire_name, fields)
                return None
            found = _Candidate((*found.path, fields[wire_name].name), fields[wire_name].type)
        return found

    def _unmatched(self, operation: str, message: str, text: str, known: Iterable[str]) -> None:
        location = self._spec.source.location(operation)
        report_unmatched(location, message, text, known, self._diagnostics)


def _detected(
    values: Sequence[ir.Parameter | ir.Field], type_: ir.Type | None, schemas: Schemas
) -> ir.Paging | None:
    """Detect pagination; None unless it is unambiguous.

    There must be exactly one cursor parameter, one cursor in the response, both of one type, and
    one array in the response.
    """
    page = schemas.model(type_) if type_ is not None else None
    if type_ is None or page is None:
        return None
    items = schemas.sole_array(page)
    parameters = [_argument(value) for value in values if _is_cursor_parameter(value)]
    cursors = list(_cursors(page, schemas))
    if items is None or len(parameters) != 1 or len(cursors) != 1:
        return None
    if parameters[0].kind is not cursors[0].kind:
        return None
    array = schemas.plain(items.type)
    more = list(_more(page, schemas))
    return ir.Paging(
        argument=parameters[0].path[0],
        in_body=parameters[0].in_body,
        cursor=cursors[0].path,
        items=(items.name,),
        item_type=array.items if isinstance(array, ir.Array) else ir.ANY,
        page_type=type_,
        more=more[0] if len(more) == 1 else (),
    )


def _argument(value: ir.Parameter | ir.Field) -> _Candidate:
    return _Candidate((value.name,), value.type, in_body=isinstance(value, ir.Field))


def _is_cursor_parameter(value: ir.Parameter | ir.Field) -> bool:
    is_optional = not isinstance(value.presence, ir.Required)
    is_named = _plain(value.wire_name) in _PARAMETERS
    return is_optional and is_named and _argument(value).kind is not None


def _cursors(page: ir.Model, schemas: Schemas) -> Iterator[_Candidate]:
    """Yield the fields that may be the next cursor, also in objects such as `pagination`."""
    for field in page.fields:
        found = _Candidate((field.name,), field.type)
        if found.kind is not None and _plain(field.wire_name) in _CURSORS:
            yield found
        for path, inner in _nested(field, schemas):
            found = _Candidate(path, inner.type)
            if found.kind is not None and _plain(inner.wire_name) in {*_CURSORS, "next"}:
                yield found


def _more(page: ir.Model, schemas: Schemas) -> Iterator[tuple[Name, ...]]:
    """Yield the paths of flags that may say whether there is another page."""
    for field in page.fields:
        for path, value in (((field.name,), field), *_nested(field, schemas)):
            if _bare(value.type) == Scalar(Kind.BOOLEAN) and _plain(value.wire_name) in _MORE:
                yield path


def _nested(field: ir.Field, schemas: Schemas) -> Iterator[tuple[tuple[Name, ...], ir.Field]]:
    """Yield the fields of an object with metadata of the page, each with its path."""
    holder = schemas.model(_bare(field.type)) if _plain(field.wire_name) in _HOLDERS else None
    for inner in holder.fields if holder is not None else ():
        yield (field.name, inner.name), inner


def _bare(type_: ir.Type) -> ir.Type:
    return type_.inner if isinstance(type_, ir.Nullable) else type_


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

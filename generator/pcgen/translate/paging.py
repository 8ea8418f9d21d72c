"""Pagination, configured or detected, and notes about lists that are neither."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.ir import PageStyle
from pcgen.translate import page_words as words
from pcgen.translate.configured_paging import Call, Configured
from pcgen.translate.page_shapes import Argument, Page, Shapes, detected
from pcgen.translate.selection import operation_id, report_unmatched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen import config
    from pcgen.diagnostics import Location
    from pcgen.names import Name
    from pcgen.translate.schemas import Schemas
    from pcgen.translate.selection import Entry

_QUERY = ir.Place.QUERY
_SHOWN = 3
"""The operations that a note names."""
_READING = ("get", "post", "query")
"""The methods of operations whose pagination is detected: others change something each time."""


class Pagination:
    """Finds out how operations are paginated.

    Args:
        spec: The settings of the document.
        schemas: Translates schemas.
        diagnostics: Collects findings.
    """

    def __init__(self, spec: config.Spec, schemas: Schemas, diagnostics: Diagnostics) -> None:
        self._spec = spec
        self._shapes = Shapes(schemas)
        self._diagnostics = diagnostics
        self._operations: set[str] = set()
        self._fitting: set[str] = set()
        self._unread: dict[Name, Page] = {}
        self._unknown: dict[tuple[str, str], dict[str, Location]] = {}

    def paging(
        self,
        entry: Entry,
        parameters: tuple[ir.Parameter, ...],
        body: ir.Body | None,
        result: ir.Result,
    ) -> ir.Paging | None:
        """The pagination of an operation; None if it is not paginated.

        Args:
            entry: The operation.
            parameters: Its parameters.
            body: Its body.
            result: Its result; without a type if it is a stream.
        """
        operation = operation_id(entry)
        self._operations.add(operation)
        values: list[ir.Parameter | ir.Field] = [p for p in parameters if p.place is _QUERY]
        if body is not None and body.encoding is ir.Encoding.JSON:
            values += body.fields or ()
        arguments = {value.wire_name: self._shapes.argument(value) for value in values}
        type_ = result.type or ir.ANY
        call = Call(operation, arguments, self._shapes.page(type_), type_)
        configured = self._configured(call)
        if configured is not None:
            return configured or None
        found = self._detected(entry, call, result)
        bare = self._shapes.bare(type_)
        if found is None and call.page is not None and isinstance(bare, ir.Ref):
            self._unread[bare.name] = call.page
        return found

    def _configured(self, call: Call) -> ir.Paging | Literal[False] | None:
        """The configured pagination, False for an operation without pages; else None.

        The settings of an operation override those of patterns, which apply in their order.
        """
        known = self._spec.paging
        for key in sorted(known, key=lambda key: key != call.id):
            if key != call.id and not fnmatchcase(call.id, key):
                continue
            chosen, findings = known[key], Diagnostics()
            made = Configured(call, self._shapes, self._spec.source, findings)
            found: ir.Paging | Literal[False] = False if chosen is None else made.paging(chosen)
            if key == call.id:
                self._diagnostics.items += findings.items
            if key == call.id or not findings.items:
                self._fitting.add(key)
                return found
        return None

    def telling(self, declaration: ir.Declaration) -> ir.Declaration:
        """A model with the paths by which it tells of a next page, if callers iterate over it.

        Call it after all operations: if all that return the model are paginated, it needs none.
        """
        if not isinstance(declaration, ir.Model) or declaration.items is None:
            return declaration
        page = self._unread.get(declaration.name)
        if page is None:
            return declaration
        more = page.more or (() if page.done else page.next)
        return replace(declaration, more=more, done=page.done)

    def check(self) -> None:
        """Report settings without effect, and lists of unknown pagination, after all others."""
        for key in (key for key in self._spec.paging if key not in self._fitting):
            message = f"`paging`: no operationId of the document is {shorten(key)!a}"
            close = self._operations
            if any(fnmatchcase(operation, key) for operation in self._operations):
                message = f"`paging`: no operation of {shorten(key)!a} has all of these values"
                close = set()
            location = self._spec.source.location(key)
            report_unmatched(location, message, key, close, self._diagnostics)
        for (why, line), places in sorted(self._unknown.items()):
            self._note(why, line, places)

    def _detected(self, entry: Entry, call: Call, result: ir.Result) -> ir.Paging | None:
        if call.page is None or entry.method not in _READING:
            return None
        arguments, is_get = list(call.arguments.values()), entry.method == "get"
        has_link = any(header.name.lower() == "link" for header in result.headers)
        found = detected(arguments, call.page, is_get=is_get, has_link=has_link)
        if found is None and is_get:
            suggested = _suggestion(arguments, call.page)
            if suggested is not None:
                self._unknown.setdefault(suggested, {})[call.id] = entry.node.location
        return found

    def _note(self, why: str, line: str, places: Mapping[str, Location]) -> None:
        """Note operations that return one page each, and the lines that would change that."""
        shown = [f"`{shorten(operation)}`" for operation in sorted(places)]
        rest = len(shown) - _SHOWN
        names = ", ".join(shown[:_SHOWN]) + (f" and {rest} others" if rest > 0 else "")
        many = "looks paginated, but returns" if len(shown) == 1 else "look paginated, but return"
        message = f"{names} {many} one page: {why}, and nothing says how to get the next one"
        key = min(places)
        quoted = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'
        hint = f"describe it under `[package.paging]`: `{quoted} = {line}`, or `= false`"
        if not line:
            hint = f"add a parameter by an overlay, or `{quoted} = false` under `[package.paging]`"
        self._diagnostics.note(Code.UNSUPPORTED, places[key], message, hint)


def _suggestion(arguments: list[Argument], page: Page) -> tuple[str, str] | None:
    """Why an operation looks paginated, and a line of configuration to complete; None if not."""
    sized = any(a.word in words.SIZES for a in arguments)
    styles = (
        (words.PAGES, PageStyle.PAGE),
        (words.OFFSETS if sized else words.OFFSETS - {"start"}, PageStyle.OFFSET),
        (words.LAST_IDS, PageStyle.LAST_ID),
        (words.CURSORS, PageStyle.CURSOR),
    )
    for names, style in styles:
        for argument in (a for a in arguments if a.word in names and a.can_select):
            name = argument.value.wire_name
            line = f'{{ style = "{style.value}", parameter = "{name}" }}'
            if style is PageStyle.CURSOR:
                line = f'{{ parameter = "{name}", cursor = "..." }}'
            return f"it has the parameter `{name}`", line
    if page.more or page.done or page.next:
        return "its response tells of a next page", ""
    return None

"""Pagination as the configuration describes it, in the names of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.diagnostics import Diagnostics, shorten
from pcgen.ir import PageStyle
from pcgen.translate.selection import report_unmatched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcgen import config
    from pcgen.names import Name
    from pcgen.translate.page_shapes import Argument, Page, Shapes

_Path = tuple["Name", ...]


class Call(Struct, frozen=True):
    """An operation: its operationId, its arguments by name, its page, and its result."""

    id: str
    arguments: Mapping[str, Argument]
    page: Page | None
    result: ir.Type


class Configured(Struct, frozen=True):
    """Translates the settings for an operation; `diagnostics` has what does not fit it.

    Args:
        call: The operation.
        shapes: Finds pages in types.
        source: The lines of the configuration.
        diagnostics: Collects findings.
    """

    call: Call
    shapes: Shapes
    source: config.Source
    diagnostics: Diagnostics

    def paging(self, chosen: config.Paging) -> ir.Paging:
        """The pagination; without meaning if there are findings."""
        style, result = PageStyle(chosen.style), self.call.result
        argument, size = self._argument(chosen.parameter), self._argument(chosen.size)
        items, item_type = self._items(chosen.items)
        is_last_id = style is PageStyle.LAST_ID
        cursor = chosen.cursor or ("id" if is_last_id else "")
        return ir.Paging(
            style=style,
            argument=None if argument is None else argument.value.name,
            in_body=argument is not None and argument.in_body,
            cursor=self._at(cursor, item_type if is_last_id else result)[0],
            items=items,
            item_type=item_type,
            page_type=result,
            more=self._at(chosen.more, result)[0],
            done=self._at(chosen.done, result)[0],
            total=self._at(chosen.total, result)[0],
            last=self._at(chosen.last, result)[0],
            first=int(style is PageStyle.PAGE) if chosen.first is None else chosen.first,
            size=None if size is None else size.value.name,
        )

    def _argument(self, name: str) -> Argument | None:
        known = self.call.arguments
        if name and name not in known:
            where = f"the query and the body of {shorten(self.call.id)!a}"
            self._report(f"{where} have no {shorten(name)!a}", name, known)
        return known.get(name)

    def _items(self, path: str) -> tuple[_Path, ir.Type]:
        """The path and the type of the items; by default, those of the page."""
        shown, page = shorten(self.call.id), self.call.page
        if not path and page is not None:
            return page.items, page.item_type
        if not path:
            self._report(f"the response of {shown!a} has no array, or several: add `items`")
            return (), ir.ANY
        names, type_ = self._at(path, self.call.result)
        array = self.shapes.bare(type_)
        if isinstance(array, ir.Array):
            return names, array.items
        if names:
            self._report(f"{shorten(path)!a} of {shown!a} must be an array")
        return (), ir.ANY

    def _at(self, path: str, type_: ir.Type) -> tuple[_Path, ir.Type]:
        """The value at a path of wire names; reports a path that does not exist."""
        names: _Path = ()
        for wire_name in path.split(".") if path else ():
            model = self.shapes.schemas.model(self.shapes.bare(type_))
            fields = {f.wire_name: f for f in (model.fields if model is not None else ())}
            if wire_name not in fields:
                missing = f"has no {shorten(path)!a}"
                message = f"the response of {shorten(self.call.id)!a} {missing}"
                self._report(message, wire_name, fields)
                return (), ir.ANY
            names, type_ = (*names, fields[wire_name].name), fields[wire_name].type
        return names, type_

    def _report(self, message: str, text: str = "", known: Iterable[str] = ()) -> None:
        location = self.source.location(self.call.id)
        report_unmatched(location, f"`paging`: {message}", text, known, self.diagnostics)

"""The pages of paginated lists: three of them, so that clients that follow them come to an end."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from msgspec import Struct

from pcgen import ir
from pcgen.ir import PageStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pcgen.mock.exchange import Request
    from pcgen.names import Name

    Path = tuple[str, ...]
    IsValid = Callable[[Any], bool]

PAGES = 3
NUMBER = "_page"  # The query parameter of the URLs of pages.
_COUNTED = (PageStyle.PAGE, PageStyle.OFFSET)
_IDENTITIES = ("id", "uuid", "key", "name", "title")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Pages(Struct, frozen=True):
    """How to reach the pages of an operation, in the names of its document.

    The fields are those of `ir.Paging`; `is_valid` checks the body of a response.
    """

    style: PageStyle
    argument: str
    in_body: bool
    size: str
    first: int
    cursor: Path
    items: Path
    more: Path
    done: Path
    total: Path
    last: Path
    item_id: Path
    is_valid: IsValid

    @classmethod
    def of(
        cls,
        operation: ir.Operation,
        declared: Mapping[Name, ir.Declaration],
        is_valid: IsValid,
    ) -> Pages | None:
        """The pages of an operation; None if it is not paginated."""
        paging = operation.paging
        if paging is None:
            return None
        fields = (operation.body.fields if operation.body else None) or ()
        arguments: list[ir.Parameter | ir.Field] = [*operation.parameters, *fields]
        wire = {argument.name: argument.wire_name for argument in arguments}

        def path(names: Sequence[Name], type_: ir.Type) -> Path:
            return _wire_path(names, type_, declared)

        by_item = paging.style is PageStyle.LAST_ID
        page = paging.page_type
        return cls(
            style=paging.style,
            argument=wire.get(paging.argument, "") if paging.argument else "",
            in_body=paging.in_body,
            size=wire.get(paging.size, "") if paging.size else "",
            first=paging.first,
            cursor=() if by_item else path(paging.cursor, page),
            items=path(paging.items, page),
            more=path(paging.more, page),
            done=path(paging.done, page),
            total=path(paging.total, page),
            last=path(paging.last, page),
            item_id=path(paging.cursor, paging.item_type) if by_item else (),
            is_valid=is_valid,
        )

    def page(
        self, body: Any, request: Request, arguments: Mapping[str, Any]
    ) -> tuple[Any, list[tuple[str, str]]]:
        """The page that a request asks for, and its headers.

        Args:
            body: The first page.
            request: The request.
            arguments: Its query, or the members of its body.
        """
        items = _at(body, self.items)
        if not isinstance(items, list) or not items:
            return body, []
        size = arguments.get(self.size)
        count = min(len(items), size) if isinstance(size, int) and size > 0 else len(items)
        pages = [self._items(body, items, number)[:count] for number in range(PAGES)]
        if self.style in _COUNTED and any(page == pages[0] for page in pages[1:]):
            pages = [pages[0]]  # Nothing tells the pages apart, so that there is one.
        number = self._number(request, arguments, pages)
        page = _copied(body, self.items, pages[number] if number < len(pages) else [])
        is_last = number >= len(pages) - 1
        values: list[tuple[Path, Any]] = [
            (self.more, not is_last),
            (self.done, is_last),
            (self.total, count * len(pages)),
            (self.last, len(pages)),
        ]
        if self.style is PageStyle.PAGE:
            values.append((self.cursor, number + self.first))
        for path, value in values:
            page = self._with(page, path, value)
        if self.style in (PageStyle.CURSOR, PageStyle.URL):
            page = self._linked(page, request, None if is_last else number + 2)
        headers = []
        if self.style is PageStyle.LINK and not is_last:
            headers = [("Link", f'<{_url(request, number + 2)}>; rel="next"')]
        return page, headers

    def _number(
        self, request: Request, arguments: Mapping[str, Any], pages: list[list[Any]]
    ) -> int:
        """The index of the page that a request asks for."""
        given = arguments.get(self.argument)
        if self.style in (PageStyle.URL, PageStyle.LINK):
            text = dict(request.pairs).get(NUMBER, "1")
            return int(text) - 1 if text in ("1", "2", "3") else 0
        if given is None:
            return 0
        if self.style is PageStyle.LAST_ID:
            ids = [_at(page[-1], self.item_id) for page in pages]
            return min(ids.index(given) + 1, PAGES - 1) if given in ids else 0
        if self.style is PageStyle.CURSOR:
            return next((n - 1 for n in (2, 3) if given in _tokens(n)), 0)
        past = max(int(given) - self.first, 0) if isinstance(given, int | float) else 0
        return past if self.style is PageStyle.PAGE else -(-past // len(pages[0]))

    def _items(self, body: Any, items: list[Any], index: int) -> list[Any]:
        """The items of a page: those of the first page, with other ids."""
        if index == 0:
            return items
        for change in _changes(items[0], self.item_id, index):
            changed = [change(item) for item in items]
            if self.is_valid(_copied(body, self.items, changed)):
                return changed
        return items

    def _with(self, page: Any, path: Path, value: Any) -> Any:
        """A page with a value, unless that makes it invalid."""
        if not path or not isinstance(_at(page, path[:-1]), dict):
            return page
        changed = _copied(page, path, value)
        return changed if self.is_valid(changed) else page

    def _linked(self, page: Any, request: Request, number: int | None) -> Any:
        """A page with the cursor or URL of the next one; without, if there is no other."""
        if not self.cursor or not isinstance(_at(page, self.cursor[:-1]), dict):
            return page
        if number is None:
            ends = (
                _without(page, self.cursor),
                *(_copied(page, self.cursor, e) for e in (None, "")),
            )
            return next(filter(self.is_valid, ends), ends[0])
        is_url = self.style is PageStyle.URL
        tokens = [_url(request, number)] if is_url else _tokens(number)
        known = _at(page, self.cursor)
        tokens = sorted(tokens, key=lambda token: not _is_alike(token, known))
        pages = (_copied(page, self.cursor, token) for token in tokens)
        return next(filter(self.is_valid, pages), page)


def _tokens(number: int) -> tuple[Any, ...]:
    """The cursors of a page, of several types."""
    return f"page-{number}", number, f"00000000-0000-4000-8000-{number:012}", f"cGFnZS{number}"


def _is_alike(one: Any, other: Any) -> bool:
    """Whether two values have the same type, or format."""
    texts = [value for value in (one, other) if isinstance(value, str)]
    return type(one) is type(other) and len({bool(_UUID.fullmatch(text)) for text in texts}) < 2


def _url(request: Request, number: int) -> str:
    pairs = [(key, value) for key, value in request.pairs if key != NUMBER]
    return f"{request.url}?{urlencode([*pairs, (NUMBER, str(number))])}"


# --- Values ------------------------------------------------------------------------------------


def _at(value: Any, path: Path) -> Any:
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _copied(value: Any, path: Path, new: Any) -> Any:
    """A value with another one at a path."""
    if not path:
        return new
    known = value if isinstance(value, dict) else {}
    return {**known, path[0]: _copied(known.get(path[0]), path[1:], new)}


def _without(value: Any, path: Path) -> Any:
    holder = _at(value, path[:-1])
    kept = {key: item for key, item in holder.items() if key != path[-1]}
    return _copied(value, path[:-1], kept)


def _changes(item: Any, item_id: Path, index: int) -> Iterator[Callable[[Any], Any]]:
    """Yield ways to make other items of the items of a page."""
    if not isinstance(item, dict):
        yield lambda each: _other(each, index)
        return
    scalars = [key for key, value in item.items() if isinstance(value, str | int | float)]
    known = [key for key in _IDENTITIES if key in scalars]
    for key in [*item_id[:1], *known, *(key for key in scalars if key not in known)]:
        yield partial(_changed, key, lambda value: _other(value, index))
    for key, value in item.items():
        for inner in _changes(value, (), index) if isinstance(value, dict) else ():
            yield partial(_changed, key, inner)


def _changed(key: str, change: Callable[[Any], Any], item: Any) -> Any:
    """An item with another value of a property."""
    has_it = isinstance(item, dict) and key in item
    return {**item, key: change(item[key])} if has_it else item


def _other(value: Any, index: int) -> Any:
    """Another value of the same type."""
    if isinstance(value, str):
        if _UUID.fullmatch(value):
            return f"{value[:-2]}{index:02}"
        return f"{value}-{index + 1}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + 10 * index
    return value


def _wire_path(
    names: Sequence[Name], type_: ir.Type, declared: Mapping[Name, ir.Declaration]
) -> Path:
    """The path of a value in the names of the document; empty if it is unknown."""
    keys: list[str] = []
    for name in names:
        fields = (f for model in _models(type_, declared, 0) for f in model.fields)
        found = next((f for f in fields if f.name == name), None)
        if found is None:
            return ()
        keys.append(found.wire_name)
        type_ = found.type
    return tuple(keys)


def _models(
    type_: ir.Type, declared: Mapping[Name, ir.Declaration], depth: int
) -> Iterator[ir.Model]:
    if depth > 20:
        return
    match type_:
        case ir.Nullable(inner):
            yield from _models(inner, declared, depth + 1)
        case ir.Union(cases):
            for case in cases:
                yield from _models(case, declared, depth + 1)
        case ir.Ref(name) if name in declared:
            found = declared[name]
            if isinstance(found, ir.Model):
                yield found
            else:
                yield from _models(found.type, declared, depth + 1)

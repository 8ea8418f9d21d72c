"""Pagination: iterators that request the next page when they need it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast
from uuid import UUID

from msgspec import UNSET

from ..data.parameters import check_text
from ..data.unread import mark, value_at
from ..errors import APIError
from ..lazy import publish
from .caller import AsyncCaller, SyncCaller
from .next_url import linked, next_url
from .operation import Operation, RequestOptions
from .request import NEXT
from .responses import MODE

P = ParamSpec("P")
Item = TypeVar("Item")
Page = TypeVar("Page")

_COUNTED = frozenset({"page", "offset"})


class PaginationError(APIError):
    """A page tells of a next one that is not usable, or that was requested before."""


class Pages(Generic[Item, Page]):
    """How an operation is paginated.

    Paths are attributes or keys of a page, joined by dots; "" = there is none.

    Args:
        operation: The operation that returns one page.
        style: How to reach the next page:
            "cursor": `argument` takes the value at `cursor`.
            "last-id": `argument` takes the value at `cursor` of the last item.
            "page": `argument` takes numbers that count pages.
            "offset": `argument` takes numbers that count items.
            "url": the value at `cursor` is its URL.
            "link": the `Link` header of the response has its URL.
        argument: The Python argument: a parameter, or a property of the body.
        cursor: The path of the cursor or URL; of the style "page", that of the page's own number.
        items: The path of the items; "" = the page itself is the list.
        more: The path of a flag that is false on the last page.
        done: The path of a flag that is true on the last page.
        total: The path of the number of all items.
        last: The path of the number of pages.
        first: The number of the first page or item.
        size: The Python argument for the number of items on a page.
        in_body: Whether `argument` and `size` are properties of the request body.
    """

    __slots__ = (
        "argument", "cursor", "done", "first", "in_body", "items", "last", "more", "operation",
        "size", "style", "total",
    )  # fmt: skip

    def __init__(
        self,
        operation: Operation[Page],
        *,
        style: str = "cursor",
        argument: str = "",
        cursor: str = "",
        items: str = "",
        more: str = "",
        done: str = "",
        total: str = "",
        last: str = "",
        first: int = 0,
        size: str = "",
        in_body: bool = False,
    ) -> None:
        """Store the values only, so that modules full of operations import fast."""
        self.operation = operation
        self.style = style
        self.argument = argument
        self.cursor = cursor
        self.items = items
        self.more = more
        self.done = done
        self.total = total
        self.last = last
        self.first = first
        self.size = size
        self.in_body = in_body

    def __repr__(self) -> str:
        return f"Pages({self.operation!r})"

    def items_of(self, page: Page) -> list[Item]:
        """Return the items of a page; none if the response did not have the list."""
        items = value_at(page, self.items)
        return cast("list[Item]", items) if isinstance(items, list) else []

    def more_after(self, page: Page) -> bool | None:
        """Return whether flags of a page say that there is another one; None if they do not."""
        more = value_at(page, self.more) if self.more else None
        done = value_at(page, self.done) if self.done else None
        if isinstance(more, bool):
            return more
        return not done if isinstance(done, bool) else None

    def cursor_of(self, value: object) -> object:
        """Return the cursor or URL of a page, or the cursor of an item; None if it is empty.

        Raises:
            PaginationError: The value is not a cursor.
        """
        token = value_at(value, self.cursor)
        if token is None or token is UNSET or token is False or token == "":
            return None
        if isinstance(token, str) and not self.in_body:
            try:
                check_text(self.cursor, token)
            except ValueError as error:
                raise self.error(str(error)) from None
        if isinstance(token, (str, int, UUID)) and token is not True:
            return token
        raise self.error(f"{self.cursor} is neither text nor a number, but {type(token).__name__}")

    def next_url(self, target: str, url: str, credentials: list[tuple[str, str]]) -> str:
        """Return the URL of a request; arguments as in `next_url.next_url`.

        Raises:
            PaginationError: It leads to another host.
        """
        try:
            return next_url(target, url, credentials)
        except ValueError as error:
            raise self.error(str(error)) from None

    def error(self, message: str) -> PaginationError:
        """Return the error of a page."""
        return PaginationError(f"{self.operation.name}: {message}")


class _Walk(Generic[Page]):
    """The position in the pages, without input or output."""

    __slots__ = (
        "_body", "_count", "_first", "_items", "_largest", "_link", "_number", "_options", "_pages",
        "_params", "_seen", "done", "options",
    )  # fmt: skip

    def __init__(
        self,
        pages: Pages[Any, Page],
        options: RequestOptions,
        params: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
    ) -> None:
        self._pages = pages
        self._params = params
        self._body = body
        self._options = _with(options, MODE, "raw") if pages.style == "link" else options
        self.options = self._options
        first = self._given(pages.argument)
        self._first = pages.first
        self._number: Any = pages.first if first is None else first
        self._seen = {first}
        self._items: list[Any] = []
        self._count = self._largest = 0
        self._link = ""
        self.done = False

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the operation for the next page."""
        return {"params": self._params, "body": self._body}

    def read(self, result: Any) -> Page:
        """Return the page that a call with `options` and `arguments` returned."""
        if self._pages.style == "link":
            self._link = result.headers.get("link", "")
            result = result.parse()
        page: Page = result
        return mark(page, read=True)

    def advance(self, page: Page) -> None:
        """Move on to the page after this one.

        Raises:
            PaginationError: It was requested before, or cannot be.
        """
        pages = self._pages
        token = self._following(page)
        if token is None:
            self.done = True
            return
        if token in self._seen:
            name = pages.cursor or pages.argument or "link"
            raise pages.error(
                f"the service returned the same {name} again, so that the pages would never end"
            )
        self._seen.add(token)
        self.options = self._options
        if pages.style in {"url", "link"} or _is_url(token):
            self.options = _with(self._options, NEXT, partial(pages.next_url, str(token)))
        elif pages.in_body:
            self._body = {**(self._body or {}), pages.argument: token}
        else:
            self._params = {**(self._params or {}), pages.argument: token}

    def tells_of_more(self, page: Page) -> bool:
        """Return whether a page tells of a page after it."""
        pages = self._pages
        tells = pages.more or pages.done or pages.total or pages.last
        if pages.style == "link" or (pages.style in _COUNTED and not tells):
            return False
        try:
            return self._following(page) is not None
        except PaginationError:
            return True

    def _given(self, argument: str) -> Any:
        given = self._body if self._pages.in_body else self._params
        return (given or {}).get(argument)

    def _following(self, page: Page) -> object:
        """Return the cursor, URL or number of the page after this one; None after the last."""
        pages = self._pages
        more = pages.more_after(page)
        if more is False:
            return None
        if pages.style in _COUNTED:
            return self._counted(page, more)
        items: list[Any] = []
        if pages.style == "link":
            token: object = linked(self._link)
        elif pages.style == "last-id":
            items = pages.items_of(page)
            token = pages.cursor_of(items[-1]) if items else None
        else:
            token = pages.cursor_of(page)
        if token is None and (more or items):
            name = pages.cursor or "the link to the next one"
            raise pages.error(f"there are more pages, but {name} is missing")
        return token

    def _counted(self, page: Page, more: bool | None) -> object:
        """Return the number of the page after this one, or of its first item.

        What the page says decides. If it says nothing, the list ends with an empty page, or with
        one that is shorter than asked for, once the service has sent one of that size.
        """
        pages, items = self._pages, self._pages.items_of(page)
        if not items:
            if more:
                raise pages.error("there are more pages, but this one is empty")
            return None
        if items == self._items:
            raise pages.error(
                f"the service returned the same items again: it may not know {pages.argument}"
            )
        self._items = items
        self._count += len(items)
        own = _count_at(page, pages.cursor)
        if own is not None:
            self._first = own if self._given(pages.argument) is None else self._first
            self._number = own
        self._number += 1 if pages.style == "page" else len(items)
        past = self._number - self._first
        last, total = _count_at(page, pages.last), _count_at(page, pages.total)
        if more is None and last is not None:
            more = past < last
        if more is None and total is not None:
            more = (self._count if pages.style == "page" else past) < total
        size, largest = self._given(pages.size), self._largest
        self._largest = max(largest, len(items))
        if more is None and isinstance(size, int):
            more = not largest >= size > len(items)
        return None if more is False else self._number


class _Pager(Generic[Item, Page]):
    """The common base of both pagers. The first use of the pager sends the first request."""

    __slots__ = ("_body", "_caller", "_options", "_pages", "_params")

    def __init__(
        self,
        caller: Any,
        pages: Pages[Item, Page],
        options: RequestOptions,
        *,
        params: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> None:
        self._caller = caller
        self._pages = pages
        self._options = options
        self._params = params
        self._body = body

    def __repr__(self) -> str:
        name = self._pages.operation.name
        return f"<{type(self).__name__} of {name}: iterate over it to request the items>"

    def _walk(self) -> _Walk[Page]:
        return _Walk(self._pages, self._options, self._params, self._body)


class Pager(_Pager[Item, Page]):
    """The items of a paginated list: `for item in pager`.

    Pages are requested when they are needed. Each iteration begins at the first page.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(
            self,
            caller: SyncCaller,
            pages: Pages[Item, Page],
            options: RequestOptions,
            *,
            params: Mapping[str, object] | None = None,
            body: Mapping[str, object] | None = None,
        ) -> None: ...

    def __iter__(self) -> Iterator[Item]:
        """Iterate over the items of all pages.

        Raises:
            APIError: The request of a page failed.
            PaginationError: The pages would never end.
        """
        for page in self.pages():
            yield from self._pages.items_of(page)

    def pages(self) -> Iterator[Page]:
        """Iterate over the pages; raises as iterating over the items does."""
        walk = self._walk()
        while not walk.done:
            page = walk.read(self._call(walk.options, walk))
            yield page
            walk.advance(page)

    def first_page(self) -> Page:
        """Return the first page alone."""
        return mark(self._call(self._options, self._walk()), read=True)

    def _call(self, options: RequestOptions, walk: _Walk[Page]) -> Page:
        page: Page = self._caller.call(self._pages.operation, options, **walk.arguments)
        return page


class AsyncPager(_Pager[Item, Page]):
    """The items of a paginated list: `async for item in pager`.

    Pages are requested when they are needed. Each iteration begins at the first page.
    `await pager` returns the first page alone.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(
            self,
            caller: AsyncCaller,
            pages: Pages[Item, Page],
            options: RequestOptions,
            *,
            params: Mapping[str, object] | None = None,
            body: Mapping[str, object] | None = None,
        ) -> None: ...

    async def __aiter__(self) -> AsyncIterator[Item]:
        """Iterate over the items of all pages.

        Raises:
            APIError: The request of a page failed.
            PaginationError: The pages would never end.
        """
        async for page in self.pages():
            for item in self._pages.items_of(page):
                yield item

    async def pages(self) -> AsyncIterator[Page]:
        """Iterate over the pages; raises as iterating over the items does."""
        walk = self._walk()
        while not walk.done:
            page = walk.read(await self._call(walk.options, walk))
            yield page
            walk.advance(page)

    async def first_page(self) -> Page:
        """Return the first page alone."""
        return mark(await self._call(self._options, self._walk()), read=True)

    def __await__(self) -> Generator[Any, Any, Page]:
        """Return the first page alone; iterating over it warns if there are more."""
        return self._first().__await__()

    async def _first(self) -> Page:
        walk = self._walk()
        page = await self._call(self._options, walk)
        return mark(page, read=not walk.tells_of_more(page))

    async def _call(self, options: RequestOptions, walk: _Walk[Page]) -> Page:
        page: Page = await self._caller.call(self._pages.operation, options, **walk.arguments)
        return page


def first_page(method: Callable[P, Pager[Any, Page]]) -> Callable[P, Page]:
    """Declare that raw and streaming responses of `method` are those of its first page."""
    return cast("Callable[P, Page]", method)


def async_first_page(
    method: Callable[P, AsyncPager[Any, Page]],
) -> Callable[P, Awaitable[Page]]:
    """Declare that raw and streaming responses of `method` are those of its first page."""
    return cast("Callable[P, Awaitable[Page]]", method)


def _with(options: RequestOptions, name: str, value: object) -> RequestOptions:
    """Return options with a private one."""
    return cast("RequestOptions", {**options, name: value})


def _count_at(page: object, path: str) -> int | None:
    """Return the count at a path, or None: some services send -1 if they do not know it."""
    count = value_at(page, path) if path else None
    return count if isinstance(count, int) and count >= 0 and count is not True else None


def _is_url(token: object) -> bool:
    """Return whether a cursor is a URL, which some services send in its place."""
    is_path = isinstance(token, str) and token.startswith(("/", "?")) and "?" in token
    return is_path or (isinstance(token, str) and token.startswith(("https://", "http://")))


publish("errors", PaginationError)
publish("types", AsyncPager, Pager)

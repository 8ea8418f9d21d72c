"""Pagination: iterators that request the next page when they need it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from msgspec import UNSET

from ..data.parameters import check_text
from ..errors import APIError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator

    from .client import AsyncClient, SyncClient
    from .operation import Operation, RequestOptions

P = ParamSpec("P")
Item = TypeVar("Item")
Page = TypeVar("Page")


class PaginationError(APIError):
    """The service returned a cursor that is not usable or leads to an earlier page."""


class Pages(Generic[Item, Page]):
    """How an operation is paginated.

    Args:
        operation: The operation that returns one page.
        argument: The Python argument (a parameter, or a property of the body) for the cursor.
        cursor: The attribute of a page with the cursor of the next page; may have dots.
        items: The attribute of a page with its items; may have dots.
        more: The attribute that is false on the last page; "" = none.
        in_body: Whether the cursor is a property of the request body.
    """

    __slots__ = ("argument", "cursor", "in_body", "items", "more", "operation")

    def __init__(
        self,
        operation: Operation[Page],
        *,
        argument: str,
        cursor: str,
        items: str,
        more: str = "",
        in_body: bool = False,
    ) -> None:
        """Store the values only, so that modules full of operations import fast."""
        self.operation = operation
        self.argument = argument
        self.cursor = cursor
        self.items = items
        self.more = more
        self.in_body = in_body

    def __repr__(self) -> str:
        return f"Pages({self.operation!r})"

    def items_of(self, page: Page) -> list[Item]:
        """Return the items of a page; none if the response did not have the list."""
        items = _value_at(page, self.items)
        return cast("list[Item]", items) if isinstance(items, list) else []

    def after(self, page: Page) -> str | int | None:
        """Return the cursor of the page after this one, or None after the last.

        Raises:
            PaginationError: The value is not a cursor.
        """
        if self.more and _value_at(page, self.more) is False:
            return None
        token = _value_at(page, self.cursor)
        if token is None or token is UNSET or token is False or token == "":
            return None
        name = self.operation.name
        if isinstance(token, str) and not self.in_body:
            try:
                check_text(self.cursor, token)
            except ValueError as error:
                raise PaginationError(f"{name}: {error}") from None
        if isinstance(token, str) or (isinstance(token, int) and token is not True):
            return token
        raise PaginationError(
            f"{name}: {self.cursor} is neither text nor a number, but {type(token).__name__}"
        )


class _Walk(Generic[Page]):
    """The position in the pages, without input or output."""

    __slots__ = ("_body", "_pages", "_params", "_seen", "done")

    def __init__(
        self,
        pages: Pages[Any, Page],
        params: Mapping[str, object] | None,
        body: Mapping[str, object] | None,
    ) -> None:
        self._pages = pages
        self._params = params
        self._body = body
        first = (body if pages.in_body else params) or {}
        self._seen: set[object] = {first.get(pages.argument)}
        self.done = False

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the operation for the next page."""
        return {"params": self._params, "body": self._body}

    def advance(self, page: Page) -> None:
        """Move on to the page after this one.

        Raises:
            PaginationError: Its cursor was used before.
        """
        pages = self._pages
        token = pages.after(page)
        if token is None:
            self.done = True
        elif token in self._seen:
            raise PaginationError(
                f"{pages.operation.name}: the service returned the same {pages.cursor} again,"
                " so that the pages would never end"
            )
        else:
            self._seen.add(token)
            if pages.in_body:
                self._body = {**(self._body or {}), pages.argument: token}
            else:
                self._params = {**(self._params or {}), pages.argument: token}


class _Pager(Generic[Item, Page]):
    """The common base of both pagers. The first use of the pager sends the first request."""

    __slots__ = ("_body", "_client", "_options", "_pages", "_params")

    def __init__(
        self,
        client: Any,
        pages: Pages[Item, Page],
        options: RequestOptions,
        *,
        params: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> None:
        self._client = client
        self._pages = pages
        self._options = options
        self._params = params
        self._body = body

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._pages.operation.name}>"

    def _walk(self) -> _Walk[Page]:
        return _Walk(self._pages, self._params, self._body)


class Pager(_Pager[Item, Page]):
    """The items of a paginated list: `for item in pager`.

    Pages are requested when they are needed. Each iteration begins at the first page.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __init__(
            self,
            client: SyncClient,
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
            page = self._call(walk)
            yield page
            walk.advance(page)

    def first_page(self) -> Page:
        """Return the first page alone."""
        return self._call(self._walk())

    def _call(self, walk: _Walk[Page]) -> Page:
        page: Page = self._client.call(self._pages.operation, self._options, **walk.arguments)
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
            client: AsyncClient,
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
            page = await self._call(walk)
            yield page
            walk.advance(page)

    async def first_page(self) -> Page:
        """Return the first page alone."""
        return await self._call(self._walk())

    def __await__(self) -> Generator[Any, Any, Page]:
        """Return the first page alone."""
        return self.first_page().__await__()

    async def _call(self, walk: _Walk[Page]) -> Page:
        page: Page = await self._client.call(self._pages.operation, self._options, **walk.arguments)
        return page


def first_page(method: Callable[P, Pager[Any, Page]]) -> Callable[P, Page]:
    """Wrap `method` to return the first page, for raw and streaming responses."""

    def call(*args: P.args, **kwargs: P.kwargs) -> Page:
        return method(*args, **kwargs).first_page()

    return _named(call, method)


def async_first_page(
    method: Callable[P, AsyncPager[Any, Page]],
) -> Callable[P, Awaitable[Page]]:
    """Wrap the async `method` to return the first page."""

    async def call(*args: P.args, **kwargs: P.kwargs) -> Page:
        return await method(*args, **kwargs).first_page()

    return _named(call, method)


def _named(call: Callable[P, Page], method: Callable[..., object]) -> Callable[P, Page]:
    call.__name__ = getattr(method, "__name__", "call")
    call.__doc__ = method.__doc__
    return call


def _value_at(value: object, path: str) -> object:
    """Return the value at a path of attributes or keys, or None."""
    for name in path.split("."):
        if isinstance(value, Mapping):
            value = cast("Mapping[str, object]", value).get(name)
        else:
            value = getattr(value, name, None)
    return value

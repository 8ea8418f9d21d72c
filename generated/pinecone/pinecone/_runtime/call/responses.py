"""Raw and streaming responses: `with_raw_response`, `with_streaming_response`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from functools import update_wrapper
from os import PathLike
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from ..errors import APIError, shorten
from ..http.message import AsyncSource, Headers, Response, Source
from ..lazy import publish

P = ParamSpec("P")
T = TypeVar("T")

WRITTEN_AT_ONCE = 1024 * 1024
"""The bytes that async downloads collect before a thread writes them."""
STREAM = "_stream"
"""The private option that holds the class of the stream that `call` returns."""
MODE = "_mode"
"""The private option that selects what `call` returns: "raw" or "stream"."""


class _AnyResponse(Generic[T]):
    """The common base of all responses."""

    __slots__ = ("_decode", "_is_read", "_response")

    def __init__(self, response: Response, decode: Callable[[], T]) -> None:
        self._response = response
        self._is_read = False
        self._decode = decode

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self._response.status_code

    @property
    def headers(self) -> Headers:
        """The headers; names in any case."""
        return self._response.headers

    @property
    def request_id(self) -> str | None:
        """The id that the service gave to the call, or None."""
        return self._response.request_id

    def __repr__(self) -> str:
        kind = shorten(self.headers.get("content-type", ""), 80)
        request_id = f"request id {shorten(self.request_id, 80)}" if self.request_id else ""
        facts = [str(self.status_code), *filter(None, (kind, request_id))]
        return f"<{type(self).__name__} {', '.join(facts)}>"

    def _parsed(self) -> T:
        try:
            return self._decode()
        except APIError as error:
            from ..reporting.frames import trim

            trim(error)
            raise


class RawResponse(_AnyResponse[T]):
    """A whole response."""

    __slots__ = ()

    @property
    def content(self) -> bytes:
        """The body, decompressed."""
        return self._response.content

    def parse(self) -> T:
        """Return what the plain method would have returned.

        Raises:
            APIResponseError: The body cannot be decoded as the result.
        """
        return self._parsed()


class StreamingResponse(_AnyResponse[T]):
    """A response whose body is read while it arrives: once, in one of four ways."""

    __slots__ = ()

    def iter_bytes(self) -> Iterator[bytes]:
        """Yield the body in pieces as they come, decompressed.

        Raises:
            APIConnectionError: The response ended early, or stalled.
        """
        return _source(self._response).iter_bytes()

    def read(self) -> bytes:
        """Return the whole body; it can be called again.

        Raises:
            APIConnectionError: The response ended early, or stalled.
        """
        if not self._is_read:
            self._response.content = _source(self._response).read()
            self._is_read = True
        return self._response.content

    def parse(self) -> T:
        """Read the whole body and return what the plain method would have returned."""
        self.read()
        return self._parsed()

    def write_to(self, path: str | PathLike[str]) -> int:
        """Write the body to a file while it arrives, and return its size in bytes.

        The file is replaced when the body is complete; after a failure it is unchanged.
        """
        from .atomic import replacing

        size = 0
        with replacing(path) as file:
            for piece in self.iter_bytes():
                size += file.write(piece)
        return size

    def close(self) -> None:
        """Close without reading the rest of the body; idempotent."""
        _source(self._response).close()


class AsyncStreamingResponse(_AnyResponse[T]):
    """The async counterpart of `StreamingResponse`."""

    __slots__ = ()

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Yield the body in pieces as they come, decompressed.

        Raises:
            APIConnectionError: The response ended early, or stalled.
        """
        return _async_source(self._response).iter_bytes()

    async def read(self) -> bytes:
        """Return the whole body; it can be called again.

        Raises:
            APIConnectionError: The response ended early, or stalled.
        """
        if not self._is_read:
            self._response.content = await _async_source(self._response).read()
            self._is_read = True
        return self._response.content

    async def parse(self) -> T:
        """Read the whole body and return what the plain method would have returned."""
        await self.read()
        return self._parsed()

    async def write_to(self, path: str | PathLike[str]) -> int:
        """Write the body to a file while it arrives, and return its size in bytes.

        The file is replaced when the body is complete; after a failure it is unchanged.
        Other tasks run while the disk is busy.
        """
        from asyncio import to_thread

        from .atomic import replacing

        size, held = 0, bytearray()
        with replacing(path) as file:
            async for piece in self.iter_bytes():
                size += len(piece)
                held += piece
                # A thread for each piece would cost more than the disk.
                if len(held) >= WRITTEN_AT_ONCE:
                    await to_thread(file.write, held)
                    held = bytearray()
            await to_thread(file.write, held)
        return size

    async def close(self) -> None:
        """Close without reading the rest of the body; idempotent."""
        await _async_source(self._response).close()


class _Stream(AbstractContextManager[StreamingResponse[T]]):
    """Opens a streaming response on entry and closes it on exit."""

    __slots__ = ("_open", "_response")

    def __init__(self, opener: Callable[[], StreamingResponse[T]]) -> None:
        self._open = opener
        self._response: StreamingResponse[T] | None = None

    def __enter__(self) -> StreamingResponse[T]:
        self._response = self._open()
        return self._response

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._response is not None:
            self._response.close()


class _AsyncStream(AbstractAsyncContextManager[AsyncStreamingResponse[T]]):
    """The async counterpart of `_Stream`."""

    __slots__ = ("_open", "_response")

    def __init__(self, opener: Callable[[], Awaitable[AsyncStreamingResponse[T]]]) -> None:
        self._open = opener
        self._response: AsyncStreamingResponse[T] | None = None

    async def __aenter__(self) -> AsyncStreamingResponse[T]:
        self._response = await self._open()
        return self._response

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._response is not None:
            await self._response.close()


def raw_response(
    method: Callable[Concatenate[Any, P], T],
) -> Callable[Concatenate[Any, P], RawResponse[T]]:
    """Wrap the method of a resource to return the whole response."""

    def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        made: RawResponse[T] = _call(self, method, args, {**kwargs, MODE: "raw"})
        return made

    return _named(call, method)


def async_raw_response(
    method: Callable[Concatenate[Any, P], Awaitable[T]],
) -> Callable[Concatenate[Any, P], Awaitable[RawResponse[T]]]:
    """Wrap the async method of a resource to return the whole response."""

    async def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        made: RawResponse[T] = await _call(self, method, args, {**kwargs, MODE: "raw"})
        return made

    return _named(call, method)


def streaming_response(
    method: Callable[Concatenate[Any, P], T],
) -> Callable[Concatenate[Any, P], AbstractContextManager[StreamingResponse[T]]]:
    """Wrap the method of a resource to open the response, with its body unread, for `with`."""

    def call(
        self: Any, /, *args: P.args, **kwargs: P.kwargs
    ) -> AbstractContextManager[StreamingResponse[T]]:
        options = {**kwargs, MODE: "stream"}
        return _Stream(lambda: _call(self, method, args, options))

    return _named(call, method)


def async_streaming_response(
    method: Callable[Concatenate[Any, P], Awaitable[T]],
) -> Callable[Concatenate[Any, P], AbstractAsyncContextManager[AsyncStreamingResponse[T]]]:
    """Wrap the async method of a resource to open the response, for `async with`."""

    def call(
        self: Any, /, *args: P.args, **kwargs: P.kwargs
    ) -> AbstractAsyncContextManager[AsyncStreamingResponse[T]]:
        options = {**kwargs, MODE: "stream"}
        return _AsyncStream(lambda: _call(self, method, args, options))

    return _named(call, method)


def _call(
    wrapper: Any, method: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
) -> Any:
    """Call a method of the wrapper's resource, whose class may override it."""
    made = getattr(wrapper._resource, method.__name__)(*args, **kwargs)
    # A pager sends nothing until it is used; the response is that of the first page.
    return made.first_page() if hasattr(made, "first_page") else made


def _named(call: Callable[P, T], method: Callable[..., object]) -> Callable[P, T]:
    update_wrapper(call, method, ("__name__", "__doc__", "__annotations__"), ())
    return call


def _source(response: Response) -> Source:
    return cast("Source", response.source)


def _async_source(response: Response) -> AsyncSource:
    return cast("AsyncSource", response.source)


publish("types", AsyncStreamingResponse, RawResponse, StreamingResponse)

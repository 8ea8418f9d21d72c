"""Streams of results: server-sent events and JSON Lines."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import AbstractAsyncContextManager, suppress
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from msgspec import Struct

from ..errors import APIError, APIResponseError, APIStatusError
from ..http.events import Event, EventReader, LineReader
from ..http.message import AsyncSource, Headers, Response, Source
from ..lazy import publish
from .caller import AsyncCaller, SyncCaller
from .operation import Operation, RequestOptions
from .responses import STREAM

T = TypeVar("T")

LONGEST_ITEM = 256 * 1024 * 1024
"""The largest event or line, in bytes."""
_DONE = b"[DONE]"


class ServerSentEvent(Struct, frozen=True, kw_only=True):
    """An event, for operations whose events have no type."""

    event: str = "message"
    """Its name."""
    data: str = ""
    """Its data; lines are joined by a line feed."""
    id: str = ""
    """The last event id of the stream so far."""
    retry: int | None = None
    """Milliseconds to wait before reconnecting, as last sent by the service."""


class StreamError(APIResponseError):
    """The service ended a stream with an error event.

    Attributes:
        code: The service's own error code, or None.
        body: The error: a model where the API describes one, else JSON data, else text.
    """

    def __init__(
        self, message: str, response: Response, *, code: str | None = None, body: object = None
    ) -> None:
        """Store the contents of the event."""
        super().__init__(message, response)
        self.code = code
        self.body = body


class _Stream(Generic[T]):
    """The common base of both streams."""

    __slots__ = (
        "_done",
        "_ends",
        "_event",
        "_fail",
        "_note",
        "_operation",
        "_read",
        "_reader",
        "_response",
    )

    def __init__(
        self,
        response: Response,
        operation: Operation[T],
        read: Callable[[bytes, Any], T],
        fail: Callable[[bytes], APIStatusError],
        note: Callable[[APIError], None],
    ) -> None:
        """Store an open response, and functions for items, error events and exceptions.

        `read` decodes an item of a type, `fail` an error event; `note` completes an exception.
        """
        self._response = response
        self._operation = operation
        self._read = read
        self._fail = fail
        self._note = note
        self._reader = EventReader() if operation.stream == "sse" else LineReader()
        self._done = False
        self._event = ""
        self._ends = {_DONE, operation.end.encode() or _DONE}

    @property
    def status_code(self) -> int:
        """The HTTP status of the response."""
        return self._response.status_code

    @property
    def headers(self) -> Headers:
        """The headers of the response; names in any case."""
        return self._response.headers

    @property
    def request_id(self) -> str | None:
        """The id that the service gave to the call, or None."""
        return self._response.request_id

    @property
    def event(self) -> str:
        """The name of the last event, as in `event: ping`; "" before the first one."""
        return self._event

    @property
    def last_event_id(self) -> str:
        """The last event id so far; "" if there was none."""
        return self._reader.last_id

    @property
    def retry(self) -> int | None:
        """Milliseconds to wait before reconnecting, as last sent by the service, or None."""
        return self._reader.retry

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._operation.name}, HTTP {self.status_code}>"

    def _check(self) -> None:
        """Reject a response that is not an event stream."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if self._operation.stream == "sse" and kind not in {"", "text/event-stream"}:
            message = f"the response is not an event stream but {kind[:80]}"
            raise APIResponseError(message, self._response)

    def _take(self, events: Iterable[Event]) -> Iterator[T]:
        """Yield the results of events; set `_done` at the last one."""
        operation, of_events = self._operation, self._operation.stream == "sse"
        for event in events:
            if of_events and event.data.strip() in self._ends:
                self._done = True
                return
            if of_events and event.name == "error":
                error = self._fail(event.data)
                raise StreamError(error.message, error.response, code=error.code, body=error.body)
            self._event = event.name
            type_ = operation.by_event.get(event.name, operation.result)
            if of_events and (type_ is str or type_ is ServerSentEvent):
                yield cast("T", self._plain(event, type_))
            elif event.data:
                yield self._read(event.data, type_)
        if self._reader.size > LONGEST_ITEM:
            raise APIResponseError("an item of the stream is too large", self._response)

    def _plain(self, event: Event, type_: type) -> str | ServerSentEvent:
        data = event.data.decode("utf-8", "replace")
        if type_ is str:
            return data
        return ServerSentEvent(
            event=event.name, data=data, id=self.last_event_id, retry=self._reader.retry
        )

    def _failed(self, error: APIError) -> None:
        """Complete an error, and detach it from the connection, which cannot be pickled."""
        from ..reporting.frames import trim

        self._response.source = None
        self._note(error)
        trim(error)


class Stream(_Stream[T], Iterator[T]):
    """Results as they come; use it in a `with` statement, or iterate to the end.

    Raises, while it is iterated:
        APIConnectionError: The stream ended early, or stalled.
        StreamError: The service sent an error event.
        APIResponseError: An item is not JSON.
    """

    __slots__ = ("_items", "_source")

    def __init__(self, *arguments: Any) -> None:
        """See `_Stream`."""
        super().__init__(*arguments)
        content = self._response.content
        source = cast("Source | None", self._response.source)
        self._source: Source = _Whole(content) if source is None else source
        self._items = self._run()

    def __next__(self) -> T:
        """Wait for the next result."""
        return next(self._items)

    def close(self) -> None:
        """Close without reading the rest; idempotent."""
        self._items.close()
        self._source.close()

    def __enter__(self) -> Self:
        """Return the stream."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the stream."""
        self.close()

    def __del__(self) -> None:
        """Give the connection back if the stream is dropped before its end."""
        if hasattr(self, "_items"):
            self.close()

    def _run(self) -> Generator[T, None, None]:
        try:
            self._check()
            for piece in self._source.iter_bytes():
                yield from self._take(self._reader.feed(piece))
                if self._done:
                    return
            yield from self._take(self._reader.end())
        except APIError as error:
            self._failed(error)
            raise
        finally:
            self._source.close()


class AsyncStream(_Stream[T], AsyncIterator[T]):
    """Results as they come; use it in an `async with` statement, or iterate to the end.

    Raises, while it is iterated:
        APIConnectionError: The stream ended early, or stalled.
        StreamError: The service sent an error event.
        APIResponseError: An item is not JSON.
    """

    __slots__ = ("_items", "_source")

    def __init__(self, *arguments: Any) -> None:
        """See `_Stream`."""
        super().__init__(*arguments)
        content = self._response.content
        source = cast("AsyncSource | None", self._response.source)
        self._source: AsyncSource = _AsyncWhole(content) if source is None else source
        self._items = self._run()

    async def __anext__(self) -> T:
        """Wait for the next result."""
        return await anext(self._items)

    async def close(self) -> None:
        """Close without reading the rest; idempotent."""
        with suppress(RuntimeError):  # Another task is waiting for the next result.
            await self._items.aclose()
        await self._source.close()

    async def __aenter__(self) -> Self:
        """Return the stream."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the stream."""
        await self.close()

    async def _run(self) -> AsyncGenerator[T, None]:
        try:
            self._check()
            async for piece in self._source.iter_bytes():
                for item in self._take(self._reader.feed(piece)):
                    yield item
                if self._done:
                    return
            for item in self._take(self._reader.end()):
                yield item
        except APIError as error:
            self._failed(error)
            raise
        finally:
            await self._source.close()


class AsyncStreamCall(
    Coroutine[Any, Any, AsyncStream[T]], AbstractAsyncContextManager[AsyncStream[T]]
):
    """A call that returns a stream: use it in an `async with` statement, or await it."""

    __slots__ = ("_call", "_stream")

    def __init__(self, call: Coroutine[Any, Any, AsyncStream[T]]) -> None:
        """Store the call, which begins when it is awaited."""
        self._call = call

    def __await__(self) -> Generator[Any, Any, AsyncStream[T]]:
        """Open the stream."""
        return self._call.__await__()

    async def __aenter__(self) -> AsyncStream[T]:
        """Open the stream."""
        self._stream = await self._call
        return self._stream

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the stream."""
        await self._stream.close()

    def send(self, value: Any) -> Any:
        """See `Coroutine.send`, which lets tasks run the call."""
        return self._call.send(value)

    def throw(self, *error: Any) -> Any:
        """See `Coroutine.throw`."""
        return self._call.throw(*error)

    def close(self) -> None:
        """See `Coroutine.close`."""
        self._call.close()


class _Whole:
    """A body that is in memory."""

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        self._content = content

    def iter_bytes(self) -> Iterator[bytes]:
        yield self._content

    def read(self) -> bytes:
        return self._content

    def close(self) -> None:
        pass


class _AsyncWhole:
    """The async counterpart of `_Whole`."""

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        yield self._content

    async def read(self) -> bytes:
        return self._content

    async def close(self) -> None:
        pass


def open_stream(
    caller: SyncCaller,
    operation: Operation[T],
    options: RequestOptions,
    *,
    params: Mapping[str, object] | None = None,
    body: object = None,
) -> Stream[T]:
    """Call an operation whose response is a stream; arguments and errors as `SyncCaller.call`."""
    chosen = cast("RequestOptions", {**options, STREAM: Stream})
    return cast("Stream[T]", caller.call(operation, chosen, params=params, body=body))


def open_async_stream(
    caller: AsyncCaller,
    operation: Operation[T],
    options: RequestOptions,
    *,
    params: Mapping[str, object] | None = None,
    body: object = None,
) -> AsyncStreamCall[T]:
    """Call an operation whose response is a stream; arguments and errors as `AsyncCaller.call`."""
    chosen = cast("RequestOptions", {**options, STREAM: AsyncStream})
    call = caller.call(operation, chosen, params=params, body=body)
    return AsyncStreamCall(cast("Coroutine[Any, Any, AsyncStream[T]]", call))


def with_property(options: RequestOptions, name: str, value: object) -> RequestOptions:
    """Return options that also add a property to the body, unless its value is None."""
    if value is None:
        return options
    return {**options, "extra_body": {name: value, **options.get("extra_body", {})}}


publish("errors", StreamError)
publish("types", AsyncStream, AsyncStreamCall, ServerSentEvent, Stream)

"""The transport for `http_client`: sends through the user's own httpx2 client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2

from ..errors import APIError, ClientClosedError
from .decompression import NotCompressedError, TooLargeError
from .exceptions import to_api_error
from .message import Request, Response, framing
from .response_body import AsyncResponseBody, ResponseBody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .message import Body, RawHeaders

_CAUGHT = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError)


class HTTPX2Transport:
    """Sends requests with an `httpx2.Client`, which stays open."""

    def __init__(self, client: httpx2.Client, max_bytes: int | None) -> None:
        """Store the user's client, and the largest body to read into memory."""
        self._client = client
        self._max_bytes = max_bytes
        self._closed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def send(self, request: Request) -> Response:
        """Send a request, and read the body unless `request.stream` is true.

        Raises:
            APIConnectionError: No complete response arrived.
            APIResponseError: The body is too large or wrongly compressed.
        """
        _check(self._closed, self._client)
        response: Response | None = None
        try:
            built = _build(self._client, request)
            reply = self._client.send(built, stream=True, follow_redirects=False)
            response = Response(reply.status_code, reply.headers.raw)
            source = ResponseBody(
                response,
                reply.iter_bytes,
                reply.close,
                packed=False,
                caught=_CAUGHT,
                fail=_failure,
            )
            if request.stream:
                response.source = source
            else:
                source.fill(self._max_bytes)
        except (*_CAUGHT, TooLargeError) as error:
            failure = _failure(error, response)
        else:
            return response
        # Outside of the handler, so that the original, which may hold secrets, is not chained.
        raise failure

    def close(self) -> None:
        """Refuse further requests; idempotent."""
        self._closed = True


class AsyncHTTPX2Transport:
    """The async counterpart of `HTTPX2Transport`."""

    def __init__(self, client: httpx2.AsyncClient, max_bytes: int | None) -> None:
        """Store the user's client, and the largest body to read into memory."""
        self._client = client
        self._max_bytes = max_bytes
        self._closed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    async def send(self, request: Request) -> Response:
        """Send a request; as `HTTPX2Transport.send`."""
        _check(self._closed, self._client)
        response: Response | None = None
        try:
            built = _build(self._client, request)
            reply = await self._client.send(built, stream=True, follow_redirects=False)
            response = Response(reply.status_code, reply.headers.raw)
            source = AsyncResponseBody(
                response,
                reply.aiter_bytes,
                reply.aclose,
                packed=False,
                caught=_CAUGHT,
                fail=_failure,
            )
            if request.stream:
                response.source = source
            else:
                await source.fill(self._max_bytes)
        except (*_CAUGHT, TooLargeError) as error:
            failure = _failure(error, response)
        else:
            return response
        raise failure

    async def close(self) -> None:
        """Refuse further requests; idempotent."""
        self._closed = True


class _Upload(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A request body that is read while it is sent."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._body)


def _failure(error: Exception, response: Response | None) -> APIError:
    if isinstance(error, httpx2.DecodingError):
        error = NotCompressedError()
    elif isinstance(error, httpx2.InvalidURL):
        error = httpx2.LocalProtocolError("")
    return to_api_error(httpx2, error, response)


def _check(closed: bool, client: httpx2.Client | httpx2.AsyncClient) -> None:
    """Raise if a client was closed, perhaps while the call waited for its next try."""
    if closed:
        raise ClientClosedError("the client was closed during the call")
    if client.is_closed:
        raise ClientClosedError("the http_client that was given is closed")


def _build(client: httpx2.Client | httpx2.AsyncClient, request: Request) -> httpx2.Request:
    content = request.content
    streamed = None if content is None or isinstance(content, bytes) else _Upload(content)
    headers: RawHeaders = request.raw_headers + (framing(request) if streamed else [])
    built = client.build_request(
        request.method,
        request.url,
        headers=headers,
        content=content if isinstance(content, bytes) else None,
        timeout=httpx2.Timeout(**request.timeout),
    )
    if streamed is not None:
        built.stream = streamed
    return built

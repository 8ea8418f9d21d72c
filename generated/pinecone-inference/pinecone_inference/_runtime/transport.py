"""The way to the network: the only module that knows httpx2.

Its transports are used directly. The clients of httpx2 do for every call what is done here once
(URLs, headers, redirects, cookies), which costs more than sending.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx2
from msgspec import Struct

from .errors import (
    APIConnectionError,
    APIError,
    APIResponseError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    IncompleteResponseError,
)
from .log import logger
from .message import RawHeaders, Request, Response, framing
from .proxies import proxy_for

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import AsyncIterator, Iterator

    from .message import Body
    from .options import Connections

_CAUGHT = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError)
_MOST_TARGETS = 256

K = TypeVar("K")
V = TypeVar("V")


class _Route(Struct, frozen=True):
    """What decides which pool a request goes through."""

    tls: bool
    proxy: str | None


class _Target(Struct, frozen=True):
    """What is worked out once for a URL."""

    url: httpx2.URL
    host: tuple[bytes, bytes]
    route: _Route


class _Home(Generic[K, V]):
    """The pools of one process."""

    __slots__ = ("lock", "pools")

    def __init__(self) -> None:
        self.lock = Lock()
        self.pools: dict[K, V] = {}


class _TooLargeError(Exception):
    """A body is larger than allowed."""


class _Router:
    """From URLs to pools; shared by both transports."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._targets: dict[str, _Target] = {}
        self._context: ssl.SSLContext | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _check(self, client: httpx2.Client | httpx2.AsyncClient | None = None) -> None:
        """Refuse to send after `close`: a call may have waited for its next try meanwhile."""
        if self._closed:
            raise ClientClosedError("the client was closed during the call")
        if client is not None and client.is_closed:
            raise ClientClosedError("the http_client that was given is closed")

    def _target(self, url: str) -> _Target:
        found = self._targets.get(url)
        if found is None:
            parsed = httpx2.URL(url)
            netloc = parsed.netloc.decode("ascii")
            proxy = proxy_for(parsed.scheme, parsed.host, netloc, self._connections)
            route = _Route(parsed.scheme == "https", proxy)
            found = _Target(parsed, (b"Host", parsed.netloc), route)
            if len(self._targets) >= _MOST_TARGETS:
                self._targets.clear()
            self._targets[url] = found
        return found

    def _build(self, request: Request, target: _Target) -> httpx2.Request:
        content = request.content or b""
        return httpx2.Request(
            request.method,
            target.url,
            headers=[target.host, *request.raw_headers, *framing(request)],
            stream=httpx2.ByteStream(content) if isinstance(content, bytes) else _Upload(content),
            extensions={"timeout": request.timeout},
        )

    def _arguments(self, route: _Route) -> dict[str, Any]:
        """Return the arguments of httpx2's transports for a route."""
        connections = self._connections
        limits = connections.limits
        if connections.http2:
            _need_h2()
        secure = route.tls or (route.proxy or "").startswith("https:")
        if self._context is None and secure:
            self._context = ssl_context(connections)
        return {
            # Loading the authorities takes 20 ms, and plain HTTP has no use for them.
            "verify": self._context if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            "http2": connections.http2,
            "limits": httpx2.Limits(
                max_connections=limits.max_connections,
                max_keepalive_connections=limits.max_keepalive,
                keepalive_expiry=limits.keepalive_expiry,
            ),
            "proxy": route.proxy,
        }


class HTTPTransport(_Router):
    """Sends requests, blocking. Safe to use from several threads, and after a fork."""

    def __init__(self, connections: Connections, client: httpx2.Client | None = None) -> None:
        """Use `client` as it is, if given; else pools of our own."""
        super().__init__(connections)
        self._client = client
        # Those of the parent process are kept too, so that this one does not shut them down.
        self._homes: dict[int, _Home[_Route, httpx2.HTTPTransport]] = {}

    def send(self, request: Request) -> Response:
        """Send, and read the body unless `request.stream`.

        Raises:
            APIConnectionError: No answer came, or not all of it.
            APIResponseError: The body is too large or wrongly compressed.
        """
        response: Response | None = None
        try:
            reply = self._exchange(request)
            response = Response(reply.status_code, reply.headers.raw)
            source = _Source(reply, response)
            if request.stream:
                response.source = source
            else:
                source.fill(self._connections.max_response_bytes)
        except (*_CAUGHT, _TooLargeError) as error:
            failure = _translated(error, response)
        else:
            return response
        # Outside of the handler: the original may hold header values, and must not be chained.
        raise failure

    def close(self) -> None:
        """Close every pool; idempotent. A client of the user stays open."""
        home = _home(self._homes)
        with home.lock:
            self._closed = True
            pools, home.pools = home.pools, {}
        for pool in pools.values():
            pool.close()

    def __del__(self) -> None:
        # A client that is only forgotten leaves no open sockets behind.
        if getattr(self, "_homes", None):
            self.close()

    def _exchange(self, request: Request) -> httpx2.Response:
        client = self._client
        if client is None:
            target = self._target(request.url)
            return self._pool(target.route).handle_request(self._build(request, target))
        self._check(client)
        return client.send(_build_with(client, request), stream=True, follow_redirects=False)

    def _pool(self, route: _Route) -> httpx2.HTTPTransport:
        home = _home(self._homes)
        pool = home.pools.get(route)
        if pool is None:
            with home.lock:
                self._check()
                pool = home.pools.get(route)
                if pool is None:
                    pool = home.pools[route] = httpx2.HTTPTransport(**self._arguments(route))
        return pool


class AsyncHTTPTransport(_Router):
    """Sends requests, awaiting. Each event loop has its own pools."""

    def __init__(self, connections: Connections, client: httpx2.AsyncClient | None = None) -> None:
        """Use `client` as it is, if given; else pools of our own."""
        super().__init__(connections)
        self._client = client
        self._homes: dict[
            int, _Home[AbstractEventLoop, dict[_Route, httpx2.AsyncHTTPTransport]]
        ] = {}

    async def send(self, request: Request) -> Response:
        """Send, and read the body unless `request.stream`.

        Raises:
            APIConnectionError: No answer came, or not all of it.
            APIResponseError: The body is too large or wrongly compressed.
        """
        response: Response | None = None
        try:
            reply = await self._exchange(request)
            response = Response(reply.status_code, reply.headers.raw)
            source = _AsyncSource(reply, response)
            if request.stream:
                response.source = source
            else:
                await source.fill(self._connections.max_response_bytes)
        except (*_CAUGHT, _TooLargeError) as error:
            failure = _translated(error, response)
        else:
            return response
        raise failure

    async def close(self) -> None:
        """Close the pools of this event loop; idempotent. A client of the user stays open."""
        self._closed = True
        self._forget_ended()
        pools = _home(self._homes).pools.pop(_loop(), {})
        for pool in pools.values():
            await pool.aclose()

    def _forget_ended(self) -> None:
        """Let go of the connections of loops that have ended: nobody can close them any more."""
        pools = _home(self._homes).pools
        for loop in list(pools):
            if loop.is_closed():
                pools.pop(loop, None)

    async def _exchange(self, request: Request) -> httpx2.Response:
        client = self._client
        if client is None:
            target = self._target(request.url)
            pool = self._pool(target.route)
            return await pool.handle_async_request(self._build(request, target))
        self._check(client)
        built = _build_with(client, request)
        return await client.send(built, stream=True, follow_redirects=False)

    def _pool(self, route: _Route) -> httpx2.AsyncHTTPTransport:
        loop, home = _loop(), _home(self._homes)
        pools = home.pools.get(loop)
        if pools is None:
            self._forget_ended()
            pools = home.pools[loop] = {}
        pool = pools.get(route)
        if pool is None:
            self._check()
            pool = pools[route] = httpx2.AsyncHTTPTransport(**self._arguments(route))
        return pool


class _Upload(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """The body of a request that is read while it is sent."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._body)


def _allow(size: int, most: int | None) -> None:
    if most is not None and size > most:
        raise _TooLargeError


class _Source:
    """The body of a reply."""

    __slots__ = ("_reply", "_response")

    def __init__(self, reply: httpx2.Response, response: Response) -> None:
        self._reply = reply
        self._response = response

    def fill(self, most: int | None) -> None:
        """Read the body into the response, as far as it comes."""
        pieces: list[bytes] = []
        size = 0
        try:
            for piece in self._reply.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                _allow(size, most)
        except BaseException:
            self._reply.close()
            raise
        finally:
            self._response.content = pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def read(self) -> bytes:
        return b"".join(self.iter_bytes())

    def iter_bytes(self) -> Iterator[bytes]:
        try:
            yield from self._reply.iter_bytes()
        except _CAUGHT as error:
            failure = _translated(error, self._response)
        else:
            return
        finally:
            self._reply.close()
        raise failure

    def close(self) -> None:
        self._reply.close()


class _AsyncSource:
    """The body of a reply to an async request."""

    __slots__ = ("_reply", "_response")

    def __init__(self, reply: httpx2.Response, response: Response) -> None:
        self._reply = reply
        self._response = response

    async def fill(self, most: int | None) -> None:
        """Read the body into the response, as far as it comes."""
        pieces: list[bytes] = []
        size = 0
        try:
            async for piece in self._reply.aiter_bytes():
                pieces.append(piece)
                size += len(piece)
                _allow(size, most)
        except BaseException:
            await self._reply.aclose()
            raise
        finally:
            self._response.content = pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def read(self) -> bytes:
        return b"".join([piece async for piece in self.iter_bytes()])

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._reply.aiter_bytes():
                yield piece
        except _CAUGHT as error:
            failure = _translated(error, self._response)
        else:
            return
        finally:
            await self._reply.aclose()
        raise failure

    async def close(self) -> None:
        await self._reply.aclose()


def ssl_context(connections: Connections) -> ssl.SSLContext:
    """Return the TLS settings that `verify` and `cert` ask for.

    Raises:
        ConfigurationError: A file cannot be read.
    """
    verify, cert = connections.verify, connections.cert
    try:
        if isinstance(verify, ssl.SSLContext):
            context = verify
        elif isinstance(verify, bool):
            context = httpx2.create_ssl_context(verify=verify, trust_env=connections.trust_env)
        else:
            folder = Path(verify).is_dir()
            context = ssl.create_default_context(
                cafile=None if folder else verify, capath=verify if folder else None
            )
        if cert is not None:
            context.load_cert_chain(*((cert,) if isinstance(cert, str) else cert))
    except OSError as error:
        raise ConfigurationError(
            f"verify or cert: cannot be loaded ({type(error).__name__})"
        ) from None
    if verify is False:
        logger.warning("verify=False: the service's identity is not checked")
    return context


def _build_with(client: httpx2.Client | httpx2.AsyncClient, request: Request) -> httpx2.Request:
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


def _home(homes: dict[int, _Home[K, V]]) -> _Home[K, V]:
    """Return what belongs to this process: a fork leaves the parent's pools, and locks, behind."""
    pid = os.getpid()
    return homes.get(pid) or homes.setdefault(pid, _Home())


def _loop() -> AbstractEventLoop:
    from asyncio import get_running_loop

    return get_running_loop()


def _need_h2() -> None:
    from importlib.util import find_spec

    if find_spec("h2") is None:
        raise ConfigurationError("http2=True needs the package h2: pip install h2")


def _translated(error: Exception, response: Response | None) -> APIError:
    """Return our error for one of httpx2's. Its text is kept only where it holds no secret."""
    if response is not None:
        # Errors can be pickled; a connection, which a streaming answer still holds, cannot.
        response = Response(response.status_code, response.headers, response.content)
    if isinstance(error, _TooLargeError) and response is not None:
        return APIResponseError("the answer is larger than max_response_bytes", response)
    if isinstance(error, httpx2.TimeoutException):
        return APITimeoutError(_timeout_text(error))
    if isinstance(error, httpx2.DecodingError) and response is not None:
        return APIResponseError("the answer is not compressed as it says", response)
    if response is not None:
        return IncompleteResponseError("the answer broke off", response)
    failure = APIConnectionError(_connection_text(error))
    hopeless = (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol, httpx2.InvalidURL)
    if isinstance(error, hopeless) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        failure.retryable = False
    return failure


def _timeout_text(error: httpx2.TimeoutException) -> str:
    if isinstance(error, httpx2.ConnectTimeout):
        return "no connection within the time allowed"
    if isinstance(error, httpx2.PoolTimeout):
        return "no free connection within the time allowed"
    if isinstance(error, httpx2.WriteTimeout):
        return "the request could not be sent within the time allowed"
    return "no answer within the time allowed"


def _connection_text(error: Exception) -> str:
    if isinstance(error, httpx2.ConnectError | httpx2.ProxyError):
        return f"cannot connect: {error}"
    if isinstance(error, httpx2.RemoteProtocolError):
        return "the service closed the connection, or did not answer in HTTP"
    if isinstance(
        error, httpx2.LocalProtocolError | httpx2.InvalidURL | httpx2.UnsupportedProtocol
    ):
        return "the request cannot be sent as it is"
    return f"the connection broke ({type(error).__name__})"

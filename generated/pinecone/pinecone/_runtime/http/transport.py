"""The default transport, over the connection pools of httpcore2.

The clients of httpx2 would parse URLs, merge headers and handle cookies and redirects for every
call, which costs more than sending.
"""

from __future__ import annotations

import os
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, urlsplit

import httpcore2
from msgspec import Struct

from ..errors import ClientClosedError
from .decompression import NotCompressedError, TooLargeError
from .exceptions import to_api_error
from .message import Request, Response, framing
from .network import AsyncBackend, Backend, pool_options
from .proxies import proxy_for
from .response_body import AsyncResponseBody, ResponseBody

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from ..call.options import Connections

_CAUGHT = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
    NotCompressedError,
    TooLargeError,
    OSError,
)
_MOST_TARGETS = 256
_LONGEST_LABEL = 64
_SAFE = "/:?#[]@!$&'()*+,;=-._~%"
_PORTS = {"http": 80, "https": 443}

K = TypeVar("K")
V = TypeVar("V")

_failure = partial(to_api_error, httpcore2)


class _Route(Struct, frozen=True):
    """The key of a connection pool."""

    tls: bool
    proxy: str | None


class _Target(Struct, frozen=True):
    """A parsed URL, and the pool for it."""

    url: httpcore2.URL
    host: tuple[bytes, bytes]
    route: _Route


class _ProcessPools(Generic[K, V]):
    """The pools of one process."""

    __slots__ = ("lock", "pools")

    def __init__(self) -> None:
        self.lock = Lock()
        self.pools: dict[K, V] = {}


class _Router:
    """URLs and pools; shared by both transports."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._targets: dict[str, _Target] = {}
        self._closed = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _check(self) -> None:
        """Raise if the client was closed, perhaps while the call waited for its next try."""
        if self._closed:
            raise ClientClosedError("the client was closed during the call")

    def _target(self, url: str) -> _Target:
        found = self._targets.get(url)
        if found is None:
            found = self._parse(url)
            if len(self._targets) >= _MOST_TARGETS:
                self._targets.clear()
            self._targets[url] = found
        return found

    def _parse(self, url: str) -> _Target:
        try:
            parts = urlsplit(url)
            host, port = _ascii(parts.hostname or ""), parts.port
        except ValueError:
            raise httpcore2.LocalProtocolError("not a URL") from None
        if port == _PORTS.get(parts.scheme):
            port = None
        netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
        path = quote(parts.path or "/", safe=_SAFE)
        query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
        proxy = proxy_for(parts.scheme, host, port, self._connections)
        return _Target(
            httpcore2.URL(scheme=parts.scheme, host=host, port=port, target=path + query),
            (b"Host", netloc.encode()),
            _Route(parts.scheme == "https", proxy),
        )

    def _build(self, request: Request, target: _Target) -> httpcore2.Request:
        return httpcore2.Request(
            request.method,
            target.url,
            headers=[target.host, *request.raw_headers, *framing(request)],
            content=request.content,
            extensions={"timeout": request.timeout},
        )

    def _options(self, route: _Route) -> dict[str, Any]:
        """Return the arguments of a pool for a route."""
        return pool_options(self._connections, route.proxy, tls=route.tls)


class HTTPTransport(_Router):
    """Sends requests, blocking. Safe to use from several threads, and after a fork."""

    def __init__(self, connections: Connections) -> None:
        """Store the settings; the first request opens a connection."""
        super().__init__(connections)
        # Pools of the parent process are kept too: closing them here would end its connections.
        self._homes: dict[int, _ProcessPools[_Route, httpcore2.ConnectionPool]] = {}

    def send(self, request: Request) -> Response:
        """Send a request, and read the body unless `request.stream` is true.

        Raises:
            APIConnectionError: No complete response arrived.
            APIResponseError: The body is too large or wrongly compressed.
        """
        response: Response | None = None
        try:
            target = self._target(request.url)
            reply = self._pool(target.route).handle_request(self._build(request, target))
            if self._closed:  # The pool does not close a connection that opened after `close`.
                _stream_of(reply).close()
                self._check()
            response = Response(reply.status, reply.headers)
            source = ResponseBody(
                response,
                reply.iter_stream,
                reply.close,
                packed=True,
                caught=_CAUGHT,
                fail=_failure,
            )
            if request.stream:
                response.source = source
            else:
                source.fill(self._connections.max_response_bytes)
        except _CAUGHT as error:
            failure = _failure(error, response)
        else:
            return response
        # Outside of the handler, so that the original, which may hold secrets, is not chained.
        raise failure

    def close(self) -> None:
        """Close every pool; idempotent."""
        home = _home(self._homes)
        with home.lock:
            self._closed = True
            pools, home.pools = home.pools, {}
        for pool in pools.values():
            pool.close()

    def __del__(self) -> None:
        # A client that is dropped without `close` leaves no open sockets.
        if getattr(self, "_homes", None):
            self.close()

    def _pool(self, route: _Route) -> httpcore2.ConnectionPool:
        home = _home(self._homes)
        pool = home.pools.get(route)
        if pool is None:
            with home.lock:
                self._check()
                pool = home.pools.get(route)
                if pool is None:
                    options = self._options(route)
                    pool = httpcore2.ConnectionPool(network_backend=Backend(), **options)
                    home.pools[route] = pool
        return pool


class AsyncHTTPTransport(_Router):
    """Sends requests, awaiting. Each event loop has its own pools."""

    def __init__(self, connections: Connections) -> None:
        """Store the settings; the first request opens a connection."""
        super().__init__(connections)
        self._homes: dict[
            int, _ProcessPools[AbstractEventLoop, dict[_Route, httpcore2.AsyncConnectionPool]]
        ] = {}

    async def send(self, request: Request) -> Response:
        """Send a request, and read the body unless `request.stream` is true.

        Raises:
            APIConnectionError: No complete response arrived.
            APIResponseError: The body is too large or wrongly compressed.
        """
        response: Response | None = None
        try:
            target = self._target(request.url)
            pool = self._pool(target.route)
            reply = await pool.handle_async_request(self._build(request, target))
            if self._closed:  # The pool does not close a connection that opened after `close`.
                await _stream_of(reply).aclose()
                self._check()
            response = Response(reply.status, reply.headers)
            source = AsyncResponseBody(
                response,
                reply.aiter_stream,
                reply.aclose,
                packed=True,
                caught=_CAUGHT,
                fail=_failure,
            )
            if request.stream:
                response.source = source
            else:
                await source.fill(self._connections.max_response_bytes)
        except _CAUGHT as error:
            failure = _failure(error, response)
        else:
            return response
        raise failure

    async def close(self) -> None:
        """Close the pools of this event loop; idempotent."""
        self._closed = True
        self._forget_ended()
        pools = _home(self._homes).pools.pop(_loop(), {})
        for pool in pools.values():
            await pool.aclose()

    def _forget_ended(self) -> None:
        """Drop the pools of closed event loops: their connections cannot be closed any more."""
        pools = _home(self._homes).pools
        for loop in list(pools):
            if loop.is_closed():
                pools.pop(loop, None)

    def _pool(self, route: _Route) -> httpcore2.AsyncConnectionPool:
        loop, home = _loop(), _home(self._homes)
        pools = home.pools.get(loop)
        if pools is None:
            self._forget_ended()
            pools = home.pools[loop] = {}
        pool = pools.get(route)
        if pool is None:
            self._check()
            options = self._options(route)
            pool = httpcore2.AsyncConnectionPool(network_backend=AsyncBackend(), **options)
            pools[route] = pool
        return pool


def _ascii(host: str) -> str:
    """Return a host name in ASCII, as DNS requires.

    Raises:
        ValueError: It is not a host name.
    """
    if not host.isascii():
        from httpx2 import URL, InvalidURL

        try:
            host = URL(scheme="http", host=host).raw_host.decode()
        except InvalidURL:
            raise ValueError(host) from None
    if not all(0 < len(label) < _LONGEST_LABEL for label in host.removesuffix(".").split(".")):
        raise ValueError(host)
    return host


def _home(homes: dict[int, _ProcessPools[K, V]]) -> _ProcessPools[K, V]:
    """Return the pools of this process: after a fork, the child cannot use the parent's."""
    pid = os.getpid()
    return homes.get(pid) or homes.setdefault(pid, _ProcessPools())


def _loop() -> AbstractEventLoop:
    from asyncio import get_running_loop

    return get_running_loop()


def _stream_of(reply: httpcore2.Response) -> Any:
    """Return the connection that a response comes over."""
    return vars(reply)["extensions"]["network_stream"]  # httpcore2 does not type it.

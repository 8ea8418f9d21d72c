"""The transport for `transport="fast"`, over pyreqwest.

Clients reject settings that pyreqwest does not support. Its time limits belong to a pool, so there
is a pool for each set of limits. Requests that it would change are sent by the default transport.
"""

from __future__ import annotations

import os
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from ..call.options import Timeout
from ..data.guards import is_tuple
from ..errors import (
    APIConnectionError,
    APIError,
    APIResponseError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    IncompleteResponseError,
)
from ..reporting.log import logger
from .decompression import NotCompressedError, TooLargeError
from .message import RawHeaders, Request, Response, framing, path_of
from .proxies import proxy_for
from .response_body import AsyncResponseBody, ResponseBody

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Iterator, Mapping

    from ..call.options import Connections
    from .message import AsyncTransport, Transport

_MOST_TARGETS = 256
_MOST_POOLS = 8
_LARGEST_CONTENT = 1024 * 1024
_WRITE = Timeout().write


class _Pool(Struct, frozen=True):
    """The key of a connection pool."""

    proxy: str | None
    connect: float | None
    read: float | None
    pool: float | None


class _Failures(Struct):
    """The exceptions of pyreqwest, which may not be installed."""

    base: Any
    timeout: Any
    connect_timeout: Any
    pool_timeout: Any
    connect: Any
    decode: Any
    builder: Any


def check(options: Mapping[str, Any], package: str) -> str:
    """Reject unsupported options; return the name and version of the library.

    Raises:
        ConfigurationError: The library is not installed.
        TypeError: A setting is not supported.
    """
    if find_spec("pyreqwest") is None:
        raise ConfigurationError(
            f"transport='fast' needs the package pyreqwest: pip install '{package}[fast]'"
        )
    verify, cert = options.get("verify", True), options.get("cert")
    if not isinstance(verify, bool):
        raise TypeError(
            "verify: transport='fast' takes only True and False; the environment variable"
            " SSL_CERT_FILE can name other authorities"
        )
    if is_tuple(cert) and len(cert) > 2:
        raise TypeError("cert: transport='fast' cannot read keys that have a password")
    if not options.get("trust_env", True) and any(
        os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")
    ):
        raise TypeError("trust_env: transport='fast' always reads SSL_CERT_FILE and SSL_CERT_DIR")
    return f"pyreqwest/{import_module('pyreqwest').__version__}"


class _Pools:
    """Requests and pools; shared by both transports."""

    _builder: str
    _fallback: Any

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._targets: dict[str, tuple[bool, str | None]] = {}
        self._clients: dict[_Pool, Any] = {}
        self._lock = Lock()
        self._pid = os.getpid()
        self._closed = False
        self._fallback = None
        failures = import_module("pyreqwest.exceptions")
        self._failures = _Failures(
            failures.PyreqwestError,
            failures.RequestTimeoutError,
            failures.ConnectTimeoutError,
            failures.PoolTimeoutError,
            failures.ConnectError,
            failures.DecodeError,
            failures.BuilderError,
        )
        self.caught: tuple[type[Exception], ...] = (
            failures.PyreqwestError,
            NotCompressedError,
            TooLargeError,
            OSError,
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _client(self, request: Request) -> Any:
        """Return the pool for a request, or None if the default transport must send it."""
        if self._closed:
            raise ClientClosedError("the client was closed during the call")
        url, limit = request.url, request.timeout
        as_meant, proxy = self._targets.get(url) or self._target(url)
        if limit["write"] not in {limit["read"], _WRITE, None}:
            raise TypeError("timeout: transport='fast' has no limit for writing alone")
        if not as_meant or os.getpid() != self._pid or _is_upload(request):
            return None
        key = _Pool(proxy, limit["connect"], limit["read"], limit["pool"])
        found = self._clients.get(key)
        return self._open(key) if found is None else found

    def _target(self, url: str) -> tuple[bool, str | None]:
        """Return whether a URL is sent unchanged, and its proxy."""
        try:
            parsed = import_module("pyreqwest.http").Url(url)
        except ValueError:
            return False, None
        host, port = parsed.host_str or "", urlsplit(url).port
        proxy = proxy_for(parsed.scheme, host, port, self._connections)
        # The library resolves "..", "%2e" and "\\", which would change the path.
        as_meant = (parsed.path, parsed.query_string or "") == (path_of(url), _query_of(url))
        found = as_meant, proxy
        if len(self._targets) >= _MOST_TARGETS:
            self._targets.clear()
        self._targets[url] = found
        return found

    def _open(self, key: _Pool) -> Any:
        with self._lock:
            found = self._clients.get(key)
            if found is None:
                try:
                    found = self._build(key)
                except RuntimeError:
                    # After a fork, the library has no threads and cannot start new ones.
                    return None
                if len(self._clients) >= _MOST_POOLS:
                    # Calls that use it keep it alive.
                    del self._clients[next(iter(self._clients))]
                self._clients[key] = found
            return found

    def _build(self, key: _Pool) -> Any:
        connections, limits = self._connections, self._connections.limits
        builder: Any = getattr(import_module("pyreqwest.client"), self._builder)()
        builder = builder.follow_redirects(enable=False).referer(enable=False).no_proxy()
        # Bodies are decompressed here, where their size can be limited.
        builder = builder.gzip(enable=False).deflate(enable=False)
        builder = builder.brotli(enable=False).zstd(enable=False)
        builder = builder.http2(connections.http2).max_connections(limits.max_connections)
        if limits.max_keepalive is not None:
            builder = builder.pool_max_idle_per_host(limits.max_keepalive)
        builder = builder.pool_idle_timeout(_span(limits.keepalive_expiry))
        if key.connect is not None:
            builder = builder.connect_timeout(_span(key.connect))
        if key.read is not None:
            builder = builder.read_timeout(_span(key.read))
        if key.pool is not None:
            builder = builder.pool_timeout(_span(key.pool))
        if key.proxy is not None:
            builder = builder.proxy(self._proxy(key.proxy))
        if not connections.verify:
            logger.warning("verify=False: the certificate of the service is not verified")
            builder = builder.danger_accept_invalid_certs(enable=True)
        return self._identified(builder).build()

    def _proxy(self, url: str) -> Any:
        try:
            return import_module("pyreqwest.proxy").ProxyBuilder.all(url)
        except (ValueError, self._failures.base):
            failure = ConfigurationError("proxy: transport='fast' does not support this URL")
        raise failure

    def _identified(self, builder: Any) -> Any:
        """Add the client's certificate."""
        cert = self._connections.cert
        if cert is None:
            return builder
        return builder.identity_pem(b"\n".join(Path(path).read_bytes() for path in cert))

    def _prepare(self, client: Any, request: Request) -> Any:
        """Return the request for pyreqwest, with a response that is read in pieces."""
        headers = [*request.raw_headers, *framing(request)]
        builder = client.request(request.method, request.url).headers(
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        )
        if request.content is not None:
            builder = builder.body_bytes(request.content)
        return builder.streamed_read_buffer_limit(0).build_streamed()

    def to_api_error(self, error: Exception, response: Response | None) -> APIError:
        """Return the `APIError` for an exception of pyreqwest."""
        kinds = self._failures
        if response is not None:
            # Errors can be pickled; a connection, which a streaming response still holds, cannot.
            response = response.part(response.content)
            if isinstance(error, TooLargeError):
                return APIResponseError("the response is larger than max_response_bytes", response)
            if isinstance(error, NotCompressedError):
                return APIResponseError(
                    "the response is not compressed as its headers say", response
                )
        causes = _causes(error)
        connecting = any("(Connect)" in cause for cause in causes)
        if isinstance(error, kinds.timeout):
            if isinstance(error, kinds.pool_timeout):
                return APITimeoutError("no free connection within the time allowed")
            what = "connection" if connecting else "response"
            return APITimeoutError(f"no {what} within the time allowed")
        if response is not None:
            return IncompleteResponseError("the response ended early", response)
        failure = APIConnectionError(self._text(error, causes, connecting))
        failure.retryable = not (
            isinstance(error, kinds.builder) or "CERTIFICATE_VERIFY_FAILED" in failure.message
        )
        return failure

    def _text(self, error: Exception, causes: list[str], connecting: bool) -> str:
        if isinstance(error, self._failures.builder):
            return "the request cannot be sent"
        if connecting:
            # Only the last cause: the others include the URL with its query.
            reason = causes[-1]
            refused = reason.startswith("invalid peer certificate")
            return f"cannot connect: {'CERTIFICATE_VERIFY_FAILED: ' * refused}{reason}"
        if isinstance(error, self._failures.decode) or any("closed" in text for text in causes):
            return "the service closed the connection, or did not respond in HTTP"
        return f"the connection broke ({type(error).__name__})"


class FastTransport(_Pools):
    """Sends requests, blocking. Safe to use from several threads.

    A forked child uses the default transport, because it has no threads of the library.
    """

    _builder = "SyncClientBuilder"
    _fallback: Transport | None

    def send(self, request: Request) -> Response:
        """Send a request, and read the body unless `request.stream` is true.

        Raises:
            APIConnectionError: No complete response arrived.
            APIResponseError: The body is too large or wrongly compressed.
        """
        client = self._client(request)
        if client is None:
            return self._fallback_transport().send(request)
        response: Response | None = None
        try:
            opened = self._prepare(client, request)
            made = opened.__enter__()
            response = Response(made.status, _raw(made.headers))
            reply = _Reply(opened, made.body_reader)
            source = ResponseBody(
                response,
                reply.read,
                reply.close,
                packed=True,
                caught=self.caught,
                fail=self.to_api_error,
            )
            if request.stream:
                response.source = source
            else:
                source.fill(self._connections.max_response_bytes)
        except self.caught as error:
            failure = self.to_api_error(error, response)
        else:
            return response
        # Outside of the handler, so that the original, which may hold secrets, is not chained.
        raise failure

    def close(self) -> None:
        """Close every pool; idempotent."""
        self._closed = True
        clients, self._clients = self._clients, {}
        if self._fallback is not None:
            self._fallback.close()
        if os.getpid() == self._pid:
            for client in clients.values():
                client.close()

    def _fallback_transport(self) -> Transport:
        if self._fallback is None:
            from .transport import HTTPTransport

            self._fallback = HTTPTransport(self._connections)
        return self._fallback


class AsyncFastTransport(_Pools):
    """Sends requests, awaiting; as `FastTransport`."""

    _builder = "ClientBuilder"
    _fallback: AsyncTransport | None

    async def send(self, request: Request) -> Response:
        """Send a request, and read the body unless `request.stream` is true.

        Raises:
            APIConnectionError: No complete response arrived.
            APIResponseError: The body is too large or wrongly compressed.
        """
        client = self._client(request)
        if client is None:
            return await self._fallback_transport().send(request)
        response: Response | None = None
        try:
            opened = self._prepare(client, request)
            made = await opened.__aenter__()
            response = Response(made.status, _raw(made.headers))
            reply = _AsyncReply(opened, made.body_reader)
            source = AsyncResponseBody(
                response,
                reply.read_concurrently if request.stream else reply.read,
                reply.close,
                packed=True,
                caught=self.caught,
                fail=self.to_api_error,
            )
            if request.stream:
                response.source = source
            else:
                await source.fill(self._connections.max_response_bytes)
        except self.caught as error:
            failure = self.to_api_error(error, response)
        else:
            return response
        raise failure

    async def close(self) -> None:
        """Close every pool; idempotent."""
        self._closed = True
        clients, self._clients = self._clients, {}
        if self._fallback is not None:
            await self._fallback.close()
        if os.getpid() == self._pid:
            for client in clients.values():
                await client.close()

    def _fallback_transport(self) -> AsyncTransport:
        if self._fallback is None:
            from .transport import AsyncHTTPTransport

            self._fallback = AsyncHTTPTransport(self._connections)
        return self._fallback


class _Reply:
    """A response of the library, as `ResponseBody` reads it."""

    __slots__ = ("_opened", "_read")

    def __init__(self, opened: Any, reader: Any) -> None:
        self._opened = opened
        self._read = reader.read_chunk

    def read(self) -> Iterator[bytes]:
        while (chunk := self._read()) is not None:
            yield chunk.to_bytes()

    def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.__exit__(None, None, None)


class _AsyncReply:
    """The async counterpart of `_Reply`."""

    __slots__ = ("_opened", "_pending", "_read")

    def __init__(self, opened: Any, reader: Any) -> None:
        self._opened = opened
        self._read = reader.read_chunk
        self._pending: asyncio.Future[Any] | None = None

    async def read(self) -> AsyncIterator[bytes]:
        while (chunk := await self._read()) is not None:
            yield chunk.to_bytes()

    async def read_concurrently(self) -> AsyncIterator[bytes]:
        """Read so that another task can close meanwhile."""
        while (chunk := await self._next()) is not None:
            yield chunk.to_bytes()

    async def close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            if self._pending is not None:  # The library would wait for the task that reads.
                self._pending.cancel()
            await opened.__aexit__(None, None, None)

    async def _next(self) -> Any:
        import asyncio

        pending = self._pending = asyncio.ensure_future(self._read())
        try:
            return await pending
        except asyncio.CancelledError:
            if self._opened is not None:
                raise
            raise OSError("closed by another task") from None
        finally:
            self._pending = None


def _is_upload(request: Request) -> bool:
    """Whether sending may take long: pyreqwest would count it against the read limit."""
    content = request.content
    return content is not None and (
        not isinstance(content, bytes) or len(content) > _LARGEST_CONTENT
    )


def _query_of(url: str) -> str:
    return url.partition("#")[0].partition("?")[2]


def _raw(headers: Any) -> RawHeaders:
    try:
        return [(name.encode(), value.encode()) for name, value in headers.items()]
    except ValueError:  # The library rejects values that are not ASCII.
        names = dict.fromkeys(headers.keys())
        return [(name.encode(), value) for name in names for value in _readable(headers, name)]


def _readable(headers: Any, name: str) -> list[bytes]:
    """Return the values of a header; none if the library rejects one of them."""
    try:
        return [value.encode() for value in headers.getall(name)]
    except ValueError:
        return []


def _causes(error: Exception) -> list[str]:
    details: Any = getattr(error, "details", None) or {}
    return [cause["message"] for cause in details.get("causes") or ()] or [""]


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)

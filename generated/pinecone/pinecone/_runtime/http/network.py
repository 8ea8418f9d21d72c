"""Connections: TLS, proxies, limits, and the size of reads from sockets."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

import httpcore2

from ..call.checks import check_proxy, need
from ..reporting.log import logger

if TYPE_CHECKING:
    from ..call.options import Connections

_USUAL = 64 * 1024
_AT_ONCE = 256 * 1024
"""Larger reads make large responses faster."""


def pool_options(connections: Connections, proxy: str | None, *, tls: bool) -> dict[str, Any]:
    """Return the arguments of a pool.

    Raises:
        ConfigurationError: A package is missing, or `proxy` is not a URL.
    """
    limits = connections.limits
    secure_proxy = proxy is not None and proxy.startswith("https:")
    # Loading certificate authorities takes 20 ms, and plain HTTP does not need them.
    context = ssl_context(connections) if tls or secure_proxy else None
    return {
        "ssl_context": context,
        "proxy": None if proxy is None else _proxy(proxy, context if secure_proxy else None),
        "max_connections": limits.max_connections,
        "max_keepalive_connections": limits.max_keepalive,
        "keepalive_expiry": limits.keepalive_expiry,
        "http2": connections.http2,
    }


def ssl_context(connections: Connections) -> ssl.SSLContext:
    """Return the TLS settings that `verify` and `cert` ask for; their files were checked."""
    verify = connections.verify
    given = isinstance(verify, ssl.SSLContext)
    context = verify if given else _default_context(verify, connections.trust_env)
    if connections.cert is not None:
        context.load_cert_chain(*connections.cert)
    return context


def _default_context(verify: bool, trust_env: bool) -> ssl.SSLContext:
    if not verify:
        logger.warning("verify=False: the certificate of the service is not verified")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if trust_env:
        return httpcore2.default_ssl_context()
    from httpx2 import create_ssl_context

    return create_ssl_context(trust_env=False)


def _proxy(url: str, context: ssl.SSLContext | None) -> httpcore2.Proxy:
    check_proxy(url)  # That of the environment, too.
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("ascii")
    if parts.scheme.startswith("socks"):
        need("socksio", "a SOCKS proxy")
    user, password = unquote_to_bytes(parts.username or ""), unquote_to_bytes(parts.password or "")
    return httpcore2.Proxy(
        httpcore2.URL(scheme=parts.scheme, host=host, port=parts.port, target="/"),
        auth=(user, password) if user or password else None,
        ssl_context=context,
    )


class Backend(httpcore2.SyncBackend):
    """Opens connections with larger reads."""

    def connect_tcp(self, *args: Any, **options: Any) -> httpcore2.NetworkStream:
        """Return a connection."""
        return _Stream(super().connect_tcp(*args, **options))


class AsyncBackend(httpcore2.AsyncNetworkBackend):
    """The async counterpart of `Backend`."""

    def __init__(self) -> None:
        """Use anyio to open connections."""
        # pyright sees the class that stands in where anyio is missing.
        self._inner = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(self, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        """Return a connection."""
        return _AsyncStream(await self._inner.connect_tcp(*args, **options))

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, *args: Any, **options: Any) -> bytes:
        return self._stream.read(_size(max_bytes), *args, **options)

    def write(self, *args: Any, **options: Any) -> None:
        self._stream.write(*args, **options)

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **options: Any) -> httpcore2.NetworkStream:
        return _Stream(self._stream.start_tls(*args, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _AsyncStream(httpcore2.AsyncNetworkStream):
    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, *args: Any, **options: Any) -> bytes:
        return await self._stream.read(_size(max_bytes), *args, **options)

    async def write(self, *args: Any, **options: Any) -> None:
        await self._stream.write(*args, **options)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(self, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        return _AsyncStream(await self._stream.start_tls(*args, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _size(asked: int) -> int:
    """Return a larger size where the library asks for its default; handshakes ask for others."""
    return _AT_ONCE if asked == _USUAL else asked

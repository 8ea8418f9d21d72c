"""The options of clients and calls, and their checks."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

from msgspec import Struct

from ..data.mismatch import Drift
from ..errors import ConfigurationError
from ..http.message import AsyncTransport, Request, Response, Transport, bare_url
from ..lazy import LazyModule, publish

if TYPE_CHECKING:
    import ssl
else:
    ssl = LazyModule("ssl")

Middleware: TypeAlias = Callable[[Request, Callable[[Request], Response]], Response]
AsyncMiddleware: TypeAlias = Callable[
    [Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]
]

LONGEST_CONNECT = 5.0
_LAST_PORT = 65535
_LABEL = r"[^\[\]:.%]{1,63}"
_HOST = re.compile(
    rf"(?:\[[0-9A-Fa-f:.]+(?:%25[\w.]+)?\]|(?!.{{254}})(?:{_LABEL}\.)*{_LABEL}\.?)(?::(\d{{1,5}}))?",
    re.ASCII,
)
_PUBLIC = re.compile(r"[^:/?#@]+\.[^:/?#@.]*[A-Za-z][^:/?#@.]*\.?(/|$)")
"""A public host name: with a dot, without a port, not an IP address."""


class Timeout(Struct, frozen=True):
    """Seconds that each step of one try may take; None = no limit.

    Args:
        read: For the next piece of the response.
        connect: For a connection, TLS included.
        write: For a piece of the request.
        pool: For a free connection.
    """

    read: float | None = 60.0
    connect: float | None = LONGEST_CONNECT
    write: float | None = 60.0
    pool: float | None = 60.0


DEFAULT_TIMEOUT = Timeout()


class Limits(Struct, frozen=True):
    """How many connections a client keeps.

    Args:
        max_connections: Connections at the same time; None = no limit.
        max_keepalive: Idle connections to keep; None = no limit.
        keepalive_expiry: Seconds until an idle connection is closed; None = never.
    """

    max_connections: int | None = 100
    max_keepalive: int | None = 20
    keepalive_expiry: float | None = 5.0


class RetryEvent(Struct, frozen=True):
    """The argument of `on_retry`: a try failed, and the client will wait and try again.

    Args:
        operation: The name of the operation.
        attempt: The try that failed, from 1.
        delay: Seconds until the next try.
        status_code: The status of the error response; None if there was no response.
        reason: The class name of the connection error, or "".
    """

    operation: str
    attempt: int
    delay: float
    status_code: int | None = None
    reason: str = ""


class _CommonOptions(TypedDict, total=False):
    strict: bool
    """True = a response that does not match the API description raises `ResponseValidationError`.
    Default False: its data is kept and the difference reported."""
    on_drift: Callable[[Drift], None] | None
    """Called once for each JSON path that does not match."""
    verify: bool | str | ssl.SSLContext
    """TLS: True = the system's authorities (default), a path = this CA file or folder,
    False = no check at all, or a ready context."""
    cert: str | tuple[str, str] | tuple[str, str, str] | None
    """A client certificate: one PEM file, or (certificate, key), or with the key's password."""
    proxy: str | None
    """The URL of a proxy for every request. Default: from the environment."""
    http2: bool
    """True = HTTP/2 if the service supports it; needs the package `h2`. Default False."""
    limits: Limits
    """How many connections to keep."""
    trust_env: bool
    """False = ignore HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY and SSL_CERT_*. Default True."""
    user_agent: str
    """Appended to the User-Agent, for example "my-app/1.2"."""
    max_response_bytes: int | None
    """The largest body that is read into memory, after decompression. Default 256 MiB;
    None = no limit. Streaming calls are not limited."""


class ClientOptions(_CommonOptions, total=False):
    """The less common settings of a client.

    Attributes:
        strict (bool): True = a response that does not match the API description raises
            `ResponseValidationError`. Default False: its data is kept and the difference reported.
        on_drift (Callable[[Drift], None] | None): Called once for each JSON path that does not
            match.
        verify (bool | str | ssl.SSLContext): TLS: True = the system's authorities (default), a path
            = this CA file or folder, False = no check at all, or a ready context.
        cert (str | tuple[str, str] | tuple[str, str, str] | None): A client certificate: one PEM
            file, or (certificate, key), or with the key's password.
        proxy (str | None): The URL of a proxy for every request. Default: from the environment.
        http2 (bool): True = HTTP/2 if the service supports it; needs the package `h2`. Default
            False.
        limits (Limits): How many connections to keep.
        trust_env (bool): False = ignore HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY and
            SSL_CERT_*. Default True.
        user_agent (str): Appended to the User-Agent, for example "my-app/1.2".
        max_response_bytes (int | None): The largest body that is read into memory, after
            decompression. Default 256 MiB; None = no limit. Streaming calls are not limited.
        transport (Transport | Literal["httpx2", "fast"]): What sends requests. Default "httpx2";
            "fast" = pyreqwest, from the extra `[fast]`, which supports fewer settings and rejects
            the others; or your own transport.
        middleware (Sequence[Middleware]): Called around each try, the first one outermost: `def
            m(request, send): return send(request)`.
        on_request (Callable[[Request], object] | None): Called before each try.
        on_response (Callable[[Response], object] | None): Called with each response of any status.
        on_retry (Callable[[RetryEvent], object] | None): Called before each wait for another try.
    """

    transport: Transport | Literal["httpx2", "fast"]
    """What sends requests. Default "httpx2"; "fast" = pyreqwest, from the extra `[fast]`, which
    supports fewer settings and rejects the others; or your own transport."""
    middleware: Sequence[Middleware]
    """Called around each try, the first one outermost:
    `def m(request, send): return send(request)`."""
    on_request: Callable[[Request], object] | None
    """Called before each try."""
    on_response: Callable[[Response], object] | None
    """Called with each response of any status."""
    on_retry: Callable[[RetryEvent], object] | None
    """Called before each wait for another try."""


class AsyncClientOptions(_CommonOptions, total=False):
    """The less common settings of an async client.

    Attributes:
        strict (bool): True = a response that does not match the API description raises
            `ResponseValidationError`. Default False: its data is kept and the difference reported.
        on_drift (Callable[[Drift], None] | None): Called once for each JSON path that does not
            match.
        verify (bool | str | ssl.SSLContext): TLS: True = the system's authorities (default), a path
            = this CA file or folder, False = no check at all, or a ready context.
        cert (str | tuple[str, str] | tuple[str, str, str] | None): A client certificate: one PEM
            file, or (certificate, key), or with the key's password.
        proxy (str | None): The URL of a proxy for every request. Default: from the environment.
        http2 (bool): True = HTTP/2 if the service supports it; needs the package `h2`. Default
            False.
        limits (Limits): How many connections to keep.
        trust_env (bool): False = ignore HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY and
            SSL_CERT_*. Default True.
        user_agent (str): Appended to the User-Agent, for example "my-app/1.2".
        max_response_bytes (int | None): The largest body that is read into memory, after
            decompression. Default 256 MiB; None = no limit. Streaming calls are not limited.
        transport (AsyncTransport | Literal["httpx2", "fast"]): What sends requests. Default
            "httpx2"; "fast" = pyreqwest, from the extra `[fast]`, which supports fewer settings and
            rejects the others; or your own transport.
        middleware (Sequence[AsyncMiddleware]): Called around each try, the first one outermost:
            `async def m(request, send): return await send(request)`.
        on_request (Callable[[Request], object] | None): Called before each try; may be async.
        on_response (Callable[[Response], object] | None): Called with each response, whatever its
            status; may be async.
        on_retry (Callable[[RetryEvent], object] | None): Called before each wait for another try;
            may be async.
    """

    transport: AsyncTransport | Literal["httpx2", "fast"]
    """What sends requests. Default "httpx2"; "fast" = pyreqwest, from the extra `[fast]`, which
    supports fewer settings and rejects the others; or your own transport."""
    middleware: Sequence[AsyncMiddleware]
    """Called around each try, the first one outermost:
    `async def m(request, send): return await send(request)`."""
    on_request: Callable[[Request], object] | None
    """Called before each try; may be async."""
    on_response: Callable[[Response], object] | None
    """Called with each response, whatever its status; may be async."""
    on_retry: Callable[[RetryEvent], object] | None
    """Called before each wait for another try; may be async."""


class CopyOptions(TypedDict, total=False):
    """What `with_options` can change. The connections are shared, and stay the same.

    Attributes:
        base_url (str): The base URL of the service.
        timeout (float | Timeout | None): Seconds for each try.
        max_retries (int): How often a failed call is retried.
        default_headers (Mapping[str, str]): Headers of every call, added to those of the original.
        strict (bool): True = responses that do not match the API description raise.
        on_drift (Callable[[Drift], None] | None): Called once for each JSON path that does not
            match.
    """

    base_url: str
    """The base URL of the service."""
    timeout: float | Timeout | None
    """Seconds for each try."""
    max_retries: int
    """How often a failed call is retried."""
    default_headers: Mapping[str, str]
    """Headers of every call, added to those of the original."""
    strict: bool
    """True = responses that do not match the API description raise."""
    on_drift: Callable[[Drift], None] | None
    """Called once for each JSON path that does not match."""


class Connections(Struct, frozen=True):
    """The settings that a pool of connections is built from."""

    verify: Any = True
    cert: Any = None
    proxy: str | None = None
    http2: bool = False
    limits: Limits = Limits()
    trust_env: bool = True
    max_response_bytes: int | None = 256 * 1024 * 1024

    def __repr__(self) -> str:
        # A proxy's URL may hold a password.
        return f"Connections(http2={self.http2}, trust_env={self.trust_env})"


class Settings(Struct, frozen=True):
    """The settings that may differ between a client and its copies."""

    base_url: str
    chosen: bool
    timeout: Mapping[str, float | None]
    max_retries: int
    default_headers: Mapping[str, str]
    strict: bool = False
    on_drift: Callable[[Any], None] | None = None
    middleware: tuple[Any, ...] = ()
    on_request: Callable[[Request], object] | None = None
    on_response: Callable[[Response], object] | None = None
    on_retry: Callable[[RetryEvent], object] | None = None
    user_agent: str = ""
    root: str = ""

    def __repr__(self) -> str:
        # Default headers may hold credentials.
        return f"Settings({self.base_url!r}, max_retries={self.max_retries})"


def timeouts(value: object) -> dict[str, float | None]:
    """Return the limit of each step for a number, a `Timeout`, an `httpx2.Timeout` or None.

    A number limits each step to that many seconds, and connecting to at most 5.

    Raises:
        ConfigurationError: A limit is not above zero.
        TypeError: It is none of these.
    """
    if value is None:
        return {"connect": None, "read": None, "write": None, "pool": None}
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = _seconds("", float(value))
        limits = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
        return {**limits, "connect": min(float(value), LONGEST_CONNECT)}
    # httpx2.Timeout has the same attributes, so that it need not be imported.
    parts = {name: getattr(value, name, value) for name in ("connect", "read", "write", "pool")}
    return {name: _seconds(f"{name} ", part) for name, part in parts.items()}


def _seconds(name: str, part: object) -> float | None:
    if part is None:
        return None
    if isinstance(part, bool) or not isinstance(part, int | float):
        raise TypeError(f"timeout: expected seconds, a Timeout or None, got {type(part).__name__}")
    if not 0 < part < float("inf"):
        raise ConfigurationError(
            f"timeout: {name}must be above zero and finite, not {part}; None means no limit"
        )
    return float(part)


def retries(value: object) -> int:
    """Return `value` if it can be a number of retries.

    Raises:
        ConfigurationError: It is negative.
        TypeError: It is not an int.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"max_retries: expected int, got {type(value).__name__}")
    if value < 0:
        raise ConfigurationError(f"max_retries: must be 0 (one try) or more, not {value}")
    return value


def path_of_url(url: str) -> str:
    """Return the path of a base URL, or of a path; "" if it has none."""
    return f"/{url.rpartition('://')[2].partition('/')[2]}".rstrip("/")


def base_url(value: object, name: str = "base_url") -> str:
    """Return a base URL in its canonical form: with a scheme, without a final slash.

    A host name alone means HTTPS: `api.example.com`.

    Args:
        value: The URL.
        name: The argument or environment variable that has it, for messages.

    Raises:
        ConfigurationError: It is not a valid base URL.
        TypeError: It is not a str.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected str, got {type(value).__name__}")
    url = value.strip()
    if "://" not in url:
        if not _PUBLIC.match(url):
            hint = f", as in {f'http://{url}'!r}" if _HOST.fullmatch(url.partition("/")[0]) else ""
            raise ConfigurationError(f"{name}: must begin with http:// or https://{hint}")
        url = "https://" + url
    scheme, _, rest = url.partition("://")
    rest = rest.rstrip("/")
    host = rest.partition("/")[0]
    url = f"{scheme}://{rest}"
    if scheme.lower() not in {"http", "https"}:
        raise ConfigurationError(f"{name}: the scheme must be http or https")
    if "@" in host:
        raise ConfigurationError(f"{name}: must not contain a user name or a password")
    if bare_url(url) != url:
        raise ConfigurationError(f"{name}: must not have a query or a fragment")
    match = _HOST.fullmatch(host)
    if match is None or int(match[1] or 0) > _LAST_PORT:
        raise ConfigurationError(f"{name}: not a valid host name")
    if not url.isprintable() or any(c in url for c in ' "<>\\^`{|}'):
        raise ConfigurationError(f"{name}: not a valid URL")
    return url


publish("types", Limits, RetryEvent, Timeout, AsyncClientOptions, ClientOptions, CopyOptions)

"""Requests and responses as middleware and hooks see them, whatever the HTTP library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Protocol, TypeAlias, cast

from ..lazy import publish

RawHeaders = list[tuple[bytes, bytes]]

_ID_HEADERS = ("x-request-id", "request-id")
_ID_ENDINGS = ("request-id", "requestid")


class Headers(Mapping[str, str]):
    """Read-only headers; their names ignore case.

    Several headers of one name are joined by ", ".
    """

    __slots__ = ("_raw", "_values")

    def __init__(self, headers: Mapping[str, str] | Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Store a mapping of text, or raw pairs of bytes."""
        if isinstance(headers, Mapping):
            pairs = cast("Mapping[str, str]", headers).items()
            self._raw = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in pairs]
        else:
            self._raw = list(headers)
        self._values: dict[str, str] | None = None

    @property
    def raw(self) -> RawHeaders:
        """The original pairs, in order."""
        return self._raw

    def __getitem__(self, name: str) -> str:
        return self.by_name[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)

    def __repr__(self) -> str:
        # Headers hold credentials, and reprs end up in logs.
        return f"Headers({', '.join(self.by_name)})"

    @property
    def by_name(self) -> dict[str, str]:
        """The values by name, in lower case."""
        values = self._values
        if values is None:
            values = {}
            for raw_name, raw_value in self._raw:
                name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
                values[name] = f"{values[name]}, {value}" if name in values else value
            self._values = values
        return values


class Request:
    """One try of a call, about to be sent. Middleware and hooks may change it.

    Attributes:
        method: "GET", "POST", ...
        url: The whole URL, encoded, with its query.
        raw_headers: Pairs of bytes, in sending order.
        content: The body: bytes, or a `Body` that is read while it is sent.
        timeout: Seconds for "connect", "read", "write", "pool"; None = no limit.
        stream: True = the response's body is left unread.
        operation: The name of the operation, for example "embed".
        attempt: 1 for the first try.
    """

    __slots__ = (
        "attempt",
        "content",
        "method",
        "operation",
        "raw_headers",
        "stream",
        "timeout",
        "url",
    )

    def __init__(
        self,
        method: str,
        url: str,
        raw_headers: RawHeaders,
        content: bytes | Body | None,
        timeout: Mapping[str, float | None],
        *,
        stream: bool = False,
        operation: str = "",
        attempt: int = 1,
    ) -> None:
        """Store the values in their form on the wire."""
        self.method = method
        self.url = url
        self.raw_headers = raw_headers
        self.content = content
        self.timeout = timeout
        self.stream = stream
        self.operation = operation
        self.attempt = attempt

    @property
    def headers(self) -> Headers:
        """The headers, to read; see `set_header`."""
        return Headers(self.raw_headers)

    def set_header(self, name: str, value: str) -> None:
        """Set a header; it replaces headers of the same name.

        Raises:
            ValueError: The name or the value cannot be sent; the message never shows the value.
        """
        self.raw_headers = override(self.raw_headers, [header(name, value)])

    @property
    def path(self) -> str:
        """The path of the URL, without the query."""
        return path_of(self.url)

    def __repr__(self) -> str:
        return f"Request({self.method} {bare_url(self.url)})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Request holds credentials and cannot be pickled or copied")


class Body(Protocol):
    """A request body that is read while it is sent. Each iteration starts at its beginning."""

    @property
    def size(self) -> int | None:
        """The size in bytes; None = unknown, sent in chunks."""
        ...

    @property
    def spent(self) -> bool:
        """True = it was read and cannot be sent again."""
        ...

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces, blocking. Raises `BodyError`."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces, awaiting. Raises `BodyError`."""
        ...


EncodedBody: TypeAlias = tuple[str, bytes | Body]
"""The media type and the content of a request body."""


class BodyError(Exception):
    """Carries an exception of a `Body` through the HTTP library unchanged."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


class Source(Protocol):
    """A response body that is read while it arrives."""

    def iter_bytes(self) -> Iterator[bytes]:
        """Yield the decoded body in pieces, then close."""
        ...

    def read(self) -> bytes:
        """Return the whole body, then close."""
        ...

    def close(self) -> None:
        """Close without reading the rest; idempotent."""
        ...


class AsyncSource(Protocol):
    """The async counterpart of `Source`."""

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Yield the decoded body in pieces, then close."""
        ...

    async def read(self) -> bytes:
        """Return the whole body, then close."""
        ...

    async def close(self) -> None:
        """Close without reading the rest; idempotent."""
        ...


class Response:
    """A response.

    Attributes:
        status_code: The HTTP status.
        headers: Its headers; names in any case.
        content: The body, decompressed; b"" while `source` is unread.
        source: The unread body of a streaming call, else None.
        id_header: The service's own header for the request id; "" = a usual one.
    """

    __slots__ = ("content", "headers", "id_header", "source", "status_code")

    def __init__(
        self,
        status_code: int,
        headers: Mapping[str, str] | Iterable[tuple[bytes, bytes]] = (),
        content: bytes = b"",
        source: Source | AsyncSource | None = None,
    ) -> None:
        """Make a response; middleware can return one without calling the service."""
        self.status_code = status_code
        self.headers = headers if isinstance(headers, Headers) else Headers(headers)
        self.content = content
        self.source = source
        self.id_header = ""

    @property
    def request_id(self) -> str | None:
        """The id that the service gave to the call, or None."""
        values = self.headers.by_name
        for name in (self.id_header.lower(), *_ID_HEADERS):
            if values.get(name):
                return values[name]
        # Those of gateways and clouds, such as `x-amzn-requestid`.
        return next((v for k, v in values.items() if v and k.endswith(_ID_ENDINGS)), None)

    def part(self, content: bytes) -> Response:
        """Return a response of the same status and headers with other content."""
        part = Response(self.status_code, self.headers, content)
        part.id_header = self.id_header
        return part

    def __repr__(self) -> str:
        return f"Response({self.status_code}, {len(self.content)} bytes)"


class Transport(Protocol):
    """Sends requests. Clients accept other implementations."""

    def send(self, request: Request) -> Response:
        """Send a request; read the body, or leave it in `source` if `request.stream` is true.

        Raises:
            APIConnectionError: No complete response arrived.
        """
        ...

    def close(self) -> None:
        """Close the connections; idempotent."""
        ...


class AsyncTransport(Protocol):
    """The async counterpart of `Transport`."""

    async def send(self, request: Request) -> Response:
        """Send a request; read the body, or leave it in `source` if `request.stream` is true.

        Raises:
            APIConnectionError: No complete response arrived.
        """
        ...

    async def close(self) -> None:
        """Close the connections; idempotent."""
        ...


_OF_TRANSPORT = frozenset(("content-length", "host", "transfer-encoding"))
_NAME = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def header(name: str, value: object) -> tuple[bytes, bytes]:
    """Return a header ready for the wire.

    Raises:
        TypeError: The value is not text.
        ValueError: The name or the value cannot be sent; the message never shows the value.
    """
    if not name or not _NAME.issuperset(name):
        raise ValueError(f"not a header name: {name[:40]!r}")
    if name.lower() in _OF_TRANSPORT:
        raise ValueError(f"header {name}: the transport itself sets it")
    if not isinstance(value, str):
        raise TypeError(f"header {name}: expected str, got {type(value).__name__}")
    if not value.isascii() or (
        not value.isprintable() and not value.replace("\t", "").isprintable()
    ):
        raise ValueError(f"header {name}: only printable ASCII can be sent (no line breaks)")
    if value != value.strip():
        raise ValueError(f"header {name}: white space at its beginning or end")
    return name.encode(), value.encode()


def framing(request: Request) -> RawHeaders:
    """Return the Content-Length or Transfer-Encoding header of a request."""
    content = request.content
    if content is None:
        must = request.method in {"POST", "PUT", "PATCH"}
        return [(b"Content-Length", b"0")] if must else []
    size = len(content) if isinstance(content, bytes) else content.size
    if size is None:
        return [(b"Transfer-Encoding", b"chunked")]
    return [(b"Content-Length", b"%d" % size)]


def override(base: RawHeaders, more: RawHeaders) -> RawHeaders:
    """Return the headers of `base` and `more`; those of `more` override, ignoring case."""
    names = {name.lower() for name, _ in more}
    return [pair for pair in base if pair[0].lower() not in names] + more


def bare_url(url: str) -> str:
    """Return a URL without its query and fragment, which may hold credentials."""
    return url.partition("?")[0].partition("#")[0]


def path_of(url: str) -> str:
    """Return the path of an absolute URL."""
    return "/" + bare_url(url).partition("://")[2].partition("/")[2]


def request_id_of(result: object) -> str | None:
    """Return the request id of the call that gave `result`, or None."""
    state: Mapping[str, object] = getattr(result, "__dict__", None) or {}
    found = state.get("_request_id")
    return found if isinstance(found, str) else None


publish("types", AsyncTransport, Headers, Request, Response, Transport)

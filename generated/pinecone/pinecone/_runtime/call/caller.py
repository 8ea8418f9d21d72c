"""What makes the calls of a client: its settings, connections and credentials."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from msgspec.structs import replace

from ..errors import APIError, ClientClosedError, ConfigurationError
from ..http.message import (
    AsyncTransport,
    RawHeaders,
    Request,
    Response,
    Transport,
    header,
    override,
)
from .auth import Credential, Credentials
from .checks import (
    check_names,
    check_options,
    check_senders,
    checked_connections,
    checked_headers,
)
from .effects import run, run_async, sent, sent_async
from .operation import Operation, RequestOptions
from .options import Connections, CopyOptions, Settings, retries, timeouts
from .options import (
    base_url as checked_url,
)
from .service import Service, address_of, base_url_from_environment, missing_base_url

if TYPE_CHECKING:
    from _thread import LockType

    from .engine import Engine

T = TypeVar("T")

_SETTING_OPTIONS = frozenset(
    {"strict", "on_drift", "middleware", "on_request", "on_response", "on_retry", "user_agent"}
)
_OPTIONS = _SETTING_OPTIONS | frozenset((*Connections.__struct_fields__, "transport"))
_COPY_OPTIONS = frozenset(CopyOptions.__annotations__)


class _Shared:
    """The state that a client and its copies share."""

    __slots__ = ("closed", "credentials", "locks", "reporter", "transport")

    def __init__(self, credentials: Credentials, transport: object) -> None:
        self.credentials = credentials
        self.transport: Any = transport
        self.reporter: Any = None
        self.closed = False
        self.locks: dict[int, LockType] = {}

    def guard(self) -> LockType:
        """Return this process's lock: in a forked child, the parent's may never be released."""
        from _thread import allocate_lock

        pid = os.getpid()
        return self.locks.get(pid) or self.locks.setdefault(pid, allocate_lock())

    def end(self) -> bool:
        """Mark this as closed; return whether the transport must be closed now."""
        with self.guard():
            first, self.closed = not self.closed, True
        return first and self.transport is not None


class Caller:
    """The common base of both callers.

    Args:
        client: The class of the client.
        service: The service to call.
        credentials: The credentials by security scheme.
        base_url: The URL of the service, or None.
        timeout: As for clients, and so are the others.
        max_retries: See `timeout`.
        default_headers: See `timeout`.
        http_client: See `timeout`.
        options: The keys of `ClientOptions`.
    """

    _name: str
    _service: Service
    _shared: _Shared
    _settings: Settings
    _connections: Connections
    _http_client: Any
    _library: str
    _engine: Engine | None
    _owner: bool
    _closed: bool
    _is_async: ClassVar[bool]

    def __init__(
        self,
        client: type,
        service: Service,
        credentials: Mapping[str, Credential],
        *,
        base_url: str | None,
        timeout: object,
        max_retries: int,
        default_headers: Mapping[str, str] | None,
        http_client: object,
        options: Mapping[str, Any],
    ) -> None:
        self._name = name = client.__name__
        is_async, transport = self._is_async, options.get("transport")
        check_names(name, options, _OPTIONS, _arguments(client))
        check_senders(name, http_client, options, is_async=is_async)
        check_options(options, is_async=is_async)
        given = {name: value for name, value in options.items() if name in _SETTING_OPTIONS}
        given["middleware"] = tuple(given.get("middleware") or ())
        chosen = base_url or base_url_from_environment(service)
        if not chosen and "://" not in service.base_url:
            raise ConfigurationError(missing_base_url(service, service.base_url))
        self._settings = Settings(
            base_url=checked_url(chosen or service.base_url),
            chosen=bool(chosen),
            timeout=timeouts(timeout),
            max_retries=retries(max_retries),
            default_headers=checked_headers(default_headers or {}),
            **given,
        )
        self._library = ""
        if transport == "fast":
            from ..http.transport_fast import check

            self._library = check(options, service.name)
        self._connections = checked_connections(options)
        self._http_client = http_client
        self._service = service
        self._shared = _Shared(
            Credentials(service.schemes, credentials, service.security),
            None if isinstance(transport, str) else transport,
        )
        self._engine = None
        self._owner = True
        self._closed = False

    def with_options(self, options: Mapping[str, Any]) -> Self:
        """Return a copy with other settings that shares the connections.

        Args:
            options: The keys of `CopyOptions`.

        Raises:
            ConfigurationError: An option has an impossible value.
            TypeError: An option is unknown, or of the wrong type.
        """
        changes: dict[str, Any] = dict(options)
        check_names("with_options", changes, _COPY_OPTIONS)
        check_options(changes, is_async=self._is_async)
        if "base_url" in changes:
            changes |= {"base_url": checked_url(changes["base_url"]), "chosen": True, "root": ""}
        if "timeout" in changes:
            changes["timeout"] = timeouts(changes["timeout"])
        if "max_retries" in changes:
            changes["max_retries"] = retries(changes["max_retries"])
        if "default_headers" in changes:
            more = checked_headers(changes["default_headers"])
            changes["default_headers"] = {**self._settings.default_headers, **more}
        copy = object.__new__(type(self))
        copy._name = self._name
        copy._service = self._service
        copy._settings = replace(self._settings, **changes)
        copy._connections = self._connections
        copy._http_client = self._http_client
        copy._library = self._library
        copy._shared = self._shared
        copy._engine = None
        copy._owner = False
        copy._closed = self._closed
        return copy

    def with_service(self, service: Service, variables: Mapping[str, str]) -> Self:
        """Return a copy for another service of the package; it shares the connections.

        Args:
            service: The service.
            variables: Values for the variables of its URL.

        Raises:
            ConfigurationError: The service has no URL, or an invalid one.
        """
        copy = self.with_options({})
        copy._service = service
        url, chosen, root = address_of(service, variables, self._settings)
        url = checked_url(url)
        copy._settings = replace(copy._settings, base_url=url, chosen=chosen, root=root)
        return copy

    @property
    def base_url(self) -> str:
        """The base URL of the service."""
        return self._settings.base_url

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed or self._shared.closed

    def __repr__(self) -> str:
        return f"<{self._name} {self._settings.base_url}>"

    def _refuse(self) -> None:
        raise ClientClosedError(f"this {self._name} is closed")

    def _headers(self) -> RawHeaders:
        """Return the headers of every request."""
        from ..reporting.user_agent import user_agent

        service, settings = self._service, self._settings
        library = self._library or _default_library()
        agent = user_agent(service.name, service.version, library, settings.user_agent)
        own = [(b"Accept-Encoding", b"gzip, deflate"), header("User-Agent", agent)]
        fixed = [header(name, value) for name, value in service.headers.items()]
        more = [header(name, value) for name, value in settings.default_headers.items()]
        return override(override(own, fixed), more)

    def _start(
        self,
        streaming: Any,
        build: Callable[[], object],
        drive: Callable[..., object],
    ) -> Engine:
        """Build the engine at the first call, so that clients are made without the HTTP library."""
        from ..reporting.drift import Reporter
        from .engine import Engine

        shared = self._shared
        with shared.guard():
            if shared.closed:
                self._refuse()
            if shared.transport is None:
                shared.transport = build()
            if shared.reporter is None:
                shared.reporter = Reporter()
        return Engine(
            self._settings,
            shared.credentials,
            security=self._service.security,
            headers=self._headers(),
            id_header=self._service.request_id_header,
            reporter=shared.reporter,
            streaming=streaming,
            drive=partial(drive, send=shared.transport.send),
        )

    def _with_middleware(
        self, send: Callable[[Request], T], mark: Callable[..., T]
    ) -> Callable[[Request], T]:
        if self._settings.middleware:
            send = partial(mark, send, self._service.request_id_header)
        for middleware in reversed(self._settings.middleware):
            send = partial(_around, middleware, send)
        return send


class SyncCaller(Caller):
    """Makes blocking calls. Safe to share between threads."""

    _is_async = False
    _send: Callable[[Request], Response]

    def call(
        self,
        operation: Operation[T],
        options: RequestOptions,
        *,
        params: Mapping[str, object] | None = None,
        body: object = None,
    ) -> T:
        """Call an operation and return its result.

        Args:
            operation: The operation.
            options: The options of this call.
            params: The parameters by Python argument; None means absent.
            body: The values of the body by field, or the body itself if its type is not a model.

        Raises:
            APIError: The call failed.
            ClientClosedError: The client is closed.
            TypeError: An argument is missing or of the wrong type.
            ValueError: An argument has an impossible value.
        """
        if self._closed or self._shared.closed:
            self._refuse()
        engine = self._engine or self._begin()
        try:
            result: T = run(engine.call(operation, options, params, body), self._send)
        except (APIError, OSError, TypeError, ValueError) as error:
            from ..reporting.frames import trim

            trim(error)
            raise
        return result

    def close(self) -> None:
        """Close the connections; idempotent. A given `http_client` stays open."""
        self._closed = True
        if self._owner and self._shared.end():
            self._shared.transport.close()

    def _begin(self) -> Engine:
        from .responses import StreamingResponse

        engine = self._start(StreamingResponse, self._transport, run)
        self._send = self._with_middleware(self._shared.transport.send, sent)
        self._engine = engine
        return engine

    def _transport(self) -> Transport:
        if self._library:
            from ..http.transport_fast import FastTransport

            return FastTransport(self._connections)
        if self._http_client is not None:
            from ..http.transport_httpx2 import HTTPX2Transport

            return HTTPX2Transport(self._http_client, self._connections.max_response_bytes)
        from ..http.transport import HTTPTransport

        return HTTPTransport(self._connections)


class AsyncCaller(Caller):
    """Makes async calls. Usable from several event loops, one after the other."""

    _is_async = True
    _send: Callable[[Request], Awaitable[Response]]

    async def call(
        self,
        operation: Operation[T],
        options: RequestOptions,
        *,
        params: Mapping[str, object] | None = None,
        body: object = None,
    ) -> T:
        """Call an operation and return its result; as `SyncCaller.call`."""
        if self._closed or self._shared.closed:
            self._refuse()
        engine = self._engine or self._begin()
        flow = engine.call(operation, options, params, body)
        try:
            result: T = await run_async(flow, self._send)
        except (APIError, OSError, TypeError, ValueError) as error:
            from ..reporting.frames import trim

            trim(error)
            raise
        return result

    async def close(self) -> None:
        """Close the connections; idempotent. A given `http_client` stays open."""
        self._closed = True
        if self._owner and self._shared.end():
            await self._shared.transport.close()

    def _begin(self) -> Engine:
        from asyncio import get_running_loop

        from .responses import AsyncStreamingResponse

        try:
            get_running_loop()
        except RuntimeError:
            message = f"{self._name} runs on asyncio only, of which no event loop is running here"
            raise RuntimeError(f"{message}; trio is not supported") from None
        engine = self._start(AsyncStreamingResponse, self._transport, run_async)
        self._send = self._with_middleware(self._shared.transport.send, sent_async)
        self._engine = engine
        return engine

    def _transport(self) -> AsyncTransport:
        if self._library:
            from ..http.transport_fast import AsyncFastTransport

            return AsyncFastTransport(self._connections)
        if self._http_client is not None:
            from ..http.transport_httpx2 import AsyncHTTPX2Transport

            return AsyncHTTPX2Transport(self._http_client, self._connections.max_response_bytes)
        from ..http.transport import AsyncHTTPTransport

        return AsyncHTTPTransport(self._connections)


def _around(
    middleware: Callable[[Request, Callable[[Request], T]], T],
    send: Callable[[Request], T],
    request: Request,
) -> T:
    return middleware(request, send)


def _arguments(client: type) -> tuple[str, ...]:
    """Return the names of the arguments of a client."""
    code = getattr(getattr(client, "__init__", None), "__code__", None)
    return () if code is None else code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]


def _default_library() -> str:
    from httpcore2 import __version__

    return f"httpcore2/{__version__}"

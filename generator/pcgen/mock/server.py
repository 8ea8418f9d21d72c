"""Serves an application on loopback, in this thread or beside a test."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

HOST = "127.0.0.1"
_OFFER = b"\r\nUpgrade: h2c"
_PATIENCE = 10.0  # Seconds for a server to start or to end.


def bind(port: int) -> socket.socket:
    """Listen on a port of loopback, 0 for a free one.

    Raises:
        OSError: The port is in use, or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """The URL of a socket that listens."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


class _Protocol(HttpToolsProtocol):
    """HTTP/1.1 for clients that offer HTTP/2, as those of Java do; httptools would end there."""

    def data_received(self, data: bytes) -> None:
        if _OFFER in data:
            head, end, rest = data.partition(b"\r\n\r\n")
            data = head.replace(_OFFER, b"") + end + rest
        super().data_received(data)


class _Server(uvicorn.Server):
    """A server that reports when it accepts connections."""

    def __init__(self, app: ASGIApp, on_start: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                interface="asgi3",
                lifespan="off",
                http=_Protocol,
                ws="none",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,  # The same request gets the same response.
                timeout_graceful_shutdown=1,
            )
        )
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_start()


class Server:
    """A server of one application, which may run until a signal ends it."""

    def __init__(self, app: ASGIApp, on_start: Callable[[], None]) -> None:
        self._server = _Server(app, on_start)

    def run(self, listener: socket.socket) -> None:
        """Serve until `stop` is called, or a signal arrives, which is then raised again."""
        with listener:
            self._server.run(sockets=[listener])

    def stop(self) -> None:
        """End; any thread may call it."""
        self._server.should_exit = True


class Background:
    """A server in a thread of its own, whose application can be replaced; a context manager."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._listener = bind(0)
        self.url = url_of(self._listener)
        self._started = threading.Event()
        self._server = Server(self._serve, self._started.set)
        self._thread = threading.Thread(target=self._run, name="pcgen mock", daemon=True)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def _run(self) -> None:
        self._server.run(self._listener)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(_PATIENCE):
            raise RuntimeError("the mock server does not start")
        return self

    def __exit__(self, *error: object) -> None:
        self._server.stop()
        self._thread.join(_PATIENCE)

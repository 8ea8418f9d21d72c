"""The end of a login in the browser: a listener on this machine, or a line that the user pastes."""

from __future__ import annotations

import errno
import os
import queue
import select
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import compare_digest
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from ..failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
_POLL = 0.05
_SLOWEST = 10.0
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:1.1em system-ui;margin:4em auto;max-width:32em;padding:0 1em}}</style>
<h1>{title}</h1><p>{text}</p></html>
"""
_DONE = ("Back to the terminal", "The login continues there. You can close this window.")
_WRONG = ("Not this login", "This page belongs to another login, or to an older one.")


class Listener(ThreadingHTTPServer):
    """Waits on 127.0.0.1 for the redirect of one login.

    Args:
        port: The port; 0 = any free one.
        path: The path of the redirect.
        state: The state that the redirect must carry: others are answered with 400.

    Raises:
        Failure: The port is in use.
    """

    daemon_threads = True
    allow_reuse_address = os.name == "posix"

    def __init__(self, port: int, path: str, state: str) -> None:
        self.path = path
        self.state = state
        self.results: queue.SimpleQueue[str] = queue.SimpleQueue()
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            in_use = getattr(error, "errno", 0) == errno.EADDRINUSE
            reason = "another program uses it" if in_use else str(error)
            raise Failure(
                f"Port {port} of {HOST} cannot be opened for the login: {reason}.",
                "End that program, perhaps another login; or use `--no-browser`, and paste the URL "
                "that the browser ends at.",
            ) from None
        self.timeout = _POLL

    @property
    def url(self) -> str:
        """The URL of the redirect."""
        return f"http://{HOST}:{self.server_port}{self.path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that close connections."""


class _Handler(BaseHTTPRequestHandler):
    timeout = _SLOWEST
    server_version = "login"
    sys_version = ""

    def do_GET(self) -> None:
        listener = cast("Listener", self.server)
        port = listener.server_port
        parts = urlsplit(self.path)
        if self.headers.get("Host") not in {f"{HOST}:{port}", f"localhost:{port}"}:
            self._answer(403, _WRONG)
        elif parts.path != listener.path:
            self._answer(404, _WRONG)
        elif not _is_of(parts.query, listener.state):
            self._answer(400, _WRONG)
        else:
            self._answer(200, _DONE)
            listener.results.put(f"{listener.url}?{parts.query}")

    def _answer(self, status: int, page: tuple[str, str]) -> None:
        title, text = page
        data = _PAGE.format(title=title, text=text).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the path has the code."""


def wait(
    listener: Listener | Failure, seconds: float, *, reads: bool, enter: Callable[[], None]
) -> str:
    """Return the redirected URL, or what the user pasted.

    Args:
        listener: What waits for the browser, or why nothing does: the user can only paste then.
        seconds: How long to wait.
        reads: Whether to read stdin.
        enter: What to do when the user presses Enter.

    Raises:
        Failure: Nothing came in time, or nothing can come.
    """
    limit = time.monotonic() + seconds
    listens = isinstance(listener, Listener)
    reads = reads and (os.name == "posix" or not listens)
    while (left := limit - time.monotonic()) > 0:
        if isinstance(listener, Listener):
            listener.handle_request()
            if not listener.results.empty():
                return listener.results.get()
        elif not reads:
            raise listener
        if reads and _has_line(0 if listens else left):
            line = sys.stdin.readline()
            if line.strip():
                return line.strip()
            reads = bool(line)
            if reads:
                enter()
    raise Failure(
        f"Nobody logged in within {seconds:g} s. Nothing was stored.",
        "Start the login again.",
    )


def _has_line(seconds: float) -> bool:
    if os.name != "posix":
        return True  # Only files and sockets of POSIX can be asked: this waits for a line.
    try:
        return bool(select.select([sys.stdin], [], [], max(seconds, 0))[0])
    except (OSError, ValueError):
        return True


def _is_of(query: str, state: str) -> bool:
    found = parse_qs(query).get("state", [])
    return len(found) == 1 and compare_digest(found[0].encode(), state.encode())

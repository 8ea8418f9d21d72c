"""Serves a folder on loopback."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Print nothing."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Make a server of a folder on 127.0.0.1; port 0 takes a free one.

    Raises:
        OSError: The port is in use.
    """
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))


def url(server: ThreadingHTTPServer) -> str:
    """The URL of a server."""
    return f"http://127.0.0.1:{server.server_port}/"

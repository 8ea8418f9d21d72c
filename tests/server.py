"""A scripted HTTP server on 127.0.0.1: it records the raw bytes of every request.

    with Server() as server:
        server.script(json({"a": 1}), status(500), Reset())
        ... requests to server.url ...
        assert server.requests[0].path == "/models"

Each connection has a thread. Each request consumes a step of the script; the last step repeats. A
step is the bytes to write, or a function of the connection and the request.
"""

from __future__ import annotations

import asyncio
import json as jsonlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

PATIENCE = 60.0
"""The seconds after which a test fails instead of waiting on, however busy the machine is."""

REASONS = {200: "OK", 204: "No Content", 307: "Temporary Redirect", 429: "Too Many Requests"}


@dataclass
class Recorded:
    """A received request."""

    raw: bytes
    connection: int
    method: str = ""
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    header_list: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path as sent, with its escapes."""
        return self.target.partition("?")[0]

    @property
    def decoded_path(self) -> str:
        return unquote(self.path)

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def raw_query(self) -> str:
        return self.target.partition("?")[2]

    def json(self) -> Any:
        return jsonlib.loads(self.body)


Step: TypeAlias = bytes | Callable[[socket.socket, Recorded], object]


def answer(
    status: int = 200,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    *,
    kind: str | None = "application/json",
    length: int | None = None,
) -> bytes:
    """The bytes of a response; `length` is a false Content-Length."""
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Whatever')}"]
    if kind is not None and body:
        lines.append(f"Content-Type: {kind}")
    if status != 204:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> bytes:
    """The bytes of a JSON response."""
    return answer(status, jsonlib.dumps(value).encode(), headers)


def chunked(*pieces: bytes, kind: str = "application/octet-stream", end: bool = True) -> bytes:
    """The bytes of a chunked response, incomplete without its `end`."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    parts = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head + parts + (b"0\r\n\r\n" if end else b"")


class HangupError(Exception):
    """Raised by a step to close its connection."""


def then_close(data: bytes) -> Step:
    """Write the bytes, then close the connection."""

    def step(connection: socket.socket, request: Recorded) -> None:
        connection.sendall(data)
        raise HangupError

    return step


def reset(connection: socket.socket, request: Recorded) -> None:
    """Reset the connection (RST) without a response."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise HangupError


def stall(before: bytes = b"") -> Step:
    """Write some bytes, then nothing until the client or the server closes the connection."""

    def step(connection: socket.socket, request: Recorded) -> None:
        if before:
            connection.sendall(before)
        connection.settimeout(PATIENCE)
        with suppress(OSError):
            connection.recv(1)
        raise HangupError

    return step


def until(reached: Callable[[], bool]) -> None:
    """Wait for what another thread or process does."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.005)


async def until_async(reached: Callable[[], bool]) -> None:
    """Wait for what another task or thread does."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


class Server:
    """A running server; `url` is its address, and `requests` are those since `script`."""

    def __init__(self, *, host: str = "127.0.0.1", tls: Any = None) -> None:
        self._listener = socket.create_server((host, 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://{host}:{self.port}"
        self._tls = tls
        self._steps: list[Step] = [json({})]
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.requests: list[Recorded] = []
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def script(self, *steps: Step) -> None:
        """Set the responses to the next requests, and clear `requests`."""
        with self._lock:
            self._steps = list(steps)
            self.requests = []

    def close(self) -> None:
        self._listener.close()
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                number = self.connections
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        plain = connection
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            while (request := _read(connection, number)) is not None:
                with self._lock:
                    self.requests.append(request)
                    step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
                if isinstance(step, bytes):
                    connection.sendall(step)
                else:
                    step(connection, request)
        except (OSError, HangupError):
            pass
        finally:
            with self._lock:
                self._open.discard(plain)
            connection.close()
            plain.close()


def _read(connection: socket.socket, number: int) -> Recorded | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    headers = {name.lower(): value for name, value in pairs}
    if headers.get("transfer-encoding") == "chunked":
        body = _chunks(connection, bytearray(body))
    else:
        body = _exactly(connection, bytearray(body), int(headers.get("content-length", "0")))
    return Recorded(data, number, method, target, headers, pairs, body)


def _exactly(connection: socket.socket, data: bytearray, size: int) -> bytes:
    """Read until there are `size` bytes; some are already in `data`."""
    while len(data) < size:
        piece = connection.recv(1 << 20)
        if not piece:
            raise HangupError
        data += piece
    return bytes(data)


def _chunks(connection: socket.socket, data: bytearray) -> bytes:
    """Read a chunked body."""
    found = bytearray()
    while True:
        while b"\r\n" not in data:
            _exactly(connection, data, len(data) + 1)
        size, _, rest = data.partition(b"\r\n")
        length = int(size, 16)
        whole = _exactly(connection, rest, length + 2)
        found += whole[:length]
        data = bytearray(whole[length + 2 :])
        if not length:
            return bytes(found)


@contextmanager
def swallowing(
    answered: bytes = b"HTTP/1.1 204 No Content\r\n\r\n", after: int | None = None
) -> Iterator[tuple[str, list[int]]]:
    """A server for one request that counts the bytes of its body without keeping them.

    It responds when it has the whole body, or if `after` is given, after so many bytes.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    counted = [0]

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):  # The client may reset the connection.
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(1 << 16)
            head, _, body = data.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            counted[0] = len(body)
            wanted = int(length[1]) if length and after is None else after or 0
            while counted[0] < wanted and (piece := connection.recv(1 << 20)):
                counted[0] += len(piece)
            connection.sendall(answered)
            if after is not None:
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1 << 20):
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", counted
    thread.join(60)
    listener.close()

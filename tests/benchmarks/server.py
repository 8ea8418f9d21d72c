"""A service on 127.0.0.1 that uses little CPU, for clients in other processes.

It prints its port, and ends when standard input ends. `GET /models` returns the models that the
tests use, `POST /embed` returns 96 vectors of 1024 floats.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "behaviour"))


def models() -> bytes:
    """The response to `list_models`."""
    return json.dumps(import_module("facts").MODELS).encode()


def embeddings(count: int = 96, size: int = 1024) -> bytes:
    """The response to `embed`: the same in every run, with at most 9 decimals."""
    number = random.Random(96)
    data = [
        {
            "vector_type": "dense",
            "values": [round(number.gauss(0, 0.03), 9) for _ in range(size)],
        }
        for _ in range(count)
    ]
    response = {
        "model": "multilingual-e5-large",
        "vector_type": "dense",
        "data": data,
        "usage": {"total_tokens": count * 8},
    }
    return json.dumps(response).encode()


def _response(body: bytes) -> bytes:
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: r\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """Responds to the requests of a connection, one after the other."""

    responses: tuple[bytes, bytes]
    transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.data = b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        if not found:
            return
        _, _, length = head.lower().partition(b"content-length:")
        if len(body) >= int(length.partition(b"\r")[0] or 0):
            self.data = b""
            self.transport.write(self.responses[head.startswith(b"POST")])


async def main() -> None:
    Connection.responses = (_response(models()), _response(embeddings()))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())

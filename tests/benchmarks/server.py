"""A small service on 127.0.0.1, in a process of its own, that costs little of a shared machine.

It prints its port. `GET /models` gives the models of the seed, `POST /embed` 96 vectors of 1024
floats. Standard input at its end ends it.
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
    """The answer to `list_models`."""
    return json.dumps(import_module("facts").MODELS).encode()


def embeddings(count: int = 96, size: int = 1024) -> bytes:
    """The answer to `embed`: the same in every run, with as many digits as the seed's."""
    number = random.Random(96)
    data = [
        {
            "vector_type": "dense",
            "values": [round(number.gauss(0, 0.03), 9) for _ in range(size)],
        }
        for _ in range(count)
    ]
    answer = {
        "model": "multilingual-e5-large",
        "vector_type": "dense",
        "data": data,
        "usage": {"total_tokens": count * 8},
    }
    return json.dumps(answer).encode()


def _answer(body: bytes) -> bytes:
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: r\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """Answers one request after the other."""

    answers: tuple[bytes, bytes]
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
            self.transport.write(self.answers[head.startswith(b"POST")])


async def main() -> None:
    Connection.answers = (_answer(models()), _answer(embeddings()))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())

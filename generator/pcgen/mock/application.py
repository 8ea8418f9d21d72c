"""The ASGI application."""

from __future__ import annotations

import asyncio
import time
from hashlib import blake2b
from typing import TYPE_CHECKING

from msgspec import Struct
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response as Answer
from starlette.responses import StreamingResponse

from pcgen.diagnostics import Failure
from pcgen.mock.errors import phrase, problem
from pcgen.mock.exchange import Rejected, Request, Response
from pcgen.mock.faults import Fault, Faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from pcgen.mock.service import Service

MAX_BODY = 64 * 1024 * 1024
_RETRYABLE = (429, 503)
_NO_BODY = (204, 205, 304)


class Exchange(Struct, frozen=True):
    """A request, the status of its response, and the milliseconds until it was ready."""

    request: Request
    status: int
    milliseconds: float


class Application:
    """Answers requests as a document describes; any browser page may call it.

    Args:
        service: The operations.
        latency: The milliseconds before each response.
        fail: Requests that fail, as in `faults.Fault`.
        on_exchange: Is called with each request and the status of its response.

    Raises:
        ValueError: An entry of `fail` has another form.
    """

    def __init__(
        self,
        service: Service,
        *,
        latency: float = 0,
        fail: Iterable[str] = (),
        on_exchange: Callable[[Exchange], None] | None = None,
    ) -> None:
        self._service = service
        self._latency = latency / 1000
        self._faults = Faults(tuple(map(Fault.parse, fail)))
        self._on_exchange = on_exchange
        self._app: ASGIApp = CORSMiddleware(
            self._serve,
            allow_origins=["*"],
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["*"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection, as ASGI has it."""
        if scope["type"] == "http":
            await self._app(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = time.perf_counter()
        request = await _request(scope, receive)
        response = self.respond(request)
        if self._latency:
            await asyncio.sleep(self._latency)
        if self._on_exchange is not None:
            passed = (time.perf_counter() - start) * 1000
            self._on_exchange(Exchange(request, response.status, passed))
        await _answer(request, response)(scope, receive, send)

    def respond(self, request: Request) -> Response:
        """The response to a request."""
        try:
            return self._respond(request)
        except Rejected as error:
            return problem(error)
        except (Failure, RecursionError) as error:  # The document, not the request, is at fault.
            kind = "nests too deep" if isinstance(error, RecursionError) else "is invalid here"
            return problem(Rejected(500, f"the document {kind}; run `pcgen lint`"))

    def _respond(self, request: Request) -> Response:
        if len(request.body) > MAX_BODY:
            raise Rejected(413, f"the body has more than {MAX_BODY:,} bytes")
        found = self._service.operation(request)
        if isinstance(found, Response):
            return found
        operation, values = found
        status = self._faults.status(operation.key)
        if status is not None:
            headers = [("Retry-After", "0")] if status in _RETRYABLE else []
            return operation.fail(Rejected(status, f"{phrase(status)}, on demand", headers))
        return operation.answer(request, values)


async def _request(scope: Scope, receive: Receive) -> Request:
    """Read a request; of a body that is too long, no more than that shows."""
    body = bytearray()
    while len(body) <= MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            break
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined = "; " if key == "cookie" else ", "
        headers[key] = f"{headers[key]}{joined}{text}" if key in headers else text
    host = headers.get("host") or "{}:{}".format(*(scope.get("server") or ("localhost", 80)))
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return Request(
        method=scope["method"].upper(),
        path=raw.decode("latin-1").partition("?")[0],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=bytes(body),
        origin=f"{scope.get('scheme', 'http')}://{host}",
    )


def _answer(request: Request, response: Response) -> Answer:
    """The response of the framework, with an id that is the same for the same request."""
    own = request.headers.get("x-request-id", "")
    headers = {"X-Request-Id": own if own.isalnum() and len(own) <= 100 else _id(request)}
    is_bodiless = request.method == "HEAD" or response.status in _NO_BODY
    answer: Answer
    if response.chunks and not is_bodiless:
        answer = StreamingResponse(_stream(response.chunks), response.status, headers)
    else:
        body = b"" if response.status in _NO_BODY else response.body
        answer = Answer(body, response.status, headers)
        if response.status in _NO_BODY:
            del answer.headers["content-length"]
    for name, value in response.headers:
        answer.headers.append(name, value)
    if request.method == "HEAD":
        answer.body = b""
    return answer


async def _stream(chunks: Sequence[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
        await asyncio.sleep(0)  # Each chunk is sent before the next one.


def _id(request: Request) -> str:
    text = f"{request.method} {request.path}?{request.query}\n".encode()
    return blake2b(text + request.body, digest_size=8).hexdigest()


async def _live(receive: Receive, send: Send) -> None:
    """Answer the messages about the start and the end of a server."""
    for kind in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{kind}.complete"})

"""Makes one test call both the sync and the async client."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from _runtime.call.auth import ApiKey
from _runtime.call.client import AsyncClient, SyncClient
from _runtime.call.operation import Operation, Param
from _runtime.call.resource import Wrapper
from _runtime.call.responses import (
    async_raw_response,
    async_streaming_response,
    raw_response,
    streaming_response,
)
from _runtime.call.service import Service
from _runtime.call.stream import open_async_stream, open_stream
from _runtime.data.models import Model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY = "canary-Key-0123456789"


class Item(Model, kw_only=True):
    name: str
    size: int | None = None


class ItemBody(Model, kw_only=True):
    text: str
    count: int | None = None


class Problem(Model, kw_only=True):
    code: str
    message: str


PARAMS = (Param("name", "path"), Param("kind", "query"), Param("X-Note", "header", arg="note"))
GET: Operation[Item] = Operation(
    "get", "GET", "/items/{name}", result=Item, params=PARAMS, errors={"404": Problem}
)
LIST: Operation[list[Item]] = Operation("list", "GET", "/items", result=list[Item])
MAKE: Operation[Item] = Operation("make", "POST", "/items", result=Item, body=ItemBody)
DROP: Operation[None] = Operation("drop", "DELETE", "/items/{name}", params=PARAMS[:1])
FILE: Operation[bytes] = Operation(
    "file", "GET", "/file", result=bytes, accept="application/octet-stream"
)
TEXT: Operation[str] = Operation("text", "GET", "/text", result=str, accept="text/plain")

SERVICE = Service(
    "demo-api",
    "1.2.3",
    base_url="https://demo.invalid",
    base_url_env="DEMO_URL",
    headers={"X-Api-Version": "2025-04"},
    schemes=(ApiKey("key", arg="api_key", env="DEMO_API_KEY", place="header", key="Api-Key"),),
    security=(("key",),),
)


def wrapped(wrap: Any, method: Any) -> Any:
    """Return `wrap(method)` as the method of a wrapper."""
    kind = type("Wrapped", (Wrapper,), {"call": wrap(method)})
    return kind(SimpleNamespace(**{method.__name__: method})).call


def _call(client: Any, operation: Operation[Any], options: Mapping[str, Any], **kwargs: Any) -> Any:
    """Call an operation as generated methods do."""
    caller = client._caller
    call: Any = type(caller).call
    if operation.stream:
        call = open_async_stream if isinstance(client, AsyncClient) else open_stream
    return call(caller, operation, options, **kwargs)


class Both:
    """Makes and calls clients that are all "sync" or all "async"."""

    def __init__(self, kind: str) -> None:
        self.is_async = kind == "async"
        self._runner = asyncio.Runner() if self.is_async else None
        self._clients: list[Any] = []

    def client(
        self, url: str | None, key: Any = KEY, service: Service = SERVICE, **options: Any
    ) -> Any:
        kind = AsyncClient if self.is_async else SyncClient
        client: Any = kind(service, {"key": key}, base_url=url, **options)
        self._clients.append(client)
        return client

    def run(self, value: Any) -> Any:
        """Return a value, awaited if it is awaitable."""
        if inspect.isawaitable(value):
            assert self._runner is not None

            async def wait() -> Any:
                return await value

            return self._runner.run(wait())
        return value

    def call(
        self,
        client: Any,
        operation: Operation[Any],
        options: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        return self.run(_call(client, operation, dict(options or {}), **kwargs))

    def raw(self, client: Any, operation: Operation[Any], **kwargs: Any) -> Any:
        wrap: Any = async_raw_response if self.is_async else raw_response
        return self.run(wrapped(wrap, self._method(client, operation))(**kwargs))

    def stream(
        self, client: Any, operation: Operation[Any], use: Callable[[Any], Any], **kwargs: Any
    ) -> Any:
        """Open a streaming response, and return the result of `use`."""
        method = self._method(client, operation)
        if not self.is_async:
            with wrapped(streaming_response, method)(**kwargs) as answer:
                return use(answer)

        async def body() -> Any:
            async with wrapped(async_streaming_response, method)(**kwargs) as answer:
                made = use(answer)
                if hasattr(made, "__aiter__"):
                    return [piece async for piece in made]
                return await made if inspect.isawaitable(made) else made

        return self.run(body())

    def pieces(self, answer: Any) -> Any:
        """The chunks of a streaming response; `stream` collects async ones."""
        return answer.iter_bytes() if self.is_async else list(answer.iter_bytes())

    def middleware(self, before: Callable[[Any], Any], after: Callable[[Any], Any]) -> Any:
        """A middleware that calls one function before and one after sending."""
        if self.is_async:

            async def around_async(request: Any, send: Any) -> Any:
                before(request)
                response = await send(request)
                return after(response) or response

            return around_async

        def around(request: Any, send: Any) -> Any:
            before(request)
            response = send(request)
            return after(response) or response

        return around

    def transport(self, answers: list[Any]) -> Any:
        """A transport that returns or raises the members of a list; the last one repeats."""
        sent: list[Any] = []

        def take(request: Any) -> Any:
            sent.append(request)
            answer = answers[min(len(sent), len(answers)) - 1]
            if isinstance(answer, BaseException):
                raise answer
            return answer

        class Scripted:
            requests = sent

            def send(self, request: Any) -> Any:
                return take(request)

            def close(self) -> None:
                sent.append("closed")

        class AsyncScripted:
            requests = sent

            async def send(self, request: Any) -> Any:
                return take(request)

            async def close(self) -> None:
                sent.append("closed")

        return AsyncScripted() if self.is_async else Scripted()

    def close(self) -> None:
        for client in self._clients:
            self.run(client.close())
        if self._runner is not None:
            self._runner.close()

    @staticmethod
    def _method(client: Any, operation: Operation[Any]) -> Any:
        def method(params: Any = None, body: Any = None, **options: Any) -> Any:
            return _call(client, operation, options, params=params, body=body)

        return method

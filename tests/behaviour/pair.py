"""One way to drive `Pinecone` and `AsyncPinecone`, so that every case tests both."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from pinecone_inference import AsyncPinecone, Pinecone

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

KEY = "canary-Key-0123456789"


class Pair:
    """Clients of one kind, "sync" or "async", with the same calls for either."""

    def __init__(self, kind: str) -> None:
        self.is_async = kind == "async"
        self.kind: Any = AsyncPinecone if self.is_async else Pinecone
        self._runner = asyncio.Runner() if self.is_async else None
        self._clients: list[Any] = []

    def client(self, url: str | None = None, **options: Any) -> Any:
        """Return a client that is closed after the test."""
        return self.closed(self.kind(**{"api_key": KEY, "base_url": url} | options))

    def of(self, package: ModuleType, name: str, **options: Any) -> Any:
        """Return a client of another package, likewise."""
        return self.closed(getattr(package, f"Async{name}" if self.is_async else name)(**options))

    def closed(self, client: Any) -> Any:
        """Close a client after the test."""
        self._clients.append(client)
        return client

    def run(self, value: Any) -> Any:
        """Return a value, after awaiting it if it can be."""
        if not inspect.isawaitable(value):
            return value
        assert self._runner is not None

        async def wait() -> Any:
            return await value

        return self._runner.run(wait())

    def within(self, client: Any, use: Callable[[Any], Any]) -> Any:
        """Return the result of `use`, called with a client inside its `with` block."""
        if not self.is_async:
            with client as entered:
                return use(entered)

        async def body() -> Any:
            async with client as entered:
                made = use(entered)
                return await made if inspect.isawaitable(made) else made

        return self.run(body())

    def close(self) -> None:
        for client in self._clients:
            self.run(client.close())
        if self._runner is not None:
            self._runner.close()


def take(
    pair: Pair, source: Any, *, most: int | None = None, into: list[Any] | None = None
) -> list[Any]:
    """Take at most `most` items from a stream or pager, and close it."""
    found: list[Any] = [] if into is None else into

    def enough(thing: Any) -> bool:
        found.append(thing)
        return len(found) == most

    if pair.is_async:

        async def body() -> None:
            async with source if hasattr(source, "__aenter__") else nullcontext():
                async for thing in source:
                    if enough(thing):
                        break

        pair.run(body())
        return found
    with source if hasattr(source, "__enter__") else nullcontext():
        for thing in source:
            if enough(thing):
                break
    return found

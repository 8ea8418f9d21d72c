"""One way to drive `Pinecone` and `AsyncPinecone`, so that every case tests both."""

from __future__ import annotations

import asyncio
import inspect
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
        """Have a client closed after the test."""
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
        """Return what `use` makes of a client inside of its `with` block."""
        if not self.is_async:
            with client as entered:
                return use(entered)

        async def body() -> Any:
            async with client as entered:
                return await use(entered)

        return self.run(body())

    def close(self) -> None:
        for client in self._clients:
            self.run(client.close())
        if self._runner is not None:
            self._runner.close()

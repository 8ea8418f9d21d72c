"""Threads, forks, cancellations and event loops at the worst moment."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from _runtime.call import effects, retry
from _runtime.call.client import AsyncClient, SyncClient
from _runtime.call.options import Connections, Limits
from _runtime.errors import ClientClosedError
from _runtime.http.transport import HTTPTransport
from both import FILE, KEY, LIST, SERVICE, Both
from server import Server

if TYPE_CHECKING:
    pass


def test_a_hook_that_fails_leaves_no_stream_open(both: Both, server: Server) -> None:
    def fail(response: Any) -> None:
        raise LookupError("hook")

    server.script(srv.answer(200, b"x" * 100, kind="application/octet-stream"))
    client = both.client(server.url, on_response=fail, limits=Limits(max_connections=1))
    for _ in range(2):
        with pytest.raises(LookupError, match="hook"):
            both.stream(client, FILE, lambda answer: answer.read(), timeout=srv.PATIENCE)


def test_a_cancelled_hook_leaves_no_stream_open(server: Server) -> None:
    entered: list[Any] = []

    async def wait(response: Any) -> None:
        entered.append(response)
        await asyncio.Event().wait()

    async def main() -> None:
        server.script(srv.answer(200, b"x" * 100, kind="application/octet-stream"))
        limits = Limits(max_connections=1)
        async with AsyncClient(
            SERVICE, {"key": KEY}, base_url=server.url, on_response=wait, limits=limits
        ) as client:
            for count in (1, 2):
                options: Any = {"_mode": "stream"}
                task = asyncio.create_task(client._caller.call(FILE, options))
                await srv.until_async(lambda count=count: len(entered) == count)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

    asyncio.run(main())
    assert len(server.requests) == 2


def test_closing_ends_calls_that_wait_to_try_again(
    both: Both, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(srv.answer(503), srv.json([]))
    client = both.client(server.url)

    async def pause_async(seconds: float) -> None:
        await client.close()

    monkeypatch.setattr(effects, "pause", lambda seconds: client.close())
    monkeypatch.setattr(effects, "pause_async", pause_async)
    with pytest.raises(ClientClosedError):
        both.call(client, LIST)
    assert len(server.requests) == 1


def test_a_first_call_beside_closing_opens_nothing(both: Both, server: Server) -> None:
    client = both.client(server.url)
    both.run(client.close())

    async def begin() -> None:
        client._caller._begin()

    with pytest.raises(ClientClosedError):
        asyncio.run(begin())
    assert client._caller._shared.transport is None


def _child(client: SyncClient, queue: Any) -> None:
    queue.put(client._caller.call(LIST, {}))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_while_another_thread_makes_its_first_call(server: Server) -> None:
    server.script(srv.json([]))
    context: Any = multiprocessing.get_context("fork")
    queue = context.Queue()
    with SyncClient(SERVICE, {"key": KEY}, base_url=server.url) as client:
        with client._caller._shared.guard():
            child = context.Process(target=_child, args=(client, queue))
            child.start()
        assert queue.get(timeout=srv.PATIENCE) == []
        child.join(srv.PATIENCE)
        assert client._caller.call(LIST, {}) == []


def test_threads_after_a_fork_share_one_new_pool(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process id simulates a fork."""
    server.script(srv.json([]))
    transport = HTTPTransport(Connections())
    route: Any = transport._target(server.url).route
    parents = transport._pool(route)
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: -1)
        start = threading.Barrier(8)

        def work(_: int) -> object:
            start.wait()
            return transport._pool(route)

        with ThreadPoolExecutor(8) as pool:
            used = set(pool.map(work, range(8)))
        assert len(used) == 1
        assert parents not in used
    assert transport._pool(route) is parents
    transport.close()


# What a loop left open when it ended, only the garbage collector can close; asyncio says so.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_event_loops_that_end_leave_no_connections(server: Server) -> None:
    server.script(srv.json([]))
    client = AsyncClient(SERVICE, {"key": KEY}, base_url=server.url)

    async def once() -> object:
        return await client._caller.call(LIST, {})

    def opened() -> int:
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    assert asyncio.run(once()) == []
    before = opened()
    for _ in range(10):
        assert asyncio.run(once()) == []
    # The server's own end of a connection, in this process too, closes a moment later.
    srv.until(lambda: opened() <= before + 2)
    asyncio.run(client.close())
    srv.until(lambda: opened() < before)


def test_closing_again_after_a_cancellation_closes_the_rest(server: Server) -> None:
    server.script(srv.json([]))

    async def main() -> None:
        client = AsyncClient(SERVICE, {"key": KEY}, base_url=server.url)
        await client._caller.call(LIST, {})
        task = asyncio.create_task(client.close())
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await client.close()

    asyncio.run(main())
    srv.until(lambda: not server._open)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs tzset")
def test_dates_without_a_zone_are_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        now = 784111777.0 - 20
        assert retry.retry_after({"retry-after": "Sun Nov  6 08:49:37 1994"}, now) == 20
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_empty_body_can_be_read_again(both: Both, server: Server) -> None:
    server.script(srv.answer(200, b""))
    client = both.client(server.url)
    if both.is_async:

        async def twice(answer: Any) -> list[bytes]:
            return [await answer.read(), await answer.read()]

        assert both.stream(client, FILE, twice) == [b"", b""]
    else:
        assert both.stream(client, FILE, lambda a: [a.read(), a.read()]) == [b"", b""]

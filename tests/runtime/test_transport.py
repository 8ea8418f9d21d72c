"""TLS, proxies, limits, event loops and cancellation: settings that must take effect."""

from __future__ import annotations

import asyncio
import ssl
import threading
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from _runtime.call.client import AsyncClient
from _runtime.call.options import Limits, Timeout
from _runtime.errors import APIConnectionError, APITimeoutError, ConfigurationError
from both import KEY, LIST, SERVICE, Both
from server import Server

if TYPE_CHECKING:
    import socket


def test_unknown_authorities_are_refused_without_retries(
    both: Both, secure: Server, sleeps: list[float]
) -> None:
    with pytest.raises(APIConnectionError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        both.call(both.client(secure.url), LIST)
    assert caught.value.retryable is False
    assert sleeps == []
    assert secure.requests == []


def test_verify_takes_effect(
    both: Both,
    secure: Server,
    certificate: tuple[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    context = ssl.create_default_context(cafile=certificate[0])
    for verify in (certificate[0], context):
        assert both.call(both.client(secure.url, verify=verify), LIST) == []
    assert "not verified" not in caplog.text
    assert both.call(both.client(secure.url, verify=False), LIST) == []
    assert "not verified" in caplog.text
    assert len(secure.requests) == 3


def test_a_client_certificate_is_shown(both: Both, certificate: tuple[str, str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.load_verify_locations(certificate[0])
    context.verify_mode = ssl.CERT_REQUIRED
    with Server(tls=context) as server:
        server.script(srv.json([]))
        good = both.client(server.url, verify=certificate[0], cert=certificate)
        assert both.call(good, LIST) == []
        with pytest.raises(APIConnectionError):
            both.call(both.client(server.url, verify=certificate[0], max_retries=0), LIST)


def test_a_proxy_is_used(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    client = both.client("http://api.invalid/v1", proxy=server.url.replace("//", "//me:pw@"))
    assert both.call(client, LIST) == []
    request = server.requests[0]
    assert request.target == "http://api.invalid/v1/items"
    assert request.headers["host"] == "api.invalid"
    assert request.headers["proxy-authorization"].startswith("Basic ")
    assert "pw@" not in repr(client) + repr(vars(client))


def test_proxies_of_the_environment(
    both: Both, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(srv.json([]))
    monkeypatch.setenv("http_proxy", server.url)
    assert both.call(both.client("http://api.invalid"), LIST) == []
    assert server.requests[0].target == "http://api.invalid/items"
    with pytest.raises(APIConnectionError):
        both.call(both.client("http://api.invalid", trust_env=False, max_retries=0), LIST)
    monkeypatch.setenv("no_proxy", "other.example,.invalid")
    with pytest.raises(APIConnectionError):
        both.call(both.client("http://api.invalid", max_retries=0), LIST)
    monkeypatch.delenv("http_proxy")
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("all_proxy", server.url.removeprefix("http://"))
    assert both.call(both.client("http://api.invalid"), LIST) == []


def test_retries_work_through_a_proxy(both: Both, server: Server, sleeps: list[float]) -> None:
    server.script(srv.answer(503), srv.json([]))
    assert both.call(both.client("http://api.invalid", proxy=server.url), LIST) == []
    assert len(server.requests) == 2


@pytest.mark.httpx2
def test_http2_without_its_package_is_a_clear_error(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="h2"):
        both.call(both.client("http://127.0.0.1:1", http2=True), LIST)


def test_limits_take_effect(server: Server) -> None:
    """The second of two calls at once finds no free connection."""
    both = Both("async")
    release = threading.Event()

    def late(connection: socket.socket, request: srv.Recorded) -> None:
        release.wait(srv.PATIENCE)
        connection.sendall(srv.json([]))

    server.script(late)
    client = both.client(
        server.url,
        limits=Limits(max_connections=1),
        timeout=Timeout(pool=0.05),
        max_retries=0,
    )

    async def two() -> Any:
        first = asyncio.create_task(client._caller.call(LIST, {}))
        await srv.until_async(lambda: bool(server.requests))
        try:
            with pytest.raises(APITimeoutError, match="no free connection"):
                await client._caller.call(LIST, {})
        finally:
            release.set()
        return await first

    assert both.run(two()) == []
    both.close()


def test_connections_are_kept(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    client = both.client(server.url)
    for _ in range(3):
        both.call(client, LIST)
    assert server.connections == 1
    other = both.client(server.url, limits=Limits(max_keepalive=0))
    for _ in range(3):
        both.call(other, LIST)
    assert server.connections == 4


def test_cancellation_is_never_swallowed(server: Server) -> None:
    server.script(srv.stall())
    seen: list[str] = []

    async def main() -> None:
        retried: list[object] = []
        client = AsyncClient(SERVICE, {"key": KEY}, base_url=server.url, on_retry=retried.append)
        task = asyncio.create_task(client._caller.call(LIST, {}))
        await srv.until_async(lambda: bool(server.requests))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        seen.append("cancelled")
        server.script(srv.answer(503, headers={"Retry-After": "30"}))
        waiting = asyncio.create_task(client._caller.call(LIST, {}))
        await srv.until_async(lambda: bool(retried))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        seen.append("cancelled while waiting")
        server.script(srv.json([]))
        assert await client._caller.call(LIST, {}) == []
        await client.close()

    asyncio.run(main())
    assert seen == ["cancelled", "cancelled while waiting"]


def test_the_pool_outlives_many_cancellations(server: Server) -> None:
    def slow(connection: socket.socket, request: srv.Recorded) -> None:
        threading.Event().wait(0.002)
        connection.sendall(srv.json([]))

    async def main() -> object:
        limits = Limits(max_connections=2)
        async with AsyncClient(SERVICE, {"key": KEY}, base_url=server.url, limits=limits) as client:
            for round_ in range(20):
                tasks = [asyncio.create_task(client._caller.call(LIST, {})) for _ in range(10)]
                await asyncio.sleep(0.0005 * (round_ % 5))
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            return await client._caller.call(LIST, {})

    server.script(slow)
    assert asyncio.run(main()) == []


def test_a_client_works_in_a_second_event_loop(server: Server) -> None:
    server.script(srv.json([], headers={"Connection": "close"}))
    client = AsyncClient(SERVICE, {"key": KEY}, base_url=server.url)

    async def once() -> object:
        return await client._caller.call(LIST, {})

    assert asyncio.run(once()) == []
    assert asyncio.run(once()) == []
    asyncio.run(client.close())
    assert server.connections == 2

"""The network: addresses, proxies, unusual but legal responses, half-read streams."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from _runtime.call.client import AsyncClient
from _runtime.call.options import Limits, Timeout
from _runtime.call.responses import async_streaming_response
from _runtime.errors import (
    APIConnectionError,
    APIResponseError,
    APITimeoutError,
    ClientClosedError,
    ConfigurationError,
    IncompleteResponseError,
)
from _runtime.http import network
from both import FILE, KEY, LIST, SERVICE, Both, wrapped
from server import Server

if TYPE_CHECKING:
    from collections.abc import Callable


def _packed(*bodies: bytes, coding: str = "gzip") -> bytes:
    body = b"".join(bodies)
    return srv.answer(200, body, {"Content-Encoding": coding})


def _bare(data: bytes) -> bytes:
    """Raw deflate without the zlib header, which some services send as "deflate"."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


# Addresses


def test_an_ipv6_address(both: Both) -> None:
    try:
        made = Server(host="::1")
    except OSError:
        pytest.skip("no IPv6")
    with made:
        made.script(srv.json([]))
        url = f"http://[::1]:{made.port}/v1"
        assert both.call(both.client(url), LIST) == []
        assert made.requests[0].headers["host"] == f"[::1]:{made.port}"
        assert made.requests[0].target == "/v1/items"


@pytest.mark.httpx2
@pytest.mark.parametrize(
    ("path", "sent"),
    [("/a/../b", "/a/../b"), ("/ü", "/%C3%BC"), ("/%2e%2F", "/%2e%2F"), ("//a", "//a"), ("", "")],
)
def test_paths_of_the_base_url_stay_as_they_are(
    both: Both, server: Server, path: str, sent: str
) -> None:
    server.script(srv.json([]))
    assert both.call(both.client(server.url + path), LIST) == []
    assert server.requests[0].target == f"{sent}/items"


@pytest.mark.httpx2
def test_hosts_of_other_alphabets(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    assert both.call(both.client("http://faß.example:80", proxy=server.url), LIST) == []
    assert server.requests[0].target.startswith("http://xn--fa-hia.example")
    assert server.requests[0].headers["host"] == "xn--fa-hia.example"


@pytest.mark.parametrize(
    "url",
    [
        "http://a\r\nX: y/",
        "http://h:99999/",
        "http://a..b/",
        "http://xn--\xe9.example/",
        "ftp://h/",
        "http://",
        "",
    ],
)
def test_urls_of_middleware_that_cannot_be(both: Both, server: Server, url: str) -> None:
    def spoil(request: Any) -> None:
        request.url = url

    around = both.middleware(spoil, lambda response: None)
    client = both.client(server.url, middleware=[around], max_retries=0)
    with pytest.raises(APIConnectionError):
        both.call(client, LIST)
    assert server.requests == []


# Proxies


def _tunnel(target: Server, seen: list[bytes]) -> Callable[[socket.socket, srv.Recorded], None]:
    """Respond to CONNECT as a proxy does, then forward bytes in both directions."""

    def step(connection: socket.socket, request: srv.Recorded) -> None:
        seen.append(request.raw)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with socket.create_connection(("127.0.0.1", target.port)) as other:

            def back() -> None:
                while piece := other.recv(65536):
                    connection.sendall(piece)

            passing = threading.Thread(target=back, daemon=True)
            passing.start()
            while piece := connection.recv(65536):
                other.sendall(piece)
        raise srv.HangupError

    return step


def test_a_tunnel_through_a_proxy(both: Both, secure: Server, certificate: tuple[str, str]) -> None:
    """The proxy sees only the host and the proxy's credentials."""
    seen: list[bytes] = []
    body = b"x" * 1_000_000
    secure.script(srv.answer(200, body, kind="application/octet-stream"))
    with Server() as proxy:
        proxy.script(_tunnel(secure, seen))
        url = proxy.url.replace("//", "//me:p%40w@")
        client = both.client(secure.url, proxy=url, verify=certificate[0])
        assert both.call(client, FILE) == body
        both.run(client.close())
    assert seen[0].startswith(f"CONNECT 127.0.0.1:{secure.port} HTTP/1.1\r\n".encode())
    assert b"Basic bWU6cEB3" in seen[0]  # me:p@w
    assert b"Api-Key" not in seen[0]
    assert secure.requests[0].target == "/file"


@pytest.mark.httpx2
@pytest.mark.parametrize("proxy", ["ftp://h:1", "http://", "http://h:99999", "http://[::1"])
def test_no_proxies(both: Both, server: Server, proxy: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^proxy: not a valid proxy URL"):
        both.call(both.client(server.url, proxy=proxy), LIST)


@pytest.mark.httpx2
def test_socks_without_its_package(
    both: Both, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match="pip install socksio"):
        both.call(both.client(server.url, proxy="socks5://127.0.0.1:1"), LIST)


@pytest.mark.httpx2
@pytest.mark.parametrize("http2", [True, False])
def test_http2_is_offered(both: Both, monkeypatch: pytest.MonkeyPatch, http2: bool) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    hello: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def once() -> None:
            connection, _ = listener.accept()
            with connection:
                hello.append(connection.recv(65536))

        listening = threading.Thread(target=once)
        listening.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(APIConnectionError):
            both.call(both.client(url, http2=http2, max_retries=0), LIST)
        listening.join()
    assert (b"\x02h2" in hello[0]) is http2


# Odd but legal answers


@pytest.mark.parametrize("before", [b"100 Continue", b"103 Early Hints", b"102 Processing"])
def test_informational_answers_are_passed_over(both: Both, server: Server, before: bytes) -> None:
    server.script(b"HTTP/1.1 " + before + b"\r\nLink: x\r\n\r\n" + srv.json([]))
    client = both.client(server.url)
    assert both.call(client, LIST) == []
    assert both.call(client, LIST) == []
    assert {request.connection for request in server.requests} == {1}


def test_trailers_and_extensions_of_chunks(both: Both, server: Server) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.script(head + b"1;a=b\r\n[\r\n1\r\n]\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n")
    client = both.client(server.url)
    assert both.call(client, LIST) == []
    assert both.call(client, LIST) == []
    assert {request.connection for request in server.requests} == {1}


def test_a_body_that_ends_with_the_connection(both: Both, server: Server) -> None:
    server.script(srv.then_close(b"HTTP/1.1 200 OK\r\n\r\n[]"))
    client = both.client(server.url)
    assert both.call(client, LIST) == []
    assert both.call(client, LIST) == []


@pytest.mark.parametrize(
    ("packed", "body"),
    [
        (_packed(gzip.compress(b"a" * 100_000)), b"a" * 100_000),
        (_packed(gzip.compress(b"one "), gzip.compress(b"two")), b"one two"),
        (_packed(gzip.compress(b"x"), b"\0\0padding"), b"x"),
        (_packed(gzip.compress(b"x"), coding="X-GZip"), b"x"),
        (_packed(zlib.compress(b"x"), coding="deflate"), b"x"),
        (_packed(_bare(b"x"), coding="deflate"), b"x"),
        (_packed(b"", coding="gzip"), b""),
        (_packed(b"x", coding="identity"), b"x"),
    ],
)
def test_compressed_bodies(both: Both, server: Server, packed: bytes, body: bytes) -> None:
    server.script(packed)
    assert both.call(both.client(server.url), FILE) == body
    read = both.stream(both.client(server.url), FILE, lambda answer: answer.read())
    assert read == body


@pytest.mark.parametrize("cut", [3, 12, -1])
def test_compressed_bodies_that_stop_in_the_middle(both: Both, server: Server, cut: int) -> None:
    server.script(_packed(gzip.compress(b"abc" * 1000)[:cut]))
    with pytest.raises(APIResponseError, match="not compressed as its headers say"):
        both.call(both.client(server.url), FILE)


def test_a_bomb(both: Both, server: Server) -> None:
    """A GiB compressed to a MiB is aborted at the limit."""
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1024)) + packer.flush()
    server.script(_packed(bomb))
    client = both.client(server.url, max_response_bytes=1 << 22)
    with pytest.raises(APIResponseError, match="larger than max_response_bytes") as caught:
        both.call(client, FILE)
    assert len(caught.value.response.content) <= (1 << 22) + (1 << 20)


def test_headers_without_end(both: Both, server: Server) -> None:
    server.script(srv.then_close(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000))
    with pytest.raises(APIConnectionError):
        both.call(both.client(server.url, max_retries=0), LIST)


# Streams


@pytest.mark.parametrize("how", ["a piece", "nothing", "an error"])
def test_streams_left_half_read_give_their_connection_back(
    both: Both, server: Server, how: str
) -> None:
    limits = Limits(max_connections=1)
    client = both.client(server.url, limits=limits, max_retries=0)

    class LeftError(Exception):
        pass

    def use(answer: Any) -> Any:
        if how == "an error":
            raise LeftError
        if how == "nothing":
            return None
        pieces = answer.iter_bytes()
        return anext(pieces) if both.is_async else next(pieces)

    for _ in range(3):
        server.script(srv.answer(200, b"x" * 3_000_000, kind="application/octet-stream"))
        try:
            both.stream(client, FILE, use)
        except LeftError:
            assert how == "an error"
    server.script(srv.json([]))
    assert both.call(client, LIST) == []


def test_a_stream_is_read_once(both: Both, server: Server) -> None:
    server.script(srv.answer(200, b"abc", kind="application/octet-stream"))

    def twice(answer: Any) -> Any:
        if not both.is_async:
            assert list(answer.iter_bytes()) == [b"abc"]
            with pytest.raises(IncompleteResponseError):
                list(answer.iter_bytes())
            return None

        async def read() -> None:
            assert [piece async for piece in answer.iter_bytes()] == [b"abc"]
            with pytest.raises(IncompleteResponseError):
                [piece async for piece in answer.iter_bytes()]

        return read()

    both.stream(both.client(server.url), FILE, twice)


def test_a_body_that_stalls(both: Both, server: Server) -> None:
    server.script(srv.stall(srv.answer(200, b"ab", length=9)), srv.json([]))
    limits = Limits(max_connections=1)
    client = both.client(server.url, limits=limits, max_retries=0)
    with pytest.raises(APITimeoutError):
        both.call(client, FILE, {"timeout": Timeout(read=0.1)})
    assert both.call(client, LIST) == []


def test_large_answers_over_tls(both: Both, secure: Server, certificate: tuple[str, str]) -> None:
    body = bytes(range(256)) * 20_000
    secure.script(srv.answer(200, body, kind="application/octet-stream"))
    client = both.client(secure.url, verify=ssl.create_default_context(cafile=certificate[0]))
    assert both.call(client, FILE) == body
    assert both.call(client, FILE) == body
    assert {request.connection for request in secure.requests} == {1}


@pytest.mark.httpx2
def test_a_connection_that_opens_beside_closing_is_closed(
    both: Both, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(srv.json([]))
    client = both.client(server.url, max_retries=0)
    opened: list[Any] = []
    usual: Any = network.AsyncBackend.connect_tcp if both.is_async else network.Backend.connect_tcp

    def connect(self: Any, *args: Any, **options: Any) -> Any:
        client.close()
        opened.append(usual(self, *args, **options))
        return opened[0]

    async def connect_async(self: Any, *args: Any, **options: Any) -> Any:
        await client.close()
        opened.append(await usual(self, *args, **options))
        return opened[0]

    monkeypatch.setattr(network.Backend, "connect_tcp", connect)
    monkeypatch.setattr(network.AsyncBackend, "connect_tcp", connect_async)
    with pytest.raises(ClientClosedError):
        both.call(client, LIST)
    assert opened[0].get_extra_info("socket").fileno() == -1


def test_cancellation_at_any_moment_gives_the_connection_back(server: Server) -> None:
    """With one connection, a call that is cancelled at its k-th step must release it."""
    large = srv.answer(200, b"x" * 500_000, kind="application/octet-stream")

    def step(connection: socket.socket, request: srv.Recorded) -> None:
        connection.sendall(large if request.path == "/file" else srv.json([]))

    async def stream(client: AsyncClient) -> None:
        def method(**options: Any) -> Any:
            return client._caller.call(FILE, options)

        async with wrapped(async_streaming_response, method)() as answer:
            async for _ in answer.iter_bytes():
                await asyncio.sleep(0)

    async def main() -> None:
        limits = Limits(max_connections=1)
        async with AsyncClient(SERVICE, {"key": KEY}, base_url=server.url, limits=limits) as client:
            for moment in range(40):
                for begin in (stream, lambda client: client._caller.call(FILE, {})):
                    task = asyncio.ensure_future(begin(client))
                    for _ in range(moment):
                        await asyncio.sleep(0)
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task
                    assert await client._caller.call(LIST, {}) == []

    server.script(step)
    asyncio.run(main())

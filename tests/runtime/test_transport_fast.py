"""The transport over pyreqwest: what it refuses, and how it differs from the default one.

All else is tested by running the other tests with `--transport fast`.
"""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import shutil
import ssl
import subprocess
import zlib
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from _runtime import errors
from _runtime.call.client import AsyncClient, SyncClient
from _runtime.call.operation import Operation
from _runtime.call.options import Limits, Timeout, timeouts
from _runtime.http import transport_fast
from _runtime.http.message import Request
from both import FILE, KEY, LIST, SERVICE, Both, Item
from server import Server

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pyreqwest")
OPENSSL = shutil.which("openssl")


@pytest.fixture
def fast(both: Both) -> Any:
    def make(url: str, **options: Any) -> Any:
        return both.client(url, transport="fast", **options)

    return make


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str]:
    """An authority, and a certificate for 127.0.0.1 that it issued, with its key."""
    if OPENSSL is None:
        pytest.skip("no openssl")
    folder: Path = tmp_path_factory.mktemp("issued")
    make = [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    make += ["-nodes", "-days", "2"]
    ca, ca_key, cert, key = (str(folder / name) for name in ("ca", "ca-key", "cert", "key"))
    signed = ["-CA", ca, "-CAkey", ca_key, "-addext", "basicConstraints=critical,CA:FALSE"]
    signed += ["-addext", "subjectAltName=IP:127.0.0.1"]
    for subject, out, out_key, more in (("ca", ca, ca_key, []), ("leaf", cert, key, signed)):
        command = [*make, "-subj", f"/CN={subject}", "-out", out, "-keyout", out_key, *more]
        subprocess.run(command, check=True, capture_output=True)
    return ca, cert, key


def test_it_is_only_used_when_it_is_asked_for(
    both: Both, server: Server, fast: Any, transport: str
) -> None:
    server.script(srv.json([]))
    for client in (both.client(server.url, transport="httpx2"), fast(server.url)):
        both.call(client, LIST)
    agents = [request.headers["user-agent"].split()[-1] for request in server.requests]
    assert [agent.partition("/")[0] for agent in agents] == ["httpcore2", "pyreqwest"]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"verify": "/some/file"}, "verify"),
        ({"verify": ssl.create_default_context()}, "verify"),
        ({"cert": ("a", "b", "password")}, "cert"),
        ({"trust_env": False}, "trust_env"),
    ],
)
@pytest.mark.parametrize("kind", [SyncClient, AsyncClient])
def test_settings_that_would_have_no_effect(
    kind: Any, options: Any, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/some/file")
    with pytest.raises(TypeError, match=f"{named}: transport='fast'"):
        kind(SERVICE, {"key": KEY}, transport="fast", **options)


def test_other_arguments_that_cannot_be(both: Both, fast: Any, server: Server) -> None:
    with pytest.raises(ValueError, match="'httpx2', 'fast' or an object"):
        both.client(server.url, transport="quick")
    with pytest.raises(TypeError, match="no limit for writing alone"):
        both.call(fast(server.url), LIST, {"timeout": Timeout(read=9, write=1)})
    with pytest.raises(errors.ConfigurationError, match="cert"):
        both.call(fast("https://127.0.0.1:1", cert="/no/such/file"), LIST)
    assert server.requests == []


def test_without_the_extra(fast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_fast, "find_spec", lambda name: None)
    with pytest.raises(errors.ConfigurationError, match=r"pip install 'demo-api\[fast\]'"):
        fast("http://x.invalid")


def test_authorities_of_the_environment_and_client_certificates(
    both: Both, fast: Any, issued: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, *certificate = issued
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.load_verify_locations(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    with Server(tls=context) as server:
        server.script(srv.json([]))
        with pytest.raises(errors.APIConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
            both.call(fast(server.url, cert=tuple(certificate)), LIST)
        monkeypatch.setenv("SSL_CERT_FILE", authority)
        assert both.call(fast(server.url, cert=tuple(certificate)), LIST) == []
        with pytest.raises(errors.APIConnectionError):
            both.call(fast(server.url, max_retries=0), LIST)


@pytest.mark.parametrize("http2", [False, True])
def test_http2_takes_effect(
    both: Both, fast: Any, certificate: tuple[str, str], http2: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with Server(tls=context) as server:
        server.script(srv.then_close(srv.json([])))
        client = fast(server.url, http2=http2, verify=False, max_retries=0)
        if http2:
            with pytest.raises(errors.APIConnectionError):
                both.call(client, LIST)
        else:
            assert both.call(client, LIST) == []
        assert {request.method for request in server.requests} == {"PRI" if http2 else "GET"}


def test_a_path_that_the_library_would_change(both: Both, fast: Any, server: Server) -> None:
    server.script(srv.json([]))
    client = fast(server.url)
    for path in ("/items/%2E%2E", "/items/../%2e", "/items"):
        assert both.call(client, Operation("list", "GET", path, result=list[Item])) == []
    paths = [request.path for request in server.requests]
    assert paths == ["/items/%2E%2E", "/items/../%2e", "/items"]


def test_a_header_that_the_library_has_no_text_for(both: Both, fast: Any, server: Server) -> None:
    server.script(srv.json([], headers={"X-Name": "\xe9", "X-Request-Id": "r1"}))
    answer = both.raw(fast(server.url), LIST)
    assert answer.request_id == "r1"
    assert "x-name" not in answer.headers


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("GZip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
        ("identity", bytes),
    ],
)
def test_compressed_bodies(both: Both, fast: Any, server: Server, coding: str, pack: Any) -> None:
    data = b"0123456789" * 300_000
    body = pack(data)
    server.script(srv.answer(200, body, {"Content-Encoding": coding}))
    client = fast(server.url)
    assert both.call(client, FILE) == data
    pieces = both.stream(client, FILE, both.pieces)
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 1024 * 1024
    assert both.call(fast(server.url, max_response_bytes=len(data)), FILE) == data
    with pytest.raises(errors.APIResponseError, match="larger"):
        both.call(fast(server.url, max_response_bytes=len(data) - 1), FILE)
    if coding != "identity":
        server.script(srv.answer(200, body[:-9], {"Content-Encoding": coding}))
        with pytest.raises(errors.APIResponseError, match="not compressed"):
            both.call(client, FILE)


def test_pools_do_not_pile_up(both: Both, fast: Any, server: Server) -> None:
    server.script(srv.json([]))
    client = fast(server.url)
    for seconds in range(1, 40):
        both.call(client, LIST, {"timeout": seconds})
    assert len(client._caller._shared.transport._clients) == 8


def test_no_limits(both: Both, fast: Any, server: Server) -> None:
    server.script(srv.json([]))
    limits = Limits(max_connections=None, max_keepalive=None, keepalive_expiry=None)
    assert both.call(fast(server.url, limits=limits), LIST, {"timeout": None}) == []


@pytest.mark.parametrize("body", [b"x" * 1_048_577, b"x"])
def test_large_bodies_go_over_the_usual_transport(
    both: Both, fast: Any, server: Server, body: bytes
) -> None:
    """So write timeouts, not read timeouts, apply to a slow upload."""
    server.script(srv.json([]))
    client = fast(server.url)
    both.call(client, LIST)
    transport = client._caller._shared.transport
    request = Request("POST", server.url + "/up", [], body, timeouts(5))
    assert both.run(transport.send(request)).status_code == 200
    assert server.requests[-1].body == body
    assert (transport._fallback is not None) == (len(body) > 1)


def _in_child(url: str, queue: Any) -> None:
    with SyncClient(SERVICE, {"key": KEY}, base_url=url, transport="fast") as client:
        queue.put(client._caller.call(LIST, {}))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_client_that_is_made_after_a_fork(server: Server) -> None:
    server.script(srv.json([]))
    context: Any = multiprocessing.get_context("fork")
    queue = context.Queue()
    with SyncClient(SERVICE, {"key": KEY}, base_url=server.url, transport="fast") as client:
        client._caller.call(LIST, {})
        child = context.Process(target=_in_child, args=(server.url, queue))
        child.start()
        assert queue.get(timeout=srv.PATIENCE) == []
        child.join(srv.PATIENCE)
        assert child.exitcode == 0


def test_a_thousand_calls_at_once(server: Server) -> None:
    server.script(srv.json([]))

    async def main() -> list[Any]:
        limits = Limits(max_connections=10, keepalive_expiry=None)
        async with AsyncClient(
            SERVICE, {"key": KEY}, base_url=server.url, transport="fast", limits=limits
        ) as client:
            return await asyncio.gather(*(client._caller.call(LIST, {}) for _ in range(1000)))

    assert asyncio.run(main()) == [[]] * 1000
    assert server.connections <= 10

"""Clients: what they send, their settings, copies, hooks and end."""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
import server as srv
from _runtime.call.client import SyncClient
from _runtime.call.operation import Operation
from _runtime.call.options import DEFAULT_TIMEOUT, Limits, Timeout, timeouts
from _runtime.call.service import Service
from _runtime.errors import ClientClosedError, ConfigurationError, IncompleteResponseError
from _runtime.http.message import Headers, Request, Response, header
from both import DROP, FILE, GET, KEY, LIST, MAKE, SERVICE, Both, Item, ItemBody
from server import Server


def test_what_a_get_sends(both: Both, server: Server) -> None:
    server.script(srv.json({"name": "a", "size": 3}))
    result = both.call(both.client(server.url), GET, params={"name": "a", "kind": None})
    assert result == Item(name="a", size=3)
    request = server.requests[0]
    assert (request.method, request.target, request.body) == ("GET", "/items/a", b"")
    headers = dict(request.headers)
    assert headers.pop("user-agent").startswith("demo-api/1.2.3 python/3.")
    assert headers == {
        "host": server.url.removeprefix("http://"),
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "api-key": KEY,
        "x-api-version": "2025-04",
    }


def test_what_a_post_sends(both: Both, server: Server) -> None:
    server.script(srv.json({"name": "a"}))
    client = both.client(server.url, user_agent="my-app/1")
    both.call(client, MAKE, body={"text": "grüße", "count": None})
    both.call(client, MAKE, {"extra_body": {"count": 2, "new": None}}, body={"text": "hi"})
    both.call(client, MAKE, body=ItemBody(text="model"))
    first, second, third = server.requests
    assert first.body == '{"text":"grüße"}'.encode()
    assert first.headers["content-type"] == "application/json"
    assert first.headers["user-agent"].endswith(" my-app/1")
    assert second.json() == {"text": "hi", "count": 2, "new": None}
    assert third.json() == {"text": "model"}


def test_no_result_is_none_and_bodies_without_values_are_sent_empty(
    both: Both, server: Server
) -> None:
    server.script(srv.answer(204))
    assert both.call(both.client(server.url), DROP, params={"name": "a"}) is None
    with pytest.raises((TypeError, ValueError), match="text"):
        both.call(both.client(server.url), MAKE, body={})
    assert len(server.requests) == 1


def test_an_empty_response_is_none_if_described(both: Both, server: Server) -> None:
    server.script(srv.answer(204), srv.answer(200, b'{"name": "a"}'))
    maybe: Operation[Item | None] = Operation("maybe", "GET", "/maybe", result=Item | None)
    client = both.client(server.url)
    assert [both.call(client, maybe) for _ in range(2)] == [None, Item(name="a")]


def test_text_json_is_json(both: Both, server: Server) -> None:
    server.script(srv.answer(200, b'{"name": "a"}', kind="text/json"))
    get: Operation[Item] = Operation("get", "GET", "/get", result=Item, accept="text/json")
    assert both.call(both.client(server.url), get) == Item(name="a")


@pytest.mark.parametrize(
    ("accept", "kind", "wanted"),
    [
        ("application/octet-stream, */*", "application/json", b'"a"'),
        ("text/plain, application/json, */*", "application/json", "a"),
        ("text/plain, application/json, */*", "text/html", '"a"'),
        ("application/json, text/plain, application/octet-stream, */*", "image/png", b'"a"'),
    ],
)
def test_responses_are_decoded_by_the_result_type(
    both: Both, server: Server, accept: str, kind: str, wanted: object
) -> None:
    server.script(srv.answer(200, b'"a"', kind=kind))
    get: Operation[Any] = Operation("get", "GET", "/get", result=type(wanted), accept=accept)
    assert both.call(both.client(server.url), get) == wanted
    assert server.requests[0].headers["accept"] == accept


def test_unknown_options_are_refused(both: Both, server: Server) -> None:
    with pytest.raises(TypeError, match=r"list\(\) got an unexpected keyword argument 'tiemout'"):
        both.call(both.client(server.url), LIST, {"tiemout": 3})
    with pytest.raises(TypeError, match="'tiemout'"):
        both.client(server.url, tiemout=3)
    with pytest.raises(TypeError, match="'verify'"):
        both.client(server.url).with_options(verify=False)


def test_headers_by_client_copy_and_call(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    client = both.client(server.url, default_headers={"X-A": "1", "x-api-version": "next"})
    copy = client.with_options(default_headers={"X-B": "2", "X!#$%&'*+.^_`|~": "4"})
    both.call(copy, LIST, {"extra_headers": {"x-a": "3", "Accept": "text/x"}})
    both.call(client, LIST)
    first, second = server.requests
    assert {first.headers[name] for name in ("x-a", "x-b")} == {"3", "2"}
    assert first.headers["x!#$%&'*+.^_`|~"] == "4"
    assert first.headers["accept"] == "text/x"
    assert [value for name, value in first.header_list if name.lower() == "accept"] == ["text/x"]
    assert second.headers["x-a"] == "1"
    assert second.headers["x-api-version"] == "next"
    assert "x-b" not in second.headers
    assert first.connection == second.connection


@pytest.mark.parametrize("tenant", ["evil.example/x", "evil.example:1", "a@evil", "e#", "e\\\\"])
def test_a_variable_cannot_change_the_host(tenant: str) -> None:
    service = Service("demo", "1", base_url="https://{tenant}.x.example:{port}/{path}")
    with pytest.raises(ConfigurationError, match="tenant: "):
        service.at({"tenant": tenant})
    found = service.at({"tenant": "a-b.c", "port": "8443", "path": "v1/x:y"})
    assert found.base_url == "https://a-b.c.x.example:8443/v1/x:y"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "1\r\nX-B: 2"),
        ("X-A", "a\nb"),
        ("X A", "1"),
        ("X:A", "1"),
        ("X-Ä", "1"),
        ("X-A", "é"),
        ("X-A", " 1"),
        ("", "1"),
        ("Host", "elsewhere.example"),
        ("content-length", "5"),
        ("Transfer-Encoding", "chunked"),
    ],
)
def test_headers_that_cannot_be_sent(both: Both, server: Server, name: str, value: str) -> None:
    with pytest.raises(ValueError, match="header"):
        both.client(server.url, default_headers={name: value})
    with pytest.raises(ValueError, match="header"):
        both.call(both.client(server.url), LIST, {"extra_headers": {name: value}})
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.example",
        "https://",
        "https://u:p@x.example",
        "https://x.example/?a=1",
        "http://a b",
        "https://x.example/\r\nHost: y",
        "https://x.example#f",
        "http://x.example:port",
        "http://x.example:123456",
        "http://::1/v1",
        "http://[::1",
        "http://[x]:80",
        "http://x.example:99999",
        "http://a..example",
        "http://ex%0aample.com",
        f"http://{'a' * 64}.example",
        f"http://{'a.' * 127}example",
    ],
)
def test_impossible_base_urls(both: Both, url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url"):
        both.client(url)


@pytest.mark.parametrize(
    "url", ["localhost", "localhost:80", "127.0.0.1/v1", "x.example:443", "[::1]", "http:x", "/v1"]
)
def test_plain_http_must_be_explicit(both: Both, url: str) -> None:
    """Only the URL of a public host may omit the scheme."""
    with pytest.raises(ConfigurationError, match=r"^base_url: must begin with http"):
        both.client(url)


def test_base_urls(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    assert both.client("http://[::1]:8080/").base_url == "http://[::1]:8080"
    assert both.client("api.example/v1/").base_url == "https://api.example/v1"
    assert both.client(None).base_url == SERVICE.base_url
    both.call(both.client("http://127.0.0.1:1").with_options(base_url=server.url + "/v2"), LIST)
    assert server.requests[0].target == "/v2/items"


def test_an_operation_may_have_its_own_server(both: Both, server: Server) -> None:
    """The user's base URL overrides it: tests and gateways must get every call."""
    elsewhere = Service("d", "1", base_url="http://127.0.0.1:1")
    own: Operation[Any] = Operation("own", "GET", "/o", result=Any, base_url=server.url + "/own/")
    server.script(srv.json([]))
    both.call(both.client(None, None, elsewhere), own)
    both.call(both.client(server.url + "/mine", None, elsewhere), own)
    assert [request.target for request in server.requests] == ["/own/o", "/mine/o"]


def test_time_limits() -> None:
    assert timeouts(DEFAULT_TIMEOUT) == {"connect": 5, "read": 60, "write": 60, "pool": 60}
    assert timeouts(90) == {"connect": 5, "read": 90, "write": 90, "pool": 90}
    assert timeouts(0.5) == dict.fromkeys(("connect", "read", "write", "pool"), 0.5)
    assert timeouts(None) == dict.fromkeys(("connect", "read", "write", "pool"))
    assert timeouts(Timeout(read=None, connect=1)) == timeouts(
        httpx2.Timeout(60, read=None, connect=1)
    )
    for unfit in (True, "5", (1, 2)):
        with pytest.raises(TypeError, match="timeout"):
            timeouts(unfit)
    for wrong in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="timeout"):
            timeouts(wrong)


def test_time_limits_reach_the_transport(both: Both) -> None:
    transport = both.transport([Response(200, {}, b"[]")])
    client = both.client("http://x.invalid", transport=transport, timeout=7)
    both.call(client, LIST)
    both.call(client, LIST, {"timeout": None})
    both.call(client.with_options(timeout=8), LIST, {"timeout": Timeout(read=1)})
    assert [request.timeout["read"] for request in transport.requests] == [7, None, 1]


def test_middleware_runs_around_every_try_in_order(
    both: Both, server: Server, sleeps: list[float]
) -> None:
    calls: list[Any] = []

    def tagged(tag: str) -> Any:
        def before(request: Request) -> None:
            calls.append((tag, request.attempt))
            request.set_header("X-Tag", request.headers.get("x-tag", "") + tag)

        return both.middleware(before, lambda response: calls.append(response.status_code))

    server.script(srv.answer(500), srv.json([]))
    both.call(both.client(server.url, middleware=[tagged("a"), tagged("b")]), LIST)
    assert calls == [("a", 1), ("b", 1), 500, 500, ("a", 2), ("b", 2), 200, 200]
    assert [r.headers["x-tag"] for r in server.requests] == ["ab", "ab"]


def test_middleware_can_answer_itself(both: Both, server: Server) -> None:
    changed = both.middleware(
        lambda request: None, lambda response: Response(200, {"X-Request-Id": "m"}, b"[]")
    )
    server.script(srv.answer(404))
    assert both.call(both.client(server.url, middleware=[changed]), LIST) == []


def test_errors_of_hooks_reach_the_caller(both: Both, server: Server) -> None:
    def fail(request: Request) -> None:
        raise ZeroDivisionError(request.operation)

    with pytest.raises(ZeroDivisionError, match="list"):
        both.call(both.client(server.url, on_request=fail), LIST)
    assert server.requests == []


def test_async_hooks_are_awaited(server: Server) -> None:
    both = Both("async")
    calls: list[str] = []

    async def hook(request: Request) -> None:
        calls.append(request.operation)

    server.script(srv.json([]))
    both.call(both.client(server.url, on_request=hook), LIST)
    both.close()
    assert calls == ["list"]


def test_closing_is_idempotent_and_final(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    client = both.client(server.url)
    copy = client.with_options(timeout=1)
    both.call(copy, LIST)
    both.run(copy.close())
    assert copy.is_closed
    with pytest.raises(ClientClosedError, match="is closed"):
        both.call(copy, LIST)
    both.call(client, LIST)
    other = client.with_options(timeout=1)
    both.run(client.close())
    both.run(client.close())
    for closed in (client, other, client.with_options()):
        with pytest.raises(ClientClosedError, match="is closed"):
            both.call(closed, LIST)


def test_closing_before_the_first_call(both: Both) -> None:
    client = both.client("http://x.invalid")
    both.run(client.close())
    with pytest.raises(ClientClosedError):
        both.call(client, LIST)


def test_with_blocks_close(server: Server) -> None:
    server.script(srv.json([]))
    with SyncClient(SERVICE, {"key": KEY}, base_url=server.url) as client:
        client._caller.call(LIST, {})
    assert client.is_closed


def test_a_forgotten_client_leaves_nothing_open(server: Server) -> None:
    server.script(srv.json([]))
    gc.collect()  # Collect what other tests left.
    client = SyncClient(SERVICE, {"key": KEY}, base_url=server.url)
    client._caller.call(LIST, {})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del client
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_a_given_http_client_is_used_as_it_is_and_stays_open(both: Both, server: Server) -> None:
    server.script(srv.json([]), srv.answer(307, headers={"Location": server.url + "/x"}))
    kind: Any = httpx2.AsyncClient if both.is_async else httpx2.Client
    given = kind(headers={"X-Theirs": "1"}, follow_redirects=True)
    client = both.client(server.url, http_client=given, max_retries=0)
    assert both.call(client, LIST) == []
    with pytest.raises(Exception, match="not followed"):
        both.call(client, LIST)
    assert server.requests[0].headers["x-theirs"] == "1"
    assert server.requests[0].headers["api-key"] == KEY
    assert len(server.requests) == 2
    both.run(client.close())
    assert not given.is_closed
    both.run(given.aclose() if both.is_async else given.close())
    with pytest.raises(ClientClosedError, match="http_client"):
        both.call(both.client(server.url, http_client=given), LIST)
    with pytest.raises(TypeError, match="verify has no effect"):
        both.client(server.url, http_client=given, verify=False)


def test_raw_answers(both: Both, server: Server) -> None:
    server.script(srv.json({"name": "a"}, 201, {"X-Request-Id": "r1"}))
    raw = both.raw(both.client(server.url), GET, params={"name": "a"}, timeout=5)
    assert (raw.status_code, raw.request_id, raw.content) == (201, "r1", b'{"name": "a"}')
    assert raw.headers["CONTENT-TYPE"] == "application/json"
    assert raw.parse() == Item(name="a")
    server.script(srv.answer(404))
    with pytest.raises(Exception, match="HTTP 404"):
        both.raw(both.client(server.url), GET, params={"name": "a"})


def test_streaming_answers(both: Both, server: Server, tmp_path: Any) -> None:
    pieces = [b"a" * 70_000, b"b" * 70_000]
    client = both.client(server.url, max_response_bytes=10)
    server.script(srv.chunked(*pieces))
    got = both.stream(client, FILE, both.pieces)
    assert len(got) > 1
    assert b"".join(got) == b"".join(pieces)
    assert both.stream(client, FILE, lambda answer: answer.read()) == b"".join(pieces)
    path = tmp_path / "file"
    assert both.stream(client, FILE, lambda answer: answer.write_to(path)) == 140_000
    assert path.read_bytes() == b"".join(pieces)
    server.script(srv.json([{"name": "a"}], headers={"request-id": "r"}))
    assert both.stream(client, LIST, lambda answer: answer.parse()) == [Item(name="a")]
    assert both.stream(client, LIST, lambda answer: answer.request_id) == "r"
    assert both.stream(client, LIST, lambda answer: answer.status_code) == 200


def test_an_abandoned_stream_gives_its_connection_back(both: Both, server: Server) -> None:
    client = both.client(server.url, limits=Limits(max_connections=1), timeout=2)
    server.script(srv.chunked(b"x" * 100_000, b"y" * 100_000), srv.json([]))
    both.stream(client, FILE, lambda answer: answer.status_code)
    assert both.call(client, LIST) == []


def test_a_stream_that_breaks_off(both: Both, server: Server) -> None:
    server.script(srv.then_close(srv.chunked(b"one", end=False)))
    with pytest.raises(IncompleteResponseError, match="ended early") as caught:
        both.stream(both.client(server.url), FILE, lambda answer: answer.read())
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_threads_share_a_client(server: Server) -> None:
    def echo(connection: Any, request: srv.Recorded) -> None:
        connection.sendall(srv.json({"name": request.path.rpartition("/")[2]}))

    server.script(echo)
    with SyncClient(SERVICE, {"key": KEY}, base_url=server.url) as client:

        def work(number: int) -> bool:
            result = client._caller.call(GET, {}, params={"name": str(number)})
            return result.name == str(number)

        with ThreadPoolExecutor(16) as pool:
            outcomes = list(pool.map(work, range(400)))
    assert outcomes == [True] * 400
    assert server.connections <= 16


def _child(client: SyncClient, queue: Any) -> None:
    queue.put(client._caller.call(GET, {}, params={"name": "child"}).name)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_client_survives_fork(server: Server) -> None:
    def echo(connection: Any, request: srv.Recorded) -> None:
        connection.sendall(srv.json({"name": request.path.rpartition("/")[2]}))

    server.script(echo)
    context: Any = multiprocessing.get_context("fork")
    queue = context.Queue()
    with SyncClient(SERVICE, {"key": KEY}, base_url=server.url) as client:
        client._caller.call(GET, {}, params={"name": "before"})
        child = context.Process(target=_child, args=(client, queue))
        child.start()
        assert queue.get(timeout=srv.PATIENCE) == "child"
        child.join(srv.PATIENCE)
        assert child.exitcode == 0
        assert client._caller.call(GET, {}, params={"name": "after"}).name == "after"
    by_path = {request.path: request.connection for request in server.requests}
    assert by_path["/items/before"] == by_path["/items/after"] != by_path["/items/child"]


def test_headers_are_a_mapping_without_case() -> None:
    headers = Headers([(b"Set-Cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"X", b"\xe9")])
    assert headers["SET-COOKIE"] == "a=1, b=2"
    assert dict(headers) == {"set-cookie": "a=1, b=2", "x": "é"}
    assert "a=1" not in repr(headers)
    with pytest.raises(TypeError, match="X-A"):
        header("X-A", 3)

"""Clients: construction, configuration, sharing and closing."""

from __future__ import annotations

import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import server as srv
from facts import E5, MODELS
from pair import KEY
from pinecone_inference import (
    AsyncPinecone,
    ClientClosedError,
    ConfigurationError,
    Pinecone,
    Timeout,
)
from server import Server, json

if TYPE_CHECKING:
    from pair import Pair

OTHER = "other-Key-9876543210"


def _call(pair: Pair, client: Any) -> Any:
    return pair.run(client.inference.get_model("m"))


# The key


def test_the_key_of_the_environment(
    pair: Pair, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINECONE_API_KEY", KEY)
    server.script(json(E5))
    client = pair.kind(base_url=server.url)
    _call(pair, client)
    pair.run(client.close())
    assert server.requests[0].headers["api-key"] == KEY


def test_the_argument_goes_before_the_environment(
    pair: Pair, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINECONE_API_KEY", KEY)
    server.script(json(E5))
    _call(pair, pair.client(server.url, api_key=OTHER))
    assert server.requests[0].headers["api-key"] == OTHER


def test_the_key_is_the_first_argument(pair: Pair, server: Server) -> None:
    server.script(json(E5))
    client = pair.kind(OTHER, base_url=server.url)
    _call(pair, client)
    pair.run(client.close())
    assert server.requests[0].headers["api-key"] == OTHER


@pytest.mark.parametrize("variable", [None, ""])
def test_a_missing_key(pair: Pair, monkeypatch: pytest.MonkeyPatch, variable: str | None) -> None:
    if variable is not None:
        monkeypatch.setenv("PINECONE_API_KEY", variable)
    with pytest.raises(ConfigurationError, match=r"\bapi_key\b.*\bPINECONE_API_KEY\b"):
        pair.kind()


@pytest.mark.parametrize("key", ["", "  ", "a\r\nX-Evil: 1", "schlüssel", 5])
def test_a_key_that_cannot_be_sent(pair: Pair, key: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^api_key") as caught:
        pair.kind(api_key=key)
    assert "Evil" not in str(caught.value)
    assert "schl" not in str(caught.value)


def test_a_function_gives_a_key_for_each_call(pair: Pair, server: Server) -> None:
    keys = iter([KEY, OTHER])

    async def ask() -> str:
        return next(keys)

    server.script(json(E5))
    client = pair.client(server.url, api_key=ask if pair.is_async else lambda: next(keys))
    _call(pair, client)
    _call(pair, client)
    assert [request.headers["api-key"] for request in server.requests] == [KEY, OTHER]


def test_the_key_is_not_shown(pair: Pair, server: Server) -> None:
    client = pair.client(server.url)
    server.script(json(E5))
    _call(pair, client)
    assert KEY not in repr(client) + repr(client.inference) + repr(vars(client))
    assert server.url in repr(client)


# The base URL


def test_the_server_of_the_description(pair: Pair) -> None:
    assert pair.client().base_url == "https://api.pinecone.io"


def test_the_base_url_of_the_environment(
    pair: Pair, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINECONE_CONTROLLER_HOST", server.url + "/")
    server.script(json(E5))
    client = pair.client()
    assert client.base_url == server.url
    _call(pair, client)
    assert len(server.requests) == 1


def test_the_base_url_argument_goes_first(
    pair: Pair, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINECONE_CONTROLLER_HOST", "https://elsewhere.invalid")
    server.script(json(E5))
    _call(pair, pair.client(server.url))
    assert len(server.requests) == 1


def test_an_empty_variable_is_ignored_as_base_url(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINECONE_CONTROLLER_HOST", " ")
    assert pair.client().base_url == "https://api.pinecone.io"


def test_a_bad_variable_is_named(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINECONE_CONTROLLER_HOST", "ftp://x")
    with pytest.raises(ConfigurationError, match=r"^PINECONE_CONTROLLER_HOST: the scheme must be"):
        pair.client()


@pytest.mark.parametrize("url", ["ftp://x", "https://", "https://u:p@host", "https://h/?a=b"])
def test_base_urls_that_cannot_be(pair: Pair, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^base_url"):
        pair.kind(api_key=KEY, base_url=url)


def test_a_base_url_without_a_scheme_is_https(pair: Pair) -> None:
    assert pair.client("api.example.invalid/v1/").base_url == "https://api.example.invalid/v1"


# Life


def test_context_manager(pair: Pair, server: Server) -> None:
    server.script(json(MODELS))
    client = pair.client(server.url)
    result = pair.within(client, lambda entered: entered.inference.list_models())
    assert len(result) == 6
    assert client.is_closed
    with pytest.raises(ClientClosedError, match=pair.kind.__name__):
        _call(pair, client)
    assert len(server.requests) == 1


def test_context_manager_closes_after_an_error(pair: Pair, server: Server) -> None:
    server.script(json({}, 400))
    client = pair.client(server.url)
    with pytest.raises(Exception, match="HTTP 400"):
        pair.within(client, lambda entered: entered.inference.list_models())
    assert client.is_closed


def test_close_is_idempotent(pair: Pair, server: Server) -> None:
    server.script(json(E5))
    used, unused = pair.client(server.url), pair.client(server.url)
    _call(pair, used)
    assert len(server._open) == 1
    for client in (used, used, unused, unused):
        pair.run(client.close())
        assert client.is_closed
    srv.until(lambda: not server._open)


def test_threads_share_a_client(server: Server) -> None:
    server.script(json(E5))
    with Pinecone(KEY, base_url=server.url) as client, ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda n: client.inference.get_model(f"m{n}").model, range(40)))
    assert names == ["multilingual-e5-large"] * 40
    assert {request.target for request in server.requests} == {f"/models/m{n}" for n in range(40)}
    assert 1 <= server.connections <= 8


def test_the_resource_is_made_once(pair: Pair) -> None:
    client = pair.client()
    assert client.inference is client.inference


def test_copies_share_connections(pair: Pair, server: Server) -> None:
    server.script(json(E5))
    client = pair.client(server.url, default_headers={"X-A": "1"})
    copy = client.with_options(default_headers={"X-B": "2"}, max_retries=0)
    assert type(copy) is pair.kind
    _call(pair, client)
    _call(pair, copy)
    first, second = server.requests
    assert server.connections == 1
    assert first.headers.get("x-b") is None
    assert (second.headers["x-a"], second.headers["x-b"]) == ("1", "2")
    assert second.headers["api-key"] == KEY
    pair.run(copy.close())
    _call(pair, client)
    assert copy.inference is not client.inference


# Settings


def test_own_http_client(pair: Pair, server: Server) -> None:
    """It keeps its settings and headers, and stays open."""
    make = httpx2.AsyncClient if pair.is_async else httpx2.Client
    own: Any = make(headers={"X-Own": "yes"}, trust_env=False)
    seen: list[str] = []

    async def note_async(request: Any) -> None:
        seen.append(request.url.path)

    own.event_hooks = {
        "request": [note_async if pair.is_async else lambda request: seen.append(request.url.path)]
    }
    server.script(json(E5))
    client = pair.client(server.url, http_client=own)
    _call(pair, client)
    pair.run(client.close())
    assert seen == ["/models/m"]
    assert server.requests[0].headers["api-key"] == KEY
    assert not own.is_closed
    pair.run(own.aclose() if pair.is_async else own.close())


def test_default_headers(pair: Pair, server: Server) -> None:
    server.script(json(E5))
    headers = {"X-Team": "search", "X-Pinecone-API-Version": "2025-10"}
    _call(pair, pair.client(server.url, default_headers=headers, user_agent="my-app/1.2"))
    (request,) = server.requests
    assert request.headers["x-team"] == "search"
    versions = [v for n, v in request.header_list if n.lower() == "x-pinecone-api-version"]
    assert versions == ["2025-10"]
    assert request.headers["user-agent"].startswith("pinecone-inference/")
    assert request.headers["user-agent"].endswith(" my-app/1.2")


@pytest.mark.parametrize("headers", [{"X-A": "1\r\nX-B: 2"}, {"X A": "1"}, {"X-A": " 1"}])
def test_default_headers_that_cannot_be_sent(pair: Pair, headers: Any) -> None:
    with pytest.raises(ValueError, match="header"):
        pair.kind(api_key=KEY, default_headers=headers)


@pytest.mark.parametrize(
    ("options", "kind", "named"),
    [
        ({"timeout": 0}, ValueError, "timeout"),
        ({"timeout": "60"}, TypeError, "timeout"),
        ({"max_retries": -1}, ValueError, "max_retries"),
        ({"max_retries": 1.5}, TypeError, "max_retries"),
        ({"retries": 3}, TypeError, "retries"),
    ],
)
def test_settings_that_cannot_be(pair: Pair, options: Any, kind: Any, named: str) -> None:
    with pytest.raises(kind, match=rf"\b{named}\b"):
        pair.kind(api_key=KEY, **options)


@pytest.mark.parametrize(
    ("timeout", "expected"),
    [
        ("default", {"connect": 5, "read": 60, "write": 60, "pool": 60}),
        (9, {"connect": 5, "read": 9, "write": 9, "pool": 9}),
        (0.5, {"connect": 0.5, "read": 0.5, "write": 0.5, "pool": 0.5}),
        (None, {"connect": None, "read": None, "write": None, "pool": None}),
        (Timeout(read=300), {"connect": 5, "read": 300, "write": 60, "pool": 60}),
    ],
)
def test_timeouts_reach_the_request(
    pair: Pair, server: Server, timeout: Any, expected: dict[str, float | None]
) -> None:
    seen: list[Any] = []
    options = {} if timeout == "default" else {"timeout": timeout}
    client = pair.client(
        server.url, on_request=lambda request: seen.append(request.timeout), **options
    )
    server.script(json(E5))
    _call(pair, client)
    assert seen == [expected]


def test_both_clients_take_the_same_arguments() -> None:
    """Only the types differ, which the static tests check."""
    for one, other in [
        (Pinecone.__init__, AsyncPinecone.__init__),
        *(
            (getattr(Pinecone("k").inference, name), getattr(AsyncPinecone("k").inference, name))
            for name in ("embed", "get_model", "list_models", "rerank")
        ),
    ]:
        left, right = inspect.signature(one), inspect.signature(other)
        assert [(p.name, p.kind, p.default) for p in left.parameters.values()] == [
            (p.name, p.kind, p.default) for p in right.parameters.values()
        ]

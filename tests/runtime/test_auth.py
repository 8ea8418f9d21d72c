"""Credentials: found, checked, sent and never shown."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import Any

import pytest
import server as srv
from _runtime.call.auth import ApiKey, Basic, Bearer
from _runtime.call.client import AsyncClient, SyncClient
from _runtime.call.operation import Operation
from _runtime.call.resource import AsyncResource, Resource
from _runtime.call.service import Service
from _runtime.errors import ConfigurationError
from both import GET, KEY, LIST, MAKE, Both
from server import Server


def service(*schemes: Any, security: Any = None) -> Service:
    return Service(
        "demo",
        "1",
        schemes=schemes,
        security=security or tuple((scheme.name,) for scheme in schemes),
    )


def test_a_missing_key_names_the_argument_and_the_variable(both: Both) -> None:
    with pytest.raises(ConfigurationError, match=r"api_key=.*DEMO_API_KEY"):
        both.client("http://x.invalid", None)


def test_the_environment_is_read_unless_the_argument_is_given(
    both: Both, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(srv.json([]))
    monkeypatch.setenv("DEMO_API_KEY", "from-env")
    monkeypatch.setenv("DEMO_URL", server.url)
    both.call(both.client(None, None), LIST)
    both.call(both.client(None, "given"), LIST)
    assert [r.headers["api-key"] for r in server.requests] == ["from-env", "given"]
    monkeypatch.setenv("DEMO_API_KEY", "")
    with pytest.raises(ConfigurationError, match="missing"):
        both.client(None, None)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "  ",
        "line\nbreak-7",
        "tail-7\n",
        "cr\r-7",
        "gr\u00fc\u00dfe-7",
        " lead-7",
        "nul\0-7",
        7,
        b"x",
    ],
)
def test_keys_that_cannot_be_sent_are_refused_unseen(both: Both, key: Any) -> None:
    with pytest.raises(ConfigurationError, match="api_key") as caught:
        both.client("http://x.invalid", key)
    text = "".join(traceback.format_exception(caught.value))
    assert "-7" not in text.replace("test_auth", "")


def test_each_place(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    cases: list[tuple[Any, Any]] = [
        (ApiKey("key", place="header", key="X-Key"), "s3cret"),
        (ApiKey("key", place="query", key="k y"), "s3cret&x"),
        (ApiKey("key", place="cookie", key="sid"), "s3cret"),
        (Bearer("key"), "s3cret"),
        (Basic("key"), ("user", "s3cret")),
    ]
    for scheme, given in cases:
        both.call(both.client(server.url, given, service(scheme)), LIST)
    header, query, cookie, bearer, basic = server.requests
    assert header.headers["x-key"] == "s3cret"
    assert query.query == [("k y", "s3cret&x")]
    assert cookie.headers["cookie"] == "sid=s3cret"
    assert bearer.headers["authorization"] == "Bearer s3cret"
    assert basic.headers["authorization"] == "Basic dXNlcjpzM2NyZXQ="


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (("s3cret", ""), "czNjcmV0Og=="),
        (("", "s3cret"), "OnMzY3JldA=="),
        (("jürgen", "a:b"), "asO8cmdlbjphOmI="),
        (("user", lambda: "päss"), "dXNlcjpww6Rzcw=="),
    ],
)
def test_names_and_passwords(both: Both, server: Server, given: Any, sent: str) -> None:
    server.script(srv.json([]))
    both.call(both.client(server.url, given, service(Basic("key"))), LIST)
    assert server.requests[0].headers["authorization"] == f"Basic {sent}"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (("", ""), "username and password: both are empty"),
        (("a:b", "s3cret"), "username: contains a colon"),
        (("user", "s3cret\n"), "password: white space"),
        (("user", " "), "password: is empty"),
    ],
)
def test_no_names_and_passwords(both: Both, given: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        both.client("http://x.invalid", given, service(Basic("key")))


def test_alternatives_and_combinations(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    two = service(
        Bearer("token", env="DEMO_TOKEN"),
        ApiKey("key", key="X-Key"),
        ApiKey("app", arg="app_key", key="X-App"),
        security=(("token",), ("key", "app")),
    )
    with pytest.raises(ConfigurationError, match=r"token=.*DEMO_TOKEN.*, or app_key="):
        both.client(server.url, "only-key", two)
    kind = AsyncClient if both.is_async else SyncClient
    client = kind(two, {"key": "a", "app": "b"}, base_url=server.url)
    open_operation: Operation[Any] = Operation("o", "GET", "/o", result=list[int], security=())
    both.call(client, LIST)
    both.call(client, open_operation)
    both.run(client.close())
    first, second = server.requests
    assert (first.headers["x-key"], first.headers["x-app"]) == ("a", "b")
    assert "x-key" not in second.headers
    assert "authorization" not in first.headers


def test_an_operation_may_need_more_credentials_than_the_client(both: Both, server: Server) -> None:
    loose = Service("demo", "1", schemes=(ApiKey("key", key="X-Key"),))
    client = both.client(server.url, None, loose)
    closed: Operation[Any] = Operation("c", "GET", "/c", result=Any, security=(("key",),))
    server.script(srv.json([]))
    assert both.call(client, LIST) == []
    with pytest.raises(ConfigurationError, match="api_key="):
        both.call(client, closed)
    assert len(server.requests) == 1


def test_functions_give_a_fresh_key_for_every_call(both: Both, server: Server) -> None:
    server.script(srv.json([]))
    keys = iter(["one", "two"])
    client = both.client(server.url, lambda: next(keys))
    both.call(client, LIST)
    both.call(client, LIST)
    assert [r.headers["api-key"] for r in server.requests] == ["one", "two"]


def test_async_clients_await_their_keys(server: Server) -> None:
    both = Both("async")
    server.script(srv.json([]))

    async def key() -> str:
        return "awaited"

    both.call(both.client(server.url, key), LIST)
    both.close()
    assert server.requests[0].headers["api-key"] == "awaited"


def test_bad_keys_from_functions_are_refused_unseen(both: Both, server: Server) -> None:
    client = both.client(server.url, lambda: f"{KEY}\r\nX-Evil: 1")
    with pytest.raises(ConfigurationError, match="api_key") as caught:
        both.call(client, LIST)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert server.requests == []


def test_the_key_is_never_shown(both: Both, server: Server, transport: str) -> None:
    server.script(srv.json([]))
    client = both.client(server.url, KEY, default_headers={"Authorization": KEY})
    both.call(client, LIST)
    resource = (AsyncResource if both.is_async else Resource)(client)
    copied = [copy.copy(client), copy.deepcopy(client), client.with_options(timeout=3)]
    for thing in (client, resource, *copied):
        assert KEY not in repr(thing)
        assert KEY not in repr(vars(thing))
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(thing)
    for copy_ in copied:
        both.call(copy_, LIST)
    assert {r.headers["api-key"] for r in server.requests} == {KEY}
    # The fast transport has connections of its own for each set of time limits.
    assert {r.connection for r in server.requests} == ({1, 2} if transport == "fast" else {1})


def test_local_variables_of_a_traceback_do_not_hold_the_key(both: Both, server: Server) -> None:
    """Error reporters show the variables of every frame: those of the runtime are left out."""
    server.script(srv.answer(404))
    calls: list[Any] = [
        (MAKE, {}, {"body": {"text": ""}}),
        (GET, {}, {"params": {"name": ""}}),
        (GET, {"extra_headers": {"bad name": "x"}}, {"params": {"name": "a"}}),
        (GET, {"extra_query": {"q": object()}}, {"params": {"name": "a"}}),
        (GET, {}, {"params": {"name": "a"}}),
    ]
    for operation, options, arguments in calls:
        with pytest.raises(Exception, match=r".") as caught:
            both.call(both.client(server.url), operation, options, **arguments)
        frames = traceback.walk_tb(caught.value.__traceback__)
        assert not [frame for frame, _ in frames if "_runtime" in frame.f_code.co_filename]


def test_a_client_may_have_only_the_credentials_of_some_operations(
    both: Both, server: Server
) -> None:
    server.script(srv.json([]))
    schemes = (ApiKey("key", key="X-Key"), ApiKey("admin", arg="admin_key", key="X-Admin"))
    split = service(*schemes, security=(("key",),))
    kind = AsyncClient if both.is_async else SyncClient
    client = kind(split, {"admin": "a"}, base_url=server.url)
    admin: Operation[Any] = Operation("c", "GET", "/c", result=Any, security=(("admin",),))
    assert both.call(client, admin) == []
    with pytest.raises(ConfigurationError, match="api_key="):
        both.call(client, LIST)
    both.run(client.close())
    with pytest.raises(ConfigurationError, match="api_key="):
        kind(split, {}, base_url=server.url)

"""OAuth2 client credentials: tokens are fetched once, kept, renewed and never shown."""

from __future__ import annotations

import asyncio
import copy
import logging
import multiprocessing
import pickle
import socket
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import server as srv
from _runtime.call import effects, oauth2
from _runtime.call.client import AsyncClient, SyncClient
from _runtime.call.oauth2 import ClientCredentials, OAuth2
from _runtime.call.service import Service
from _runtime.errors import (
    APIConnectionError,
    APIError,
    APIResponseError,
    AuthenticationError,
    ConfigurationError,
    InternalServerError,
)
from both import GET, LIST, Both
from server import Recorded, Server

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "canary/Secret+0123456789"
OAUTH2 = OAuth2("key", url="https://login.invalid/token", env="DEMO_TOKEN")
SERVICE = Service("demo", "1", schemes=(OAUTH2,), security=(("key",),))


class Authority:
    """A token URL and an API on one server; the API accepts only the last token that was given."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.given = 0
        self.life: Any = 3600
        self.held: threading.Event | None = None
        """What the answer to the next token request, and to no other, waits for."""
        self.is_holding = threading.Event()
        self.revoked = False
        self.failure: bytes | None = None
        server.script(self.step)

    def step(self, connection: socket.socket, request: Recorded) -> None:
        if request.path == "/token":
            held, self.held = self.held, None
            if held is not None:
                self.is_holding.set()
                assert held.wait(srv.PATIENCE)
            if self.failure is None:
                self.given += 1
                self.revoked = False
                life = {} if self.life is None else {"expires_in": self.life}
                answer = srv.json({"access_token": self.token, "token_type": "Bearer", **life})
            else:
                answer = self.failure
        elif request.headers.get("authorization") == f"Bearer {self.token}" and not self.revoked:
            answer = srv.json([])
        else:
            answer = srv.json({"error": {"code": "unauthorized", "message": "no"}}, 401)
        connection.sendall(answer)

    @property
    def token(self) -> str:
        return f"canary-token-{self.given}"

    def credential(self, **options: Any) -> ClientCredentials:
        return ClientCredentials("me", SECRET, token_url=f"{self.server.url}/token", **options)

    def paths(self) -> list[str]:
        return [request.path for request in self.server.requests]


@pytest.fixture
def authority(server: Server) -> Authority:
    return Authority(server)


@pytest.fixture
def hold_until_others_wait(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], None]:
    """Hold the first token until `count` calls wait for it."""
    waiting = threading.Semaphore(0)
    perform, perform_async = effects.perform, effects.perform_async

    def watched(effect: Any) -> object:
        if isinstance(effect, effects.Wait):
            waiting.release()
        return perform(effect)

    async def watched_async(effect: Any) -> object:
        if isinstance(effect, effects.Wait):
            waiting.release()
        return await perform_async(effect)

    def hold(count: int) -> None:
        held = authority.held = threading.Event()

        def release() -> None:
            if all(waiting.acquire(timeout=srv.PATIENCE) for _ in range(count)):
                held.set()

        threading.Thread(target=release, daemon=True).start()

    monkeypatch.setattr(effects, "perform", watched)
    monkeypatch.setattr(effects, "perform_async", watched_async)
    return hold


def client(both: Both, authority: Authority, credential: Any = None, **options: Any) -> Any:
    given = credential or authority.credential()
    return both.client(authority.server.url, given, SERVICE, **options)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(oauth2, "clock", lambda: now[0])
    return now


def test_one_token_for_many_calls(both: Both, authority: Authority) -> None:
    made = client(both, authority, default_headers={"X-Tenant": "only for the API"})
    for _ in range(3):
        assert both.call(made, LIST) == []
    both.call(made.with_options(timeout=3), LIST)
    assert authority.paths() == ["/token", *["/items"] * 4]
    request = authority.server.requests[0]
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["user-agent"].startswith("demo/1 ")
    assert "x-tenant" not in request.headers
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["me"],
        "client_secret": [SECRET],
    }


def test_basic_scopes_and_extra_parameters(both: Both, authority: Authority) -> None:
    credential = authority.credential(
        method="client_secret_basic",
        scopes=("read", "write"),
        extra={"audience": "https://api.demo/"},
        headers={"X-Version": "7"},
    )
    both.call(client(both, authority, credential), LIST)
    request = authority.server.requests[0]
    assert parse_qs(request.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["read write"],
        "audience": ["https://api.demo/"],
    }
    assert request.headers["x-version"] == "7"
    assert request.headers["authorization"] == "Basic bWU6Y2FuYXJ5JTJGU2VjcmV0JTJCMDEyMzQ1Njc4OQ=="


def test_a_secret_may_be_a_function(both: Both, authority: Authority) -> None:
    async def later() -> str:
        return "later"

    source: Any = later if both.is_async else (lambda: "later")
    credential = ClientCredentials("me", source, token_url=f"{authority.server.url}/token")
    both.call(client(both, authority, credential), LIST)
    assert b"client_secret=later" in authority.server.requests[0].body


def test_renewed_shortly_before_it_expires(
    both: Both, authority: Authority, clock: list[float]
) -> None:
    made = client(both, authority)
    for later, given in [(0.0, 1), (3539, 1), (2, 2), (3539, 2), (2, 3)]:
        clock[0] += later
        both.call(made, LIST)
        assert authority.given == given
    authority.life = "50"
    for later, given in [(3541.0, 4), (44, 4), (2, 5)]:
        clock[0] += later
        both.call(made, LIST)
        assert authority.given == given


@pytest.mark.parametrize("life", [None, "soon", "nan", [], 1e300])
def test_kept_if_no_expiry_is_given(
    both: Both, authority: Authority, clock: list[float], life: Any
) -> None:
    authority.life = life
    made = client(both, authority)
    both.call(made, LIST)
    clock[0] += 1e9
    both.call(made, LIST)
    assert authority.given == 1


@pytest.mark.parametrize("life", [0, -5, "0"])
def test_not_kept_if_it_expires_at_once(both: Both, authority: Authority, life: Any) -> None:
    authority.life = life
    made = client(both, authority)
    both.call(made, LIST)
    both.call(made, LIST)
    assert authority.given == 2


def test_a_refused_token_is_fetched_again_once(
    both: Both, authority: Authority, sleeps: list[float]
) -> None:
    made = client(both, authority)
    both.call(made, LIST)
    authority.revoked = True
    assert both.call(made, LIST) == []
    assert authority.paths() == ["/token", "/items", "/items", "/token", "/items"]
    assert sleeps == []


def test_a_service_that_refuses_every_token(both: Both, server: Server) -> None:
    def step(connection: socket.socket, request: Recorded) -> None:
        count = len([1 for each in server.requests if each.path == "/token"])
        token = srv.json({"access_token": f"token-number-{count}"})
        connection.sendall(token if request.path == "/token" else srv.json({"message": "no"}, 401))

    server.script(step)
    credential = ClientCredentials("me", SECRET, token_url=f"{server.url}/token")
    with pytest.raises(AuthenticationError, match="no"):
        both.call(both.client(server.url, credential, SERVICE), LIST)
    assert [r.path for r in server.requests] == ["/token", "/items", "/token", "/items"]


def test_the_same_token_again_is_not_sent_again(both: Both, server: Server) -> None:
    def step(connection: socket.socket, request: Recorded) -> None:
        token = srv.json({"access_token": "always-this"})
        connection.sendall(token if request.path == "/token" else srv.json({"message": "no"}, 401))

    server.script(step)
    credential = ClientCredentials("me", SECRET, token_url=f"{server.url}/token")
    with pytest.raises(AuthenticationError, match="no"):
        both.call(both.client(server.url, credential, SERVICE), LIST)
    assert [r.path for r in server.requests] == ["/token", "/items", "/token"]


def test_other_credentials_are_not_asked_again(both: Both, server: Server) -> None:
    server.script(srv.answer(401))
    for key in ("fixed", lambda: "called"):
        with pytest.raises(AuthenticationError):
            both.call(both.client(server.url, key, SERVICE), LIST)
    assert len(server.requests) == 2


def test_a_header_of_the_call_goes_before_the_token(both: Both, authority: Authority) -> None:
    with pytest.raises(AuthenticationError):
        both.call(
            client(both, authority), LIST, {"extra_headers": {"Authorization": "Bearer mine"}}
        )
    sent = [r.headers["authorization"] for r in authority.server.requests if r.path == "/items"]
    assert sent == ["Bearer mine"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_client_credentials(
    both: Both, authority: Authority, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error_body = {"error": "invalid_client", "error_description": f"{SECRET} is not me's"}
    authority.failure = srv.json(error_body, status)
    for method in ("client_secret_post", "client_secret_basic"):
        made = client(both, authority, authority.credential(method=method))
        with pytest.raises(AuthenticationError, match="rejected the client credentials") as caught:
            both.call(made, LIST)
        error = caught.value
        assert (error.status_code, error.code) == (status, "invalid_client")
        assert error.body == {"error": "invalid_client", "error_description": "*** is not me's"}
        assert error.url == f"{authority.server.url}/token"
        shown = "".join(traceback.format_exception(error)) + repr(vars(error)) + caplog.text
        for text in (shown, repr(pickle.dumps(error))):
            assert "canary" not in text
            assert "Y2FuYXJ5" not in text
    assert set(authority.paths()) == {"/token"}


def test_a_token_url_that_fails_is_tried_again(
    both: Both, authority: Authority, sleeps: list[float]
) -> None:
    authority.failure = srv.answer(503)
    with pytest.raises(InternalServerError):
        both.call(client(both, authority), LIST)
    assert authority.paths() == ["/token"] * 3
    assert len(sleeps) == 2


@pytest.mark.parametrize(
    "answer",
    [
        srv.answer(200, b"<html>", kind="text/html"),
        srv.json([]),
        srv.json({}),
        srv.json({"access_token": ""}),
        srv.json({"access_token": 7}),
        srv.json({"access_token": "canary\r\nX-Evil: 1"}),
        srv.json({"id_token": "canary"}),
    ],
)
def test_answers_without_a_token(both: Both, authority: Authority, answer: bytes) -> None:
    authority.failure = answer
    with pytest.raises(APIResponseError, match="no access_token") as caught:
        both.call(client(both, authority), LIST)
    assert "canary" not in repr(vars(caught.value)) + repr(pickle.dumps(caught.value))


def test_nothing_of_it_is_shown(
    both: Both, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    credential = authority.credential()
    made = client(both, authority, credential)
    both.call(made, LIST)
    assert "canary" not in caplog.text
    assert "POST /token -> 200" in caplog.text
    assert repr(credential) == f"<ClientCredentials of {authority.server.url}/token>"
    assert "canary" not in repr(made) + repr(vars(made)) + repr(made._caller._shared.credentials)
    assert copy.copy(credential) is copy.deepcopy(credential) is credential
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(credential)


def test_middleware_and_hooks_see_only_the_api(both: Both, authority: Authority) -> None:
    seen: list[str] = []

    def note(request: Any) -> None:
        seen.append(request.path)

    around = both.middleware(note, lambda response: None)
    both.call(client(both, authority, middleware=[around], on_request=note), LIST)
    assert seen == ["/items", "/items"]


def test_the_proxy_takes_the_token_request_too(both: Both, server: Server) -> None:
    server.script(srv.json({"access_token": "of-the-proxy"}), srv.json([]))
    credential = ClientCredentials("me", SECRET, token_url="http://login.invalid/token?a=b")
    made = both.client("http://api.invalid", credential, SERVICE, proxy=server.url)
    assert both.call(made, LIST) == []
    targets = [request.target for request in server.requests]
    assert targets == ["http://login.invalid/token?a=b", "http://api.invalid/items"]


def test_the_environment_and_missing_credentials(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    envs = ("DEMO_ID", "DEMO_SECRET")
    scheme = OAuth2("key", env="DEMO_TOKEN", url="https://l/t", client_envs=envs)
    for name in ("DEMO_TOKEN", "DEMO_ID", "DEMO_SECRET"):
        monkeypatch.delenv(name, raising=False)
    assert scheme.credential(None, None, None) is None
    service = Service("demo", "1", schemes=(scheme,), security=(("key",),))
    with pytest.raises(
        ConfigurationError,
        match=r"pass client_id=\.\.\. and client_secret=\.\.\. \(or the environment variables"
        r" DEMO_ID and DEMO_SECRET\) or token=\.\.\. \(or the environment variable DEMO_TOKEN\)",
    ):
        both.client("http://x.invalid", None, service)
    with pytest.raises(ConfigurationError, match=r"client_secret=\.\.\. is missing"):
        scheme.credential(None, "me", None)
    with pytest.raises(ConfigurationError, match=", or client_id"):
        scheme.credential("token", "me", None)
    assert scheme.credential("token", None, None) == "token"
    monkeypatch.setenv("DEMO_SECRET", "s")
    assert isinstance(scheme.credential(None, "me", None), ClientCredentials)
    monkeypatch.setenv("DEMO_ID", "me")
    assert isinstance(scheme.credential(None, None, None), ClientCredentials)


@pytest.mark.parametrize(
    "arguments",
    [
        {"client_id": ""},
        {"client_secret": "canary\n"},
        {"token_url": "/oauth/token"},
        {"token_url": "https://me:canary@login/t"},
        {"token_url": "ftp://login/t"},
        {"method": "private_key_jwt"},
    ],
)
def test_arguments_that_cannot_work(arguments: dict[str, Any]) -> None:
    good: dict[str, Any] = {"client_id": "me", "client_secret": "s", "token_url": "https://l/t"}
    with pytest.raises(ConfigurationError) as caught:
        ClientCredentials(**(good | arguments))
    assert "canary" not in str(caught.value)


# --- At the same time ---------------------------------------------------------------------------


def test_twenty_threads_need_one_token(
    authority: Authority, hold_until_others_wait: Callable[[int], None]
) -> None:
    hold_until_others_wait(19)
    with SyncClient(
        SERVICE, {"key": authority.credential()}, base_url=authority.server.url
    ) as made:
        start = threading.Barrier(20)

        def work(_: int) -> object:
            start.wait()
            return made._caller.call(LIST, {})

        with ThreadPoolExecutor(20) as pool:
            assert list(pool.map(work, range(20))) == [[]] * 20
            assert authority.given == 1
            authority.revoked = True
            assert list(pool.map(work, range(20))) == [[]] * 20
    assert authority.given == 2


def test_a_hundred_tasks_need_one_token(
    authority: Authority, hold_until_others_wait: Callable[[int], None]
) -> None:
    hold_until_others_wait(99)

    async def main() -> None:
        url = authority.server.url
        async with AsyncClient(SERVICE, {"key": authority.credential()}, base_url=url) as made:
            for given in (1, 2):
                tasks = [made._caller.call(LIST, {}) for _ in range(100)]
                assert await asyncio.gather(*tasks) == [[]] * 100
                assert authority.given == given
                authority.revoked = True

    asyncio.run(main())


def test_loops_threads_and_clients_share_one(
    authority: Authority, hold_until_others_wait: Callable[[int], None]
) -> None:
    hold_until_others_wait(23)
    credential, url = authority.credential(), authority.server.url

    async def task() -> object:
        async with AsyncClient(SERVICE, {"key": credential}, base_url=url) as made:
            return await asyncio.gather(*(made._caller.call(LIST, {}) for _ in range(5)))

    def work(number: int) -> object:
        if number % 2:
            return asyncio.run(task())
        with SyncClient(SERVICE, {"key": credential}, base_url=url) as made:
            return made._caller.call(LIST, {})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert authority.given == 1


def test_those_who_wait_share_the_failure(
    authority: Authority, hold_until_others_wait: Callable[[int], None]
) -> None:
    hold_until_others_wait(9)
    authority.failure = srv.json({"error": "invalid_client"}, 401)
    credential, url = authority.credential(), authority.server.url
    errors: list[APIError] = []
    with SyncClient(SERVICE, {"key": credential}, base_url=url) as made:
        start = threading.Barrier(10)

        def work(_: int) -> None:
            start.wait()
            try:
                made._caller.call(LIST, {})
            except AuthenticationError as error:
                errors.append(error)

        with ThreadPoolExecutor(10) as pool:
            list(pool.map(work, range(10)))
        assert authority.paths() == ["/token"]
        assert len({id(error) for error in errors}) == len(errors) == 10
        authority.failure = None
        assert made._caller.call(LIST, {}) == []


def test_a_cancelled_fetch_is_taken_over(authority: Authority) -> None:
    held = authority.held = threading.Event()

    async def main() -> None:
        url = authority.server.url
        async with AsyncClient(SERVICE, {"key": authority.credential()}, base_url=url) as made:
            tasks = [asyncio.create_task(made._caller.call(LIST, {})) for _ in range(5)]
            await srv.until_async(authority.is_holding.is_set)
            tasks[0].cancel()
            tasks[3].cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            kinds = [type(result) for result in results]
            cancelled = asyncio.CancelledError
            assert kinds == [cancelled, list, list, cancelled, list]
            assert authority.paths().count("/token") == 2

    asyncio.run(main())
    held.set()


def test_a_blocking_call_in_a_fetching_event_loop_does_not_deadlock(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event loop that fetches the token runs a blocking call."""
    monkeypatch.setattr(oauth2, "_LONGEST_WAIT", 0.1)
    held = authority.held = threading.Event()
    credential, url = authority.credential(), authority.server.url

    async def main() -> None:
        async with AsyncClient(SERVICE, {"key": credential}, base_url=url) as made:
            task = asyncio.create_task(made._caller.call(LIST, {}))
            await srv.until_async(authority.is_holding.is_set)
            with SyncClient(SERVICE, {"key": credential}, base_url=url) as blocking:
                assert blocking._caller.call(LIST, {}) == []
            held.set()
            assert await task == []

    asyncio.run(main())


def _child(made: SyncClient, queue: Any) -> None:
    queue.put(made._caller.call(LIST, {}))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_while_another_thread_fetches(authority: Authority) -> None:
    """The child fetches a token itself, since it cannot wait for its parent's fetch."""
    held = authority.held = threading.Event()
    context: Any = multiprocessing.get_context("fork")
    queue = context.Queue()
    credential, url = authority.credential(), authority.server.url
    with SyncClient(SERVICE, {"key": credential}, base_url=url) as made:
        thread = threading.Thread(target=made._caller.call, args=(LIST, {}))
        thread.start()
        srv.until(authority.is_holding.is_set)
        with credential._state().lock:
            child = context.Process(target=_child, args=(made, queue))
            child.start()
        assert queue.get(timeout=srv.PATIENCE) == []
        child.join(srv.PATIENCE)
        held.set()
        thread.join(srv.PATIENCE)
        assert authority.given == 2
        kept = context.Process(target=_child, args=(made, queue))
        kept.start()
        assert queue.get(timeout=srv.PATIENCE) == []
        kept.join(srv.PATIENCE)
    assert (child.exitcode, kept.exitcode) == (0, 0)
    assert authority.given == 2


def test_no_connection_to_the_token_url(both: Both, sleeps: list[float]) -> None:
    credential = ClientCredentials("me", SECRET, token_url="http://127.0.0.1:1/token")
    with pytest.raises(APIConnectionError) as caught:
        both.call(both.client("http://x.invalid", credential, SERVICE), GET, params={"name": "a"})
    assert caught.value.url == "http://127.0.0.1:1/token"
    assert len(sleeps) == 2

"""Errors as programs catch, copy and print them: their Python classes and their tracebacks."""

from __future__ import annotations

import asyncio
import copy
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from facts import E5, failure
from pinecone_inference import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AsyncPinecone,
    IncompleteResponseError,
    NotFoundError,
)
from server import answer, json

if TYPE_CHECKING:
    from collections.abc import Callable

    from pair import Pair
    from server import Server

CUT = srv.then_close(answer(200, b'{"models": [', length=500))


# The classes


@pytest.mark.parametrize(
    ("step", "kind", "builtins"),
    [
        (srv.reset, APIConnectionError, {ConnectionError, OSError}),
        (CUT, IncompleteResponseError, {ConnectionError, OSError}),
        (srv.stall(), APITimeoutError, {TimeoutError, ConnectionError, OSError}),
        (json(failure(404, "NOT_FOUND", "No."), 404), NotFoundError, set[type]()),
    ],
)
def test_errors_are_also_those_of_python(
    pair: Pair, server: Server, step: Any, kind: type[APIError], builtins: set[type]
) -> None:
    server.script(step)
    client = pair.client(server.url, max_retries=0, timeout=0.1)
    with pytest.raises(APIError) as caught:
        pair.run(client.inference.list_models())
    error = caught.value
    assert type(error) is kind
    every: set[type[Exception]] = {TimeoutError, asyncio.TimeoutError, ConnectionError, OSError}
    assert {builtin for builtin in every if isinstance(error, builtin)} == builtins
    # It is the error of a call, which has no number, file or reason of the system.
    assert [getattr(error, name, None) for name in ("errno", "strerror", "filename")] == [None] * 3
    assert error.args == (error.message,)


@pytest.mark.parametrize("kind", [APIConnectionError, APITimeoutError])
@pytest.mark.parametrize(
    "twin",
    [copy.copy, copy.deepcopy, *(lambda e, p=p: pickle.loads(pickle.dumps(e, p)) for p in (2, 5))],
)
def test_copies_of_connection_errors(
    kind: type[APIConnectionError], twin: Callable[[Any], Any]
) -> None:
    error = kind("no response")
    error.method, error.url, error.retryable = "GET", "https://h/p", False
    error.add_note("in the night")
    made = twin(error)
    assert type(made) is kind
    assert (str(made), repr(made), vars(made)) == (str(error), repr(error), vars(error))
    assert str(made) == "no response (GET https://h/p)"
    with pytest.raises(kind) as caught:
        raise made from ValueError("why")
    assert isinstance(caught.value.__cause__, ValueError)


def test_python_would_read_an_error_number_from_two_arguments() -> None:
    class Own(APIConnectionError):
        def __init__(self, number: int, reason: str) -> None:
            super().__init__(f"{reason} ({number})")

    assert str(Own(2, "odd")) == "odd (2)"


def test_middleware_may_catch_errors_of_the_system(pair: Pair, server: Server) -> None:
    """An error that middleware turns into a response is not retried."""
    server.script(srv.reset)
    replies: list[Any] = []

    def instead() -> Any:
        from pinecone_inference.types import Response

        replies.append(1)
        return Response(200, {"content-type": "application/json"}, b'{"models": []}')

    def plain(request: Any, send: Any) -> Any:
        try:
            return send(request)
        except ConnectionError:
            return instead()

    async def awaiting(request: Any, send: Any) -> Any:
        try:
            return await send(request)
        except ConnectionError:
            return instead()

    client = pair.client(server.url, middleware=[awaiting if pair.is_async else plain])
    assert pair.run(client.inference.list_models()).models == []
    assert (len(replies), len(server.requests)) == (1, 1)


def test_an_http_client_that_calls_an_api(pair: Pair, server: Server) -> None:
    """An APIError of the user's own httpx2 client passes through unchanged."""
    import httpx2

    mine = APITimeoutError("no token within the time allowed")

    def fail(request: Any) -> None:
        raise mine

    async def fail_async(request: Any) -> None:
        raise mine

    hooks: Any = {"request": [fail_async if pair.is_async else fail]}
    kind: Any = httpx2.AsyncClient if pair.is_async else httpx2.Client
    client = pair.client(server.url, http_client=kind(event_hooks=hooks), max_retries=0)
    with pytest.raises(APITimeoutError) as caught:
        pair.run(client.inference.list_models())
    assert caught.value is mine


# Tracebacks


def program(use: Callable[[], Any]) -> Any:
    return use()


async def program_async(use: Callable[[], Any]) -> Any:
    return await use()


def _places(error: BaseException) -> list[str]:
    """The functions in a traceback, after the program of the user."""
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    start = next(number for number, name in enumerate(names) if name.startswith("program"))
    return [name for name in names[start + 1 :] if name != "<lambda>"]


def _failing(pair: Pair, use: Callable[[], Any]) -> list[str]:
    """The functions in the traceback of a program that fails."""
    with pytest.raises(Exception) as caught:  # noqa: PT011
        pair.run(program_async(use) if pair.is_async else program(use))
    return _places(caught.value)


@pytest.mark.parametrize(
    "step",
    [
        json(failure(404, "NOT_FOUND", "No."), 404),
        srv.reset,
        srv.stall(),
        CUT,
        answer(200, b"<html>", kind="text/html"),
    ],
)
@pytest.mark.parametrize("transport", ["httpx2", "fast"])
def test_a_failed_call_ends_at_our_method(
    pair: Pair, server: Server, step: Any, transport: str
) -> None:
    if transport == "fast":
        pytest.importorskip("pyreqwest")
    server.script(step)
    client = pair.client(server.url, max_retries=1, timeout=0.1, transport=transport)
    places = _failing(pair, lambda: client.inference.get_model("x", max_retries=0))
    assert places == ["get_model"]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("embed", {"model": "m", "inputs": 5}),
        ("embed", {"model": 1, "inputs": ["a"]}),
        ("get_model", {"model_name": ".."}),
        ("get_model", {"model_name": "m", "timeout": "1"}),
        ("get_model", {"model_name": "m", "extra_headers": {"a b": "c"}}),
        ("get_model", {"model_name": "m", "time_out": 1}),
    ],
)
def test_wrong_arguments_end_at_our_method(
    pair: Pair, pc: Any, method: str, arguments: Any
) -> None:
    places = _failing(pair, lambda: getattr(pc.inference, method)(**arguments))
    assert places == [method]


def test_raw_responses_add_few_functions(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json({"m": 1}, 404))
    raw = pc.inference.with_raw_response
    places = _failing(pair, lambda: raw.get_model("x"))
    assert [place for place in places if place != "_call"] == ["call", "get_model"]
    server.script(answer(200, b"<"))
    response = pair.run(raw.get_model("x"))
    with pytest.raises(APIError) as caught:
        program(response.parse)
    assert _places(caught.value) == ["parse"]


def test_the_frames_of_hooks_stay(pair: Pair, server: Server) -> None:
    server.script(json(E5))

    def broken(response: Any) -> None:
        raise KeyError("mine")

    def wrong(response: Any) -> None:
        raise TypeError("mine")

    for hook, last in ((broken, "broken"), (wrong, "wrong")):
        client = pair.client(server.url, on_response=hook)
        places = _failing(pair, lambda client=client: client.inference.get_model("x"))
        assert places[-1] == last


def test_the_log_has_the_frames(pair: Pair, pc: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A bug of ours that is a TypeError can be found."""
    caplog.set_level("DEBUG", logger="pinecone_inference")
    _failing(pair, lambda: pc.inference.embed(model="m", inputs=5))
    assert "TypeError was raised here" in caplog.text
    assert "engine.py" in caplog.text


# Request ids


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({"X-Request-Id": "of-gateway", "X-Pinecone-Request-Id": "own"}, "own"),
        ({"x-pinecone-request-id": "own"}, "own"),
        ({"X-Pinecone-Request-Id": "", "X-Request-Id": "usual"}, "usual"),
        ({"x-amzn-requestid": "of-cloud", "request-id": "usual"}, "usual"),
        ({"X-Amzn-RequestId": "of-cloud"}, "of-cloud"),
        ({"X-Ms-Request-Id": "of-cloud"}, "of-cloud"),
        ({"X-Request-Idle": "5"}, None),
    ],
)
def test_the_configured_request_id_comes_first(
    pair: Pair, server: Server, headers: dict[str, str], request_id: str | None
) -> None:
    seen: list[Any] = []

    def plain(request: Any, send: Any) -> Any:
        seen.append(send(request))
        return seen[-1]

    async def awaiting(request: Any, send: Any) -> Any:
        seen.append(await send(request))
        return seen[-1]

    server.script(json(E5, 200, headers), json({}, 404, headers))
    middleware = [awaiting if pair.is_async else plain]
    client = pair.client(server.url, middleware=middleware, on_response=seen.append)
    raw = pair.run(client.inference.with_raw_response.get_model("m"))
    assert raw.request_id == request_id
    with pytest.raises(NotFoundError) as caught:
        pair.run(client.inference.get_model("m"))
    assert caught.value.request_id == request_id
    assert pickle.loads(pickle.dumps(caught.value)).request_id == request_id
    assert [response.request_id for response in seen] == [request_id] * 4
    assert (request_id in str(caught.value)) if request_id else True


def test_a_response_that_ends_early_has_its_request_id(pair: Pair, server: Server) -> None:
    headers = {"X-Request-Id": "usual", "X-Pinecone-Request-Id": "own"}
    server.script(srv.then_close(answer(200, b"{", headers, length=9)))
    with pytest.raises(IncompleteResponseError) as caught:
        pair.run(pair.client(server.url, max_retries=0).inference.list_models())
    assert caught.value.request_id == "own"


# Event loops


@pytest.mark.parametrize("transport", ["httpx2", "fast"])
def test_async_clients_run_on_asyncio_only(transport: str) -> None:
    """Another library, such as trio, steps through coroutines by itself, as is done here."""
    if transport == "fast":
        pytest.importorskip("pyreqwest")
    client = AsyncPinecone("key", transport=transport)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match=r"AsyncPinecone runs on asyncio only.*trio"):
        client.inference.list_models().send(None)


def test_async_clients_run_under_anyio(server: Server) -> None:
    """With its default backend: calls, waits for retries, and cancellation."""
    import anyio

    server.script(json({}, 503, {"retry-after-ms": "1"}), json(E5), srv.stall())

    async def use() -> None:
        async with AsyncPinecone("key", base_url=server.url) as client:
            assert (await client.inference.get_model("m")).model == E5["model"]
            with anyio.move_on_after(0.05) as scope:
                await client.inference.get_model("m")
            assert scope.cancelled_caught

    anyio.run(use)
    assert len(server.requests) == 3

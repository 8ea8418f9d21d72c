"""Error responses: the class of the error, its attributes, and retries."""

from __future__ import annotations

import pickle
import socket
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from facts import E5, RERANK, failure
from pair import KEY
from pinecone_inference import (
    APIConnectionError,
    APIError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ErrorResponse,
    IncompleteResponseError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)
from server import answer, json

if TYPE_CHECKING:
    from pair import Pair
    from server import Server

CASES = [
    (400, "INVALID_ARGUMENT", BadRequestError, 1),
    (401, "UNAUTHENTICATED", AuthenticationError, 1),
    (403, "FORBIDDEN", PermissionDeniedError, 1),
    (404, "NOT_FOUND", NotFoundError, 1),
    (409, "ALREADY_EXISTS", ConflictError, 3),
    (422, "OUT_OF_RANGE", UnprocessableEntityError, 1),
    (429, "RESOURCE_EXHAUSTED", RateLimitError, 3),
    (500, "UNKNOWN", InternalServerError, 3),
    (503, "UNAVAILABLE", InternalServerError, 3),
    (418, "ABORTED", APIStatusError, 1),
]


@pytest.mark.parametrize(("status", "code", "kind", "tries"), CASES)
def test_statuses(
    pair: Pair,
    server: Server,
    sleeps: list[float],
    status: int,
    code: str,
    kind: type[APIStatusError],
    tries: int,
) -> None:
    body = failure(status, code, "It cannot be done.", model_name="m")
    server.script(json(body, status, {"x-request-id": f"req-{status}"}))
    client = pair.client(server.url)
    with pytest.raises(APIStatusError) as caught:
        pair.run(client.inference.get_model("m"))
    error = caught.value
    assert type(error) is kind
    assert (error.status_code, error.code, error.message) == (status, code, "It cannot be done.")
    assert type(error.body) is ErrorResponse
    assert error.body.status == status
    assert error.body.error.code == code
    assert error.body.error.message == "It cannot be done."
    assert error.body.error.details == {"model_name": "m"}
    assert error.body.to_dict() == body
    assert error.request_id == f"req-{status}"
    assert error.headers["Content-Type"] == "application/json"
    assert (error.method, error.url) == ("GET", f"{server.url}/models/m")
    for part in (str(status), code, "It cannot be done.", f"req-{status}"):
        assert part in str(error)
    assert repr(error) == (
        f"{kind.__name__}(status_code={status}, code={code!r}, message='It cannot be done.', "
        f"request_id='req-{status}')"
    )
    assert KEY not in repr(error) + str(error)
    assert (len(server.requests), len(sleeps)) == (tries, tries - 1)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("embed", {"model": "m", "inputs": [{"text": "t"}]}),
        ("list_models", {}),
        ("rerank", {"model": "m", "query": "q", "documents": [{"text": "t"}]}),
    ],
)
def test_every_operation_has_typed_errors(
    pair: Pair, pc: Any, server: Server, method: str, arguments: Any
) -> None:
    server.script(json(failure(401, "UNAUTHENTICATED", "Who are you?"), 401))
    with pytest.raises(AuthenticationError) as caught:
        pair.run(getattr(pc.inference, method)(**arguments))
    assert isinstance(caught.value.body, ErrorResponse)
    assert caught.value.body.error.message == "Who are you?"
    assert caught.value.body.error.details is None
    assert caught.value.request_id is None


def test_a_code_of_the_future_is_kept(pair: Pair, pc: Any, server: Server) -> None:
    body = failure(400, "TOO_LATE", "Yesterday it would have worked.")
    server.script(json(body, 400))
    with pytest.raises(BadRequestError) as caught:
        pair.run(pc.inference.list_models())
    error = caught.value
    assert error.code == "TOO_LATE"
    assert isinstance(error.body, ErrorResponse)
    assert error.body.error.code == "TOO_LATE"


@pytest.mark.parametrize(
    ("bytes_", "kind", "body", "message"),
    [
        (b"Unauthorized", "text/plain", "Unauthorized", "Unauthorized"),
        (b"", "text/plain", None, "the response is empty"),
        (b"<html>no</html>", "text/html", "<html>no</html>", "an HTML page: <html>no</html>"),
    ],
)
def test_bodies_that_are_not_json(
    pair: Pair, pc: Any, server: Server, bytes_: bytes, kind: str, body: Any, message: str
) -> None:
    server.script(answer(401, bytes_, kind=kind))
    with pytest.raises(AuthenticationError) as caught:
        pair.run(pc.inference.list_models())
    assert (caught.value.body, caught.value.message) == (body, message)
    assert caught.value.code is None


def test_the_key_is_redacted_in_responses(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(failure(401, "UNAUTHENTICATED", f"The key {KEY} is unknown."), 401))
    with pytest.raises(AuthenticationError) as caught:
        pair.run(pc.inference.list_models())
    error = caught.value
    assert error.message == "The key *** is unknown."
    assert isinstance(error.body, ErrorResponse)
    assert error.body.error.message == "The key *** is unknown."
    assert KEY.encode() not in error.response.content


def test_errors_survive_pickling(pair: Pair, pc: Any, server: Server) -> None:
    server.script(json(failure(404, "NOT_FOUND", "No such model."), 404, {"x-request-id": "r"}))
    with pytest.raises(NotFoundError) as caught:
        pair.run(pc.inference.get_model("m"))
    twin = pickle.loads(pickle.dumps(caught.value))
    assert type(twin) is NotFoundError
    assert (str(twin), twin.body, twin.request_id) == (str(caught.value), caught.value.body, "r")


# Other tries


def test_a_call_is_tried_again_with_the_same_bytes(
    pair: Pair, server: Server, sleeps: list[float]
) -> None:
    busy = json(failure(429, "RESOURCE_EXHAUSTED", "Slower, please."), 429, {"retry-after": "7"})
    server.script(busy, srv.reset, json(RERANK))
    client = pair.client(server.url)
    result = pair.run(client.inference.rerank(model="m", query="q", documents=[{"text": "t"}]))
    assert result.model == "bge-reranker-v2-m3"
    first, second, third = server.requests
    assert first.body == second.body == third.body
    assert first.json()["documents"] == [{"text": "t"}]
    assert first.headers == second.headers == third.headers
    assert sleeps[0] == 7.0
    assert 0.75 <= sleeps[1] <= 1.0


@pytest.mark.parametrize(
    ("of_client", "of_call", "tries"),
    [(0, {}, 1), (1, {}, 2), (3, {}, 4), (3, {"max_retries": 1}, 2)],
)
def test_max_retries(
    pair: Pair, server: Server, sleeps: list[float], of_client: int, of_call: Any, tries: int
) -> None:
    server.script(json(failure(500, "INTERNAL", "Ouch."), 500))
    client = pair.client(server.url, max_retries=of_client)
    with pytest.raises(InternalServerError):
        pair.run(client.inference.list_models(**of_call))
    assert (len(server.requests), len(sleeps)) == (tries, tries - 1)


def test_the_wait_is_real(pair: Pair, server: Server) -> None:
    """With the real clock, the retry comes after a delay."""
    import time

    server.script(json({}, 503, {"retry-after-ms": "60"}), json(E5))
    client = pair.client(server.url)
    start = time.perf_counter()
    assert pair.run(client.inference.get_model("m")).model == "multilingual-e5-large"
    assert time.perf_counter() - start >= 0.06
    assert len(server.requests) == 2


@pytest.mark.parametrize("place", ["client", "call"])
def test_timeout(pair: Pair, server: Server, place: str) -> None:
    server.script(srv.stall())
    of_client, of_call = ({"timeout": 0.05}, {}) if place == "client" else ({}, {"timeout": 0.05})
    client = pair.client(server.url, max_retries=0, **of_client)
    with pytest.raises(APITimeoutError) as caught:
        pair.run(client.inference.get_model("m", **of_call))
    assert isinstance(caught.value, APIConnectionError)
    assert f"{server.url}/models/m" in str(caught.value)


def test_no_connection(pair: Pair) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = pair.client(f"http://127.0.0.1:{port}", max_retries=0)
    with pytest.raises(APIConnectionError) as caught:
        pair.run(client.inference.list_models())
    assert not isinstance(caught.value, APITimeoutError)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (srv.then_close(answer(200, b'{"models": [', length=500)), IncompleteResponseError),
        (answer(200, b'{"models": ['), APIResponseError),
        (answer(200, b""), APIResponseError),
        (answer(200, b"<html>", kind="text/html"), APIResponseError),
    ],
)
def test_answers_that_cannot_be_used(
    pair: Pair, pc: Any, server: Server, step: Any, kind: type[APIError]
) -> None:
    server.script(step)
    with pytest.raises(kind) as caught:
        pair.run(pc.inference.list_models())
    assert isinstance(caught.value, APIError)
    assert caught.value.status_code == 200  # type: ignore[attr-defined]

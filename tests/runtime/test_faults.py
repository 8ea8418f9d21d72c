"""Faults of services and networks, and the errors that users see."""

from __future__ import annotations

import gzip
import pickle
import traceback
import warnings
from time import process_time
from typing import Any

import httpx2
import pytest
import server as srv
from _runtime import errors
from _runtime.call.error_body import message_of
from _runtime.call.options import Timeout
from _runtime.data import decoder
from _runtime.data.mismatch import Drift
from _runtime.errors import Mismatch
from _runtime.http.message import Response, request_id_of
from both import FILE, GET, KEY, LIST, TEXT, Both, Item, Problem
from server import Server

ID = {"X-Request-Id": "req-7"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (307, errors.APIStatusError),
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (418, errors.APIStatusError),
        (422, errors.UnprocessableEntityError),
        (429, errors.RateLimitError),
        (500, errors.InternalServerError),
        (503, errors.InternalServerError),
    ],
)
def test_each_status_has_its_class(
    both: Both, server: Server, status: int, kind: type[errors.APIStatusError]
) -> None:
    body = {"error": {"code": "OUT", "message": "all gone"}}
    server.script(srv.json(body, status, ID))
    with pytest.raises(errors.APIStatusError) as caught:
        both.call(both.client(server.url, max_retries=0), LIST)
    error = caught.value
    assert type(error) is kind
    assert (error.status_code, error.code, error.request_id) == (status, "OUT", "req-7")
    assert error.body == body
    assert error.headers["X-REQUEST-ID"] == "req-7"
    assert error.response.content == srv.json(body).partition(b"\r\n\r\n")[2]
    assert (error.method, error.url) == ("GET", f"{server.url}/items")
    if status != 307:
        assert str(error) == f"HTTP {status} OUT: all gone (request id req-7)"


@pytest.mark.httpx2
def test_errors_of_http_libraries_hold_no_credential(both: Both) -> None:
    """Mocks of HTTP libraries show unknown requests in their errors."""

    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"no stub for {request.headers['api-key']}")

    kind = httpx2.AsyncClient if both.is_async else httpx2.Client
    http = kind(transport=httpx2.MockTransport(refuse))
    client = both.client("http://service.example", http_client=http, max_retries=0)
    with pytest.raises(errors.APIConnectionError) as caught:
        both.call(client, LIST)
    assert caught.value.message == "cannot connect: no stub for ***"
    assert KEY not in f"{caught.value!r} {caught.value}"
    both.run(http.aclose() if isinstance(http, httpx2.AsyncClient) else http.close())


def test_error_bodies_are_typed_where_described(both: Both, server: Server) -> None:
    server.script(srv.json({"code": "x", "message": "no"}, 404))
    with pytest.raises(errors.NotFoundError) as caught:
        both.call(both.client(server.url), GET, params={"name": "a"})
    assert caught.value.body == Problem(code="x", message="no")
    server.script(srv.json({"code": "x", "message": "no"}, 400))
    with pytest.raises(errors.BadRequestError) as other:
        both.call(both.client(server.url), GET, params={"name": "a"})
    assert other.value.body == {"code": "x", "message": "no"}


@pytest.mark.parametrize(
    ("body", "kind", "shown"),
    [
        (b"", "text/plain", "the response is empty"),
        (b"<html>oops</html>", "text/html", "an HTML page"),
        (b"plain words", "text/plain", "plain words"),
        (b'"just text"', "application/json", "just text"),
        (b'{"detail": [{"msg": "x"}], "message": "bad"}', "application/json", "bad"),
        (b'{"errors": [{"message": "first"}]}', "application/json", "first"),
        (b'{"error": "short"}', "application/json", "short"),
        (b"[1, 2]", "application/json", "[1, 2]"),
        (b"\xff\xfe\x00", "application/json", "\ufffd"),
        (b"[" * 100_000, "application/json", "[[["),
        (b"x" * 3_000_000, "text/plain", "xxx"),
    ],
)
def test_any_error_body_gives_a_short_text(
    both: Both, server: Server, body: bytes, kind: str, shown: str
) -> None:
    server.script(srv.answer(400, body, kind=kind))
    with pytest.raises(errors.BadRequestError) as caught:
        both.call(both.client(server.url), LIST)
    assert shown in str(caught.value)
    assert len(str(caught.value)) < 700
    assert "\n" not in str(caught.value)


def test_messages_are_found_in_little_time() -> None:
    start = process_time()
    for _ in range(50):
        assert message_of({"status": {"error": {"a": 1}}, "detail": [{"b": None}]}) == ""
    assert process_time() - start < 0.5  # It was 12 seconds.


def test_redirects_are_not_followed(both: Both, server: Server) -> None:
    with Server() as other:
        location = f"{other.url}/items?token=abc"
        for status in (301, 302, 303, 307, 308):
            server.script(srv.answer(status, headers={"Location": location}))
            with pytest.raises(errors.APIStatusError, match=f"redirects to {other.url}/items;"):
                both.call(both.client(server.url), LIST)
        assert other.connections == 0


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (srv.reset, errors.APIConnectionError),
        (srv.then_close(b""), errors.APIConnectionError),
        (srv.then_close(b"HTTP/1.1 200"), errors.APIConnectionError),
        (srv.then_close(b"\x16\x03\x01 garbage\r\n\r\n"), errors.APIConnectionError),
        (srv.then_close(srv.answer(200, b"[1, 2", ID, length=99)), errors.IncompleteResponseError),
        (srv.then_close(srv.chunked(b"[1, 2", end=False)), errors.IncompleteResponseError),
        (srv.then_close(srv.chunked(end=False) + b"zz\r\n"), errors.IncompleteResponseError),
    ],
)
def test_broken_connections_are_retried_then_typed(
    both: Both, server: Server, sleeps: list[float], data: Any, kind: type[Exception]
) -> None:
    client = both.client(server.url)
    server.script(data)
    with pytest.raises(errors.APIConnectionError) as caught:
        both.call(client, LIST)
    assert type(caught.value) is kind
    assert len(server.requests) == 3
    server.script(data, srv.json([{"name": "a"}]))
    assert both.call(client, LIST) == [Item(name="a")]


def test_a_truncated_response_keeps_the_received_bytes(both: Both, server: Server) -> None:
    server.script(srv.then_close(srv.answer(200, b"[1, 2", ID, length=99)))
    with pytest.raises(errors.IncompleteResponseError) as caught:
        both.call(both.client(server.url, max_retries=0), LIST)
    error = caught.value
    assert (error.status_code, error.request_id) == (200, "req-7")
    assert error.response.content == b"[1, 2"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (srv.answer(200, b"", ID), "the response is empty"),
        (srv.answer(204, b"", ID), "the response is empty"),
        (srv.answer(200, b"<html>login</html>", ID, kind="text/html"), "not JSON but text/html"),
        (srv.answer(200, b'{"name": ', ID), "not valid JSON"),
        (srv.answer(200, b"NaN", ID), "not valid JSON"),
        (srv.answer(200, b'["\xff"]', ID), "not valid JSON"),
        (srv.answer(200, b"\x00\x01\x02", ID), "not valid JSON"),
        (srv.answer(200, b"zip?", ID | {"Content-Encoding": "gzip"}), "not compressed"),
    ],
)
def test_unusable_success_is_a_typed_error_and_not_retried(
    both: Both, server: Server, data: bytes, text: str
) -> None:
    server.script(data)
    with pytest.raises(errors.APIResponseError, match=text) as caught:
        both.call(both.client(server.url), LIST)
    error = caught.value
    assert error.status_code in {200, 204}
    assert error.request_id == "req-7"
    assert error.headers["x-request-id"] == "req-7"
    assert len(server.requests) == 1
    if not error.response.headers.get("content-encoding"):
        assert error.preview == data.partition(b"\r\n\r\n")[2]
    assert "req-7" in str(error)


def test_json_under_a_wrong_content_type_is_still_json(both: Both, server: Server) -> None:
    server.script(srv.answer(200, b'[{"name": "a"}]', kind="text/plain"))
    assert both.call(both.client(server.url), LIST) == [Item(name="a")]


def test_huge_bodies_are_refused_after_decompression(both: Both, server: Server) -> None:
    bomb = gzip.compress(b"[" + b" " * 5_000_000 + b"]")
    server.script(srv.answer(200, bomb, {"Content-Encoding": "gzip"}))
    assert both.call(both.client(server.url), LIST) == []
    with pytest.raises(errors.APIResponseError, match="larger than max_response_bytes"):
        both.call(both.client(server.url, max_response_bytes=1_000_000), LIST)


def test_a_silent_service_times_out(both: Both, server: Server, sleeps: list[float]) -> None:
    server.script(srv.stall())
    client = both.client(server.url)
    with pytest.raises(errors.APITimeoutError, match="no response within"):
        both.call(client, LIST, {"timeout": Timeout(read=0.05)})
    srv.until(lambda: len(server.requests) == 3)
    server.script(srv.stall(srv.answer(200, b"[", length=9)))
    with pytest.raises(errors.APITimeoutError):
        both.call(both.client(server.url, timeout=0.05, max_retries=0), LIST)
    with pytest.raises(errors.APITimeoutError):
        both.call(client.with_options(timeout=0.05, max_retries=0), LIST)


def test_text_and_bytes_come_as_they_are(both: Both, server: Server) -> None:
    client = both.client(server.url)
    server.script(srv.answer(200, b"\x00\xff", kind="application/octet-stream"))
    assert both.call(client, FILE) == b"\x00\xff"
    server.script(srv.answer(200, "grüße".encode("latin-1"), kind="text/plain; charset=latin-1"))
    assert both.call(client, TEXT) == "grüße"
    server.script(srv.answer(200, "grüße".encode(), kind="text/plain; charset=no-such"))
    assert both.call(client, TEXT) == "grüße"


@pytest.fixture
def drifting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the codec report drift in every typed response."""

    def decode(data: bytes, type_: Any, *, strict: bool = False, on_drift: Any = None) -> Any:
        if strict and type_ is not Any:
            raise Mismatch("$[0].size", "int", "a string")
        if on_drift is not None:
            on_drift(Drift("$[*].size", "type", "int", "a string"))
        return decoder.decode(data, Any)

    monkeypatch.setattr("_runtime.call.engine.decode", decode)


@pytest.mark.usefixtures("drifting")
def test_drift_is_reported_once_for_each_location(
    both: Both, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Drift] = []
    client = both.client(server.url, on_drift=seen.append)
    server.script(srv.json([{"name": "a", "size": "big"}], headers=ID))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        results = [both.call(each, LIST) for each in (client, client, client.with_options())]
        both.call(client, GET, params={"name": "a"})
    assert results == [[{"name": "a", "size": "big"}]] * 3
    assert [warning.category for warning in told] == [errors.ResponseDriftWarning] * 2
    assert "list: $[*].size: expected int, found a string" in str(told[0].message)
    assert "_runtime" not in told[0].filename
    assert len(seen) == 2
    assert len([r for r in caplog.records if "differs" in r.message]) == 2


@pytest.mark.usefixtures("drifting")
def test_strict_clients_raise_on_drift(both: Both, server: Server) -> None:
    server.script(srv.json([{"name": "a", "size": "big"}], headers=ID))
    with pytest.raises(errors.ResponseValidationError, match="expected int") as caught:
        both.call(both.client(server.url, strict=True), LIST)
    error = caught.value
    assert (error.path, error.request_id) == ("$[0].size", "req-7")
    assert error.body == [{"name": "a", "size": "big"}]


@pytest.mark.parametrize("name", ["x-request-id", "Request-Id", "X-Pinecone-Request-ID"])
def test_results_know_their_request_id(both: Both, server: Server, name: str) -> None:
    server.script(srv.json({"name": "a"}, headers={name: "abc"}))
    result = both.call(both.client(server.url), GET, params={"name": "a"})
    assert request_id_of(result) == "abc"
    assert request_id_of(Item(name="a")) is None
    assert result == Item(name="a")
    assert result.to_dict() == {"name": "a"}


def test_no_error_shows_the_key_that_a_service_repeats(both: Both, server: Server) -> None:
    echo = {"message": f"bad key {KEY}", "headers": {"Api-Key": KEY}}
    for data in (
        srv.json(echo, 401, {"X-Echo": KEY}),
        srv.answer(200, f"<html>{KEY}</html>".encode(), {"X-Echo": KEY}, kind="text/html"),
        srv.then_close(srv.answer(200, KEY.encode(), {"X-Echo": KEY}, length=999)),
    ):
        server.script(data)
        with pytest.raises(errors.APIError) as caught:
            both.call(both.client(server.url, max_retries=0), LIST)
        error = caught.value
        text = "".join(traceback.format_exception(error))
        shown = [text, repr(error), str(vars(error)), str(dict(getattr(error, "headers", {})))]
        shown.append(repr(pickle.dumps(error)))
        assert error.__context__ is error.__cause__ is None
        assert not [part for part in shown if KEY in part]


def test_all_errors_can_be_pickled_and_always_printed() -> None:
    response = Response(404, {"X-Request-Id": "r"}, b"{}")
    made = [
        errors.APIError("a"),
        errors.APIConnectionError("a"),
        errors.APITimeoutError("a"),
        errors.IncompleteResponseError("a", response),
        errors.APIResponseError("a", response),
        errors.ResponseValidationError("a", response, path="$.x", body={"x": 1}),
        errors.status_class(404)("a", response, code="c", body=Problem(code="1", message="2")),
    ]
    for error in made:
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error) != ""
        assert repr(again) == repr(error)
        assert repr(error).startswith(f"{type(error).__name__}(")
        assert "message='a'" in repr(error)
        assert getattr(again, "body", None) == getattr(error, "body", None)
        assert getattr(again, "request_id", "r") == "r"
        error.__dict__.clear()
        assert str(error)
        assert repr(error) == f"{type(error).__name__}()"


def test_reprs_of_errors_show_what_is_known() -> None:
    response = Response(404, {"X-Request-Id": "r"}, b"{}")
    error = errors.NotFoundError("gone\n" * 200, response, code="NOT_FOUND")
    assert repr(error).startswith(
        "NotFoundError(status_code=404, code='NOT_FOUND', message='gone gone "
    )
    assert repr(error).endswith("...', request_id='r')")
    assert len(repr(error)) < 600
    assert repr(errors.APIConnectionError("refused")) == "APIConnectionError(message='refused')"
    assert repr([errors.APIError("a")]) == "[APIError(message='a')]"

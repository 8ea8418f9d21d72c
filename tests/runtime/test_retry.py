"""Retries and their delays."""

from __future__ import annotations

import time
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any

import pytest
import server as srv
from _runtime.call import retry
from _runtime.errors import APIConnectionError, APIStatusError, RateLimitError
from _runtime.http.message import Headers, Response
from both import GET, LIST, MAKE, Both
from server import Server

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20", 20.0),
        ("0.5", 0.5),
        ("60", 60.0),
        ("61", 61.0),
        ("0", None),
        ("-10", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("9" * 400, None),
        ("", None),
        ("soon", None),
        ("0, 1", None),
        ("Zun, 29 Sep 2999 99:99:99 GMT", None),
        ("Fri, 31 Dec 100000 23:59:59 GMT", None),
        (formatdate(NOW + 30, usegmt=True), 30.0),
        (formatdate(NOW - 30, usegmt=True), None),
        ("\u0661\u0662", None),
    ],
)
def test_retry_after(text: str, expected: float | None) -> None:
    headers = {"retry-after": text}
    assert retry.retry_after(headers, NOW) == expected


def test_milliseconds_go_before_seconds() -> None:
    headers = {"retry-after": "20", "retry-after-ms": "1500"}
    assert retry.retry_after(headers, NOW) == 1.5
    assert retry.retry_after(headers | {"retry-after-ms": "garbage"}, NOW) == 20.0


def test_backoff_doubles_up_to_its_limit() -> None:
    assert [retry.backoff(n, 0.0) for n in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert [retry.backoff(n, 1.0) for n in (1, 5, 10_000)] == [0.375, 6.0, 6.0]


def test_random_fraction_varies_between_zero_and_one() -> None:
    drawn = {retry.random_fraction() for _ in range(200)}
    assert len(drawn) > 50
    assert min(drawn) >= 0
    assert max(drawn) <= 1


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (408, None, True),
        (409, None, True),
        (429, None, True),
        (500, None, True),
        (503, None, True),
        (599, None, True),
        (400, None, False),
        (404, None, False),
        (301, None, False),
        (400, "true", True),
        (500, "false", False),
        (500, "perhaps", True),
    ],
)
def test_should_retry(status: int, said: str | None, expected: bool) -> None:
    headers = Headers({} if said is None else {"X-Should-Retry": said})
    assert retry.should_retry(status, headers) is expected


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_a_failing_service_is_tried_three_times(
    both: Both, server: Server, sleeps: list[float], status: int
) -> None:
    server.script(srv.answer(status))
    with pytest.raises(APIStatusError) as caught:
        both.call(both.client(server.url), LIST)
    assert caught.value.status_code == status
    assert len(server.requests) == 3
    assert 0.375 <= sleeps[0] <= 0.5 < 0.75 <= sleeps[1] <= 1.0


def test_another_try_may_succeed_and_sends_the_whole_body_again(
    both: Both, server: Server, sleeps: list[float]
) -> None:
    server.script(srv.answer(500), srv.reset, srv.json({"name": "a"}))
    result = both.call(both.client(server.url), MAKE, body={"text": "hi"})
    assert result.name == "a"
    assert [request.json() for request in server.requests] == [{"text": "hi"}] * 3
    assert len(sleeps) == 2


@pytest.mark.parametrize("most", [0, 1, 4])
def test_the_number_of_retries_can_be_set_by_call_and_by_client(
    both: Both, server: Server, sleeps: list[float], most: int
) -> None:
    server.script(srv.answer(500))
    for client, options in (
        (both.client(server.url), {"max_retries": most}),
        (both.client(server.url, max_retries=most), {}),
        (both.client(server.url).with_options(max_retries=most), {}),
    ):
        server.script(srv.answer(500))
        with pytest.raises(APIStatusError):
            both.call(client, LIST, options)
        assert len(server.requests) == most + 1


@pytest.mark.parametrize("value", [-1, True, None, 1.5, "2"])
def test_impossible_numbers_of_retries_are_refused(both: Both, value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="max_retries"):
        both.client("http://127.0.0.1:1", max_retries=value)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "7"}, [7.0, 7.0]),
        ({"Retry-After": "60"}, [60.0, 60.0]),
        ({"retry-after-ms": "250"}, [0.25, 0.25]),
        ({"Retry-After": "3600"}, []),
    ],
)
def test_the_wish_of_the_service_is_honoured_up_to_a_minute(
    both: Both,
    server: Server,
    sleeps: list[float],
    headers: dict[str, str],
    expected: list[float],
) -> None:
    server.script(srv.answer(429, b"{}", headers))
    with pytest.raises(RateLimitError):
        both.call(both.client(server.url), LIST)
    assert sleeps == expected
    assert len(server.requests) == len(expected) + 1


def test_a_date_to_retry_after(
    both: Both, server: Server, sleeps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_800_000_000.0
    clock = SimpleNamespace(time=lambda: now, perf_counter=time.perf_counter)
    monkeypatch.setattr("_runtime.call.engine.time", clock)
    server.script(
        srv.answer(429, headers={"Retry-After": formatdate(now + 30, usegmt=True)}),
        srv.json([]),
    )
    both.call(both.client(server.url), LIST)
    assert sleeps == [30]


@pytest.mark.parametrize("garbage", ["nan", "-1", "1e999", "tomorrow", "Wed, 99 Nov 2099"])
def test_garbage_in_retry_after_is_ignored(
    both: Both, server: Server, sleeps: list[float], garbage: str
) -> None:
    server.script(srv.answer(503, headers={"Retry-After": garbage}), srv.json([]))
    both.call(both.client(server.url), LIST)
    assert 0.375 <= sleeps[0] <= 0.5


def test_the_service_can_veto_and_demand_retries(
    both: Both, server: Server, sleeps: list[float]
) -> None:
    server.script(srv.answer(500, headers={"x-should-retry": "false"}))
    with pytest.raises(APIStatusError):
        both.call(both.client(server.url), LIST)
    assert len(server.requests) == 1
    server.script(srv.answer(400, headers={"x-should-retry": "true"}), srv.json([]))
    assert both.call(both.client(server.url), LIST) == []


def test_refused_connections_are_retried_and_named(both: Both, sleeps: list[float]) -> None:
    with pytest.raises(APIConnectionError, match="cannot connect"):
        both.call(both.client("http://127.0.0.1:1"), GET, params={"name": "a"})
    assert len(sleeps) == 2


def test_a_failed_streaming_answer_is_read_before_the_next_try(
    both: Both, server: Server, sleeps: list[float]
) -> None:
    server.script(srv.answer(500, b"x" * 100_000, kind="text/plain"), srv.json([]))
    assert both.stream(both.client(server.url), LIST, lambda answer: answer.parse()) == []
    assert [request.connection for request in server.requests] == [1, 1]


def test_hooks_are_called_for_each_step(both: Both, sleeps: list[float]) -> None:
    events: list[Any] = []
    transport = both.transport([Response(503, {"retry-after": "2"}), Response(200, {}, b"[]")])
    client = both.client(
        "http://x.invalid",
        transport=transport,
        on_request=lambda request: events.append(request.attempt),
        on_response=lambda response: events.append(response.status_code),
        on_retry=events.append,
    )
    both.call(client, LIST)
    event = events[2]
    assert events == [1, 503, event, 2, 200]
    assert (event.operation, event.attempt, event.delay) == ("list", 1, 2.0)
    assert event.status_code == 503

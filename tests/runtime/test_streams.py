"""Streaming responses: whole, in pieces, and broken."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
import warnings
from typing import Any

import pytest
import server as srv
from _runtime import errors
from _runtime.call.operation import Operation
from _runtime.call.stream import (
    LONGEST_ITEM,
    AsyncStream,
    ServerSentEvent,
    Stream,
    StreamError,
    open_async_stream,
    open_stream,
)
from _runtime.data.models import Model
from both import KEY, Both, Item, Problem
from server import Server

SSE: Operation[Item] = Operation(
    "watch", "GET", "/watch", result=Item, stream="sse", errors={"default": Problem}
)
EVENTS: Operation[ServerSentEvent] = Operation(
    "events", "GET", "/events", result=ServerSentEvent, stream="sse"
)
TEXTS: Operation[str] = Operation("texts", "GET", "/texts", result=str, stream="sse")
LINES: Operation[Item] = Operation("lines", "GET", "/lines", result=Item, stream="ndjson")
ID = {"X-Request-Id": "req-7"}


def sse(*pieces: bytes, end: bool = True) -> bytes:
    return srv.chunked(*pieces, kind="text/event-stream; charset=utf-8", end=end)


def ndjson(*pieces: bytes, end: bool = True) -> bytes:
    return srv.chunked(*pieces, kind="application/x-ndjson", end=end)


def slowly(data: bytes, step: int, pause: float = 0.0) -> srv.Step:
    """Write in small pieces, as networks may."""

    def write(connection: socket.socket, request: srv.Recorded) -> None:
        for at in range(0, len(data), step):
            connection.sendall(data[at : at + step])
            time.sleep(pause)

    return write


def collect(both: Both, stream: Any, most: int = 10**9, into: list[Any] | None = None) -> list[Any]:
    """Take at most `most` results, and leave the context manager."""
    items: list[Any] = [] if into is None else into

    def enough(item: Any) -> bool:
        items.append(item)
        return len(items) >= most

    if both.is_async:

        async def take() -> None:
            async with stream:
                async for item in stream:
                    if enough(item):
                        break

        both.run(take())
        return items
    with stream:
        for item in stream:
            if enough(item):
                break
    return items


def read(both: Both, server: Server, operation: Operation[Any], data: Any) -> list[Any]:
    server.script(data)
    return collect(both, both.call(both.client(server.url), operation))


def error(both: Both, server: Server, operation: Operation[Any], data: Any) -> tuple[Any, Any]:
    """Return the results before an error, and the error."""
    server.script(data)
    stream = both.call(both.client(server.url), operation)
    items: list[Any] = []
    with pytest.raises(errors.APIError) as caught:
        collect(both, stream, into=items)
    return items, caught.value


def test_events_are_results(both: Both, server: Server) -> None:
    server.script(
        sse(b'data: {"name": "a"}\n\n', b'data: {"name":\ndata: "b"}\n\ndata: [DONE]\n\n')
    )
    client = both.client(server.url)
    stream = both.call(client, SSE)
    assert isinstance(stream, AsyncStream if both.is_async else Stream)
    assert (stream.status_code, stream.headers["Content-Type"][:10]) == (200, "text/event")
    assert repr(stream).endswith("Stream of watch, HTTP 200>")
    assert collect(both, stream) == [Item(name="a"), Item(name="b")]
    assert server.requests[0].headers["accept"] == "text/event-stream"


RULES: list[tuple[bytes, list[tuple[str, str, str, int | None]]]] = [
    (b"data: a\n\n", [("message", "a", "", None)]),
    (
        b"data:a\r\n\r\ndata: b\r\rdata:  c\n\n",
        [("message", x, "", None) for x in ("a", "b", " c")],
    ),
    (b"data: a\r\ndata: b\r\n\r\n", [("message", "a\nb", "", None)]),
    (b"\xef\xbb\xbfdata: a\n\n", [("message", "a", "", None)]),
    (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("message", "b", "", None)]),
    (b": comment\n\n:\n\ndata: a\n\n", [("message", "a", "", None)]),
    (b"data: a\ndata\ndata: b\n\n", [("message", "a\n\nb", "", None)]),
    (b"data\n\n", [("message", "", "", None)]),
    (b"event: x\n\ndata: a\n\n", [("message", "a", "", None)]),
    (b"event: x\ndata: a\n\ndata: b\n\n", [("x", "a", "", None), ("message", "b", "", None)]),
    (b"id: 1\ndata: a\n\ndata: b\n\n", [("message", "a", "1", None), ("message", "b", "1", None)]),
    (b"id: 1\0\ndata: a\n\n", [("message", "a", "", None)]),
    (b"id: 1\nid\ndata: a\n\n", [("message", "a", "", None)]),
    (b"retry: 10\ndata: a\n\n", [("message", "a", "", 10)]),
    (b"retry: 1x\nretry: -1\ndata: a\n\n", [("message", "a", "", None)]),
    (b"data: a\n\ndata: lost", [("message", "a", "", None)]),
    (b"data: a\n\ndata: lost\n", [("message", "a", "", None)]),
    (b"dat: a\n data: b\ndata: c\n\n", [("message", "c", "", None)]),
    ("data: grüße ☃\u2028\u0085x\n\n".encode(), [("message", "grüße ☃\u2028\u0085x", "", None)]),
    (b"data: \xff\n\n", [("message", "\ufffd", "", None)]),
    (b"data: a\x0b\x0c\x1cb\n\n", [("message", "a\x0b\x0c\x1cb", "", None)]),
    (b"data: a\n\ndata: [DONE]\n\ndata: after\n\n", [("message", "a", "", None)]),
    (b"", []),
]


@pytest.mark.parametrize(("data", "expected"), RULES)
def test_rules_of_browsers(both: Both, server: Server, data: bytes, expected: Any) -> None:
    for answer in (
        sse(data) if data else sse(),
        sse(*(data[at : at + 1] for at in range(len(data)))),
        sse(*(data[at : at + 3] for at in range(0, len(data), 3))),
    ):
        events = read(both, server, EVENTS, answer)
        assert [(e.event, e.data, e.id, e.retry) for e in events] == expected


def test_texts_and_empty_events(both: Both, server: Server) -> None:
    assert read(both, server, TEXTS, sse(b"data: a\n\ndata:\n\ndata: 1\n\n")) == ["a", "", "1"]
    keep_alive = b'event: ping\ndata:\n\n: x\n\ndata: {"name": "a"}\n\n'
    assert read(both, server, SSE, sse(keep_alive)) == [Item(name="a")]


def test_a_stream_knows_where_it_is(both: Both, server: Server) -> None:
    server.script(sse(b'id: 7\nretry: 50\ndata: {"name": "a"}\n\n'))
    stream = both.call(both.client(server.url), SSE)
    assert (stream.last_event_id, stream.retry) == ("", None)
    collect(both, stream)
    assert (stream.last_event_id, stream.retry) == ("7", 50)


LINE_CASES = [
    b'{"name": "a"}\n{"name": "b"}\n',
    b'{"name": "a"}\r\n\r\n  \n{"name": "b"}',
    b'{"name": "a"}\n{"name":\r"b"}\n',
    b'\x1e{"name": "a"}\n\x1e{"name": "b"}\n',
]


@pytest.mark.parametrize("data", LINE_CASES)
def test_lines_are_results(both: Both, server: Server, data: bytes) -> None:
    for step in (1, 7, 1000):
        answer = ndjson(*(data[at : at + step] for at in range(0, len(data), step)))
        assert read(both, server, LINES, answer) == [Item(name="a"), Item(name="b")]
    assert "application/x-ndjson" in server.requests[0].headers["accept"]


def test_results_come_before_the_stream_ends(both: Both, server: Server) -> None:
    for operation, data in ((SSE, sse(b'data: {"name": "a"}\n\n', end=False)),
                            (LINES, ndjson(b'{"name": "a"}\n', end=False))):  # fmt: skip
        server.script(srv.stall(data))
        stream = both.call(both.client(server.url), operation)
        assert collect(both, stream, most=1) == [Item(name="a")]


def test_leaving_early_closes_the_connection(both: Both, server: Server) -> None:
    from _runtime.call.options import Limits

    closed: list[bytes] = []

    def watch(connection: socket.socket, request: srv.Recorded) -> None:
        connection.sendall(sse(b'data: {"name": "a"}\n\n' * 3, end=False))
        connection.settimeout(srv.PATIENCE)
        closed.append(connection.recv(1))
        raise srv.HangupError

    client = both.client(server.url, limits=Limits(max_connections=1))
    for _ in range(3):
        server.script(watch)
        stream = both.call(client, SSE)
        assert collect(both, stream, most=2) == [Item(name="a")] * 2
        both.run(stream.close())
        assert collect(both, stream) == []
    srv.until(lambda: len(closed) == 3)
    assert closed == [b""] * 3


def test_streams_that_end_give_their_connection_back(both: Both, server: Server) -> None:
    client = both.client(server.url)
    for _ in range(3):
        server.script(ndjson(b'{"name": "a"}\n'))
        assert collect(both, both.call(client, LINES)) == [Item(name="a")]
    assert server.connections == 1


def test_a_forgotten_stream_is_closed(server: Server) -> None:
    from _runtime.call.options import Limits

    with warnings.catch_warnings(action="ignore"):
        gc.collect()  # What tests before this one left behind is not its concern.
    both = Both("sync")
    client = both.client(server.url, limits=Limits(max_connections=1))
    for begun in (False, True):
        server.script(srv.stall(ndjson(b'{"name": "a"}\n', end=False)))
        stream = both.call(client, LINES)
        if begun:
            next(stream)
        del stream
        gc.collect()
    server.script(ndjson(b'{"name": "a"}\n'))
    assert collect(both, both.call(client, LINES)) == [Item(name="a")]
    both.close()


@pytest.mark.parametrize("operation", [SSE, LINES])
def test_broken_streams_are_typed_and_not_repeated(
    both: Both, server: Server, sleeps: list[float], operation: Operation[Item]
) -> None:
    text = b'data: {"name": "a"}\n\ndata: {"na' if operation is SSE else b'{"name": "a"}\n{"na'
    made = sse if operation is SSE else ndjson
    kind = "text/event-stream" if operation is SSE else "application/x-ndjson"
    for data in (
        srv.then_close(made(text, end=False)),
        srv.then_close(srv.answer(200, text, ID, kind=kind, length=9999)),
        srv.then_close(made(text, end=False) + b"zz\r\n"),
    ):
        items, caught = error(both, server, operation, data)
        assert items == [Item(name="a")]
        assert type(caught) is errors.IncompleteResponseError
        assert caught.status_code == 200
        assert caught.url.startswith(server.url)
        assert len(server.requests) == 1
    assert sleeps == []


def test_a_reset_in_the_middle(both: Both, server: Server) -> None:
    items: list[Any] = []

    def step(connection: socket.socket, request: srv.Recorded) -> None:
        connection.sendall(sse(b'data: {"name": "a"}\n\n', end=False))
        srv.until(lambda: bool(items))
        srv.reset(connection, request)

    server.script(step)
    stream = both.call(both.client(server.url), SSE)
    with pytest.raises(errors.APIConnectionError):
        collect(both, stream, into=items)
    assert items == [Item(name="a")]


def test_silence_is_a_timeout(both: Both, server: Server) -> None:
    server.script(srv.stall(sse(b'data: {"name": "a"}\n\n', end=False)))
    client = both.client(server.url, timeout=0.2, max_retries=0)
    with pytest.raises(errors.APITimeoutError):
        collect(both, both.call(client, SSE))
    # The whole stream takes longer than the limit, which is for each wait.
    slow = sse(b'data: {"name": "a"}\n\n', b'data: {"name": "b"}\n\n')
    server.script(slowly(slow, 8, 1.1 / (len(slow) / 8)))
    stream = both.call(both.client(server.url, timeout=1), SSE)
    assert collect(both, stream) == [Item(name="a"), Item(name="b")]


def test_opening_is_retried(both: Both, server: Server, sleeps: list[float]) -> None:
    server.script(srv.reset, srv.answer(503, b"{}"), sse(b'data: {"name": "a"}\n\n'))
    assert collect(both, both.call(both.client(server.url), SSE)) == [Item(name="a")]
    assert len(sleeps) == 2


def test_refusals_are_ordinary_errors(both: Both, server: Server) -> None:
    server.script(srv.json({"code": "no", "message": "not you"}, 403, ID))
    with pytest.raises(errors.PermissionDeniedError, match="not you") as caught:
        both.call(both.client(server.url), SSE)
    assert caught.value.body == Problem(code="no", message="not you")
    assert caught.value.request_id == "req-7"


def test_error_events(both: Both, server: Server) -> None:
    before = b'data: {"name": "a"}\n\n'
    said = b'event: error\ndata: {"code": "busy", "message": "too busy, key %s"}\n\n' % KEY.encode()
    items, caught = error(both, server, SSE, sse(before + said + before))
    assert items == [Item(name="a")]
    assert type(caught) is StreamError
    assert (caught.code, caught.status_code) == ("busy", 200)
    assert isinstance(caught.body, Problem)
    assert "too busy" in str(caught)
    assert KEY not in str(caught) + repr(vars(caught)) + str(caught.response.content)
    _, caught = error(both, server, SSE, sse(b"event: error\ndata: just text\n\n"))
    assert (caught.body, caught.message) == ("just text", "just text")


@pytest.mark.parametrize(
    ("operation", "data", "text"),
    [
        (SSE, srv.json({"name": "a"}), "not an event stream but application/json"),
        (SSE, srv.answer(200, b"<html>", kind="text/html"), "event stream but text/html"),
        (LINES, srv.answer(200, b"<html>", kind="text/html"), "not JSON but text/html"),
        (LINES, ndjson(b'{"name": "a"}\n{"na\n'), "not valid JSON"),
        (SSE, sse(b'data: {"name": "a"}\n\ndata: {"na\n\n'), "not valid JSON"),
    ],
)
def test_what_is_no_stream(
    both: Both, server: Server, operation: Operation[Any], data: bytes, text: str
) -> None:
    _, caught = error(both, server, operation, data)
    assert type(caught) is errors.APIResponseError
    assert text in str(caught)


def test_no_content_is_an_empty_stream(both: Both, server: Server) -> None:
    assert read(both, server, SSE, srv.answer(204)) == []
    assert read(both, server, LINES, srv.answer(204)) == []
    assert read(both, server, LINES, srv.answer(200, b"")) == []


def test_drift_is_tolerated_and_reported_once(both: Both, server: Server) -> None:
    data = sse(b'data: {"name": 1}\n\n' * 3, b'data: {"name": "a", "new": 2}\n\n')
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        items = read(both, server, SSE, data)
    assert [item.name for item in items] == [1, 1, 1, "a"]
    assert items[3].extra == {"new": 2}
    assert len([w for w in told if w.category is errors.ResponseDriftWarning]) == 2
    server.script(data)
    client = both.client(server.url, strict=True)
    with pytest.raises(errors.ResponseValidationError):
        collect(both, both.call(client, SSE))


def test_long_streams_and_long_lines(both: Both, server: Server) -> None:
    """Reading either in quadratic time would exceed the time limit."""
    many = b'data: {"name": "a", "size": 1}\n\n' * 50_000
    assert len(read(both, server, SSE, sse(many))) == 50_000
    long = b'{"name": "' + b"x" * 30_000_000 + b'"}\n'
    assert len(read(both, server, LINES, ndjson(long))[0].name) == 30_000_000


def test_endless_lines_end(both: Both, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LONGEST_ITEM > 1_000_000
    monkeypatch.setattr("_runtime.call.stream.LONGEST_ITEM", 100_000)
    for operation, data in ((SSE, sse(b"data: " + b"x" * 200_000)),
                            (SSE, sse(b"data: x\n" * 200_000)),
                            (SSE, sse(b"data:\n" * 200_000)),
                            (LINES, ndjson(b"[" * 200_000))):  # fmt: skip
        _, caught = error(both, server, operation, data)
        assert "too large" in str(caught)


def test_raw_and_streaming_answers(both: Both, server: Server) -> None:
    text = b'data: {"name": "a"}\n\n'
    server.script(sse(text))
    client = both.client(server.url)
    raw = both.raw(client, SSE)
    assert raw.content == text
    assert collect(both, raw.parse()) == [Item(name="a")]
    assert both.stream(client, SSE, lambda answer: answer.read()) == text


def test_typed_openers(both: Both, server: Server) -> None:
    server.script(sse(b'data: {"name": "a"}\n\n'))
    opener: Any = open_async_stream if both.is_async else open_stream
    assert collect(both, both.run(opener(both.client(server.url)._caller, SSE, {}))) == [
        Item(name="a")
    ]


def test_results_know_their_request(both: Both, server: Server) -> None:
    from _runtime.http.message import request_id_of

    server.script(srv.answer(200, b'{"name": "a"}\n', ID, kind="application/x-ndjson"))
    stream = both.call(both.client(server.url), LINES)
    assert stream.request_id == "req-7"
    assert request_id_of(collect(both, stream)[0]) == "req-7"


def test_cancelling_closes(server: Server) -> None:
    both = Both("async")
    server.script(srv.stall(sse(b'data: {"name": "a"}\n\n', end=False)))
    client = both.client(server.url)
    items: list[Item] = []

    async def main() -> None:
        async def take() -> None:
            async with await open_async_stream(client._caller, SSE, {}) as stream:
                items.append(await anext(stream))
                await anext(stream)

        task = asyncio.create_task(take())
        await srv.until_async(lambda: bool(items))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    both.run(main())
    assert items == [Item(name="a")]
    both.close()


def test_a_call_is_awaitable_and_a_context_manager(server: Server) -> None:
    both = Both("async")
    client = both.client(server.url, max_retries=0)
    data = b'data: {"name": "a"}\n\n'

    async def main() -> None:
        server.script(*[sse(data)] * 3, srv.json({}, 403))
        async with open_async_stream(client._caller, SSE, {}) as stream:
            assert [item async for item in stream] == [Item(name="a")]
        async with await open_async_stream(client._caller, SSE, {}) as stream:
            assert [item async for item in stream] == [Item(name="a")]
        stream = await asyncio.create_task(open_async_stream(client._caller, SSE, {}))
        assert [item async for item in stream] == [Item(name="a")]
        with pytest.raises(errors.PermissionDeniedError):
            async with open_async_stream(client._caller, SSE, {}):
                pytest.fail("the stream has not been opened")
        unused = open_async_stream(client._caller, SSE, {})
        unused.close()
        with pytest.raises(RuntimeError):
            await unused

    both.run(main())
    assert len(server.requests) == 4
    both.close()


def test_leaving_a_call_closes_its_stream(server: Server) -> None:
    both = Both("async")
    client = both.client(server.url)
    server.script(srv.stall(sse(b'data: {"name": "a"}\n\n', end=False)))

    async def main() -> AsyncStream[Item]:
        async with open_async_stream(client._caller, SSE, {}) as stream:
            await anext(stream)
        return stream

    assert collect(both, both.run(main())) == []
    both.close()


def test_a_call_is_cancelled_while_it_opens(server: Server) -> None:
    both = Both("async")
    client = both.client(server.url)
    server.script(srv.stall(b""))

    async def main() -> None:
        task = asyncio.create_task(open_async_stream(client._caller, SSE, {}))
        await srv.until_async(lambda: bool(server.requests))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    both.run(main())
    both.close()


def test_the_name_of_an_event_selects_its_type(both: Both, server: Server) -> None:
    operation: Operation[Any] = Operation(
        "events",
        "GET",
        "/events",
        result=Item | str,
        stream="sse",
        by_event={"item": Item, "note": str},
        end="bye",
    )
    data = (
        b'event: note\ndata: {"name": "a"}\n\n: comment\n\n'
        b'event: item\ndata: {"name":\ndata:"b"}\n\nevent: ping\ndata:\n\n'
        b'event: other\ndata: {"name": "c"}\n\ndata: bye\n\nevent: note\ndata: d\n\n'
    )
    server.script(sse(*(data[at : at + 1] for at in range(len(data)))))
    stream = both.call(both.client(server.url), operation)
    assert stream.event == ""
    assert collect(both, stream) == ['{"name": "a"}', Item(name="b"), Item(name="c")]
    assert stream.event == "other"


def test_closing_from_another_task(server: Server) -> None:
    both = Both("async")
    server.script(srv.stall(sse(b'data: {"name": "a"}\n\n', end=False)))
    client = both.client(server.url)

    async def main() -> None:
        stream = await open_async_stream(client._caller, SSE, {})
        await anext(stream)
        waiting = asyncio.create_task(anext(stream))
        await asyncio.sleep(0)  # Now the task waits for the next result.
        await asyncio.wait_for(stream.close(), srv.PATIENCE)
        waiting.cancel()
        await asyncio.wait([waiting], timeout=srv.PATIENCE)
        assert waiting.done()
        waiting.cancelled() or waiting.exception()

    both.run(main())
    both.close()


def test_union_members_are_selected(both: Both, server: Server) -> None:
    class Start(Model, kw_only=True, tag_field="type", tag="start"):
        id: str

    class Delta(Model, kw_only=True, tag_field="type", tag="delta"):
        text: str

    operation: Operation[Any] = Operation(
        "chat", "POST", "/chat", result=Start | Delta, stream="sse", body=Item
    )
    data = (
        b'data: {"type": "start", "id": "1"}\n\nevent: delta\ndata: {"type":"delta","text":"x"}\n\n'
    )
    server.script(sse(data))
    stream = both.call(both.client(server.url), operation, body={"name": "a"})
    assert collect(both, stream) == [Start(id="1"), Delta(text="x")]
    assert server.requests[0].json() == {"name": "a"}

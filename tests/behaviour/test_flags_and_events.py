"""Single results and streams of one operation, in each way that documents describe them."""

from __future__ import annotations

import asyncio
import inspect
import json as jsonlib
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pair import take
from server import Server, answer, chunked, json

if TYPE_CHECKING:
    from types import ModuleType

    from pair import Pair

DELTA = b'{"delta": "a"}'
EVENTS, LINES = "text/event-stream", "application/x-ndjson"
ACCEPTED_LINES = f"{LINES}, application/jsonl"


@pytest.fixture
def streams(apis: dict[str, ModuleType]) -> ModuleType:
    return apis["streams"]


@pytest.fixture
def client(pair: Pair, streams: ModuleType, server: Server) -> Any:
    return pair.of(streams, "Streams", base_url=server.url, max_retries=0)


def stream_of(*data: bytes, kind: str = EVENTS) -> bytes:
    end = b"\n" if kind == LINES else b"\n\n"
    start = b"" if kind == LINES else b"data: "
    return chunked(*(start + text + end for text in data), kind=kind)


QUESTION = {"body": {"q": "x"}}
FLAGS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], str]] = [
    ("ask_nullable", {"q": "x"}, {}, {"stream": True}, EVENTS),
    ("ask_nullable", {"q": "x"}, {"stream": None}, {"stream": True}, EVENTS),
    ("ask_required", {"q": "x"}, {"stream": False}, {"stream": True}, EVENTS),
    ("ask_default", {"q": "x"}, {"stream": False}, {}, LINES),
    ("ask_default", {"q": "x"}, {"stream": False}, {"stream": True}, LINES),
    ("ask_query", {"q": "x"}, {}, {"stream": True}, EVENTS),
    ("ask_parts", {"q": "x"}, {}, {"stream": True}, LINES),
    ("ask_condition", {"q": "x"}, {}, {"live": True}, EVENTS),
    ("ask_union", QUESTION, {}, {"stream": True}, EVENTS),
    ("ask_union", QUESTION, {"stream": False}, {"stream": True}, EVENTS),
    ("ask_undescribed", {"q": "x"}, {}, {"stream": True}, EVENTS),
]


@pytest.mark.parametrize(("name", "given", "single", "stream", "kind"), FLAGS)
def test_a_flag_selects_the_stream(
    pair: Pair,
    streams: ModuleType,
    client: Any,
    server: Server,
    name: str,
    given: dict[str, Any],
    single: dict[str, Any],
    stream: dict[str, Any],
    kind: str,
) -> None:
    method = getattr(client.flags, name)
    server.script(json({"text": "hello"}), stream_of(DELTA, DELTA, kind=kind))
    assert pair.run(method(**given, **single)) == streams.Reply(text="hello")
    pieces = take(pair, pair.run(method(**given, **stream)))
    assert pieces == [streams.Piece(delta="a")] * 2
    accepted = [request.headers["accept"] for request in server.requests]
    assert accepted == ["application/json", ACCEPTED_LINES if kind == LINES else EVENTS]
    for request, flag in zip(server.requests, (single, stream), strict=True):
        if request.method == "POST":
            assert request.json() == {"q": "x", **flag}
        else:
            sent = "&stream=true" if "query" in name and flag else ""
            assert request.target.endswith(f"?q=x{sent}")


def test_a_format_selects_the_stream(
    pair: Pair, streams: ModuleType, client: Any, server: Server
) -> None:
    audio = answer(200, b"\x00\x01", kind="application/octet-stream")
    server.script(audio, audio, stream_of(DELTA))
    assert pair.run(client.flags.ask_format(q="x")) == b"\x00\x01"
    assert pair.run(client.flags.ask_format(q="x", stream_format="audio")) == b"\x00\x01"
    stream = pair.run(client.flags.ask_format(q="x", stream_format="sse"))
    assert take(pair, stream) == [streams.Piece(delta="a")]
    assert server.requests[2].json() == {"q": "x", "stream_format": "sse"}


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("list_pieces", stream_of(DELTA, DELTA, b"[DONE]", DELTA)),
        ("list_enveloped", stream_of(DELTA, DELTA, b"[END]", DELTA)),
        ("list_enveloped", stream_of(DELTA, DELTA, b"[DONE]", DELTA)),
        ("list_encoded", stream_of(DELTA, DELTA)),
        ("list_marked_events", stream_of(DELTA, DELTA)),
        ("list_marked_lines", stream_of(DELTA, DELTA, kind=LINES)),
    ],
)
def test_a_stream_of_items(
    pair: Pair, streams: ModuleType, client: Any, server: Server, name: str, response: bytes
) -> None:
    server.script(response)
    stream = pair.run(getattr(client.events, name)())
    assert take(pair, stream) == [streams.Piece(delta="a")] * 2


def test_the_name_of_an_event_selects_the_type_of_its_data(
    pair: Pair, streams: ModuleType, client: Any, server: Server
) -> None:
    sent = (
        b'event: piece\nid: 1\ndata: {"delta": "a"}\n\n'
        b"event: note\ndata: {not JSON\n\n"
        b'event: summary\ndata: {"text": "hello"}\n\n'
        b'event: error\ndata: {"code": "busy"}\n\n'
    )
    server.script(chunked(sent, kind=EVENTS))
    stream = pair.run(client.events.list_kinds())
    found: list[Any] = []
    with pytest.raises(streams.errors.StreamError) as caught:
        take(pair, stream, into=found)
    assert found == [streams.Piece(delta="a"), "{not JSON", streams.Reply(text="hello")]
    assert (stream.event, stream.last_event_id, caught.value.code) == ("summary", "1", "busy")


def test_a_call_is_a_context_manager(
    pair: Pair, streams: ModuleType, client: Any, server: Server
) -> None:
    calls = (client.events.list_pieces, lambda: client.flags.ask_nullable(stream=True))
    for method in calls:
        server.script(stream_of(DELTA))
        assert take(pair, Opened(pair, method())) == [streams.Piece(delta="a")]


class Opened:
    """Iterates over what `with` returns, which for async clients is not the call itself."""

    def __init__(self, pair: Pair, call: Any) -> None:
        assert not pair.is_async or not hasattr(call, "__aiter__")
        self._call = call

    def __iter__(self) -> Any:
        with self._call as events:
            yield from events

    async def __aiter__(self) -> Any:
        async with self._call as events:
            async for event in events:
                yield event


@pytest.mark.parametrize("name", ["list_pieces", "list_kinds", "list_marked_lines"])
def test_the_examples_run(
    pair: Pair, streams: ModuleType, client: Any, server: Server, name: str, capsys: Any
) -> None:
    kind = LINES if name == "list_marked_lines" else EVENTS
    server.script(stream_of(DELTA, DELTA, kind=kind))
    text = inspect.getdoc(getattr(client.events, name)) or ""
    example = textwrap.dedent(text.partition("Example:\n")[2])
    if pair.is_async:
        names: dict[str, Any] = {"client": client}
        exec(f"async def main() -> None:\n{textwrap.indent(example, '    ')}", names)
        pair.run(names["main"]())
    else:
        folder = Path(str(streams.__file__)).parent.parent / "docs" / "operations"
        page = (folder / "events" / f"{name}.md").read_text(encoding="utf-8")
        assert f" as client:\n{textwrap.indent(example, '    ')}\n```" in page
        exec(example, {"client": client})
    assert capsys.readouterr().out == "Piece(delta='a')\n" * 2


def test_a_call_can_be_a_task(streams: ModuleType, server: Server) -> None:
    server.script(stream_of(DELTA), stream_of(DELTA))

    async def main() -> list[Any]:
        async with streams.AsyncStreams(base_url=server.url) as client:
            stream = await asyncio.create_task(client.events.list_pieces())
            found = [event async for event in stream]
            (stream,) = await asyncio.gather(client.events.list_pieces())
            return found + [event async for event in stream]

    assert asyncio.run(main()) == [streams.Piece(delta="a")] * 2


def test_raw_responses_of_either_form(
    pair: Pair, streams: ModuleType, client: Any, server: Server
) -> None:
    server.script(json({"text": "hello"}), stream_of(DELTA))
    raw = client.flags.with_raw_response
    whole = pair.run(raw.ask_required(stream=False))
    assert jsonlib.loads(whole.content) == {"text": "hello"}
    pieces = pair.run(raw.ask_required(stream=True)).parse()
    assert take(pair, pieces) == [streams.Piece(delta="a")]

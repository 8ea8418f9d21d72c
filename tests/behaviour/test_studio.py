"""Streams, pages, uploads and downloads through a generated client."""

from __future__ import annotations

import io
import json as jsonlib
import os
import tracemalloc
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
import server as srv
from pair import take
from server import Server, answer, chunked, json

if TYPE_CHECKING:
    import socket
    from pathlib import Path
    from types import ModuleType

    from pair import Pair
    from server import Recorded

ID = {"x-request-id": "req-5"}


@pytest.fixture
def studio(apis: dict[str, ModuleType]) -> ModuleType:
    return apis["studio"]


@pytest.fixture
def client(pair: Pair, studio: ModuleType, server: Server) -> Any:
    return pair.of(studio, "Studio", base_url=server.url, max_retries=0)


# --- Streams ------------------------------------------------------------------------------------


def events(*texts: str, end: bool = True) -> bytes:
    pieces = [f'data: {{"delta": "{text}"}}\n\n'.encode() for text in texts]
    return chunked(*pieces, kind="text/event-stream", end=end)


def test_a_flag_turns_the_answer_into_a_stream(
    pair: Pair, studio: ModuleType, client: Any, server: Server
) -> None:
    server.script(json({"text": "hello"}), json({"text": "hello"}), events("hel", "lo"))
    for flag in ({}, {"stream": False}):
        assert pair.run(client.talk.chat(text="hi", **flag)) == studio.Reply(text="hello")
    stream = pair.run(client.talk.chat(text="hi", stream=True))
    pieces = take(pair, stream)
    assert pieces == [studio.Piece(delta="hel"), studio.Piece(delta="lo")]
    assert [r.json() for r in server.requests] == [
        {"text": "hi"},
        {"text": "hi", "stream": False},
        {"text": "hi", "stream": True},
    ]
    assert server.requests[1].headers["accept"] == "application/json"
    assert server.requests[2].headers["accept"] == "text/event-stream"


def test_leaving_a_stream_closes_its_connection(pair: Pair, client: Any, server: Server) -> None:
    server.script(events("a", "b", "c", end=False))
    stream = pair.run(client.talk.chat(text="hi", stream=True))
    assert [piece.delta for piece in take(pair, stream, most=2)] == ["a", "b"]
    server.script(json({"text": "hello"}))
    pair.run(client.talk.chat(text="hi"))
    assert [request.connection for request in server.requests] == [2]


def test_a_stream_that_breaks_off(
    pair: Pair, studio: ModuleType, client: Any, server: Server
) -> None:
    server.script(srv.then_close(events("a", end=False)))
    came: list[Any] = []
    stream = pair.run(client.talk.chat(text="hi", stream=True))
    with pytest.raises(studio.IncompleteResponseError):
        take(pair, stream, into=came)
    assert [piece.delta for piece in came] == ["a"]


def test_lines_both_ways(pair: Pair, studio: ModuleType, client: Any, server: Server) -> None:
    lines = b'{"text": "un"}\n{"text": "deux"}\n'
    server.script(chunked(lines[:9], lines[9:], kind="application/x-ndjson"))
    sent = [studio.Piece(delta="one"), {"delta": "two"}]
    for body in (sent, iter(sent)):
        stream = pair.run(client.talk.translate(body=body))
        assert [reply.text for reply in take(pair, stream)] == ["un", "deux"]
    for request in server.requests:
        assert request.body == b'{"delta":"one"}\n{"delta":"two"}\n'
        assert request.headers["content-type"] == "application/x-ndjson"
    assert server.requests[1].headers["transfer-encoding"] == "chunked"


# --- Pages --------------------------------------------------------------------------------------


def pages(connection: socket.socket, request: Recorded) -> None:
    """Three pages, of which the last is empty."""
    token = dict(request.query).get("paginationToken", "1")
    names = {"1": ["a", "b"], "2": ["c"], "3": []}[token]
    after: Any = {"pagination": {"next": str(int(token) + 1)}} if token != "3" else {}
    connection.sendall(json({"data": [{"name": name} for name in names], **after}, headers=ID))


def test_items_of_all_pages(pair: Pair, client: Any, server: Server) -> None:
    server.script(pages)
    pager = client.tracks.list_tracks(limit=2)
    assert server.requests == []
    assert [track.name for track in take(pair, pager)] == ["a", "b", "c"]
    assert [r.query for r in server.requests] == [
        [("limit", "2")],
        [("limit", "2"), ("paginationToken", "2")],
        [("limit", "2"), ("paginationToken", "3")],
    ]


def test_whole_pages_from_the_middle(
    pair: Pair, studio: ModuleType, client: Any, server: Server
) -> None:
    server.script(pages)
    found = take(pair, client.tracks.list_tracks(pagination_token="2").pages())
    assert [type(page) for page in found] == [studio.TrackList] * 2
    assert [[track.name for track in page] for page in found] == [["c"], []]


def test_a_break_requests_no_further_pages(pair: Pair, client: Any, server: Server) -> None:
    server.script(pages)
    assert [t.name for t in take(pair, client.tracks.list_tracks(), most=2)] == ["a", "b"]
    assert len(server.requests) == 1
    first = pair.run(client.tracks.list_tracks().first_page())
    assert (len(first), first.pagination.next) == (2, "2")
    raw = pair.run(client.tracks.with_raw_response.list_tracks())
    assert (raw.request_id, raw.parse()) == ("req-5", first)


def test_pages_that_lead_back(pair: Pair, studio: ModuleType, client: Any, server: Server) -> None:
    server.script(json({"data": [{"name": "a"}], "pagination": {"next": "again"}}))
    came: list[Any] = []
    with pytest.raises(studio.errors.PaginationError, match=r"same pagination\.next again"):
        take(pair, client.tracks.list_tracks(), into=came)
    assert (len(came), len(server.requests)) == (2, 2)


# --- Uploads ------------------------------------------------------------------------------------


def parts(request: Recorded) -> list[tuple[str, bytes]]:
    """Head and content of each part of a multipart body."""
    boundary = request.headers["content-type"].partition("boundary=")[2].encode()
    pieces = request.body.split(b"--" + boundary)[1:-1]
    split = [piece.removesuffix(b"\r\n").split(b"\r\n\r\n", 1) for piece in pieces]
    return [(head.decode().strip(), content) for head, content in split]


@pytest.mark.parametrize("kind", ["path", "str", "file", "bytes", "memory", "tuple", "named"])
def test_a_file_in_every_form(
    pair: Pair, client: Any, server: Server, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "song.flac"
    path.write_bytes(b"\x00sound\xff")
    server.script(json({"name": "song"}))
    with path.open("rb") as file:
        given: Any = {
            "path": path,
            "file": file,
            "bytes": path.read_bytes(),
            "memory": io.BytesIO(path.read_bytes()),
            "tuple": ("song.flac", path.read_bytes()),
            "named": ("song.flac", file, "audio/x-own"),
        }
        if kind == "str":
            with pytest.raises(TypeError, match="file"):
                pair.run(client.tracks.upload_track(file=str(path)))
            assert server.requests == []
            return
        assert pair.run(client.tracks.upload_track(file=given[kind])).name == "song"
    [(head, content)] = parts(server.requests[0])
    assert content == b"\x00sound\xff"
    assert 'name="file"' in head
    named = kind not in {"bytes", "memory"}
    assert ('filename="song.flac"' in head) is named
    assert ("audio/x-own" in head) is (kind == "named")


def test_files_beside_other_values(pair: Pair, client: Any, server: Server) -> None:
    server.script(json({"name": "song"}))
    covers = [("a.png", b"A"), ("b.png", b"B")]
    upload = client.tracks.upload_track(
        file=b"sound", covers=covers, title="Größe", tags=["x", "y"], track={"name": "n"}
    )
    pair.run(upload)
    found = parts(server.requests[0])
    contents = [content for _, content in found]
    assert contents == [b"sound", b"A", b"B", "Größe".encode(), b"x", b"y", b'{"name":"n"}']
    assert "image/png" in found[1][0]
    assert "application/json" in found[6][0]


@pytest.mark.parametrize("method", ["upload_track", "replace_track"])
def test_a_large_file_is_not_read_whole(
    pair: Pair, studio: ModuleType, tmp_path: Path, method: str
) -> None:
    size = 60_000_000
    path = tmp_path / "long.flac"
    with path.open("wb") as file:
        file.truncate(size)
    with srv.swallowing(json({"name": "long"})) as (url, counted):
        made = pair.of(studio, "Studio", base_url=url, max_retries=0)
        call = getattr(made.tracks, method)
        tracemalloc.start()
        pair.run(call(file=path) if method == "upload_track" else call("long", body=path))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert counted[0] >= size
    assert peak < 8_000_000


def test_raw_bodies(pair: Pair, client: Any, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    path.write_bytes(b"sound")
    server.script(answer(204))
    for body in (b"sound", path, io.BytesIO(b"sound"), iter([b"so", b"und"])):
        assert pair.run(client.tracks.replace_track("a/b", body=body)) is None
    assert [r.body for r in server.requests] == [b"sound"] * 4
    assert {r.headers["content-type"] for r in server.requests} == {"audio/flac"}
    assert server.requests[0].target == "/tracks/a%2Fb/content"


def test_forms(pair: Pair, client: Any, server: Server) -> None:
    server.script(answer(204))
    pair.run(client.tracks.rename_track(name="a & b=ü", other_names=["x", "y"], count=2))
    [request] = server.requests
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qsl(request.body.decode()) == [
        ("name", "a & b=ü"),
        ("other_names", "x"),
        ("other_names", "y"),
        ("count", "2"),
    ]


# --- Downloads ----------------------------------------------------------------------------------


def test_downloads(pair: Pair, client: Any, server: Server, tmp_path: Path) -> None:
    data = os.urandom(1_000_000)
    server.script(answer(200, data, ID, kind="audio/flac"))
    assert pair.run(client.tracks.download_track("x")) == data
    raw = pair.run(client.tracks.with_raw_response.download_track("x"))
    assert (raw.content, raw.parse(), raw.request_id) == (data, data, "req-5")
    path = tmp_path / "x.flac"
    opened = client.tracks.with_streaming_response.download_track("x")
    assert pair.within(opened, lambda found: found.write_to(path)) == len(data)
    assert path.read_bytes() == data
    assert {r.headers["accept"] for r in server.requests} == {"audio/flac"}


def test_a_download_that_breaks_off_leaves_the_file(
    pair: Pair, studio: ModuleType, client: Any, server: Server, tmp_path: Path
) -> None:
    path = tmp_path / "x.flac"
    path.write_bytes(b"the old one")
    server.script(srv.then_close(answer(200, b"x" * 1000, kind="audio/flac", length=9000)))
    opened = client.tracks.with_streaming_response.download_track("x")
    with pytest.raises(studio.IncompleteResponseError):
        pair.within(opened, lambda found: found.write_to(path))
    assert path.read_bytes() == b"the old one"
    assert [found.name for found in tmp_path.iterdir()] == ["x.flac"]


def test_a_large_download_is_not_held(
    pair: Pair, client: Any, server: Server, tmp_path: Path
) -> None:
    piece, count = b"x" * 1_000_000, 60

    def step(connection: socket.socket, request: Recorded) -> None:
        connection.sendall(answer(200, kind=None, length=len(piece) * count))
        for _ in range(count):
            connection.sendall(piece)

    server.script(step)
    opened = client.tracks.with_streaming_response.download_track("x")
    tracemalloc.start()
    size = pair.within(opened, lambda found: found.write_to(tmp_path / "x"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == len(piece) * count
    assert peak < 8_000_000


def test_results_know_their_request(pair: Pair, client: Any, server: Server) -> None:
    server.script(json({"text": "hello"}, headers=ID))
    reply = pair.run(client.talk.chat(text="hi"))
    assert reply.request_id == "req-5"
    assert jsonlib.loads(reply.to_json()) == {"text": "hello"}

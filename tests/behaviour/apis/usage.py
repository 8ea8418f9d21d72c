"""Uses of `studio` and `accounts` as pyright must see them. Never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_type

from accounts import Accounts, AsyncAccounts
from shapes import Lock, Locks, Shapes
from studio import AsyncStudio, Piece, Reply, Studio, Track, TrackList
from studio.types import AsyncPager, AsyncStream, Pager, Stream


def flags(client: Studio, *, stream: bool) -> None:
    assert_type(client.talk.chat(text="hi"), Reply)
    assert_type(client.talk.chat(text="hi", stream=False), Reply)
    assert_type(client.talk.chat(text="hi", stream=True), Stream[Piece])
    assert_type(client.talk.translate(body=[Piece(delta="a"), {"delta": "b"}]), Stream[Reply])
    assert_type(client.talk.chat(text="hi", stream=stream), Reply | Stream[Piece])


def pages(client: Studio) -> None:
    pager = client.tracks.list_tracks(limit=2)
    assert_type(pager, Pager[Track, TrackList])
    assert_type(pager.first_page(), TrackList)
    assert_type([track.name for track in pager], list[str])
    assert_type(list(pager.pages()), list[TrackList])
    assert_type(client.tracks.with_raw_response.list_tracks().parse(), TrackList)


def keys(client: Shapes, either: Lock | Locks) -> None:
    locks = client.default.list_locks()
    assert_type(locks.get, int | None)
    assert_type(locks["get"], Any)
    assert_type(locks[0], Lock)
    assert_type(locks[1:], list[Lock])
    assert_type(locks[0].get, str)
    assert_type(locks[0].keys, list[str])
    assert_type(locks[0].values, list[float] | None)
    assert_type(either["keys"], Any)
    assert_type("keys" in either, bool)


def files(client: Studio) -> None:
    assert_type(client.tracks.upload_track(file=Path("a"), covers=[b"", ("b", b"")]), Track)
    assert_type(client.tracks.replace_track("a", body=iter([b""])), None)
    assert_type(client.tracks.download_track("a"), bytes)
    with client.tracks.with_streaming_response.download_track("a") as answer:
        assert_type(answer.write_to("a"), int)


async def asynchronous(client: AsyncStudio) -> None:
    assert_type(await client.talk.chat(text="hi"), Reply)
    assert_type(await client.talk.chat(text="hi", stream=True), AsyncStream[Piece])
    assert_type(client.tracks.list_tracks(), AsyncPager[Track, TrackList])
    assert_type(await client.tracks.list_tracks(), TrackList)
    assert_type([track async for track in client.tracks.list_tracks()], list[Track])


async def secret() -> str:
    return ""


def credentials() -> None:
    Accounts("token")
    Accounts(client_id="me", client_secret=lambda: "s")
    AsyncAccounts(client_id="me", client_secret=secret)
    Accounts(client_id="me", client_secret=secret)  # pyright: ignore[reportArgumentType]

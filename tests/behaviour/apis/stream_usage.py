"""Uses of `streams` as mypy and pyright must see them. Never run."""

from __future__ import annotations

import asyncio
from typing import assert_type

from streams import AsyncStreams, Question, Streams
from streams import Piece as Part
from streams import Reply as Whole
from streams.types import AsyncStream as AsyncParts
from streams.types import AsyncStreamCall
from streams.types import Stream as Parts


def more_flags(client: Streams, *, stream: bool) -> None:
    flags = client.flags
    assert_type(flags.ask_nullable(), Whole)
    assert_type(flags.ask_nullable(stream=None), Whole)
    assert_type(flags.ask_nullable(stream=True), Parts[Part])
    assert_type(flags.ask_nullable(stream=stream), Whole | Parts[Part])
    assert_type(flags.ask_required(stream=False), Whole)
    assert_type(flags.ask_required(stream=True), Parts[Part])
    assert_type(flags.ask_required(stream=stream), Whole | Parts[Part])
    flags.ask_required()  # type: ignore[call-overload]
    assert_type(flags.ask_default(), Parts[Part])
    assert_type(flags.ask_default(stream=True), Parts[Part])
    assert_type(flags.ask_default(stream=False), Whole)
    assert_type(flags.ask_query(), Whole)
    assert_type(flags.ask_query(stream=True), Parts[Part])
    assert_type(flags.ask_undescribed(), Whole)
    assert_type(flags.ask_undescribed(stream=True), Parts[Part])
    assert_type(flags.ask_parts(stream=True), Parts[Part])
    assert_type(flags.ask_union(body=Question(q="a")), Whole)
    assert_type(flags.ask_union(body={"amount": 1}, stream=True), Parts[Part])
    assert_type(flags.ask_format(), bytes)
    assert_type(flags.ask_format(stream_format="audio"), bytes)
    assert_type(flags.ask_format(stream_format="sse"), Parts[Part])
    assert_type(flags.ask_condition(live=True), Parts[Part])
    assert_type(client.events.list_pieces(), Parts[Part])
    assert_type(client.events.list_kinds(), Parts[Part | Whole | str])
    with client.events.list_encoded() as events:
        assert_type([event.delta for event in events], list[str])


async def more_async_flags(client: AsyncStreams, *, stream: bool) -> None:
    flags = client.flags
    assert_type(await flags.ask_nullable(), Whole)
    assert_type(await flags.ask_nullable(stream=True), AsyncParts[Part])
    assert_type(await flags.ask_nullable(stream=stream), Whole | AsyncParts[Part])
    assert_type(await flags.ask_required(stream=False), Whole)
    assert_type(await flags.ask_default(), AsyncParts[Part])
    assert_type(await flags.ask_default(stream=False), Whole)
    assert_type(await flags.ask_format(stream_format="audio"), bytes)
    assert_type(await asyncio.create_task(flags.ask_default(stream=False)), Whole)
    assert_type(await asyncio.create_task(flags.ask_default()), AsyncParts[Part])
    assert_type(flags.ask_union(body={"amount": 1}, stream=True), AsyncStreamCall[Part])
    async with flags.ask_nullable(stream=True) as events, client.events.list_pieces() as others:
        assert_type([event async for event in events], list[Part])
        assert_type([event async for event in others], list[Part])
    async with await client.events.list_pieces() as events:
        assert_type(events, AsyncParts[Part])

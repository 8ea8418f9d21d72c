"""The effects that the engine yields, and the two drivers that perform them: sync and async.

The engine is a generator. It yields a `Request` to send or one of the effects below, and receives
the outcome. So the logic of both clients is written once.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from msgspec import Struct

from ..http.message import AsyncSource, Request, Response, Source

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


class Sleep(Struct):
    """Wait so many seconds."""

    seconds: float


class Invoke(Struct):
    """Call a function of the user; an async client awaits what it returns."""

    function: Callable[..., object]
    args: tuple[object, ...] = ()


class Read(Struct):
    """Read the body of a streaming response to its end, and close it."""

    response: Response


class Wait(Struct):
    """Wait for the result of another thread or task, at most so many seconds."""

    future: Future[Any]
    seconds: float


Effect: TypeAlias = Request | Sleep | Invoke | Read | Wait
Flow: TypeAlias = Generator[Effect, Any, T]


def run(flow: Flow[T], send: Callable[[Request], Response]) -> T:
    """Drive an engine to its end, blocking."""
    try:
        effect = next(flow)
        while True:
            try:
                outcome = send(effect) if type(effect) is Request else perform(effect)
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(outcome)
    except StopIteration as stop:
        result: T = stop.value
        return result


async def run_async(flow: Flow[T], send: Callable[[Request], Awaitable[Response]]) -> T:
    """Drive an engine to its end, awaiting."""
    try:
        effect = next(flow)
        while True:
            try:
                outcome = (
                    await send(effect) if type(effect) is Request else await perform_async(effect)
                )
            except BaseException as error:
                # A cancellation passes through here too; no engine catches it.
                effect = flow.throw(error)
            else:
                effect = flow.send(outcome)
    except StopIteration as stop:
        result: T = stop.value
        return result


def sent(send: Callable[[Request], Response], id_header: str, request: Request) -> Response:
    """Send for middleware, which may read the request id of the response."""
    response = send(request)
    response.id_header = id_header
    return response


async def sent_async(
    send: Callable[[Request], Awaitable[Response]], id_header: str, request: Request
) -> Response:
    """Send for middleware; as `sent`."""
    response = await send(request)
    response.id_header = id_header
    return response


def perform(effect: Effect) -> object:
    """Perform an effect, blocking."""
    if isinstance(effect, Sleep):
        pause(effect.seconds)
    elif isinstance(effect, Invoke):
        return effect.function(*effect.args)
    elif isinstance(effect, Read):
        effect.response.content = cast("Source", effect.response.source).read()
    elif isinstance(effect, Wait):
        from concurrent.futures import wait

        wait((effect.future,), effect.seconds)
    return None


async def perform_async(effect: Effect) -> object:
    """Perform an effect, awaiting."""
    if isinstance(effect, Sleep):
        await pause_async(effect.seconds)
    elif isinstance(effect, Invoke):
        outcome = effect.function(*effect.args)
        if isinstance(outcome, Awaitable):
            return await cast("Awaitable[object]", outcome)
        return outcome
    elif isinstance(effect, Read):
        effect.response.content = await cast("AsyncSource", effect.response.source).read()
    elif isinstance(effect, Wait):
        await _wait_async(effect)
    return None


async def _wait_async(effect: Wait) -> None:
    import asyncio

    # Bound to this event loop: the thread or task that sets the result may use another.
    ours = asyncio.wrap_future(effect.future)
    try:
        await asyncio.wait((ours,), timeout=effect.seconds)
    finally:
        ours.cancel()


def pause(seconds: float) -> None:
    """Wait, blocking. Tests replace this function."""
    time.sleep(seconds)


async def pause_async(seconds: float) -> None:
    """Wait, awaiting. Tests replace this function."""
    import asyncio

    await asyncio.sleep(seconds)

"""Faults of networks and services through the generated client, and their results.

Faults that pass are answered after another try; the others end in a typed error.
"""

from __future__ import annotations

import gzip
import time
from email.utils import formatdate
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import server as srv
from facts import E5, MODELS, failure
from pair import KEY
from pinecone_inference import (
    APIConnectionError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    IncompleteResponseError,
    InternalServerError,
    RateLimitError,
    Timeout,
)
from server import Server, answer, chunked, json, then_close

if TYPE_CHECKING:
    from collections.abc import Callable

    from pair import Pair

HALF = b'{"models": [{"model": "m'
BUSY = json(failure(429, "RESOURCE_EXHAUSTED", "Slower, please."), 429)


def busy(**headers: str) -> bytes:
    """A 429 with headers such as `retry_after`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return json(failure(429, "RESOURCE_EXHAUSTED", "Slower, please."), 429, named)


PASSING: dict[str, Any] = {
    "reset": srv.reset,
    "closed": then_close(b""),
    "half a head": then_close(b"HTTP/1.1 20"),
    "garbage": then_close(b"\x16\x03\x01\x02 no HTTP\r\n\r\n"),
    "truncated": then_close(answer(200, HALF, length=900)),
    "truncated chunks": then_close(chunked(HALF, kind="application/json", end=False)),
    "garbage chunks": then_close(chunked(end=False) + b"zz\r\n"),
    "slow head": srv.stall(),
    "slow body": srv.stall(answer(200, HALF, length=900)),
    "408": answer(408),
    "409": answer(409),
    "429": busy(),
    "500": answer(500, b"x" * 200_000, kind="text/plain"),
    "503": answer(503, b"<html>", kind="text/html"),
}


def limits_of(fault: Any) -> Timeout:
    """Return a short time limit for faults that are silences, so that tests are fast."""
    is_silence = fault in {PASSING["slow head"], PASSING["slow body"]}
    return Timeout(read=0.1 if is_silence else srv.PATIENCE)


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes(pair: Pair, server: Server, sleeps: list[float], fault: Any) -> None:
    def be_patient(request: Any) -> None:
        if request.attempt > 1:
            request.timeout = {**request.timeout, "read": srv.PATIENCE}

    server.script(fault, json(E5))
    client = pair.client(server.url, timeout=limits_of(fault), on_request=be_patient)
    assert pair.run(client.inference.get_model("m")).to_dict() == E5
    assert [request.path for request in server.requests] == ["/models/m"] * 2
    assert len(sleeps) == 1


LASTING: dict[str, tuple[Any, type[Exception], int]] = {
    "reset": (srv.reset, APIConnectionError, 3),
    "garbage": (PASSING["garbage"], APIConnectionError, 3),
    "truncated": (PASSING["truncated"], IncompleteResponseError, 3),
    "truncated chunks": (PASSING["truncated chunks"], IncompleteResponseError, 3),
    "slow head": (PASSING["slow head"], APITimeoutError, 3),
    "slow body": (PASSING["slow body"], APITimeoutError, 3),
    "429": (BUSY, RateLimitError, 3),
    "500": (answer(500), InternalServerError, 3),
    "501": (answer(501), InternalServerError, 3),
    "no JSON": (answer(200, b"\xff\x00 garbage"), APIResponseError, 1),
    "half of the JSON": (answer(200, HALF), APIResponseError, 1),
    "no body": (answer(200), APIResponseError, 1),
    "a web page": (answer(200, b"<html>hi</html>", kind="text/html"), APIResponseError, 1),
    "broken gzip": (answer(200, b"\x1f\x8b no", {"Content-Encoding": "gzip"}), APIResponseError, 1),
}


@pytest.mark.parametrize(("fault", "kind", "tries"), LASTING.values(), ids=LASTING)
def test_a_fault_that_lasts(
    pair: Pair, server: Server, sleeps: list[float], fault: Any, kind: type[Exception], tries: int
) -> None:
    server.script(fault)
    client = pair.client(server.url, timeout=limits_of(fault))
    with pytest.raises(kind) as caught:
        pair.run(client.inference.list_models())
    srv.until(lambda: len(server.requests) == tries)
    assert len(sleeps) == tries - 1
    assert KEY not in repr(caught.value) + str(caught.value)
    server.script(json(MODELS))
    patient = client.with_options(timeout=srv.PATIENCE)
    assert pair.run(patient.inference.list_models()).to_dict() == MODELS


NOW = 1_800_000_000.0


def in_seconds(seconds: float) -> str:
    return formatdate(NOW + seconds, usegmt=True)


WAITS: dict[str, tuple[Callable[[], bytes], float, float]] = {
    "seconds": (lambda: busy(retry_after="7"), 7, 7),
    "a fraction": (lambda: busy(retry_after="0.25"), 0.25, 0.25),
    "zero": (lambda: busy(retry_after="0"), 0.375, 0.5),
    "a date": (lambda: busy(retry_after=in_seconds(20)), 20, 20),
    "a date that was": (lambda: busy(retry_after=in_seconds(-20)), 0.375, 0.5),
    "milliseconds": (lambda: busy(retry_after_ms="250"), 0.25, 0.25),
    "both": (lambda: busy(retry_after="9", retry_after_ms="250"), 0.25, 0.25),
    "the longest": (lambda: busy(retry_after="60"), 60, 60),
    "words": (lambda: busy(retry_after="soon"), 0.375, 0.5),
    "negative": (lambda: busy(retry_after="-5"), 0.375, 0.5),
    "infinite": (lambda: busy(retry_after="inf"), 0.375, 0.5),
    "no date": (lambda: busy(retry_after="Wed, 99 Nov 2099"), 0.375, 0.5),
    "nothing": (busy, 0.375, 0.5),
}


@pytest.mark.parametrize(("made", "least", "most"), WAITS.values(), ids=WAITS)
def test_429_with_each_form_of_retry_after(
    pair: Pair,
    server: Server,
    sleeps: list[float],
    made: Callable[[], bytes],
    least: float,
    most: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SimpleNamespace(time=lambda: NOW, perf_counter=time.perf_counter)
    monkeypatch.setattr("pinecone_inference._runtime.call.engine.time", clock)
    server.script(made(), json(E5))
    pair.run(pair.client(server.url).inference.get_model("m"))
    assert len(server.requests) == 2
    assert least <= sum(sleeps) <= most


def test_429_that_asks_for_too_long_a_wait(pair: Pair, server: Server, sleeps: list[float]) -> None:
    server.script(busy(retry_after="3600"))
    with pytest.raises(RateLimitError, match="Slower, please"):
        pair.run(pair.client(server.url).inference.get_model("m"))
    assert (len(server.requests), sleeps) == (1, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_gets_nothing(pair: Pair, server: Server, status: int) -> None:
    with Server() as other:
        server.script(answer(status, headers={"Location": f"{other.url}/models"}))
        with pytest.raises(APIStatusError, match="redirects to"):
            pair.run(pair.client(server.url).inference.list_models())
        assert (other.connections, len(server.requests)) == (0, 1)


def test_a_huge_body_comes_whole(pair: Pair, server: Server) -> None:
    model = {**E5, "short_description": "x" * 1000}
    data = {"models": [model] * 20_000}
    server.script(json(data))
    result = pair.run(pair.client(server.url).inference.list_models())
    assert len(result) == 20_000
    assert result[-1].short_description == "x" * 1000


def test_a_bomb_is_refused(pair: Pair, server: Server) -> None:
    """The limit counts bytes after decompression."""
    packed = gzip.compress(b'{"models": [' + b" " * 5_000_000 + b"]}")
    server.script(answer(200, packed, {"Content-Encoding": "gzip"}))
    assert len(pair.run(pair.client(server.url).inference.list_models())) == 0
    client = pair.client(server.url, max_response_bytes=1_000_000)
    with pytest.raises(APIResponseError, match="larger than max_response_bytes"):
        pair.run(client.inference.list_models())

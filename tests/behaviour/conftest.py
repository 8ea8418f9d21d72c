"""What the tests of the generated client share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from pair import Pair
from pinecone_inference._runtime import effects
from server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["sync", "async"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    made = Pair(request.param)
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


@pytest.fixture
def pc(pair: Pair, server: Server) -> Any:
    """A client of the local server, with one try for each call."""
    return pair.client(server.url, max_retries=0)


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that clients wanted to wait; nobody waits."""
    waited: list[float] = []

    async def pause_async(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(effects, "pause", waited.append)
    monkeypatch.setattr(effects, "pause_async", pause_async)
    return waited


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxies, keys and Python settings of the machine out."""
    names = [name for name in os.environ if name.lower().endswith("_proxy")]
    names += ["PINECONE_API_KEY", "PINECONE_CONTROLLER_HOST", "SSL_CERT_FILE", "SSL_CERT_DIR"]
    names += ["PYTHONPATH", "PYTHONWARNINGS", "MYPYPATH"]
    for name in names:
        monkeypatch.delenv(name, raising=False)

"""What the tests of clients share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from _runtime import effects
from both import Both
from server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["sync", "async"])
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    made = Both(request.param)
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


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
    """Keep the proxies and keys of the machine out."""
    import os

    names: list[Any] = [name for name in os.environ if name.lower().endswith("_proxy")]
    for name in [*names, "DEMO_API_KEY", "DEMO_URL", "SSL_CERT_FILE", "SSL_CERT_DIR"]:
        monkeypatch.delenv(name, raising=False)

"""What all tests share: the options, and a cache that is nobody else's.

`--transport fast` runs every client of a test over the transport of that name. A test is skipped
where that transport refuses a setting of the client.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from common import Expected, leave_to_the_system

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = "rewrite expected files that differ; the run fails all the same"
    parser.addoption("--update", action="store_true", help=help_)
    kinds = ("httpx2", "fast")
    help_ = "what clients send their requests with"
    parser.addoption("--transport", choices=kinds, default=kinds[0], help=help_)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "httpx2: about a trait of the transport over httpx2")


import_module("openapi_spec_validator")  # Builds fork: their children need not import it again.


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One for all workers: what one of them has checked or formatted, the others need not."""
    leave_to_the_system()
    base = tmp_path_factory.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCGEN_CACHE_DIR", str(home / "cache"))
        patch.delenv("PCGEN_DEBUG", raising=False)
        yield


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> str:
    """The name of the transport that clients have in this run."""
    return str(request.config.getoption("--transport"))


@pytest.fixture(autouse=True)
def _transport(
    request: pytest.FixtureRequest, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if transport == "httpx2":
        return
    if request.node.get_closest_marker("httpx2"):
        pytest.skip("about httpx2")
    for name, module in list(sys.modules.items()):
        if name == "_runtime.call.client" or name.endswith("._runtime.call.client"):
            _swap(module, transport, monkeypatch)


def _swap(module: Any, transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a transport the default of a runtime's clients."""
    original: Any = module._Client._set_up

    def set_up(self: Any, *args: Any, options: Any, http_client: Any, **kwargs: Any) -> None:
        ours = http_client is None and "transport" not in options
        if ours:
            options = {"transport": transport, **options}
        try:
            original(self, *args, options=options, http_client=http_client, **kwargs)
        except TypeError as error:
            if not ours or f"transport={transport!r}" not in str(error):
                raise
            pytest.skip(f"refused: {error}")

    monkeypatch.setattr(module._Client, "_set_up", set_up)


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> Iterator[Expected]:
    made = Expected(request.config.getoption("--update"))
    yield made
    if made.rewritten:
        pytest.fail("rewrote " + ", ".join(made.rewritten), pytrace=False)

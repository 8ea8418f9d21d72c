"""Fixtures of the tests of the generated client."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from common import generate
from pair import Pair
from pcgen import cli, config
from pcgen.diagnostics import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from server import Server

APIS = Path(__file__).parent / "apis"


@pytest.fixture(scope="session")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModuleType]]:
    """The packages generated from the documents in `apis/`, by name."""
    root = tmp_path_factory.mktemp("apis")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root)
        yield {
            settings.name: _build(settings, root)
            for settings in config.load(APIS / "pcgen.toml").packages
        }


def _build(settings: config.Package, root: Path) -> ModuleType:
    generate(settings, root)
    return importlib.import_module(settings.name)


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the module's `CASE`, the current folder, with its built package `demo`."""
    home = tmp_path / "home"
    shutil.copytree(request.module.CASE, home)
    monkeypatch.chdir(home)
    assert cli.run(["build"]) == Exit.OK
    return home


@pytest.fixture
def demo(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """That package, imported."""
    monkeypatch.syspath_prepend(home / "out")
    yield importlib.import_module("demo")
    for name in [name for name in sys.modules if name.partition(".")[0] == "demo"]:
        del sys.modules[name]


@pytest.fixture(params=["sync", "async"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    made = Pair(request.param)
    yield made
    made.close()


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

    for module in [m for name, m in sys.modules.items() if name.endswith("._runtime.call.effects")]:
        monkeypatch.setattr(module, "pause", waited.append)
        monkeypatch.setattr(module, "pause_async", pause_async)
    return waited


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxies, keys and Python settings of the machine out."""
    names = [name for name in os.environ if name.lower().endswith("_proxy")]
    names += ["PINECONE_API_KEY", "PINECONE_CONTROLLER_HOST", "SSL_CERT_FILE", "SSL_CERT_DIR"]
    names += ["PYTHONPATH", "PYTHONWARNINGS", "MYPYPATH"]
    for name in names:
        monkeypatch.delenv(name, raising=False)

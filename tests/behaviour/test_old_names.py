"""Old names of clients, models and methods work, with a warning."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT, generate
from pcgen import config
from server import Server, json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pair import Pair

CASE = ROOT / "tests" / "cases" / "names" / "aliases"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package `demo`."""
    home = tmp_path_factory.mktemp("old-names")
    (package,) = config.load(CASE / "pcgen.toml").packages
    generate(package, home)
    return home


@pytest.fixture
def demo(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package, imported."""
    monkeypatch.syspath_prepend(home)
    yield __import__("demo")
    for name in [name for name in sys.modules if name.partition(".")[0] == "demo"]:
        del sys.modules[name]


@pytest.mark.filterwarnings("always::DeprecationWarning")
def test_an_import_warns_once_and_says_where(
    demo: Any, recwarn: pytest.WarningsRecorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "from demo import PetModel\nimport demo.models\nmodel = demo.models.PetModel\n"
    (tmp_path / "old_program.py").write_text(program, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module: Any = __import__("old_program")
    assert module.PetModel is module.model is demo.Pet
    assert [(str(w.message), w.filename, w.lineno) for w in recwarn] == [
        (f"`{home}.PetModel` was renamed to `Pet`", str(tmp_path / "old_program.py"), line)
        for home, line in (("demo", 1), ("demo.models", 3))
    ]


def test_calls_work_and_warn_where_they_are_made(demo: Any, pair: Pair, server: Server) -> None:
    server.script(*(json({"name": "Rex"}) for _ in range(2)), json([]))
    client = pair.of(demo, "Demo", base_url=server.url)
    with pytest.warns(DeprecationWarning, match="^`get_pet` was renamed to `get`$") as caught:
        pet = pair.run(client.pets.get_pet(1))
    assert caught[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="^`get_pet` was renamed to `get`$") as caught:
        raw = pair.run(client.pets.with_raw_response.get_pet(2))
    assert caught[0].filename == __file__
    assert pet == raw.parse() == demo.Pet(name="Rex")
    with pytest.warns(DeprecationWarning, match="`list` was renamed to `find`"):
        assert pair.run(client.pets.list()) == []
    assert [request.path for request in server.requests] == ["/pets/1", "/pets/2", "/pets"]
    assert client.pets.get_pet.__doc__ == "Old name of `get`."


def test_old_attributes_are_read_and_warn_where_that_is_done(demo: Any) -> None:
    pet = demo.Pet(name="Rex")
    with pytest.warns(DeprecationWarning, match="^`title` was renamed to `name`$") as caught:
        assert pet.title == "Rex"
    assert caught[0].filename == __file__
    assert pet.to_dict() == {"name": "Rex"}
    assert demo.Pet.title.__doc__ == "Old name of `name`."


def test_old_clients_are_the_new_ones(demo: Any) -> None:
    with pytest.warns(DeprecationWarning, match="`demo.AsyncShop` was renamed to `AsyncDemo`"):
        assert demo.AsyncShop is demo.AsyncDemo
    assert not hasattr(demo, "Shops")
    assert not hasattr(demo.models, "Shop")

"""Hand-written classes that extend models and resources."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT
from pcgen import cli
from pcgen.diagnostics import Exit
from server import Server, json

if TYPE_CHECKING:
    from pathlib import Path

CASE = ROOT / "tests" / "cases" / "packages" / "mixins"


def test_models_and_resources_have_what_they_add(demo: Any, server: Server) -> None:
    server.script(json({"name": "Rex", "color": "black"}), json([{"name": "Rex"}]))
    with demo.Demo(base_url=server.url) as client:
        assert client.pets.get(1).title == "Rex the black"
        assert client.pets.names() == ["Rex"]
        assert repr(demo.Pet(name="Tom")) == "Pet(name='Tom')"
    assert type(demo.AsyncDemo(base_url=server.url).pets).__module__ == "demo.pets"


@pytest.mark.parametrize("first", ["demo.pet", "demo.pets_by_hand", "demo.models", "demo.pets"])
def test_any_module_can_be_imported_first(first: str, demo: Any) -> None:
    for name in [name for name in sys.modules if name.startswith("demo.")]:
        del sys.modules[name]
    importlib.import_module(first)
    assert demo.models.Pet.title.fget.__module__ == "demo.pet"


def test_new_methods_make_a_build_stale(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home / "out" / "demo" / "pet.py"
    with file.open("a", encoding="utf-8") as text:
        text.write("\n    def rename(self) -> None: ...\n")
    capsys.readouterr()
    assert cli.run(["build", "--check"]) == Exit.DIFFERENT
    assert "since the names of hand-written modules changed" in capsys.readouterr().err
    assert cli.run(["build"]) == Exit.OK
    assert "`Pet.rename # hand-written in pet`" in (home / "out" / "api.md").read_text("utf-8")


def test_scaffold_writes_what_is_missing_once(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "out" / "demo"
    (folder / "pet.py").unlink()
    (folder / "pets_by_hand.py").unlink()
    assert cli.run(["build"]) == Exit.SPEC
    assert "run `pcgen scaffold`, which writes the file" in capsys.readouterr().err
    assert cli.run(["scaffold"]) == Exit.OK
    said = "wrote out/demo/pet.py\nwrote out/demo/pets_by_hand.py\n"
    assert capsys.readouterr().out.startswith(said)
    before = (folder / "pet.py").read_bytes()
    assert not [line for line in before.splitlines() if line != line.rstrip()]
    assert cli.run(["scaffold"]) == Exit.OK
    assert capsys.readouterr().out == "no module is missing\n"
    assert cli.run(["build"]) == Exit.OK
    assert (folder / "pet.py").read_bytes() == before
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "demo"]
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

"""Whether callers break, tried: every row's program is type-checked and run, before and after."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest
from api import Api
from common import named_by_ids
from pcgen import config, pipeline
from pcgen.cache import Cache, folder
from rows import ROWS, Row, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a row without a program of its own is tried with: all that the base document offers.
_EVERYTHING = """
from .models import Ball, Bone, ListPetsResponse, Pet, PetOwner, Toy

def look(pet: Pet) -> None:
    name: str = pet.name
    number: int = pet.id
    kind: str = pet.kind
    nick: str | None = pet.nick
    born: dt.date | None = pet.born
    size: float = pet.size
    notes: dict[str, str] | None = pet.notes
    owner: PetOwner | None = pet.owner
    toy: Ball | Bone = pet.toy
    print(name.upper(), number + 1, kind.upper(), (nick or "").upper(), size * 2, notes, owner)
    print(born.year if born else 0, pet.toy.radius if isinstance(pet.toy, Ball) else pet.toy.length)
    print(toy.shape == "ball" or 1 // 0)

for pet in client.pets.list_pets(limit=100, color="red"):
    look(pet)
look(client.pets.list_pets().pets[0])
look(client.pets.get_pet(1))
look(client.pets.get_pet(pet_id=1))
look(
    client.pets.add_pet(
        name="Alexandrina", kind="dog", nick="Al", age=3, tags=["a", "b", "c"],
        notes={"food": "fish"}, secret="hush", origin={"country": "PT", "city": "Faro"},
    )
)
client.pets.remove_pet(1)
print((client.pets.add_photo(body=["x"]).count or 0) + 1)
"""
_OWN_RUNTIME = re.compile(r"^( *)from \._runtime\.", re.MULTILINE)
_PROGRAM = """from __future__ import annotations
import datetime as dt
from typing import Any
from .client import Demo

def main(http_client: Any) -> None:
"""
# What a program starts with, unless it makes a client of its own.
_CLIENT = """
client = Demo(api_key="secret", base_url="https://pets.example", http_client=http_client)
"""


@dataclass(frozen=True)
class Program:
    """A program beside a package."""

    package: str
    name: str
    document: dict[str, Any]

    @property
    def module(self) -> str:
        return f"tried.{self.package}.{self.name}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where all packages are written, on the path while the tests of this module run."""
    made = tmp_path_factory.mktemp("callers")
    sys.path.insert(0, str(made))
    yield made
    sys.path.remove(str(made))


@pytest.fixture(scope="module")
def programs(root: Path) -> dict[tuple[str, str], Program]:
    """The programs of all rows, before and after, with their packages; equal ones once."""
    made = {}
    for row in ROWS:
        for side, document in (("old", row.old), ("new", row.new)):
            package = _package(root, document)
            program = row.caller or _EVERYTHING
            client = "" if "Demo(" in program else _CLIENT
            text = _PROGRAM + indent(client + program, "    ")
            name = f"program_{_digest(text)}"
            (root / "tried" / package / f"{name}.py").write_text(text, "utf-8")
            made[row.name, side] = Program(package, name, document)
    return made


def _package(root: Path, document: dict[str, Any]) -> str:
    name = f"package_{_digest(repr(document))}"
    target = root / "tried" / name
    if not target.exists():
        target.mkdir(parents=True)
        write(root / "spec.json", document)
        settings = named_by_ids(config.single("spec.json", "out", "demo", root))
        for path, text in pipeline.generate(settings, Cache(folder())).texts.items():
            module, _, file = path.partition("/")
            if module != "demo":
                continue
            # All share one runtime: many times fewer files to check.
            if not file.startswith("_runtime/"):
                text = re.sub(
                    r"^( *)from \._runtime\.", r"\1from .._runtime.", text, flags=re.MULTILINE
                )
                (target / file).write_text(text, "utf-8")
            else:
                (root / "tried" / file).parent.mkdir(parents=True, exist_ok=True)
                (root / "tried" / file).write_text(text, "utf-8")
    return name


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@pytest.fixture(scope="module")
def complaints(programs: dict[tuple[str, str], Program], root: Path) -> dict[str, str]:
    """What mypy has against programs, by their modules."""
    options = ("--strict", "--no-error-summary", "--config-file=", f"--cache-dir={root}/mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "-p", "tried"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        path, _, rest = line.partition(".py:")
        module = path.replace("/", ".")
        assert ".program_" in module, line
        found[module] = f"{found.get(module, '')}{rest}\n"
    return found


def _fault(program: Program, complaints: dict[str, str]) -> str:
    """Why a program does not work; empty when it does."""
    if program.module in complaints:
        return complaints[program.module]
    api = Api(program.document)
    try:
        import_module(program.module).main(api.client)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_only_major_changes_break_callers(
    row: Row, programs: dict[tuple[str, str], Program], complaints: dict[str, str]
) -> None:
    assert not _fault(programs[row.name, "old"], complaints)
    fault = _fault(programs[row.name, "new"], complaints)
    assert bool(fault) == (row.verdict == "major"), fault or "it still works"

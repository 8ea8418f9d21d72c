"""A table of changes: what is found, how grave it is, and whether callers really break.

All tests of a row are in this module, so that each package is made once.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from api import Api
from pcgen.diff import CHANGES, Level, compare
from rows import FILE, ROWS, Row, modules, version
from test_bumps import STEPS, path, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from common import Expected

    Breakages = Callable[[dict[str, Any], dict[str, Any]], set[str]]

# --- What is found ------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_finds(row: Row, expected: Expected) -> None:
    old, new = version(row.old), version(row.new)
    report = compare(old, new)
    found = [f"{f.change.severity} {f.change.id}, {f.subject}" for f in report.findings]
    if (found, str(report.verdict)) != (row.finds, row.verdict) and not _rewrite(
        expected, row, found, str(report.verdict)
    ):
        assert found == row.finds
        assert str(report.verdict) == row.verdict
    if not row.finds:  # What says the same, does so the other way round.
        assert compare(new, old).findings == ()


# What only the configuration can bring about; test_against.py does.
_CONFIGURED = {
    "package-renamed",
    "client-renamed",
    "client-deprecated",
    "class-deprecated",
    "method-deprecated",
    "attribute-deprecated",
    "old-name-removed",
    "attribute-renamed",
    "resource-remade",
    "client-argument-added-required",
}


def test_every_kind_of_change_has_a_row() -> None:
    found = {re.split(r"[ ,]", item)[1] for row in ROWS for item in row.finds}
    assert len(found) > 60
    assert set(CHANGES) - found == _CONFIGURED


def _rewrite(expected: Expected, row: Row, found: list[str], verdict: str) -> bool:
    """With `--update`, write what is found into the table, behind the row's own keys."""
    text = FILE.read_text("utf-8")
    start = text.index(f"- change: {row.name}\n")
    end = re.compile(r"^(?=- change|# ---|$)", re.MULTILINE).search(text, start + 1)
    assert end is not None
    body = re.sub(
        r"^  (finds:(\n    - .*)*|verdict: .*)\n", "", text[start : end.start()], flags=re.MULTILINE
    )
    lines = "".join(f"    - {json.dumps(item)}\n" for item in found)
    body += (f"  finds:\n{lines}" if found else "") + (f"  verdict: {verdict}\n" if found else "")
    return expected.rewrite(FILE, (text[:start] + body + text[end.start() :]).encode())


# --- Callers: every row's program is type-checked and run, before and after ---------------------

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
        for file, text in modules(document).items():
            # All share one runtime: many times fewer files to check.
            if not file.startswith("_runtime/"):
                (target / file).write_text(_OWN_RUNTIME.sub(r"\1from .._runtime.", text), "utf-8")
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


# --- A second opinion: what griffe finds in the packages of a row must be found here, too -------

# It sees names, signatures and defaults; no types of arguments and attributes, and nothing of what
# the service does, so it says nothing of many changes that break callers.
needs_griffe = pytest.mark.skipif(find_spec("griffe") is None, reason="griffe is not installed")

# Where griffe finds a breakage and `pcgen diff` names none in terms of Python, and why.
_EXPLAINED = {
    "a property to send may be null": "the default is UNSET instead of None; a caller who gave "
    "None left the property out and sends null now, which is found as argument-none-is-null",
    "an optional property to send may not be null any more": "the same the other way round: "
    "argument-none-is-absent",
    "another default of a variable of the server": "the default of the client's argument follows; "
    "whoever gave none meant whatever the service says, and the contract warns",
    "one of two equal inline schemas": "a class that was another name of an equal one is a class "
    "of its own; both names still work, and class-parted warns of programs that mix the two",
    "an inline schema that becomes equal to another": "a class becomes another name of an equal "
    "one, which type checkers and Python do not tell from a class",
}


@pytest.fixture(scope="module")
def breakages(tmp_path_factory: pytest.TempPathFactory) -> Breakages:
    """What griffe finds between the packages of two documents."""
    import griffe

    root = tmp_path_factory.mktemp("griffe")
    loaded: dict[str, griffe.Module] = {}

    def load(document: dict[str, Any]) -> griffe.Module:
        name = _digest(repr(document))
        if name not in loaded:
            (root / name / "demo").mkdir(parents=True)
            for file, text in modules(document).items():
                if "/" not in file:
                    (root / name / "demo" / file).write_text(text, "utf-8")
            made = griffe.load("demo", search_paths=[root / name], allow_inspection=False)
            assert isinstance(made, griffe.Module)
            loaded[name] = made
        return loaded[name]

    def find(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
        found = griffe.find_breaking_changes(load(old), load(new))
        # Constants such as `ADD_PET` describe operations to the runtime and are not for callers.
        return {f"{b.obj.path}: {b.kind.value}" for b in found if not b.obj.name.isupper()}

    return find


def _breaks(finds: list[str]) -> bool:
    kinds = [CHANGES[item.replace(",", "").split()[1]] for item in finds]
    return any(kind.level is Level.PYTHON and kind.severity == "ERR" for kind in kinds)


@needs_griffe
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_griffe_finds_is_found(row: Row, breakages: Breakages) -> None:
    found = breakages(row.old, row.new)
    if row.name in _EXPLAINED:
        assert found
        assert not _breaks(row.finds)
    elif found:
        assert _breaks(row.finds), found


@needs_griffe
@pytest.mark.parametrize(("old", "new"), STEPS)
def test_bumps_are_judged_alike(old: str, new: str, breakages: Breakages) -> None:
    documents = [yaml.safe_load(path(version).read_text("utf-8")) for version in (old, new)]
    assert bool(breakages(*documents)) == (str(report(old, new).verdict) == "major")

"""Results of `mypy --strict` and pyright for the client and for programs that use it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packages import models_of
from subprocesses import PACKAGE, PROJECT, ROOT, python

if TYPE_CHECKING:
    from types import ModuleType

TYPED = Path(__file__).parent / "typed"
APIS = Path(__file__).parent / "apis"
USAGE, STREAM_USAGE = APIS / "usage.py", APIS / "stream_usage.py"
RIGHT, WRONG = TYPED / "right.py", TYPED / "wrong.py"
PROGRAMS = sorted((TYPED / "programs").glob("*.py"))

_ERROR = re.compile(r"^(?P<file>.+?):(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]$")
_EXPECTED = re.compile(r"# E: ([a-z-]+)$")


def _mistakes() -> set[tuple[str, int, str]]:
    """The lines of `wrong.py` that name their mistake."""
    lines = enumerate(WRONG.read_text(encoding="utf-8").splitlines(), 1)
    found = {
        (WRONG.name, number, match[1])
        for number, line in lines
        if (match := _EXPECTED.search(line))
    }
    assert len(found) > 25
    return found


def test_mypy() -> None:
    """mypy reports every mistake and nothing else, also in the package itself."""
    options = ["--strict", "--python-version", "3.11", "--no-error-summary", "--hide-error-context"]
    cache = ["--config-file", "", "--cache-dir", ROOT / ".mypy_cache" / "behaviour"]
    # Not in this process: mypy would take the package from sys.path, and not check it.
    done = python(
        "-m", "mypy", *options, *cache, RIGHT, WRONG, *PROGRAMS, paths=(), MYPYPATH=str(PROJECT)
    )
    assert done.stderr == ""
    found: set[tuple[str, int, str]] = set()
    for line in done.stdout.splitlines():
        match = _ERROR.match(line)
        assert match or ": note: " in line, line
        if match:
            found.add((Path(match["file"]).name, int(match["line"]), match["code"]))
    assert found == _mistakes()


def test_mypy_knows_what_a_flag_returns(apis: dict[str, ModuleType], tmp_path: Path) -> None:
    package = Path(str(apis["streams"].__file__)).parent
    shutil.copytree(package, tmp_path / package.name)
    options = ["--strict", "--config-file", "", "--cache-dir", ROOT / ".mypy_cache" / "behaviour"]
    done = python("-m", "mypy", *options, STREAM_USAGE, paths=(), MYPYPATH=str(tmp_path))
    assert done.stdout.startswith("Success"), done.stdout


@pytest.mark.skipif(find_spec("basedpyright") is None, reason="basedpyright is not installed")
def test_pyright(
    tmp_path: Path, apis: dict[str, ModuleType], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same in pyright's strict mode, with more packages, which share a runtime."""
    # Of a tuple with more than 256 items, Pyright knows no type.
    schemas = {f"Thing{number}": {"type": "object"} for number in range(300)}
    many = models_of(schemas, tmp_path_factory.mktemp("many"))
    for folder in (TYPED, PACKAGE):
        shutil.copytree(folder, tmp_path / folder.name)
    shutil.copy(USAGE, tmp_path)
    shutil.copy(STREAM_USAGE, tmp_path)
    for module in (*apis.values(), many):
        home = Path(str(module.__file__)).parent
        name = home.name
        shutil.copytree(home / "_runtime", tmp_path / PACKAGE.name / "_runtime", dirs_exist_ok=True)
        (tmp_path / name).mkdir()
        for path in home.glob("*.py"):
            text = path.read_text(encoding="utf-8")
            shared = text.replace("from ._runtime.", f"from {PACKAGE.name}._runtime.")
            (tmp_path / name / path.name).write_text(shared, encoding="utf-8")
    settings = {
        # Relative: absolute paths are silently left out.
        "include": [path.name for path in tmp_path.iterdir()],
        "reportUnnecessaryTypeIgnoreComment": "error",  # What they ignore must be wrong.
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    options = ["--outputjson", "--project", tmp_path, "--pythonpath", sys.executable]
    report = json.loads(python("-m", "basedpyright", *options, paths=()).stdout)
    assert report["summary"]["filesAnalyzed"] == len(list(tmp_path.rglob("*.py")))
    found = {
        (Path(error["file"]).name, error["range"]["start"]["line"] + 1): error["message"]
        for error in report["generalDiagnostics"]
    }
    expected = {(name, line) for name, line, _ in _mistakes()}
    assert {place: text for place, text in found.items() if place not in expected} == {}
    assert set(found) == expected

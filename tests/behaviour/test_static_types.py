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
from pcgen import config, pipeline
from pcgen.cache import Cache, folder
from subprocesses import PACKAGE, ROOT, python

if TYPE_CHECKING:
    from types import ModuleType

TYPED = Path(__file__).parent / "typed"
APIS = Path(__file__).parent / "apis"
CASES = ROOT / "tests" / "cases"
USAGE, STREAM_USAGE = APIS / "usage.py", APIS / "stream_usage.py"
RIGHT, WRONG = TYPED / "right.py", TYPED / "wrong.py"
PROGRAMS = sorted((TYPED / "programs").glob("*.py"))
USES = sorted((TYPED / "cases").glob("*.py"))
"""Programs that use the package `demo` of the case of their name."""

_ERROR = re.compile(r"^(?P<file>.+?):(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]$")
_EXPECTED = re.compile(r"# E: ([a-z-]+)$")


def _mistakes() -> set[tuple[str, int, str]]:
    """The lines of programs that name their mistake."""
    found = {
        (path.name, number, match[1])
        for path in (WRONG, *USES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := _EXPECTED.search(line))
    }
    assert len(found) > 25
    return found


@pytest.fixture(scope="module")
def home(apis: dict[str, ModuleType], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages, which share a runtime, and of programs that use them."""
    home = tmp_path_factory.mktemp("typed")
    shutil.copytree(PACKAGE, home / PACKAGE.name)
    # Of a tuple with more than 256 items, Pyright knows no type.
    schemas = {f"Thing{number}": {"type": "object"} for number in range(300)}
    for module in (*apis.values(), models_of(schemas, tmp_path_factory.mktemp("many"))):
        package = Path(str(module.__file__)).parent
        files = {path.relative_to(package).as_posix(): path for path in package.rglob("*.py")}
        _add({path: file.read_text("utf-8") for path, file in files.items()}, home, package.name)
    for program in USES:
        [expected] = CASES.glob(f"*/{program.stem.replace('_', '-')}/expected")
        case = expected.parent
        [settings] = config.load(case / "pcgen.toml").packages
        made = pipeline.generate(settings, Cache(folder())).texts.items()
        files = {path.removeprefix("demo/"): text for path, text in made if path.endswith(".py")}
        by_hand = {path.name: path.read_text("utf-8") for path in (case / "out").rglob("*.py")}
        _add(files | by_hand, home, f"{program.stem}/demo")
        text = program.read_text("utf-8").replace("from demo", f"from {program.stem}.demo")
        (home / program.stem / program.name).write_text(text, "utf-8")
        (home / program.stem / "__init__.py").touch()
    return home


def _add(files: dict[str, str], home: Path, name: str) -> None:
    """Write the modules of a package; its runtime becomes part of the shared one."""
    for path, text in files.items():
        is_runtime = path.startswith("_runtime/")
        file = home / (PACKAGE.name if is_runtime else name) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        shared = text.replace("from ._runtime.", f"from {PACKAGE.name}._runtime.")
        file.write_text(text if is_runtime else shared, "utf-8")


def test_mypy(home: Path) -> None:
    """mypy reports every mistake and nothing else, also in the packages themselves."""
    options = ["--strict", "--python-version", "3.11", "--no-error-summary", "--hide-error-context"]
    cache = ["--config-file", "", "--cache-dir", ROOT / ".mypy_cache" / "behaviour"]
    programs = [RIGHT, WRONG, STREAM_USAGE, *PROGRAMS, *(home / path.stem for path in USES)]
    # Not in this process: mypy would take packages from sys.path, and not check them.
    done = python("-m", "mypy", *options, *cache, *programs, paths=(), MYPYPATH=str(home))
    assert done.stderr == ""
    found: set[tuple[str, int, str]] = set()
    for line in done.stdout.splitlines():
        match = _ERROR.match(line)
        assert match or ": note: " in line, line
        if match:
            found.add((Path(match["file"]).name, int(match["line"]), match["code"]))
    assert found == _mistakes()


@pytest.mark.skipif(find_spec("basedpyright") is None, reason="basedpyright is not installed")
def test_pyright(home: Path, tmp_path: Path) -> None:
    """The same in pyright's strict mode, with more packages."""
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    for path in (RIGHT, WRONG, USAGE, STREAM_USAGE, *PROGRAMS):
        shutil.copy(path, tmp_path)
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

"""Every folder `tests/cases/<topic>/<feature>/` is a test; adding one is adding coverage.

    spec.yaml or spec.json   the document; the package is called `demo` and written to `out`
    pcgen.toml               optional: a whole configuration to use instead; without it, names come
                             from operationIds, so that no case but those of the rule depends on it
    run.toml                 optional: `arguments`, the command line to use instead
    out                      optional: the output folder before the build
    expected/                files that the output folder holds afterwards, byte for byte
    expected.txt             or: `exit` and the exit code, then the text on stderr

An empty file in `expected/` asks `pytest --update` to fill it in.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import examples
import pytest
from common import ROOT, named_by_ids
from pcgen import cli, config, pipeline
from pcgen.cache import Cache, folder
from pcgen.diagnostics import Code, Failure
from pcgen.spec import read, yaml_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from common import Expected

CASES = ROOT / "tests" / "cases"

FOLDERS = sorted(
    path.parent
    for path in CASES.glob("*/*/*")
    if path.name in ("spec.yaml", "spec.json", "run.toml", "pcgen.toml")
)
FOLDERS = list(dict.fromkeys(FOLDERS))
BUILT = [path for path in FOLDERS if (path / "expected").is_dir()]
FAILING = [path for path in FOLDERS if not (path / "expected").is_dir()]


def _id(path: Path) -> str:
    return path.relative_to(CASES).as_posix()


@pytest.mark.parametrize("case", BUILT, ids=_id)
def test_builds(case: Path, expected: Expected) -> None:
    made = {path: text.encode() for path, text in generate(case).items()}
    wanted = {
        path.relative_to(case / "expected").as_posix(): path.read_bytes()
        for path in sorted((case / "expected").rglob("*"))
        if path.is_file()
    }
    assert wanted, "expected/ is empty"
    for path, data in wanted.items():
        if made.get(path) != data and not expected.rewrite(
            case / "expected" / path, made.get(path)
        ):
            assert path in made, f"{path} is not made; made are {', '.join(made)}"
            assert made[path].decode() == data.decode()


@pytest.mark.parametrize("case", FAILING, ids=_id)
def test_diagnostics(
    case: Path,
    expected: Expected,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(case, tmp_path / "case")
    monkeypatch.chdir(tmp_path / "case")
    before = _snapshot(tmp_path)
    status = cli.run(_arguments(case))
    printed = capsys.readouterr()
    text = f"exit {status}\n{printed.err}"
    file = case / "expected.txt"
    wanted = file.read_text(encoding="utf-8") if file.exists() else ""
    if text != wanted and not expected.rewrite(file, text.encode()):
        assert text == wanted
    assert status != 0, "it builds, so it needs expected/"
    assert "fault of pcgen" not in text
    assert _snapshot(tmp_path) == before, "a build that failed changed something"


def _snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _arguments(case: Path) -> list[str]:
    if (case / "run.toml").exists():
        return list(tomllib.loads((case / "run.toml").read_text(encoding="utf-8"))["arguments"])
    if (case / "pcgen.toml").exists():
        return ["build"]
    return ["build", "--spec", _spec(case), "--output", "out", "--name", "demo"]


def _spec(case: Path) -> str:
    return "spec.json" if (case / "spec.json").exists() else "spec.yaml"


@cache
def generate(case: Path) -> dict[str, str]:
    """The files of a case that builds."""
    if (case / "pcgen.toml").exists():
        (settings,) = config.load(case / "pcgen.toml").packages
    else:
        settings = named_by_ids(config.single(_spec(case), "out", "demo", case))
    files = pipeline.generate(settings, Cache(folder()))
    return dict(files.texts)


# --- Every code has a case ----------------------------------------------------------------------


def _alias_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit of 50 values, because the real one would take seconds."""
    monkeypatch.setattr(yaml_text, "MAX_VALUES", 50)
    path = tmp_path / "spec.yaml"
    path.write_text("a: &a [x, x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n")
    with pytest.raises(Failure) as caught:
        read(path, "spec.yaml")
    assert str(caught.value).startswith(
        "spec.yaml:3:1: error[alias-limit]: "
        "the aliases of the document expand to more than 50 values\n"
    )


# Codes that have another test: a folder would be slow, or cannot cause them.
CODES_WITHOUT_FOLDER: dict[Code, Callable[[Path, pytest.MonkeyPatch], None] | str] = {
    Code.ALIAS_LIMIT: _alias_limit,
    Code.DISK: "test_check.py::test_faults",
    Code.FAULT: "test_check.py::test_faults",
    Code.OVERLAY_INVALID: "test_overlays.py::test_mistakes",
    Code.OVERLAY_UNMATCHED: "test_overlays.py::test_builds_report_their_folder",
    Code.OUT_OF_DATE: "test_check.py::test_check_shows_the_difference_and_the_fix",
}


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_case(code: Code, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = CODES_WITHOUT_FOLDER.get(code)
    expected = CASES / "errors" / code / "expected.txt"
    if other is None:
        assert f"error[{code}]: " in expected.read_text(encoding="utf-8")
        return
    assert not expected.exists()
    if isinstance(other, str):
        file, _, name = other.partition("::")
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")
    else:
        other(tmp_path, monkeypatch)


# --- Packages work ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The modules of each case's package; `_runtime` is the one that all share."""
    found: dict[str, dict[str, str]] = {}
    for case in BUILT:
        name = _id(case).replace("/", "_").replace("-", "_").replace(".", "_")
        try:
            texts = generate(case)
        except Exception:  # `test_builds` reports it.
            continue
        for path, text in texts.items():
            if path.startswith("demo/"):
                inner = path.removeprefix("demo/")
                home, is_shared, file = inner.partition("/")
                found.setdefault(home if is_shared else name, {})[
                    file if is_shared else home
                ] = text
        if name in found:
            found[name]["examples_of_pages.py"] = examples.module_of(texts, "demo")
        for path in (case / "out" / "demo").glob("*.py"):  # Hand-written modules.
            found[name].setdefault(path.name, path.read_text(encoding="utf-8"))
    return found


def _write(folder: Path, modules: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in modules.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


_IMPORT_ALL = """
import importlib, pkgutil, sys, typing
import vendored

def check(name):
    package = importlib.import_module(name)
    decoder = importlib.import_module(name + "._runtime.data.decoder")
    models = importlib.import_module(name + "._runtime.data.models")
    for exported in package.__all__:
        getattr(package, exported)
    for module in pkgutil.iter_modules(package.__path__, name + "."):
        module = importlib.import_module(module.name)
        for thing in vars(module).values():
            if type(thing).__name__ == "Operation":
                for type_ in [thing.result, *thing.errors.values()]:
                    decoder.decode(b"null", type_)
            elif isinstance(thing, type) and issubclass(thing, models.Model):
                typing.get_type_hints(thing)
                decoder.decode(b"{}", thing)

failed = 0
for package in pkgutil.iter_modules(vendored.__path__, "vendored."):
    try:
        check(package.name)
    except BaseException as error:
        failed += 1
        print(f"{package.name}: {type(error).__name__}: {error}")
sys.exit(bool(failed))
"""


def test_packages_can_be_imported_and_their_types_read(
    packages: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    _write(tmp_path / "vendored", {"__init__.py": ""})
    _write(tmp_path / "_runtime", packages["_runtime"])
    for name, modules in packages.items():
        if name != "_runtime":
            _write(tmp_path / "vendored" / name, modules)
            (tmp_path / "vendored" / name / "_runtime").symlink_to(tmp_path / "_runtime")
    done = _python(tmp_path, "-W", "error", "-c", _IMPORT_ALL)
    assert done.returncode == 0, done.stdout + done.stderr


def test_packages_pass_mypy(packages: dict[str, dict[str, str]], tmp_path: Path) -> None:
    """One run for all, with one runtime, so that mypy checks fewer files."""
    _write(tmp_path / "vendored", {"__init__.py": ""})
    for name, modules in packages.items():
        shared = {
            file: re.sub(r"^( *)from \._runtime\.", r"\1from .._runtime.", text, flags=re.MULTILINE)
            for file, text in modules.items()
        }
        _write(tmp_path / "vendored" / name, modules if name == "_runtime" else shared)
    options = ("--strict", "--no-error-summary", "--config-file=", f"--cache-dir={tmp_path}/mypy")
    done = _python(tmp_path, "-m", "mypy", *options, "-p", "vendored")
    assert done.returncode == 0, done.stdout + done.stderr


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

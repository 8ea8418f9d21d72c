"""`generated/` has the current output of pcgen, byte for byte, in good Python style."""

from __future__ import annotations

import difflib
import warnings
from importlib import metadata
from pathlib import Path

import black
import pytest
from common import ROOT, Expected
from pcgen import config, pipeline
from pcgen.cache import Cache

PACKAGES = config.load(ROOT / "pyproject.toml").packages
_FILES = sorted(
    p for p in (ROOT / "generated").rglob("*") if p.is_file() and "__pycache__" not in p.parts
)
# One of each: packages have copies of the same library.
TEXTS = sorted({path.read_bytes(): path for path in reversed(_FILES)}.values())
SOURCES = [path for path in TEXTS if path.suffix == ".py"]


def _id(path: Path) -> str:
    return path.relative_to(ROOT / "generated").as_posix()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_committed_files_are_what_pcgen_makes(package: config.Package, expected: Expected) -> None:
    folder = ROOT / package.output
    made = {path: text.encode() for path, text in _generate(package).items()}
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not _is_hand_written(path)
    }
    differing = [path for path in sorted({*made, *found}) if made.get(path) != found.get(path)]
    report = []
    for path in differing:
        if not expected.rewrite(folder / path, made.get(path)):
            report += _difference(path, found.get(path), made.get(path))
    assert not report, "\n".join([f"{package.output} is out of date; fix: pcgen build", *report])


def _is_hand_written(path: Path) -> bool:
    return not {"__pycache__", "extension"}.isdisjoint(path.parts)


def _generate(package: config.Package) -> dict[str, str]:
    return dict(pipeline.generate(package, Cache(None)).texts)


def _difference(path: str, found: bytes | None, made: bytes | None) -> list[str]:
    if found is None:
        return [f"missing: {path}"]
    if made is None:
        return [f"extra: {path}"]
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (found, made))
    lines = list(difflib.unified_diff(old, new, path, path, lineterm=""))
    return [f"different: {path}", *(lines or ["(only in line ends or encoding)"])]


def test_update_rewrites_and_takes_note(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    assert not Expected(update=False).rewrite(path, b"text")
    assert not path.exists()
    updating = Expected(update=True)
    assert updating.rewrite(path, b"text\r\n")
    assert path.read_bytes() == b"text\r\n"
    assert updating.rewrite(path, None)
    assert not path.exists()
    assert [Path(name).name for name in updating.rewritten] == ["file", "file"]


def test_there_is_something_to_compare() -> None:
    assert {package.output for package in PACKAGES} == {
        f"generated/{path.name}" for path in (ROOT / "generated").iterdir()
    }
    assert SOURCES


@pytest.mark.parametrize("path", SOURCES, ids=_id)
def test_python_compiles_without_warnings(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)


def test_black_is_the_version_that_pcgen_pins() -> None:
    pinned = [line for line in metadata.requires("pcgen") or [] if line.startswith("black")]
    assert pinned == [f"black=={metadata.version('black')}"]


@pytest.mark.parametrize("path", SOURCES, ids=_id)
def test_black_changes_nothing(path: Path) -> None:
    mode = black.Mode(line_length=100, target_versions={black.TargetVersion.PY311})
    text = path.read_text(encoding="utf-8")
    assert black.format_str(text, mode=mode) == text


@pytest.mark.parametrize("path", TEXTS, ids=_id)
def test_text_is_clean(path: Path) -> None:
    data = path.read_bytes()
    data.decode("utf-8")
    assert b"\r" not in data
    if data:
        assert data.endswith(b"\n")
        assert not data.endswith(b"\n\n")
    trailing = [n for n, line in enumerate(data.split(b"\n"), 1) if line != line.rstrip()]
    assert not trailing, f"blanks at the end of lines {trailing}"

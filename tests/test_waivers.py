"""Proposed waivers let the build continue, which then lists the waived findings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from common import ROOT
from pcgen import cli
from pcgen.diagnostics import Code, Diagnostic, Location, Waiver

if TYPE_CHECKING:
    from pathlib import Path

CASES = ROOT / "tests" / "cases"
CONFIG = '[[package]]\nname = "demo"\nspec = "spec.yaml"\noutput = "out"\n\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package to build, of a document with many things to waive."""
    spec = (CASES / "errors" / "waivers-proposed" / "spec.yaml").read_text(encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    (tmp_path / "pcgen.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _accept(folder: Path, printed: str) -> None:
    """Paste the proposal, and give the reasons."""
    block = printed[printed.index("# To build all the same") :]
    assert 'reason = ""' in block
    with (folder / "pcgen.toml").open("a", encoding="utf-8") as file:
        file.write(block.replace('reason = ""', 'reason = "we know"'))


def test_the_proposal_lets_the_build_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["build"]) == 3
    _accept(folder, capsys.readouterr().err)
    assert cli.run(["build"]) == 0
    told = capsys.readouterr().err
    wanted = "note[unsupported]: 5 findings are waived: we know\n    at #/components/schemas/Rule/p"
    assert wanted in told
    assert (folder / "out" / "demo" / "models.py").exists()


def test_what_init_writes_takes_the_proposal(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pcgen.toml").unlink()
    text = (CASES / "errors" / "reference-missing" / "spec.yaml").read_text(encoding="utf-8")
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    assert cli.run(["build", "--spec", "spec.yaml", "--output", "out"]) == 3
    printed = capsys.readouterr().err
    assert "the file that `pcgen init spec.yaml` writes" in printed
    assert cli.run(["init", "spec.yaml"]) == 0
    _accept(folder, printed)
    assert cli.run(["build"]) == 0


def test_an_unchanged_build_reports_notes_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["build"])
    _accept(folder, capsys.readouterr().err)
    told = []
    for _ in range(2):
        assert cli.run(["build", "--format", "json"]) == 0
        told.append([json.loads(line) for line in capsys.readouterr().out.splitlines()])
    assert told[0] == told[1]
    assert {item["severity"] for item in told[0]} == {"note"}


def test_a_proposal_without_reasons_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["build"])
    printed = capsys.readouterr().err
    with (folder / "pcgen.toml").open("a", encoding="utf-8") as file:
        file.write(printed[printed.index("# To build all the same") :])
    assert cli.run(["build"]) == 2
    assert "`reason` must be a sentence that says why" in capsys.readouterr().err


def test_in_pyproject_the_tables_have_its_names(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pcgen.toml").unlink()
    text = CONFIG.replace("[[package]]", "[[tool.pcgen.package]]")
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    assert cli.run(["build"]) == 3
    printed = capsys.readouterr().err
    block = printed[printed.index("# To build all the same") :]
    (folder / "pyproject.toml").write_text(text + block.replace('""', '"so"'), encoding="utf-8")
    assert cli.run(["build"]) == 0


@pytest.mark.parametrize(
    ("at", "pointer", "covers"),
    [
        ("#/paths", "#/paths", True),
        ("#/paths", "#/paths/~1x", False),
        ("#/paths/*", "#/paths/~1x", True),
        ("#/paths/*", "#/paths/~1x/get", False),
        ("#/**/default", "#/default", True),
        ("#/**/default", "#/a/b/default", True),
        ("#/**/default", "#/a/b/default/c", False),
        ("#/**", "#", True),
        ("#", "#", True),
        ("#/a.c", "#/abc", False),
    ],
)
def test_globs(at: str, pointer: str, covers: bool) -> None:
    item = Diagnostic(Code.UNSUPPORTED, Location("spec.yaml", 1, 1, pointer), "something")
    assert Waiver("unsupported", at, "because").covers(item) is covers
    assert not Waiver("invalid-document", at, "because").covers(item)

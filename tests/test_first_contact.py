"""Documents that their users did not write: `--lenient`, `pcgen lint`, and what builds print."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT
from pcgen import cli, config, download
from pcgen.cli import output
from pcgen.diagnostics import Code, Diagnostic, Location, close
from pcgen.proposal import waivers

if TYPE_CHECKING:
    from pathlib import Path

# Behind the missing reference, the validator does not run; behind its errors hides the cycle.
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Rooms"},
    "paths": {
        "/rooms": {
            "get": {
                "operationId": "list_rooms",
                "responses": {"200": {"content": {"a": {}, "b": {}, "c": {}, "d": {}, "e": {}}}},
            }
        },
        "/rooms/../all": {"get": {"responses": {"200": {"description": "Fine"}}}},
    },
    "components": {
        "schemas": {
            "Room": {"properties": {"floor": {"$ref": "#/components/schemas/Floor"}}},
            "House": {"allOf": [{"$ref": "#/components/schemas/House"}]},
            "Other": {"properties": {"file": {"$ref": "../other.yaml#/X"}}},
        }
    },
}
LENIENT = ["build", "--spec", "spec.json", "--output", "out", "--lenient"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a document that has errors in all stages."""
    (tmp_path / "spec.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(" ")]


# --- Lenient builds -----------------------------------------------------------------------------


def test_a_lenient_build_says_what_it_waives(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(LENIENT) == 0
    printed = capsys.readouterr()
    assert printed.out == "out: created in out\n"
    heading = next(line for line in _lines(printed.err) if "waived" in line)
    assert heading == (
        "11 findings waived: 1 operation and 5 values left out; 3 models loosened;"
        " 2 values kept as written"
    )
    examples = re.findall(r"^ +\d+  (.+)\n +at (.+)$", printed.err, re.MULTILINE)
    assert ("left out: the path '/rooms/../all' contains `.` or `..`") in dict(examples)
    assert (folder / "out" / "rooms" / "client.py").exists()
    assert cli.run(LENIENT) == 0
    again = capsys.readouterr()
    assert re.fullmatch(r"out: up to date \(\d+ notes\)\n", again.out)
    assert again.err == ""


def test_one_round_of_proposed_waivers_suffices(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["init", "spec.json"]) == 0
    assert cli.run(["build"]) == 3
    printed = capsys.readouterr().err
    block = printed[printed.index("[[package.waive]]") :].replace('reason = ""', 'reason = "so"')
    with (folder / "pcgen.toml").open("a", encoding="utf-8") as file:
        file.write(block)
    assert cli.run(["build"]) == 0


def test_init_writes_waivers_with_reasons(folder: Path) -> None:
    assert cli.run(["init", "spec.json", "--lenient"]) == 0
    (package,) = config.load(folder / "pcgen.toml").packages
    assert {waiver.reason for waiver in package.waive if waiver.code == "reference-cycle"} == {
        "found: `allOf` refers back to this schema"
    }
    globs = [waiver.at for waiver in package.waive if "*" in waiver.at]
    assert globs == ["#/paths/~1rooms/get/responses/200/content/*"]
    assert cli.run(["build"]) == 0


def test_configured_packages_are_never_lenient(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["init", "spec.json"]) == 0
    assert cli.run(["build", "--lenient"]) == 2
    assert "--lenient needs --spec" in capsys.readouterr().err
    assert not (folder / "generated").exists()


@pytest.mark.parametrize("text", ['{"swagger": "2.0"}', "{", '{"openapi": "3.1.0", "openapi": 3}'])
def test_what_cannot_be_waived_is_refused(folder: Path, text: str) -> None:
    (folder / "spec.json").write_text(text, encoding="utf-8")
    assert cli.run(LENIENT) == 3
    assert cli.run(["init", "spec.json", "--lenient"]) == 3
    assert [path.name for path in folder.iterdir()] == ["spec.json"]


def _finding(pointer: str) -> Diagnostic:
    return Diagnostic(Code.UNSUPPORTED, Location("spec.json", 1, 1, pointer), f"{pointer} is odd")


@pytest.mark.parametrize(
    ("pointers", "globs"),
    [
        (["#"], ["#"]),
        (["#/info", "#/tags/0", "#/tags/1"], ["#/info", "#/tags/0", "#/tags/1"]),
        (
            ["#/paths/~1a/get/x", "#/paths/~1a/put/x", "#/paths/~1a/parameters/0"],
            ["#/paths/~1a/get/x", "#/paths/~1a/parameters/0", "#/paths/~1a/put/x"],
        ),
        ([f"#/components/schemas/{n}" for n in "ABCDEF"], None),
        (
            [f"#/components/schemas/A/properties/{n}/type" for n in "abcdef"],
            ["#/components/schemas/A/properties/*/type"],
        ),
        (
            [f"#/paths/~1a/get{'/items' * n}/allOf/1" for n in range(6)],
            ["#/paths/~1a/get/**/allOf/*"],
        ),
        (['#/components/schemas/a\u202e\n"\\'], None),
    ],
)
def test_waivers_are_narrow(pointers: list[str], globs: list[str] | None) -> None:
    found = waivers(map(_finding, pointers))
    assert [waiver.at for waiver in found] == (globs or sorted(pointers))
    assert all(any(one.covers(_finding(p)) for one in found) for p in pointers)


# --- pcgen lint ---------------------------------------------------------------------------------


def test_lint_reports_everything_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["lint", "spec.json", "--format", "json"]) == 3
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    codes = {item["code"] for item in found}
    assert codes >= {"invalid-document", "reference-missing", "reference-external", "unsafe-text"}
    assert [path.name for path in folder.iterdir()] == ["spec.json"]


@pytest.mark.parametrize(
    ("url", "status", "counts"),
    [
        ("https://a.example", 0, "no findings"),
        ("http://a.example", 1, "1 warning"),
        ("https://a@a.example", 3, "1 error"),
    ],
)
def test_lint_exit_codes(
    folder: Path, capsys: pytest.CaptureFixture[str], url: str, status: int, counts: str
) -> None:
    document = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {}}
    text = json.dumps({**document, "servers": [{"url": url}]})
    (folder / "spec.json").write_text(text, encoding="utf-8")
    assert cli.run(["lint", "spec.json"]) == status
    assert capsys.readouterr().out == f"spec.json: {counts}\n"


# --- What builds print, and where they write ----------------------------------------------------


def test_quiet_builds_print_errors_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["init", "spec.json", "--lenient"])
    capsys.readouterr()
    for _ in range(2):
        assert cli.run(["build", "-q"]) == 0
        assert capsys.readouterr() == ("", "")
    (folder / "spec.json").unlink()
    assert cli.run(["build", "-q"]) == 2
    assert "file-unreadable" in capsys.readouterr().err


@pytest.mark.parametrize(("terminal", "shown"), [(True, True), (False, False)])
def test_long_builds_show_progress_on_terminals(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, shown: bool
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(output, "_PATIENCE", 0.01)
    reading, writing = pty.openpty() if terminal else os.pipe()
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        with output.progress("demo"):
            deadline = time.monotonic() + 0.2
            while time.monotonic() < deadline:
                pass
        stream.write("end")
    monkeypatch.undo()
    printed = b""
    while not printed.endswith(b"end"):
        printed += os.read(reading, 1000)
    os.close(reading)
    assert (b"\rdemo: building, 0 s" in printed) is shown


def test_names_alike_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = '[[package]]\nname = "{}"\nspec = "spec.json"\noutput = "{}"\n'
    text = table.format("my-api", "a") + table.format("My_API", "b")
    (folder / "pcgen.toml").write_text(text, encoding="utf-8")
    assert cli.run(["build"]) == 2
    assert "two packages are named `My_API`" in capsys.readouterr().err
    text = re.sub("name = .*\n", "", text).replace('"a"', '"a/x"').replace('"b"', '"b/x"')
    (folder / "pcgen.toml").write_text(text, encoding="utf-8")
    assert cli.run(["build", "x"]) == 2
    assert "'x' names several packages: `a/x` and `b/x`" in capsys.readouterr().err


def test_force_writes_into_folders_of_others(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    assert cli.run(LENIENT) == 2
    assert cli.run([*LENIENT, "--force"]) == 0
    assert (folder / "out" / "notes.txt").read_text("utf-8") == "mine"
    assert cli.run(LENIENT) == 0


def test_hints_list_the_nearest_names() -> None:
    names = [f"tag_{n}" for n in range(400)]
    assert close("tg_17", names) == "did you mean `tag_17`?"
    assert re.fullmatch(r"the nearest of 400: \w+(, \w+){4}", close("x", names))
    assert close("x", ["b", "a"]) == "known: a, b"
    assert close("x", []) == ""


def test_init_downloads_a_document(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://api.example/v1/open%20api.json?x=1"
    data = json.dumps(DOCUMENT).encode()
    monkeypatch.setattr(download, "download", lambda given: data if given == url else b"")
    assert cli.run(["init", url, "--lenient"]) == 0
    assert (folder / "open_20api.json").read_bytes() == data
    (package,) = config.load(folder / "pcgen.toml").packages
    assert package.specs[0].origin == url
    assert cli.run(["build"]) == 0
    assert cli.run(["init", url, "--output", "other.toml"]) == 2  # The document exists.


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_findings_do_not_depend_on_hashes(folder: Path, seed: str) -> None:
    case = ROOT / "tests" / "cases" / "errors" / "invalid-document-in-variants"
    command = [sys.executable, "-m", "pcgen", "lint", "--no-cache", str(case / "spec.yaml")]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    expected = (case / "expected.txt").read_text("utf-8")
    assert [*map(_location, _lines(done.stderr))] == [
        *map(_location, [line for line in _lines(expected) if ": error" in line])
    ]


def _location(line: str) -> str:
    return line.rpartition("spec.yaml")[2]

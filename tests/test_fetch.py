"""`pcgen fetch` pins references to URLs, which builds never open."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from pcgen import cli, download, remote
from pcgen.diagnostics import Exit

if TYPE_CHECKING:
    from pathlib import Path

CAT = "https://schemas.example.com/pets/cat.yaml"
TOY = "https://schemas.example.com/toys/toy.yaml"
SPEC = f"""
openapi: 3.1.0
info: {{title: Demo, version: "1"}}
paths: {{}}
components:
  schemas:
    Cat: {{$ref: "{CAT}#/Cat"}}
"""
WEB = {
    CAT: "Cat: {type: object, properties: {toy: {$ref: ../toys/toy.yaml}, name: {type: string}}}",
    TOY: "type: object\nproperties: {colour: {type: string}}",
}


class Web:
    """The documents of a fake network."""

    def __init__(self) -> None:
        self.pages = dict(WEB)
        self.asked: list[str] = []

    def get(self, url: str) -> bytes:
        self.asked.append(url)
        return self.pages[url].encode()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    found = Web()
    monkeypatch.setattr(download, "download", found.get)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "spec.yaml").write_text(SPEC, "utf-8")
    config = '[[package]]\nname = "demo"\nspec = "spec.yaml"\noutput = "out"\n'
    (tmp_path / "pcgen.toml").write_text(config, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _pins(folder: Path) -> Any:
    return json.loads((folder / remote.PINS).read_text("utf-8"))


def test_pins_what_is_referred_to_and_builds_from_that(
    folder: Path, web: Web, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["build"]) == Exit.SPEC
    assert "run `pcgen fetch`" in capsys.readouterr().err
    assert cli.run(["fetch"]) == Exit.OK
    assert capsys.readouterr().out.splitlines() == [
        f"new: {CAT} ({len(WEB[CAT])} bytes)",
        f"new: {TOY} ({len(WEB[TOY])} bytes)",
        "2 pinned in pcgen-remote",
    ]
    assert sorted(_pins(folder)) == [CAT, TOY]
    assert sorted(web.asked) == [CAT, TOY]
    monkeypatch.setattr(socket, "socket", None)
    assert cli.run(["build"]) == Exit.OK
    models = (folder / "out/demo/models.py").read_text("utf-8")
    assert "class Toy(Model" in models or "class CatToy(Model" in models
    assert cli.run(["build", "--check"]) == Exit.OK


def test_nothing_new_is_nothing_written(folder: Path, web: Web) -> None:
    assert cli.run(["fetch", "--check"]) == Exit.DIFFERENT
    assert not (folder / remote.FOLDER).exists()
    assert cli.run(["fetch"]) == Exit.OK
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert cli.run(["fetch"]) == Exit.OK
    assert cli.run(["fetch", "--check"]) == Exit.OK
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before
    web.pages[TOY] = "type: string"
    assert cli.run(["fetch", "--check"]) == Exit.DIFFERENT


def test_a_change_is_taken_over_and_makes_the_package_stale(
    folder: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["fetch"]) == Exit.OK
    assert cli.run(["build"]) == Exit.OK
    web.pages[TOY] = "type: object\nproperties: {size: {type: integer}}"
    capsys.readouterr()
    assert cli.run(["fetch", "--check", "--format", "json"]) == Exit.DIFFERENT
    [line] = capsys.readouterr().out.splitlines()
    report = json.loads(line)
    assert (report["severity"], report["message"]) == ("error", f"{TOY}: changed")
    assert cli.run(["fetch"]) == Exit.OK
    assert f"changed: {TOY}" in capsys.readouterr().out
    assert cli.run(["build", "--check"]) == Exit.DIFFERENT
    assert cli.run(["build"]) == Exit.OK
    assert "size" in (folder / "out/demo/models.py").read_text("utf-8")


def test_what_is_not_needed_any_more_goes(folder: Path, web: Web) -> None:
    assert cli.run(["fetch"]) == Exit.OK
    web.pages[CAT] = "Cat: {type: object}"
    assert cli.run(["fetch"]) == Exit.OK
    assert sorted(_pins(folder)) == [CAT]
    assert not (folder / remote.file_of(TOY)).exists()
    assert cli.run(["build"]) == Exit.OK


def test_a_copy_that_was_changed_is_refused(
    folder: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["fetch"]) == Exit.OK
    (folder / remote.file_of(TOY)).write_text("type: string", "utf-8")
    assert cli.run(["build"]) == Exit.SPEC
    assert f"has changed since it was fetched from {TOY}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "pins",
    [
        "[]",
        "{",
        "[" * 100_000,
        '{"https://a/": 1}',
        '{"https://a/": {"file": "../spec.yaml", "sha256": ""}}',
        '{"https://a/": {"file": "pcgen-remote/../spec.yaml", "sha256": ""}}',
    ],
)
def test_pins_that_pcgen_did_not_write(
    folder: Path, web: Web, pins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / remote.FOLDER).mkdir()
    (folder / remote.PINS).write_text(pins, "utf-8")
    assert cli.run(["build"]) == Exit.USAGE
    assert "the file of `pcgen fetch` is damaged" in capsys.readouterr().err


def test_nothing_is_written_or_removed_behind_a_link(
    folder: Path, web: Web, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "mine").write_text("kept", "utf-8")
    (folder / remote.FOLDER).mkdir()
    (folder / remote.FOLDER / "link").symlink_to(elsewhere)
    pins = {"https://a/": {"file": f"{remote.FOLDER}/link/mine", "sha256": ""}}
    (folder / remote.PINS).write_text(json.dumps(pins), "utf-8")
    assert cli.run(["fetch"]) == Exit.USAGE
    assert (elsewhere / "mine").read_text("utf-8") == "kept"


def test_files_stay_in_the_folder() -> None:
    for url in (
        "https://example.com/../../etc/passwd",
        "https://example.com/..",
        "https://example.com/%2e%2e/x",
        "https://example.com/CON",
        "https://example.com/" + "a" * 500,
        "https://example.com/a/b/..%5c..%5cx.yaml?y=/../z",
    ):
        top, host, name = remote.file_of(url).split("/")
        assert (top, host) == (remote.FOLDER, "example.com")
        assert name not in (".", "..")
        assert len(name) < 120
    assert remote.file_of("https://a.com/x.yaml") != remote.file_of("https://a.com/X.yaml")


def test_an_address_that_is_not_public_is_not_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SPEC.replace(CAT, "https://127.0.0.1/cat.yaml")
    (folder / "spec.yaml").write_text(text, "utf-8")
    assert cli.run(["fetch"]) == Exit.FAULT
    assert "not a public address" in capsys.readouterr().err
    assert not (folder / remote.FOLDER).exists()


def test_nothing_to_fetch(folder: Path, web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "spec.yaml").write_text(SPEC.replace(f"{CAT}#/Cat", "#/paths"), "utf-8")
    cli.run(["fetch"])
    assert "no reference names a URL" in capsys.readouterr().out
    assert web.asked == []

"""Every program on the pages of this repository's clients runs, and prints what the page shows."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT, generate
from pcgen import config, mock
from pcgen.mock.fixture import MockServer
from pcgen.mock.server import Background
from programs import RUNNERS, Host, blocks_of, check_types, missing, programs_of, run_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from programs import Program

    Record = Callable[[str, object], None]

PACKAGES = {settings.name: settings for settings in config.load(ROOT / "pyproject.toml").packages}
CLIENTS = [name for name, settings in PACKAGES.items() if "python" in settings.targets]


def _programs(package: str) -> list[Program]:
    folder = ROOT / PACKAGES[package].output
    pages = [*folder.glob("*.md"), *folder.rglob("docs/**/*.md")]
    return programs_of({str(p.relative_to(folder)): p.read_text("utf-8") for p in pages})


PINNED = "pinecone-inference"
PROGRAMS = _programs(PINNED)
PYTHON = {
    name: [program for program in _programs(name) if program.block.language == "python"]
    for name in CLIENTS
}
OTHERS = sorted({program.block.language for program in PROGRAMS} - {"python"})


CASE = ROOT / "tests" / "cases" / "operations" / "programs"


@pytest.fixture(scope="module", params=[PINNED])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A mock server of a client's documents."""
    with Background(mock.app(PACKAGES[request.param])) as server:
        yield server.url


@pytest.fixture
def host(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """The environment of a program."""
    for secret in ("API_KEY", "ACCESS_TOKEN"):
        monkeypatch.setenv(f"PINECONE_{secret}", "any")
    for variable in ("CONTROLLER", "AUTH"):
        monkeypatch.setenv(f"PINECONE_{variable}_HOST", url)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.chdir(tmp_path)
    return Host(tmp_path, "https://api.pinecone.io", url)


@pytest.mark.parametrize(("client", "url"), [(name, name) for name in CLIENTS], indirect=["url"])
def test_python_programs_print_what_pages_show(
    client: str, host: Host, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    monkeypatch.syspath_prepend(ROOT / PACKAGES[client].output)
    programs = PYTHON[client]
    compared = sum(bool(program.printed) for program in programs)
    record_property(
        "figures", f"docs: {len(programs)} Python programs, all run; output of {compared} compared"
    )
    namespaces: dict[str, dict[str, Any]] = {}
    for program in programs:
        page = program.block.page
        shared = namespaces.setdefault(page, {"__name__": "__main__"})
        is_guide = page.endswith("guide.md")
        printed = run_python(program.block, shared if is_guide else {"__name__": "__main__"})
        if program.printed:
            assert program.prints(printed), program.block
    namespaces["docs/guide.md"]["pc"].close()


def test_the_test_of_the_guide_passes(host: Host) -> None:
    guide = [program.block for program in PYTHON[PINNED] if program.block.page.endswith("guide.md")]
    [test] = [block for block in guide if "def test_" in block.code]
    names: dict[str, Any] = {}
    run_python(guide[0], names)
    run_python(test, names)
    names["pc"].close()
    exchanges: list[Any] = []  # Without pcgen installed, pytest does not know the fixture.
    with Background(mock.app(PACKAGES[PINNED], on_exchange=exchanges.append)) as server:
        fixture = MockServer(server.url)
        fixture.requests = exchanges
        names["test_call"](fixture)


@pytest.mark.parametrize("client", CLIENTS)
def test_python_programs_have_types(client: str, tmp_path: Path) -> None:
    assert check_types(PYTHON[client], tmp_path, path=ROOT / PACKAGES[client].output) == []


@pytest.mark.parametrize("url", ["pinecone-cli"], indirect=True)
def test_commands_print_what_pages_show(
    url: str, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    """The commands run in this process, which takes a tenth of the time."""
    folder = ROOT / PACKAGES["pinecone-cli"].output
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PINECONE_CLI_AUTH_URL", url)
    monkeypatch.setenv("PINECONE_CLI_CONFIG_DIR", str(tmp_path / "config"))
    for variable in ("ID", "SECRET"):
        monkeypatch.setenv(f"PINECONE_CLIENT_{variable}", "any")
    from pinecone_cli._cli.app import main
    from pinecone_cli.commands import PROGRAM

    steps = [
        (page.relative_to(folder), *step)
        for page in sorted(folder.rglob("docs/**/*.md"))
        for block in blocks_of(str(page), page.read_text("utf-8"))
        if block.language == "console"
        for step in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block.code, re.MULTILINE)
    ]
    figures = f"docs: {len(steps)} commands, all run; output of {sum(bool(s[2]) for s in steps)}"
    record_property("figures", f"{figures} compared")
    for page, command, shown in steps:
        printed = io.StringIO()
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        with contextlib.redirect_stdout(printed):
            code = main(copy.deepcopy(PROGRAM), shlex.split(command)[1:])
        if shown:  # Projects with indexes cannot be deleted, for example.
            assert (code, printed.getvalue()) == (0, shown), (page, command)


@pytest.mark.parametrize("language", OTHERS)
def test_other_programs_print_the_response(
    language: str, host: Host, record_property: Record
) -> None:
    programs = [program for program in PROGRAMS if program.block.language == language]
    reason = missing(language)
    ended = f"skipped, since {reason}" if reason else "all run and compared"
    record_property("figures", f"docs: {len(programs)} programs in {language}, {ended}")
    if reason:
        pytest.skip(f"{len(programs)} programs: {reason}")
    for outcome in RUNNERS[language][1](programs, host):
        block = outcome.program.block
        assert not outcome.error, f"{block}: {outcome.error}"
        assert json.loads(outcome.printed) == json.loads(outcome.program.response), block


def test_programs_of_odd_operations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a document of operations whose programs were wrong: they run without a warning."""
    [settings] = config.load(CASE / "pcgen.toml").packages
    texts = generate(settings, tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("NO_PROXY", "*")
    for name in ("KEY", "USERNAME", "PASSWORD", "ADMIN", "TOKEN"):
        monkeypatch.setenv(f"DEMO_PROGRAMS_{name}", "any")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.bin").write_bytes(b"\x89PNG")
    pages = {path: text for path, text in texts.items() if "/operations/" in path}
    programs = programs_of(pages)
    python = [program for program in programs if program.block.language == "python"]
    assert {one.block.page for one in python} == pages.keys()
    with Background(mock.app(settings)) as server:
        monkeypatch.setenv("DEMO_URL", server.url)
        for program in python:
            printed = run_python(program.block, {"__name__": "__main__"})
            assert not program.printed or program.prints(printed), program.block
        commands = [program for program in programs if program.block.language == "bash"]
        for outcome in RUNNERS["bash"][1](commands, Host(tmp_path, "", server.url)):
            assert not outcome.error, f"{outcome.program.block}: {outcome.error}"
        photo = run_python(
            next(one for one in python if one.block.page.endswith("get_photo.md")).block, {}
        )
    assert photo.startswith("b'\\x89PNG")
    assert "Response:" not in pages["docs/operations/default/get_photo.md"]

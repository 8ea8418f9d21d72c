"""A program of a document with every kind of operation, against its mock server.

`program.yaml` lists command lines, what they send and what they print.
"""

from __future__ import annotations

import importlib
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from common import ROOT, generate
from pcgen import config
from pcgen.mock.application import Application
from pcgen.mock.fixture import MockServer
from pcgen.mock.server import Background
from pcgen.mock.service import read

if TYPE_CHECKING:
    from collections.abc import Iterator

CASE = ROOT / "tests" / "cases" / "cli" / "harbour"
TABLE: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("program.yaml").read_text("utf-8")
)
FILES = {
    "boat.json": '{"name": "Alba", "colour": "red", "engine": {"fuel": "diesel"}}',
    "boat.yaml": "name: Alba\nengine: {fuel: electric}\n",
    "engine.json": '{"fuel": "electric"}',
    "bad.json": '{"name": ',
    "photo.png": "not really",
    "lines.jsonl": '{"boat": "b1"}\n\n{"boat": "b2"}\n',
}


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The modules `_cli.app` and `commands` of the program."""
    root = tmp_path_factory.mktemp("harbour")
    (settings,) = config.load(CASE / "pcgen.toml").packages
    generate(settings, root)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root)
        yield importlib.import_module("harbour_cli.__main__")
    for name in [name for name in sys.modules if name.partition(".")[0] == "harbour_cli"]:
        del sys.modules[name]


def _title(case: dict[str, Any]) -> str:
    return str(case.get("title", case["run"]))


@pytest.fixture(scope="session")
def server_of_harbour() -> Iterator[MockServer]:
    requests: list[Any] = []
    service = read(CASE / "spec.yaml")
    app = Application(service, on_exchange=lambda exchange: requests.append(exchange.request))
    with Background(app) as server:
        made = MockServer(server.url)
        made.requests = requests
        yield made


@pytest.fixture
def mock(server_of_harbour: MockServer) -> MockServer:
    server_of_harbour.requests.clear()
    return server_of_harbour


@pytest.mark.parametrize("case", TABLE, ids=_title)
def test_command(
    case: dict[str, Any],
    harbour: Any,
    mock: MockServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in {**FILES, "stdin": case.get("stdin", "")}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HARBOUR_BASE_URL", mock.url)
    for name, value in {"HARBOUR_TOKEN": "secret-of-b1", **case.get("environment", {})}.items():
        monkeypatch.setenv(name, value)
    app = importlib.import_module("harbour_cli._cli.app")
    program = importlib.reload(sys.modules["harbour_cli.commands"]).PROGRAM
    with (tmp_path / "stdin").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        code = app.main(program, shlex.split(case["run"]))
    printed = capsys.readouterr()
    sent = [f"{r.method} {r.path}{'?' * bool(r.query)}{r.query}" for r in mock.requests]
    assert printed.out.replace(mock.url, "URL") == case.get("prints", printed.out)
    assert case.get("says", "") in printed.err
    assert "Traceback" not in printed.err
    assert code == case.get("exit", 0), printed.err
    assert sent == (
        [case["sends"]] if isinstance(case.get("sends"), str) else case.get("sends", [])
    )
    if "body" in case:
        assert json.loads(mock.requests[-1].body) == case["body"]
    for name, value in case.get("headers", {}).items():
        assert mock.requests[-1].headers.get(name.lower()) == value
    for name, text in case.get("writes", {}).items():
        assert (tmp_path / name).read_bytes().startswith(text.encode("latin-1"))

"""`pcgen mock` as a program: its output, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from pcgen import cli
from pcgen.diagnostics import Exit

HERE = Path(__file__).parent
SMALL = """
openapi: 3.1.0
info: {title: Small, version: "1"}
paths: {/a: {get: {responses: {"200": {description: Fine}}}}}
"""
CONFIG = """
[[package]]
spec = "small.yaml"
output = "one"
[[package]]
spec = "small.yaml"
output = "two"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("gc.freeze", lambda: None)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -15)])
def test_it_serves_until_a_signal(folder: Path, number: signal.Signals, status: int) -> None:
    command = [sys.executable, "-m", "pcgen", "mock", "--spec", "small.yaml", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{url}/a?key=secret", timeout=10) as response:
            assert response.status == 200
        start = time.monotonic()
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == status
    assert time.monotonic() - start < 5
    first = errors.splitlines()[0]
    assert first.startswith("GET /a 200 ")
    assert first.endswith(" ms")
    assert "Traceback" not in errors


def test_the_document_is_validated_meanwhile(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "small.yaml").write_text(SMALL.replace("description", "describe"), encoding="utf-8")
    assert cli.run(["mock", "--spec", "small.yaml", "--port", "0"]) == Exit.SPEC
    out, errors = capsys.readouterr()
    assert out.startswith("http://127.0.0.1:")
    assert "error[invalid-document]" in errors


def test_a_port_in_use(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert cli.run(["mock", "--spec", "small.yaml", "--port", port]) == Exit.USAGE
    errors = capsys.readouterr().err
    assert f"port {port} cannot be used" in errors
    assert "--port 0 takes a free one" in errors


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--spec", "missing.yaml"], Exit.USAGE, "cannot read the file"),
        (["--spec", "broken.yaml"], Exit.SPEC, "error[reference-missing]"),
        (["--spec", "small.yaml", "--fail", "200"], Exit.USAGE, "'200' is not a fault"),
        (["one", "--spec", "small.yaml"], Exit.USAGE, "PACKAGE or --spec, not both"),
        (["three"], Exit.USAGE, "no package 'three' is listed"),
        ([], Exit.USAGE, "Give the name of a package: one, two."),
    ],
)
def test_mistakes(
    folder: Path,
    arguments: list[str],
    status: Exit,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "pcgen.toml").write_text(CONFIG, encoding="utf-8")
    broken = SMALL.replace("{description: Fine}", "{$ref: '#/components/responses/None'}")
    (folder / "broken.yaml").write_text(broken, encoding="utf-8")
    assert cli.run(["mock", *arguments, "--port", "0"]) == status
    assert message in capsys.readouterr().err


def test_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def find_spec(name: str) -> Any:
        return None

    monkeypatch.setattr("pcgen.mock.find_spec", find_spec)
    assert cli.run(["mock", "--spec", "small.yaml"]) == Exit.USAGE
    assert "pip install 'pcgen[mock]'" in capsys.readouterr().err

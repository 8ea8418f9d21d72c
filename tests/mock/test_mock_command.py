"""`pcgen mock` as a program: its output, and how it ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pcgen
import pytest
from common import serving
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
    with serving("mock", "--spec", "small.yaml") as process:
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


# --- Programs ------------------------------------------------------------------------------------


def test_a_first_response_takes_two_commands(tmp_path: Path) -> None:
    """In an empty folder, without a key, and without a network."""
    shutil.copy(HERE / "orchard.yaml", tmp_path / "orchard.yaml")
    environment = {"PATH": os.defpath, "PCGEN_CACHE_DIR": str(tmp_path / "cache")}
    environment |= {"PYTHONPATH": str(Path(pcgen.__file__).parents[1])}
    environment |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:1")
    printed = [
        subprocess.run(
            [sys.executable, "-W", "error", "-m", "pcgen", *command],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
        ).stdout
        for command in (
            ["build", "--spec", "orchard.yaml", "--output", "client"],
            ["mock", "--spec", "orchard.yaml", "--", "client/README.md"],
        )
    ]  # fmt: skip
    assert printed[0] == "client: created in client\n"
    assert printed[1].startswith("Tree(\n    id='tree-a',\n")
    assert printed[1].count("Tree(") == 6


CODE = """
import os, sys, urllib.request
urllib.request.urlopen(os.environ["SMALL_BASE_URL"] + "/a").close()
sys.exit(int(sys.argv[1]))
"""


def test_a_program_decides_the_exit_code(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    program = ["--", sys.executable, "-c", CODE]
    assert cli.run(["mock", "--spec", "small.yaml", *program, "0"]) == 0
    assert cli.run(["mock", "--spec", "small.yaml", *program, "7"]) == 7
    assert capfd.readouterr() == ("", "")
    assert cli.run(["mock", "--spec", "small.yaml", "--fail", "503", *program, "0"]) == 1
    assert "HTTP Error 503" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("no-such-program", "no-such-program cannot be run: No such file or directory."),
        ("page.md", "page.md has no Python program."),
    ],
)
def test_a_program_that_cannot_run(
    folder: Path, capsys: pytest.CaptureFixture[str], program: str, message: str
) -> None:
    (folder / "page.md").write_text("No program.\n", encoding="utf-8")
    assert cli.run(["mock", "--spec", "small.yaml", "--", program]) == Exit.USAGE
    assert message in capsys.readouterr().err


def test_no_program_calls_the_real_service(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = 'servers: [{url: "https://api.example.com"}]\npaths:'
    (folder / "small.yaml").write_text(SMALL.replace("paths:", server), encoding="utf-8")
    (folder / "pcgen.toml").write_text('[[package]]\nspec = "small.yaml"\noutput = "one"\n')
    assert cli.run(["mock", "--", sys.executable, "-c", "print()"]) == Exit.USAGE
    assert "Set `base-url-env` in the configuration" in capsys.readouterr().err


PRINT = """
import os, pathlib
for name in ("SMALL_BASE_URL", "SMALL_AUTH_URL"):
    assert os.environ[name].startswith("http://127.0.0.1:"), name
print(*(os.environ[name] for name in ("SMALL_TOKEN", "SMALL_ID", "SMALL_CLIENT_SECRET")))
print([*pathlib.Path(os.environ["SMALL_CONFIG_DIR"]).iterdir()])
"""


def test_a_command_line_finds_the_server_and_an_empty_store(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SMALL_CONFIG_DIR", str(folder))  # Where the user's credentials are.
    scheme = "components: {securitySchemes: {Bearer: {type: http, scheme: bearer}}}\n"
    (folder / "small.yaml").write_text(SMALL + scheme, encoding="utf-8")
    package = 'name = "small"\nspec = "small.yaml"\noutput = "one"\ntargets = ["cli"]\n'
    package += '[package.credentials.Bearer]\nid-env = "SMALL_ID"\n'
    package += 'token-url = "https://login.example.com/token"\n'
    (folder / "pcgen.toml").write_text(f"[[package]]\n{package}", encoding="utf-8")
    assert cli.run(["mock", "--", sys.executable, "-c", PRINT]) == Exit.OK
    assert capfd.readouterr().out == "any any any\n[]\n"

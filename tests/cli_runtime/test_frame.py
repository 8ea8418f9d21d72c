"""Programs as processes: pipes, interrupts, completion, unexpected errors; and their tables."""

from __future__ import annotations

import importlib
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import black
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields
from pcgen.targets.cli import tables
from pcgen.targets.code import table_of
from screens import PACKAGE, PC, environment, piped
from server import json

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from server import Recorded, Server

MODELS = {"models": [{"model": f"m{n}", "short_description": "long " * 40} for n in range(2000)]}


def _pc(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return piped([*PC, *arguments], environment(home, **more))


# --- Processes ----------------------------------------------------------------------------------


def test_closed_pipe_is_silent(server: Server, tmp_path: Path) -> None:
    server.script(json(MODELS))
    line = f"{sys.executable} -m pinecone_cli models list --json | head -n 1"
    done = piped(["sh", "-c", line], environment(tmp_path, PINECONE_CONTROLLER_HOST=server.url))
    assert (done.stdout, done.stderr) == ("[\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /dev/full")
@pytest.mark.parametrize("command", ["--version", "version", "completion bash", "--help"])
@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("> /dev/full", "[ERROR] The output cannot be written: No space left on device.\n"),
        (">&-", "[ERROR] The output cannot be written: stdout is closed.\n"),
        ("| true", ""),
    ],
)
def test_says_that_output_cannot_be_written(
    command: str, output: str, message: str, tmp_path: Path
) -> None:
    line = f"(read _; {sys.executable} -m pinecone_cli {command}) {output}"
    done = piped(["bash", "-c", line], environment(tmp_path))
    assert done.stderr == message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for other processes")
def test_interrupt_is_no_traceback(server: Server, tmp_path: Path) -> None:
    arrived, release = threading.Event(), threading.Event()

    def hold(connection: socket.socket, request: Recorded) -> None:
        arrived.set()
        release.wait(60)

    server.script(hold)
    process = subprocess.Popen(
        [*PC, "models", "list"],
        env=environment(tmp_path, PINECONE_CONTROLLER_HOST=server.url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert arrived.wait(60)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
        release.set()
    assert (process.returncode, out, error.strip()) == (130, "", "[ERROR] Interrupted.")


def test_unexpected_errors_are_sentences(tmp_path: Path) -> None:
    """A program whose module of commands is broken."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        "from pinecone_cli._cli import app, program\n"
        "from pinecone_cli.commands import PROGRAM\n"
        "PROGRAM.table = lambda module: 1 / 0\n"
        "sys.exit(app.main(PROGRAM, ['models', 'list', '--json']))\n",
        encoding="utf-8",
    )

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        return piped([sys.executable, str(program)], environment(tmp_path, **more))

    done = run()
    assert done.returncode == 1
    assert '"error": "Something went wrong in pc: ZeroDivisionError' in done.stdout
    assert "PINECONE_CLI_DEBUG=1" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in run(PINECONE_CLI_DEBUG="1").stderr


def test_starting_imports_little(tmp_path: Path) -> None:
    """Neither the client nor what some commands need."""
    code = (
        "import sys\n"
        "from pinecone_cli._cli.app import main\n"
        "from pinecone_cli.commands import PROGRAM\n"
        "main(PROGRAM, sys.argv[1:])\n"
        "print(*sorted(name.partition('.')[0] for name in sys.modules), file=sys.stderr)\n"
    )
    for arguments, unwanted in (
        (["--version"], {"click", "dataclasses", "inspect"}),
        (["--help"], {"filelock", "json", "jmespath", "msgspec", "yaml", "ssl"}),
        (["models", "list", "--help"], {"filelock", "jmespath", "msgspec", "yaml", "ssl"}),
    ):
        done = piped([sys.executable, "-c", code, *arguments], environment(tmp_path))
        assert done.returncode == 0, done.stderr
        assert not unwanted & set(done.stderr.split()), arguments


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("pc mod", ["models"]),
        ("pc models ", ["describe", "list"]),
        ("pc models list --vec", ["--vector-type"]),
        ("pc models list --vector-type ", ["dense", "sparse"]),
        ("pc models list --format j", ["json", "jsonl"]),
        ("pc completion ", ["bash", "zsh", "fish"]),
        ("pc api list_m", ["list_models"]),
        ("pc embed --file texts.j", ["texts.j"]),
        ("pc models list --output mod", ["mod"]),
    ],
)
def test_completes(words: str, found: list[str], tmp_path: Path) -> None:
    parts = words.split(" ")
    done = _pc(
        tmp_path,
        _PC_COMPLETE="bash_complete",
        COMP_WORDS=words,
        COMP_CWORD=str(len(parts) - 1),
    )
    assert [line.partition(",")[2] for line in done.stdout.splitlines()] == found, done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_prints_the_script_of_a_shell(shell: str, tmp_path: Path) -> None:
    done = _pc(tmp_path, "completion", shell)
    assert done.returncode == 0
    assert f"_PC_COMPLETE={shell}_complete" in done.stdout


def test_pages_of_the_extension_are_what_the_program_writes(tmp_path: Path) -> None:
    """If not: `pc reference --hand-written generated/pinecone-cli/pinecone_cli/extension/pages`."""
    assert _pc(tmp_path, "reference", "--hand-written", str(tmp_path / "pages")).returncode == 0

    def read(folder: Path) -> dict[str, str]:
        found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.md")}
        return {name: path.read_text("utf-8") for name, path in found.items()}

    assert read(tmp_path / "pages") == read(PACKAGE / "pinecone_cli" / "extension" / "pages")


# --- Tables -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [name for name, one in vars(tables).items() if isinstance(one, type) and one is not Struct],
)
def test_tables_have_the_fields_of_the_library(name: str) -> None:
    own = getattr(tables, name)
    library = getattr(importlib.import_module("_cli.program"), name)
    assert [field.name for field in fields(own)] == list(library._fields)
    usual = {f.name: {} if f.default is NODEFAULT else f.default for f in fields(own)}
    assert {name: usual[name] for name in library._field_defaults} == library._field_defaults


texts = st.text(st.characters(codec="utf-8", exclude_characters="\f"), max_size=150)
values = st.recursive(
    texts | st.booleans() | st.none() | st.integers(-1000, 1000),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(values)
@settings(max_examples=60, deadline=None)
def test_tables_are_what_black_prints(value: Any) -> None:
    text = f"TABLE = {table_of(value, used=len('TABLE = '))}\n"
    space: dict[str, Any] = {}
    exec(text, space)
    assert space["TABLE"] == value
    mode = black.Mode(line_length=100, target_versions={black.TargetVersion.PY311})
    assert black.format_str(text, mode=mode) == text

"""Runs programs with pipes or at a terminal; terminals that claim a width in this process."""

from __future__ import annotations

import fcntl
import os
import pty
import selectors
import subprocess
import sys
import termios
from dataclasses import dataclass
from typing import TYPE_CHECKING

from _cli.terminal import Terminal
from common import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PC = [sys.executable, "-m", "pinecone_cli"]
PACKAGE = ROOT / "generated" / "pinecone-cli"


class Screen(Terminal):
    """A terminal of a width."""

    shows = True
    pager = False
    size = os.terminal_size((80, 24))

    def __init__(self, width: int = 80, environ: Mapping[str, str] | None = None) -> None:
        super().__init__(environ or {})
        object.__setattr__(self, "size", os.terminal_size((width, 24)))


PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[1])
from _cli.failures import Cancelled, Failure
from _cli.messages import Messages
from _cli.output import Output
from _cli.terminal import Terminal
terminal = Terminal(os.environ)
messages, output = Messages(terminal, json="JSON" in os.environ), Output(terminal)
try:
    exec(sys.argv[2])
except (Failure, Cancelled) as error:
    sys.exit(messages.end(error))
"""
"""Runs a statement as programs run commands."""


def command(statement: str) -> list[str]:
    """The command that runs a statement in a process."""
    return [sys.executable, "-c", PROGRAM, str(ROOT / "templates/cli/module"), statement]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of `pc`, with its files in a folder."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "NO_PROXY": "*",
        "PYTHONPATH": str(PACKAGE),
        "PINECONE_API_KEY": "key-of-a-test",
        **more,
    }


def piped(
    command: Sequence[str], environ: Mapping[str, str] | None = None, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command with pipes.

    Args:
        command: The command.
        environ: All its environment variables; by default, those of the tests.
        given: What it reads from stdin.
    """
    return subprocess.run(
        command,
        env=environ,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@dataclass
class Seen:
    """What a person saw in a terminal.

    Attributes:
        text: All that was printed, with the echo of what was typed.
        code: The exit code.
    """

    text: str
    code: int


def at_terminal(command: list[str], dialog: Sequence[tuple[str, str]] = (), **environ: str) -> Seen:
    """Run a command at a pseudo-terminal of 80 columns and 24 lines.

    Args:
        command: The command.
        dialog: Pairs of the text to wait for and the keys to type then.
        environ: Environment variables; the others are those of the tests, without `NO_COLOR`.
    """
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    inherited = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "LINES"}}
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=inherited | {"TERM": "xterm", "PAGER": "cat"} | environ,
        start_new_session=True,
        preexec_fn=_control,
    )
    os.close(theirs)
    seen, start, todo = b"", 0, list(dialog)
    try:
        while part := _read(ours):
            seen += part
            while todo and (found := seen.find(todo[0][0].encode(), start)) >= 0:
                start = found + len(todo[0][0].encode())
                os.write(ours, todo.pop(0)[1].encode())
    finally:
        os.close(ours)
    return Seen(seen.decode().replace("\r\n", "\n"), process.wait(60))


def _control() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(terminal: int) -> bytes:
    """Read what a program prints, or nothing after its end."""
    with selectors.DefaultSelector() as selector:  # `select` fails if a process has many files.
        selector.register(terminal, selectors.EVENT_READ)
        assert selector.select(60), "the program waits"
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports the end of the program like this.
        return b""

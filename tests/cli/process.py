"""Runs `pc` as a process: with pipes, or on a pseudo-terminal with somebody who types."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.request import HTTPRedirectHandler, build_opener

from common import ROOT
from server import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

COMMAND = (sys.executable, "-m", "pinecone_cli")
_ON_TERMINAL = """import os, runpy
os.login_tty(0)
runpy.run_module("pinecone_cli", run_name="__main__", alter_sys=True)"""
AUTHORIZE = re.compile(r"^\s*(http://\S+/oauth/authorize\?\S+)\s", re.MULTILINE)


@dataclass
class Ended:
    """What a process did; `screen` is all text of a terminal."""

    code: int
    stdout: str = ""
    stderr: str = ""
    screen: str = ""


@dataclass
class Setting:
    """The home folder and the environment of a process."""

    home: Path
    environment: Mapping[str, str]
    variables: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.variables = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "generated" / "pinecone-cli"),
            "NO_COLOR": "1",
            "NO_PROXY": "*",
            "TERM": "xterm",
            "COLUMNS": "100",
            **self.environment,
        }


class _Reader(threading.Thread):
    """Collects what a stream writes, and shows it to somebody."""

    def __init__(self, descriptor: int, watch: Callable[[str], None] | None = None) -> None:
        super().__init__(daemon=True)
        self._descriptor, self._watch = descriptor, watch
        self.data = b""
        self.start()

    def run(self) -> None:
        while True:
            try:
                piece = os.read(self._descriptor, 65536)
            except OSError:  # The end of a pseudo-terminal.
                return
            if not piece:
                return
            self.data += piece
            if self._watch:
                self._watch(self.text)

    @property
    def text(self) -> str:
        return self.data.decode(errors="replace").replace("\r\n", "\n")


def start(
    words: Sequence[str],
    setting: Setting,
    command: Sequence[str] = COMMAND,
    **streams: int,
) -> subprocess.Popen[bytes]:
    """Start `pc`, with pipes unless the streams say otherwise."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(
        [*command, *words], **{**pipes, **streams}, env=setting.variables, cwd=setting.home
    )


def piped(
    words: Sequence[str],
    setting: Setting,
    stdin: str = "",
    browse: Callable[[str], None] | None = None,
) -> Ended:
    """Run `pc` with pipes.

    Args:
        words: The arguments.
        setting: Where.
        stdin: What it reads.
        browse: Is called once with the URL of the login page, in a thread.
    """
    process = start(words, setting)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    readers = (
        _Reader(process.stdout.fileno()),
        _Reader(process.stderr.fileno(), _once(browse)),
    )
    process.stdin.write(stdin.encode())
    process.stdin.close()
    code = _wait(process)
    for reader in readers:
        reader.join(PATIENCE)
    process.stdout.close()
    process.stderr.close()
    return Ended(code, readers[0].text, readers[1].text)


def on_terminal(
    words: Sequence[str],
    setting: Setting,
    answers: Sequence[Sequence[str]] = (),
    browse: Callable[[str], None] | None = None,
) -> Ended:
    """Run `pc` on a pseudo-terminal.

    Args:
        words: The arguments.
        setting: Where.
        answers: What to type when a text has appeared, in this order. `^C` and `^D` are keys.
        browse: Is called once with the URL of the login page, in a thread.
    """
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 100))
    command = [sys.executable, "-c", _ON_TERMINAL]
    process = start(words, setting, command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    reader = _Reader(ours, _once(browse))
    seen = 0
    for shown, typed in answers:
        end = time.monotonic() + PATIENCE
        while shown not in reader.text[seen:]:
            assert time.monotonic() < end, f"{shown!r} does not appear:\n{reader.text}"
            assert process.poll() is None or not reader.is_alive(), reader.text
            if process.poll() is not None:
                return Ended(_wait(process), screen=reader.text)
            time.sleep(0.005)
        seen = len(reader.text)
        os.write(ours, typed.replace("^C", "\3").replace("^D", "\4").encode())
    code = _wait(process)
    reader.join(PATIENCE)
    os.close(ours)
    return Ended(code, screen=reader.text)


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def _once(browse: Callable[[str], None] | None) -> Callable[[str], None] | None:
    """Call back with the first URL of a login page."""
    if browse is None:
        return None
    seen: list[str] = []

    def watch(text: str) -> None:
        if not seen and (match := AUTHORIZE.search(text)):
            seen.append(match[1])
            threading.Thread(target=browse, args=(match[1],), daemon=True).start()

    return watch


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


OPENER = build_opener(_NoRedirects)

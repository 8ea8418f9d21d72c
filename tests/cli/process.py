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
from typing import TYPE_CHECKING, Self, TypeAlias
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

from common import ROOT
from server import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

Browse: TypeAlias = "Callable[[str], str | None]"
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
    stdin: str | None = "",
    browse: Browse | None = None,
    command: Sequence[str] = COMMAND,
) -> Ended:
    """Run `pc` with pipes.

    Args:
        words: The arguments.
        setting: Where.
        stdin: What it reads; None if that is what `browse` returns.
        browse: Is called once with the URL of the login page, in a thread; returns what to paste.
        command: What to run instead of `pc`.
    """
    process = start(words, setting, command)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    write = process.stdin.fileno()
    visitor = _Visitor(browse, write)
    readers = (_Reader(process.stdout.fileno()), _Reader(process.stderr.fileno(), visitor))
    if stdin is not None:
        os.write(write, stdin.encode())
        process.stdin.close()
    code = _wait(process)
    process.stdin.close()
    for thread in (*readers, visitor):
        thread.join(PATIENCE)
    process.stdout.close()
    process.stderr.close()
    return Ended(code, readers[0].text, readers[1].text)


def on_terminal(
    words: Sequence[str],
    setting: Setting,
    answers: Sequence[Sequence[str]] = (),
    browse: Browse | None = None,
) -> Ended:
    """Run `pc` on a pseudo-terminal.

    Args:
        words: The arguments.
        setting: Where.
        answers: What to type when a text has appeared, in this order. `^C` and `^D` are keys.
        browse: Is called once with the URL of the login page, in a thread.
    """
    with Terminal([sys.executable, "-c", _ON_TERMINAL, *words], setting) as terminal:
        terminal.browse(browse)
        for shown, typed in answers:
            if not terminal.type_at(shown, typed):
                break
        return Ended(terminal.end(), screen=terminal.text)


class Terminal:
    """A program on a pseudo-terminal of 100 columns; a context manager."""

    def __init__(self, command: Sequence[str], setting: Setting) -> None:
        self._ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (40, 100))
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
        self._process = start((), setting, command, **streams)
        os.close(theirs)
        self._visitor = _Visitor(None, self._ours)
        self._reader = _Reader(self._ours, self._watch)
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._ours)

    @property
    def text(self) -> str:
        """All that it showed."""
        return self._reader.text

    def browse(self, browse: Browse | None) -> None:
        """Call back with the next URL of a login page."""
        self._visitor = _Visitor(browse, self._ours, len(self.text))

    def _watch(self, text: str) -> None:
        self._visitor(text)

    def type_at(self, shown: str, typed: str) -> bool:
        """Type after a text has appeared; returns False if the program ends without it."""
        end = time.monotonic() + PATIENCE
        while shown not in self.text[self._seen :]:
            assert time.monotonic() < end, f"{shown!r} does not appear:\n{self.text}"
            if not self._reader.is_alive():
                return False
            time.sleep(0.005)
        self._seen = self.text.index(shown, self._seen) + len(shown)
        os.write(self._ours, typed.replace("^C", "\3").replace("^D", "\4").encode())
        return True

    def end(self) -> int:
        """Wait for the end of the program."""
        code = _wait(self._process)
        self._reader.join(PATIENCE)
        self._visitor.join(PATIENCE)
        return code


class Shell(Terminal):
    """A shell on a terminal, where `pc` is a command."""

    PROMPT = "]$ "

    def __init__(self, setting: Setting) -> None:
        program = setting.home / "bin" / "pc"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n', "utf-8")
        program.chmod(0o755)
        setting.variables["PATH"] = f"{program.parent}:{setting.variables['PATH']}"
        setting.variables["PS1"] = f"[$?{self.PROMPT}"
        script = "import os; os.login_tty(0); os.execvp('sh', ['sh'])"
        super().__init__([sys.executable, "-c", script], setting)
        self.type_at(self.PROMPT, "")

    def run(
        self,
        line: str,
        answers: Sequence[Sequence[str]] = (),
        browse: Browse | None = None,
    ) -> Ended:
        """Run a command, as `on_terminal` does."""
        self.browse(browse)
        before = len(self.text)
        self.type_at("", f"{line}\n")
        for shown, typed in answers:
            self.type_at(shown, typed)
        self.type_at(self.PROMPT, "")
        self._visitor.join(PATIENCE)
        screen = self.text[before:]
        shown, _, code = screen.removesuffix(self.PROMPT).rpartition("[")
        return Ended(int(code), screen=shown)


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


class _Visitor:
    """Visits the first login page of which a URL appears after an offset of a text."""

    def __init__(self, browse: Browse | None, paste_to: int, offset: int = 0) -> None:
        self._browse, self._paste_to, self._offset = browse, paste_to, offset
        self._thread: threading.Thread | None = None

    def __call__(self, text: str) -> None:
        """Look for the URL."""
        if self._browse is None or self._thread is not None:
            return
        if match := AUTHORIZE.search(text, self._offset):
            self._thread = threading.Thread(target=self._visit, args=(match[1],), daemon=True)
            self._thread.start()

    def _visit(self, url: str) -> None:
        assert self._browse
        if text := self._browse(url):
            os.write(self._paste_to, f"{text}\n".encode())

    def join(self, seconds: float) -> None:
        """Wait until the visit is over."""
        if self._thread is not None:
            self._thread.join(seconds)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = build_opener(_NoRedirects)


def visit(url: str) -> tuple[int, str]:
    """The status of a page, and where it leads."""
    try:
        with _OPENER.open(url, timeout=PATIENCE) as response:
            return response.status, ""
    except HTTPError as error:
        with error:
            return error.code, error.headers.get("Location", "")

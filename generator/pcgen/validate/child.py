"""A forked process for the validator, with limits."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any

from msgspec import Struct

from pcgen.validate.findings import Finding, findings

SECONDS = 60
MEGABYTES = 2048
_RECURSION = 1500  # The validator recurses in C as well, where too much ends the process.


class Child(Struct):
    """A forked process: a document goes in by one pipe, findings come out of another."""

    pid: int
    into: int
    out_of: int

    @classmethod
    def start(cls) -> Child:
        """Fork; the child imports what it needs."""
        document, into = os.pipe()
        out_of, answer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(into)
            os.close(out_of)
            _work(document, answer)
        os.close(document)
        os.close(answer)
        return cls(pid, into, out_of)

    def send(self, root: Any) -> None:
        """Hand the document over."""
        with suppress(BrokenPipeError), os.fdopen(self.into, "wb") as pipe:
            self.into = -1
            pipe.write(json.dumps(root).encode())

    def findings(self) -> list[Finding]:
        """Wait for the child, at most `SECONDS`."""
        answer = self._read(time.monotonic() + SECONDS)
        if not answer.endswith(b"\n"):
            message = "the document is too complicated to be validated"
            return [Finding((), f"{message} within {SECONDS} seconds and {MEGABYTES} MB")]
        return [Finding(*one) for one in json.loads(answer)]

    def end(self) -> None:
        """Kill the child and clean up after it."""
        for pipe in (self.into, self.out_of):
            if pipe >= 0:
                os.close(pipe)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _read(self, deadline: float) -> bytes:
        import selectors

        answer = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.out_of, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0 and selector.select(left):
                piece = os.read(self.out_of, 1 << 16)
                if not piece:
                    break
                answer += piece
        return answer


def _work(document: int, answer: int) -> None:
    """The child: import, check, write, and leave without running anything of the parent's."""
    status = 1
    try:
        for name in [name for name in os.environ if name.startswith("OPENAPI_")]:
            del os.environ[name]  # The validator would take settings from there.
        sys.setrecursionlimit(_RECURSION)
        _import_validator()  # Slow; the parent reads the document meanwhile.
        with os.fdopen(document, "rb") as pipe:
            text = pipe.read()
        if text:
            _limit_memory()
            with os.fdopen(answer, "wb") as pipe:
                pipe.write(json.dumps(list(findings(json.loads(text)))).encode() + b"\n")
        status = 0
    finally:
        os._exit(status)


def _import_validator() -> None:
    """Import the validator without pydantic, which makes more than half of it.

    All that it takes from there is classes of settings, of which it gets the defaults.
    """
    whole = "openapi_spec_validator"
    if whole in sys.modules:
        return
    plain, settings = ModuleType("pydantic"), ModuleType("pydantic_settings")
    vars(plain).update(
        Field=lambda default=None, **_: default, field_validator=lambda *_, **__: lambda made: made
    )
    vars(settings).update(BaseSettings=object, SettingsConfigDict=dict)
    sys.modules |= {module.__name__: module for module in (plain, settings)}
    try:
        import_module(whole)
    except ImportError:  # Another version of it takes more.
        del sys.modules[plain.__name__], sys.modules[settings.__name__]
        import_module(whole)


def _limit_memory() -> None:
    import resource

    size = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))

"""Runs the validator in a forked process with limits of time and memory."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from msgspec import Struct, json

from pcgen.diagnostics import shorten
from pcgen.validate.messages import Finding

SECONDS = 60
MEGABYTES = 2048
_OPEN_FILES = Path("/dev/fd")
_STANDARD_FILES = 3
_RECURSION = 1500  # The validator recurses in C as well, where too deep a stack ends the process.


class OverLimit(Exception):
    """The validation exceeded its limit of time or memory."""


class UnexpectedError(Exception):
    """The validation raised an exception, whose type and message this one has as its text."""


class _Reply(Struct):
    """What a child replies: its findings, or the type and the message of an exception."""

    findings: list[Finding] = []
    error: str = ""


class Child(Struct):
    """A forked process that reads a document from one pipe and writes findings to another.

    Args:
        pid: The process.
        documents: The pipe to write the document to, -1 after that.
        replies: The pipe to read the findings from.
    """

    pid: int
    documents: int
    replies: int

    @classmethod
    def start(cls) -> Child:
        """Fork; the child imports the validator and waits for a document."""
        import_module("jsonschema_rs")  # For both: the parent validates examples.
        source, documents = os.pipe()
        replies, reply = os.pipe()
        pid = os.fork()
        if pid == 0:
            _work(source, reply)
        os.close(source)
        os.close(reply)
        return cls(pid, documents, replies)

    def send(self, document: bytes) -> None:
        """Hand over the document as JSON."""
        with suppress(BrokenPipeError), os.fdopen(self.documents, "wb") as pipe:
            self.documents = -1
            pipe.write(document)

    def findings(self) -> list[Finding]:
        """Wait for the findings.

        Raises:
            OverLimit: The child exceeded its limit of time or memory.
            UnexpectedError: The child failed.
        """
        data = self._read(time.monotonic() + SECONDS)
        if not data.endswith(b"}"):  # It is late, or an allocation in C or Rust has failed.
            raise OverLimit
        reply = json.decode(data, type=_Reply)
        if reply.error:
            raise UnexpectedError(reply.error)
        return reply.findings

    def end(self) -> None:
        """Kill the child and close its pipes."""
        for pipe in (self.documents, self.replies):
            if pipe >= 0:
                os.close(pipe)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _read(self, deadline: float) -> bytes:
        import selectors

        reply = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.replies, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0 and selector.select(left):
                piece = os.read(self.replies, 1 << 16)
                if not piece:
                    return reply
                reply += piece
        return b""


def _work(source: int, reply: int) -> None:
    """Check the document that the parent sends, reply, and exit without the parent's handlers."""
    status = 1
    try:
        _close_all_but(source, reply)
        for name in [name for name in os.environ if name.startswith("OPENAPI_")]:
            del os.environ[name]  # The validator reads settings from there.
        sys.setrecursionlimit(_RECURSION)
        os.dup2(source, 2)  # Not writable, so libraries in Rust cannot print how they fail.
        with suppress(MemoryError):
            result = _validate(source)
            with os.fdopen(reply, "wb") as pipe:
                pipe.write(json.encode(result))
        status = 0
    finally:
        os._exit(status)


def _validate(source: int) -> _Reply:
    """Import the validator, read the document and check it."""
    try:
        findings = import_module("pcgen.validate.findings").findings
        with os.fdopen(source, "rb") as pipe:
            document = pipe.read()
        _limit_memory()
        return _Reply(findings(json.decode(document)) if document else [])
    except MemoryError:
        raise
    except BaseException as error:  # Also panics of Rust.
        return _Reply(error=f"{type(error).__name__}: {shorten(str(error))}")


def _close_all_but(*kept: int) -> None:
    """Close the parent's files, so that its locks and the pipes of other children end with it."""
    for path in list(_OPEN_FILES.iterdir()) if _OPEN_FILES.is_dir() else ():
        number = int(path.name)
        if number not in kept and number >= _STANDARD_FILES:
            with suppress(OSError):  # `iterdir` has closed its own file.
                os.close(number)


def _limit_memory() -> None:
    import resource

    size = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))

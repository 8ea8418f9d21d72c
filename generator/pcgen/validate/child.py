"""A forked process for the validator, with limits."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen.validate.findings import Finding
from pcgen.validate.parts import answer, question

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.spec.document import Pointer

SECONDS = 60
MEGABYTES = 2048
_OPEN = Path("/dev/fd")  # Where a process finds what it has open.
_FIRST = 3  # The first file of a process that is none of its standard ones.
_RECURSION = 1500  # The validator recurses in C as well, where too much ends the process.


class Child(Struct):
    """A forked process: a document goes in by one pipe, findings come out of another.

    Args:
        pid: Of the process.
        into: Where a `question` is written.
        out_of: Where its answer can be read.
    """

    pid: int
    into: int
    out_of: int

    @classmethod
    def start(cls) -> Child:
        """Fork; the child imports what it needs."""
        document, into = os.pipe()
        out_of, reply = os.pipe()
        pid = os.fork()
        if pid == 0:
            _work(document, reply)
        os.close(document)
        os.close(reply)
        return cls(pid, into, out_of)

    def send(self, texts: Mapping[Pointer, bytes], before: bytes) -> None:
        """Hand the document over, and what was to be remembered of it before."""
        with suppress(BrokenPipeError), os.fdopen(self.into, "wb") as pipe:
            self.into = -1
            pipe.write(question(texts, before))

    def findings(self) -> tuple[list[Finding], bytes]:
        """Wait for the child, at most `SECONDS`, for what `answer` tells."""
        told = self._read(time.monotonic() + SECONDS)
        if not told.endswith(b"\n"):
            message = "the document is too complicated to be validated"
            return [Finding((), f"{message} within {SECONDS} seconds and {MEGABYTES} MB")], b""
        found, remembered = told.split(b"\n")[:2]
        return [Finding(*one) for one in json.loads(found)], remembered

    def end(self) -> None:
        """Kill the child and clean up after it."""
        for pipe in (self.into, self.out_of):
            if pipe >= 0:
                os.close(pipe)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _read(self, deadline: float) -> bytes:
        import selectors

        told = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.out_of, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0 and selector.select(left):
                piece = os.read(self.out_of, 1 << 16)
                if not piece:
                    break
                told += piece
        return told


def _work(document: int, reply: int) -> None:
    """The child: import, check, write, and leave without running anything of the parent's."""
    status = 1
    try:
        _close_all_but(document, reply)
        for name in [name for name in os.environ if name.startswith("OPENAPI_")]:
            del os.environ[name]  # The validator would take settings from there.
        sys.setrecursionlimit(_RECURSION)
        os.dup2(document, 2)  # Nothing can be written to it: parts in Rust tell there if they fail.
        _import_validator()  # Slow; the parent reads the document meanwhile.
        with os.fdopen(document, "rb") as pipe:
            text = pipe.read()
        if text:
            _limit_memory()
            with os.fdopen(reply, "wb") as pipe:
                found, remembered = answer(text)
                pipe.write(b"%b\n%b\n" % (json.dumps(found).encode(), remembered))
        status = 0
    finally:
        os._exit(status)


def _close_all_but(*kept: int) -> None:
    """Close what was open in the parent: its locks end with it, and other children's documents."""
    for path in list(_OPEN.iterdir()) if _OPEN.is_dir() else ():
        number = int(path.name)
        if number not in kept and number >= _FIRST:
            with suppress(OSError):  # The list was a file itself.
                os.close(number)


def _import_validator() -> None:
    """Import the validator without pydantic and what opens files and URLs: most of it is these.

    Of pydantic it takes classes of settings only, of which it gets the defaults.
    """
    whole = "openapi_spec_validator"
    if whole in sys.modules:
        return
    stand_ins = {m.__name__: m for m in _stand_ins() if m.__name__ not in sys.modules}
    sys.modules |= stand_ins
    try:
        import_module(whole)
    except ImportError:  # Another version of it takes more.
        for name in stand_ins:
            del sys.modules[name]
        import_module(whole)


def _stand_ins() -> Iterator[ModuleType]:
    def module(name: str, **members: Any) -> ModuleType:
        made = ModuleType(name)
        vars(made).update(members)
        return made

    yield module(
        "pydantic",
        Field=lambda default=None, **_: default,
        field_validator=lambda *_, **__: lambda made: made,
    )
    yield module("pydantic_settings", BaseSettings=object, SettingsConfigDict=dict)
    yield module("urllib.request", urlopen=None)
    paths = find_spec("jsonschema_path")
    places = paths.submodule_search_locations if paths is not None else None
    yield module(
        "jsonschema_path.handlers",
        __path__=[f"{place}/handlers" for place in places or ()],
        all_urls_handler=None,
        default_handlers={},
        file_handler=None,
    )


def _limit_memory() -> None:
    import resource

    size = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))

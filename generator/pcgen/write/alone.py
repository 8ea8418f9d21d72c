"""One process at a time: who writes below a folder keeps others waiting that mean to."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Where a file system has no locks, nobody waits; that of folders over NFS, for one.
_REFUSALS = ("EBADF", "EINVAL", "ENOLCK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP")
_UNLOCKABLE = {getattr(errno, name) for name in _REFUSALS if hasattr(errno, name)}
_held: ContextVar[frozenset[tuple[int, int]]] = ContextVar("_held", default=frozenset())


@contextmanager
def alone(*folders: Path, waiting: Callable[[Path], None] | None = None) -> Iterator[None]:
    """Wait until no other process is `alone` in one of the folders, then keep the others waiting.

    The locks are the folders' own: nothing is left behind, and they end when the process does.
    Windows has none.

    Args:
        folders: The folders, which are made where they are missing. Those that are held already
            stay so.
        waiting: Called once with the folder before this has to wait.
    """
    by_number = {}
    for folder in folders if sys.platform != "win32" else ():
        folder.mkdir(parents=True, exist_ok=True)
        found = folder.stat()
        by_number[found.st_dev, found.st_ino] = folder
    wanted = by_number.keys() - _held.get()
    with ExitStack() as stack:
        for number in sorted(wanted):  # In one order for all, so that no two wait for each other.
            stack.enter_context(_locked(by_number[number], waiting))
        token = _held.set(_held.get() | wanted)
        try:
            yield
        finally:
            _held.reset(token)


@contextmanager
def _locked(folder: Path, waiting: Callable[[Path], None] | None) -> Iterator[None]:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(number, folder, waiting)
        yield
    finally:
        os.close(number)


def _lock(number: int, folder: Path, waiting: Callable[[Path], None] | None) -> None:
    import fcntl

    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is not None:
                waiting(folder)
            fcntl.flock(number, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in _UNLOCKABLE:
            raise

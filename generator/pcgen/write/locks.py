"""Locks on folders, so that one process at a time writes below them."""

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

# The errors of file systems without locks, such as some NFS. There, processes do not wait for each
# other.
_REFUSALS = ("EBADF", "EINVAL", "ENOLCK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP")
_UNLOCKABLE = {getattr(errno, name) for name in _REFUSALS if hasattr(errno, name)}
_held: ContextVar[frozenset[tuple[int, int]]] = ContextVar("_held", default=frozenset())


@contextmanager
def exclusive(*folders: Path, waiting: Callable[[Path], None] | None = None) -> Iterator[None]:
    """Hold an exclusive lock on each folder, waiting for other processes first.

    The kernel locks the folders themselves, so no lock file remains, and a lock ends when its
    process does. On Windows, this does nothing.

    Args:
        folders: The folders, which are created if missing. Locks that this process already holds
            are kept.
        waiting: Called with a folder that another process has locked.
    """
    by_number = {}
    for folder in folders if sys.platform != "win32" else ():
        folder.mkdir(parents=True, exist_ok=True)
        found = folder.stat()
        by_number[found.st_dev, found.st_ino] = folder
    wanted = by_number.keys() - _held.get()
    with ExitStack() as stack:
        for number in sorted(wanted):  # In the same order everywhere, to avoid deadlocks.
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

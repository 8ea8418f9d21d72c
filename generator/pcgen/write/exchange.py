"""Swaps two folders atomically, by a system call that Python does not wrap."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HERE = -2 if sys.platform == "darwin" else -100  # AT_FDCWD: relative to the current folder.
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS.


def exchange(one: Path, other: Path) -> None:
    """Swap the names of two existing folders on the same file system.

    Raises:
        OSError: The kernel refuses; `ENOSYS` if it has no such call.
    """
    import ctypes  # Late: it is slow to import, and most runs swap nothing.

    name = "renameatx_np" if sys.platform == "darwin" else "renameat2"
    call = None
    if sys.platform != "win32":
        call = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(one))
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), ctypes.c_uint(_EXCHANGE)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(one))

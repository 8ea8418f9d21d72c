"""Has what was written reach the disk, so that a crash of the machine finds it whole, too."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def flush(folder: Path) -> None:
    """Wait until the file system of a folder holds all that was written to it.

    One call for all files: one for each would take some milliseconds each. Windows has none.

    Raises:
        OSError: The disk refuses.
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if _IS_LINUX else None
    if call is None:
        if sys.platform != "win32":
            os.sync()
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        if call(number) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(number)


_IS_LINUX = sys.platform == "linux"

"""Atomic replacement of files."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import BinaryIO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Generator[BinaryIO, None, None]:
    """Open a temporary file beside `path`; on success it replaces `path`, else it is removed.

    Pipes and devices are written to directly. Of a link, the target is replaced.

    Raises:
        OSError: The file cannot be written.
    """
    target = Path(path).resolve()
    if target.is_dir():
        raise IsADirectoryError(f"{os.fspath(path)!r} is a folder")
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    partial = target.with_name(f".{os.urandom(8).hex()}.part")
    try:
        with partial.open("xb") as file:
            yield file
        if target.exists():
            partial.chmod(S_IMODE(target.stat().st_mode))
        partial.replace(target)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise

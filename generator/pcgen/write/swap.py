"""Replaces a folder atomically: readers, and a run that is killed, find the old or the new one.

The new folder is staged beside the old one, with hard links to unchanged files; then the two swap
names. If the system cannot do that (no such call, a mount point, no hard links), or if the folder
itself must stay, `Unswappable` is raised before anything has changed.
"""

from __future__ import annotations

import errno
import os
import posixpath
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pcgen import lock
from pcgen.write.exchange import exchange
from pcgen.write.flush import flush

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_REFUSALS = ("EBUSY", "EINVAL", "EMLINK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EPERM", "EXDEV")
_UNSWAPPABLE = {getattr(errno, name) for name in _REFUSALS if hasattr(errno, name)}


class Unswappable(Exception):
    """The folder cannot be replaced as a whole."""


def replace_folder(folder: Path, texts: Mapping[str, str], changed: Collection[str]) -> None:
    """Replace the files that the folder's lock file owns by `texts`; other files stay.

    Unchanged files stay the same files, with their times.

    Args:
        folder: The folder.
        texts: The texts of its files, by path.
        changed: The paths of the files that are new or have another text now.

    Raises:
        Unswappable: The folder cannot be replaced; nothing has changed.
        OSError: A file cannot be written; nothing has changed.
    """
    if _is_in_use(folder):
        raise Unswappable
    with _staging(folder) as staging:
        try:
            _link_foreign(folder, staging, {*texts, *owned(folder)})
            _write(folder, staging, texts, changed)
            flush(staging)  # Otherwise a crash of the machine may leave empty files.
            if folder.is_dir():
                _keep_modes(folder, staging)
                exchange(staging, folder)
                _rescue(staging, folder, {*texts, *owned(staging)})
            else:
                staging.rename(folder)
        except OSError as error:
            if error.errno in _UNSWAPPABLE:
                raise Unswappable from error
            raise


def owned(folder: Path) -> dict[str, str]:
    """SHA-256 by path of the files that the folder's lock file lists, without the lock file."""
    return lock.owned(read_lock(folder))


def read_lock(folder: Path) -> str | None:
    """The text of the folder's lock file; None if it has none."""
    try:
        return (folder / lock.NAME).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet.

    Raises:
        OSError: The file exists, or cannot be written. The error names the file, unlike Python's
            own for a full disk.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def keep_mode(old: Path, new: Path) -> None:
    """Copy the permissions of the file that is replaced, if there is one."""
    if old.exists():
        shutil.copymode(old, new)


def _keep_modes(folder: Path, staging: Path) -> None:
    for path, is_folder in _contents(staging):
        if is_folder:
            keep_mode(folder / path, staging / path)
    shutil.copystat(folder, staging)


def _is_in_use(folder: Path) -> bool:
    """Whether the folder itself must stay: a shell is in it, or it is a git repository."""
    within = Path.cwd().is_relative_to(folder.resolve())
    return within or os.path.lexists(folder / ".git")


def sweep(folder: Path) -> None:
    """Remove the staging folders of killed runs; the caller holds the lock of the parent folder."""
    for left in _leftovers(folder):
        shutil.rmtree(left, ignore_errors=True)


def is_swept(folder: Path) -> bool:
    """Whether no run, running or killed, has a staging folder beside the folder."""
    return not _leftovers(folder)


def _leftovers(folder: Path) -> list[Path]:
    return [*folder.parent.glob(f"{_prefix(folder)}*")]


def _prefix(folder: Path) -> str:
    return f".{folder.name}.pcgen-"


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Create a folder beside `folder`, and remove it at the end."""
    path = folder.with_name(_prefix(folder) + secrets.token_hex(4))
    try:
        _make(path)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _make(staging: Path) -> None:
    try:
        staging.mkdir()
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EROFS):  # `folder` itself may be writable.
            raise Unswappable from error
        raise


def _write(folder: Path, staging: Path, texts: Mapping[str, str], changed: Collection[str]) -> None:
    for parent in {posixpath.dirname(path) for path in texts}:
        (staging / parent).mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        if path in changed:
            write_new(staging / path, text)
            keep_mode(folder / path, staging / path)
        else:
            os.link(f"{folder}/{path}", f"{staging}/{path}")


def read_bytes(folder: Path, path: str) -> bytes | None:
    """The bytes of a file in a folder; None if there is no such file."""
    try:
        return (folder / path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def _link_foreign(folder: Path, staging: Path, replaced: set[str]) -> None:
    """Link the files that pcgen does not own; folders that only held its files are dropped."""
    for path, is_folder in _contents(folder):
        target = staging / path
        if is_folder and not any((folder / path).iterdir()):
            target.mkdir(parents=True, exist_ok=True)
        elif not is_folder and path not in replaced:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(folder / path, target, follow_symlinks=False)


def _rescue(old: Path, folder: Path, replaced: set[str]) -> None:
    """Move files that other programs wrote into the old folder while the new one was staged."""
    for path, is_folder in _contents(old):
        if is_folder or path in replaced:
            continue
        here, there = old / path, folder / path
        if not (os.path.lexists(there) and here.lstat().st_ino == there.lstat().st_ino):
            there.parent.mkdir(parents=True, exist_ok=True)
            here.replace(there)


def _contents(folder: Path) -> Iterator[tuple[str, bool]]:
    """The path of everything below a folder, and whether it is a folder; links are not."""
    pending = [""]
    for start in pending:
        try:
            entries = list(os.scandir(folder / start))
        except FileNotFoundError:
            continue
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            yield f"{start}{entry.name}", is_folder
            pending += [f"{start}{entry.name}/"] if is_folder else []

"""Replaces a folder at one instant: whoever looks, or kills us, finds the old or the new one whole.

The new folder is put together beside the old one, with links to the files that stay, and then the
two change names. Where the system cannot do that (no such call, a mount point, no hard links), or
where somebody relies on this very folder, `Unswappable` says so before anything has changed.
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
    """The folder cannot be replaced as a whole here."""


def replace_folder(folder: Path, texts: Mapping[str, str], changed: Collection[str]) -> None:
    """Make a folder hold `texts`, and of what it holds now all but what its lock file owns.

    A file that has its text already stays the same file, with its times.

    Args:
        folder: The folder.
        texts: What it is to hold, by paths in it.
        changed: The paths of those texts that it does not hold yet.

    Raises:
        Unswappable: Nothing has changed.
        OSError: The disk refuses; nothing has changed.
    """
    if _is_in_use(folder):
        raise Unswappable
    with _staging(folder) as staging:
        try:
            _link_foreign(folder, staging, {*texts, *owned(folder)})
            _write(folder, staging, texts, changed)
            flush(staging)  # Else a crash of the machine may leave new names with empty files.
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
    """Path and sha256 of the files that the folder's lock file lists, itself aside."""
    return lock.owned(read_lock(folder))


def read_lock(folder: Path) -> str | None:
    """The text of the folder's lock file, None when there is none."""
    try:
        return (folder / lock.NAME).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet.

    Raises:
        OSError: It exists, or the disk refuses; it names the file, which a full disk does not.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def keep_mode(old: Path, new: Path) -> None:
    """Give a file the permissions of the one that it replaces, if there is one."""
    if old.exists():
        shutil.copymode(old, new)


def _keep_modes(folder: Path, staging: Path) -> None:
    for path, is_folder in _contents(staging):
        if is_folder:
            keep_mode(folder / path, staging / path)
    shutil.copystat(folder, staging)


def _is_in_use(folder: Path) -> bool:
    """Whether the folder must stay the same one: a shell is in it, or git keeps its data there."""
    within = Path.cwd().is_relative_to(folder.resolve())
    return within or os.path.lexists(folder / ".git")


def sweep(folder: Path) -> None:
    """Remove what a run has left beside the folder that was killed; call it `alone`."""
    for left in _leftovers(folder):
        shutil.rmtree(left, ignore_errors=True)


def is_swept(folder: Path) -> bool:
    """Whether there is nothing beside the folder that a run is using, or has left."""
    return not _leftovers(folder)


def _leftovers(folder: Path) -> list[Path]:
    return [*folder.parent.glob(f"{_prefix(folder)}*")]


def _prefix(folder: Path) -> str:
    return f".{folder.name}.pcgen-"


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`, removed at the end with what it holds by then."""
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
        if error.errno in (errno.EACCES, errno.EROFS):  # The folder beside it may be writable.
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
    """What a file in a folder holds, None when there is none."""
    try:
        return (folder / path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def _link_foreign(folder: Path, staging: Path, replaced: set[str]) -> None:
    """Take over what is not ours; folders that only held files of ours are left behind."""
    for path, is_folder in _contents(folder):
        target = staging / path
        if is_folder and not any((folder / path).iterdir()):
            target.mkdir(parents=True, exist_ok=True)
        elif not is_folder and path not in replaced:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(folder / path, target, follow_symlinks=False)


def _rescue(old: Path, folder: Path, replaced: set[str]) -> None:
    """Move along what others put into the old folder while the new one was being made."""
    for path, is_folder in _contents(old):
        if is_folder or path in replaced:
            continue
        here, there = old / path, folder / path
        if not (os.path.lexists(there) and here.lstat().st_ino == there.lstat().st_ino):
            there.parent.mkdir(parents=True, exist_ok=True)
            here.replace(there)


def _contents(folder: Path) -> Iterator[tuple[str, bool]]:
    """Everything below a folder by its path, and whether it is a folder itself, not a link."""
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

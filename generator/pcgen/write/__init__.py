"""Compares files with the disk and replaces them; the only module that writes into a project."""

from __future__ import annotations

import difflib
import errno
import os
import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import lock
from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, Location
from pcgen.write.flush import flush
from pcgen.write.locks import exclusive
from pcgen.write.swap import (
    Unswappable,
    is_swept,
    keep_mode,
    owned,
    read_bytes,
    read_lock,
    replace_folder,
    sweep,
    write_new,
)

__all__ = [
    "CRLF",
    "Changes",
    "Output",
    "apply",
    "compare",
    "create",
    "drop",
    "exclusive",
    "has_crlf",
    "read_lock",
    "refuse_edited",
    "refuse_foreign",
    "refuse_links",
    "replace",
    "unified_diff",
]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

CRLF = "line ends became CRLF (`-text` in .gitattributes prevents that)"
_TEMPORARY = ".pcgen.tmp"


class Output(Struct, frozen=True):
    """The folder that files are written to.

    Args:
        folder: The folder.
        shown: Its name in messages.
        root: A folder above it: nothing on the way from there may be a link. None allows links
            above the folder.
    """

    folder: Path
    shown: Path
    root: Path | None = None


class Changes(Struct, frozen=True):
    """How a folder differs from what it should hold.

    Args:
        missing: Files that do not exist; paths are relative to the folder and sorted.
        different: Files with another text.
        extra: Files that pcgen wrote and that are no longer generated.
        edited: Files among these that were edited since pcgen wrote them, or that it did not write.
        causes: Why the folder differs, in words.
        newer: The version of pcgen that wrote the folder, if it is newer than this one.
    """

    missing: tuple[str, ...]
    different: tuple[str, ...]
    extra: tuple[str, ...]
    edited: tuple[str, ...]
    causes: tuple[str, ...]
    newer: str = ""

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.missing or self.different or self.extra)

    @property
    def paths(self) -> list[str]:
        """All paths that differ."""
        return sorted((*self.missing, *self.different, *self.extra))


def compare(files: Mapping[str, str], output: Output) -> Changes:
    """Compare files with the disk.

    Args:
        files: Every text by its path, the lock file included.
        output: The folder that they belong to.

    Raises:
        Failure: It is not safe to write there.
    """
    folder, ours = output.folder, owned(output.folder)
    _refuse_unsafe(output)
    paths = (f"{folder.name}/{path}" for path in (*files, *ours))
    refuse_links(paths, folder.parent, output.shown.parent)
    missing, different, edited, with_crlf = [], [], [], 0
    for path, text in files.items():
        found = read_bytes(folder, path)
        if found is None:
            missing.append(path)
        elif found != text.encode():
            different.append(path)
            if path != lock.NAME and _is_edited(found, ours.get(path)):
                edited.append(path)
            with_crlf += _with_lf(found) == text.encode()
    extra = []
    for path, digest in ours.items():
        found = None if path in files else read_bytes(folder, path)
        if found is not None:
            extra.append(path)
            if _is_edited(found, digest):
                edited.append(path)
    causes = lock.causes(read_lock(folder), files[lock.NAME])
    if with_crlf:
        causes += (CRLF,)
    gone = len(ours.keys() & set(missing))
    if gone:
        causes += (f"{gone} file{'s are' if gone > 1 else ' is'} missing",)
    if edited:
        causes += (f"{len(edited)} file{'s were' if len(edited) > 1 else ' was'} edited by hand",)
    return Changes(
        tuple(sorted(missing)),
        tuple(sorted(different)),
        tuple(sorted(extra)),
        tuple(sorted(edited)),
        causes or (f"{lock.NAME} was edited by hand",),
        lock.newer(read_lock(folder), files[lock.NAME]),
    )


def _is_edited(found: bytes, locked: str | None) -> bool:
    """Whether a file has other bytes than the lock file says, apart from CRLF line ends."""
    return locked not in (lock.sha256(found), lock.sha256(_with_lf(found)))


def has_crlf(file: Path, sha256: str) -> bool:
    """Whether a file differs from the one with this hash only in its line ends."""
    data = read_bytes(file.parent, file.name)
    return data is not None and lock.sha256(_with_lf(data)) == sha256


def _with_lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def apply(files: Mapping[str, str], output: Output, *, force: bool) -> Changes:
    """Write the files, and remove those that pcgen owns and no longer generates.

    Returns:
        How the folder differed.

    Raises:
        Failure: A file was edited since, or a newer pcgen wrote the folder, and `force` is false.
            Nothing is written then.
        OSError: The operating system reports an error.
    """
    folder = output.folder
    _refuse_unsafe(output)  # Before its parent folders are created.
    if read_lock(folder) == files[lock.NAME] and is_swept(folder):
        changes = compare(files, output)
        if not changes:
            return changes
    with exclusive(folder.parent):
        changes = compare(files, output)  # Another process may have written meanwhile.
        if not force:
            refuse_edited(changes, output)
            _refuse_newer(changes, output)
        sweep(folder)
        try:
            replace_folder(folder, files, {*changes.missing, *changes.different})
        except Unswappable:
            _replace_files(files, folder, changes)
    return changes


def refuse_edited(changes: Changes, output: Output) -> None:
    """Refuse to overwrite files that were edited since pcgen wrote them.

    Raises:
        Failure: A file was edited since pcgen wrote it.
    """
    if changes.edited:
        raise Failure(
            [
                Diagnostic(
                    Code.EDITED_BY_HAND,
                    Location((output.shown / path).as_posix()),
                    "the file has changes that pcgen did not write and would overwrite",
                    "move the edit elsewhere, or discard it with --force",
                )
                for path in changes.edited
            ],
            Exit.DIFFERENT,
        )


def refuse_foreign(output: Output) -> None:
    """Refuse a folder that has files but no lock file, which would list those of pcgen.

    Raises:
        Failure: The folder has files, but no lock file.
    """
    folder = output.folder
    if folder.is_dir() and any(folder.iterdir()) and read_lock(folder) is None:
        location = Location(output.shown.as_posix())
        message = "the folder contains files that pcgen did not write"
        hint = "choose another folder, or write into this one with --force"
        raise Failure([Diagnostic(Code.OUTPUT_UNSAFE, location, message, hint)], Exit.USAGE)


def _refuse_newer(changes: Changes, output: Output) -> None:
    if changes and changes.newer:
        location = Location((output.shown / lock.NAME).as_posix())
        message = f"pcgen {changes.newer}, which is newer, wrote this folder"
        hint = f"use pcgen {changes.newer}, or replace the folder with --force"
        raise Failure([Diagnostic(Code.NEWER_PCGEN, location, message, hint)], Exit.DIFFERENT)


def drop(path: Path) -> None:
    """Remove a file.

    Raises:
        OSError: The operating system reports an error.
    """
    path.unlink()


def create(path: Path, text: str) -> None:
    """Write a file that must not exist yet, whole or not at all.

    Raises:
        OSError: The file exists, or cannot be written.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    replace(path, text)


def replace(path: Path, text: str) -> None:
    """Write a file atomically; after a crash of the machine, it has its old or its new text.

    Raises:
        OSError: The file cannot be written, and is unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path.parent, path.name, text, flushed=True)


def unified_diff(files: Mapping[str, str], output: Output, changes: Changes) -> Iterator[str]:
    """The lines of a unified diff from the files on disk to the generated ones."""
    for path in changes.paths:
        old = "" if path in changes.missing else _read(output.folder, path) or ""
        new = files.get(path, "")
        name = (output.shown / path).as_posix()
        before = "/dev/null" if path in changes.missing else name
        after = "/dev/null" if path in changes.extra else name
        for line in difflib.unified_diff(old.splitlines(), new.splitlines(), before, after):
            yield line.rstrip("\n")


def _replace_files(files: Mapping[str, str], folder: Path, changes: Changes) -> None:
    """Replace files one by one; if this is interrupted, the next run repairs the folder."""
    for path in (*changes.missing, *changes.different):
        if path != lock.NAME:
            _replace(folder, path, files[path])
    for path in changes.extra:
        (folder / path).unlink()
        _remove_empty(folder, (folder / path).parent)
    flush(folder)
    _replace(folder, lock.NAME, files[lock.NAME])  # Last, as it lists all others.


def _replace(folder: Path, path: str, text: str, *, flushed: bool = False) -> None:
    temporary = folder / _TEMPORARY
    try:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)  # A killed run may have left it, or it is a link.
        write_new(temporary, text)
        keep_mode(folder / path, temporary)
        if flushed:
            flush(folder)
        temporary.replace(folder / path)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_empty(top: Path, folder: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def refuse_links(paths: Iterable[str], folder: Path, shown: Path = Path()) -> None:
    """Refuse symbolic links, which could lead out of a folder.

    Args:
        paths: The paths to read or write, relative to the folder.
        folder: The folder; it may be a link itself, or be below one.
        shown: Its name in messages.

    Raises:
        Failure: A path, or a folder on the way to it, is a link.
    """
    inner: set[str] = set()
    for path in paths:
        part = path
        while part and part not in inner:
            inner.add(part)
            part = posixpath.dirname(part)
    for part in sorted(inner, key=lambda part: part.split("/")):
        if (folder / part).is_symlink():
            location = Location((shown / part).as_posix())
            message = "this is a symbolic link, which could lead out of the folder"
            hint = "replace it by a real file or folder"
            raise Failure([Diagnostic(Code.OUTPUT_UNSAFE, location, message, hint)], Exit.USAGE)


def _refuse_unsafe(output: Output) -> None:
    """Refuse an output that cannot be replaced as a folder, or that a link leads to."""
    if output.root is not None:
        refuse_links([output.shown.as_posix()], output.root)
    location, folder = Location(output.shown.as_posix()), output.folder
    if folder.name in ("", ".."):
        message = "the output is replaced as a whole, so it must be a folder with a name"
        found = Diagnostic(Code.OUTPUT_UNSAFE, location, message, "name another folder")
        raise Failure([found], Exit.USAGE)
    above = next(path for path in (folder, *folder.parents) if path.exists())
    if not above.is_dir():
        message = "the output" + (
            " is a file" if above == folder else f": `{above.name}` is a file"
        )
        hint = "choose another folder"
        raise Failure([Diagnostic(Code.OUTPUT_UNSAFE, location, message, hint)], Exit.USAGE)


def _read(folder: Path, path: str) -> str | None:
    data = read_bytes(folder, path)
    return None if data is None else data.decode("utf-8", "replace")

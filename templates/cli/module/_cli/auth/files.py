"""The program's files: read with checks, written atomically, under a lock.

`secrets.yaml`, `state.yaml` and `config.yaml` stand in `~/.config/<directory>`. Reading needs no
lock and writes nothing. Writing reads again under the lock, so that two processes that change
different keys keep both changes. A file is replaced as a whole, so that readers see the old one or
the new one, also if the process is killed.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..failures import Failure

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from yaml.nodes import MappingNode

_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_LONGEST_WAIT = 120.0
"""Seconds to wait for another process, which may be waiting for a server."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


def folder(directory: str, prefix: str, environ: Mapping[str, str]) -> Path:
    """Return the folder of the files: `<prefix>_CONFIG_DIR`, or `~/.config/<directory>`."""
    chosen = environ.get(f"{prefix}_CONFIG_DIR")
    if chosen:
        return Path(chosen)
    try:
        home = Path(environ.get("HOME") or Path.home())
    except RuntimeError:
        raise Failure(
            "There is no home directory.", hint=f"Set `{prefix}_CONFIG_DIR` to a folder."
        ) from None
    return home / ".config" / directory


class UnreadableFailure(Failure):
    """The system does not let this process read a file."""


class Files:
    """The YAML files in a folder. `prefix` is that of the program's environment variables."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder = folder
        self._prefix = prefix
        self._texts: dict[str, dict[str, str]] = {}
        self._lock: Any = None

    def path(self, name: str) -> Path:
        """Return the path of a file, which need not exist."""
        return self.folder / f"{name}.yaml"

    def read(self, name: str) -> dict[str, str]:
        """Return the texts of a file by their keys; a file that does not exist has none.

        Raises:
            Failure: The file is unreadable, damaged, or not safe to use.
        """
        if name not in self._texts:
            tree = self._tree(name)
            if tree is None:
                self._texts[name] = {}
            else:
                from .yaml_file import texts

                self._texts[name] = texts(tree)
        return self._texts[name]

    @contextmanager
    def lock(self) -> Generator[None]:
        """Keep other processes from writing; inside, reading shows what they wrote before."""
        import filelock

        if self._lock is None:
            self._prepare_folder()
            self._lock = filelock.FileLock(self.folder / ".lock", _LONGEST_WAIT, _PRIVATE_FILE)
        if self._lock.is_locked:
            yield
            return
        try:
            self._lock.acquire()
        except filelock.Timeout:
            raise Failure(
                f"Another process has locked `{self.folder}` for {_LONGEST_WAIT:.0f} s.",
                hint="End it, then try again.",
            ) from None
        except (OSError, NotImplementedError) as error:
            raise self._unwritable(error) from None
        try:
            self._texts.clear()
            yield
        finally:
            self._lock.release()

    def write(
        self,
        changes: Mapping[str, Mapping[str, str | bool]],
        defaults: Mapping[str, Mapping[str, str | bool]],
    ) -> None:
        """Set keys of files, in one step as seen by other processes that take the lock.

        Only files that change are replaced, in the order of `changes`; they get the defaults that
        they lack. If a file cannot be read or written, all files stay as they are.
        """
        if not any(self._changed(name, changes[name], defaults.get(name, {})) for name in changes):
            return
        from .yaml_file import replace

        with self.lock():
            made: list[tuple[Path, Path]] = []
            try:
                for name, values in changes.items():
                    if self._changed(name, values, defaults.get(name, {})):
                        whole = {**self._missing(name, defaults.get(name, {})), **values}
                        data = replace(self._tree(name), whole)
                        made.append((self._write_beside(name, data), self.path(name)))
                for beside, path in made:
                    beside.replace(path)
                self._flush_folder()
            except OSError as error:
                raise self._unwritable(error) from None
            finally:
                self._texts.clear()
                for beside, _ in made:
                    beside.unlink(missing_ok=True)

    def check_space(self, name: str) -> None:
        """Fail if a file of this size, and a bit more, cannot be written."""
        with self.lock():
            path = self.path(name)
            size = path.stat().st_size if path.exists() else 0
            try:
                self._write_beside(name, b"#" * (size + 16384)).unlink()
            except OSError as error:
                raise self._unwritable(error) from None

    def _missing(self, name: str, defaults: Mapping[str, str | bool]) -> dict[str, str | bool]:
        return {key: value for key, value in defaults.items() if key not in self.read(name)}

    def _changed(
        self, name: str, values: Mapping[str, str | bool], defaults: Mapping[str, str | bool]
    ) -> bool:
        found = {**defaults, **self.read(name)}
        return any(_plain(found.get(key, "")) != _plain(value) for key, value in values.items())

    # --- Reading -------------------------------------------------------------------------------

    def _tree(self, name: str) -> MappingNode | None:
        """Return the tree of a file, or None if it does not exist.

        Programs that write in place let others see a file that is cut for a moment.
        """
        path = self.path(name)
        for wait in (0.02, 0.1, 0.0):
            try:
                data = self._bytes(path, is_secret=name == "secrets")
            except OSError as error:
                raise UnreadableFailure(f"`{path}` cannot be read: {_reason(error)}.") from None
            if data is None:
                return None
            from .yaml_file import DamagedError, parse

            try:
                if data or not wait:
                    return parse(data)
            except DamagedError as error:
                if not wait:
                    raise damaged(path, str(error)) from None
            time.sleep(wait)
        return None

    def _bytes(self, path: Path, *, is_secret: bool) -> bytes | None:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            raise Failure(
                f"`{path}` is a symbolic link, which is not followed.",
                hint="Replace it by the file it leads to.",
            ) from None
        try:
            self._check(path, os.fstat(descriptor), is_secret=is_secret)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read()
        finally:
            os.close(descriptor)

    def _check(self, path: Path, found: os.stat_result, *, is_secret: bool) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise Failure(f"`{path}` is not a regular file.", hint="Move it away.")
        if os.name != "posix":
            return
        if found.st_uid != os.geteuid():
            raise Failure(
                f"`{path}` belongs to another user (uid {found.st_uid}).",
                hint=f"Run `chown` on it, or set `{self._prefix}_CONFIG_DIR` to your own folder.",
            )
        mode = stat.S_IMODE(found.st_mode)
        if mode & (0o077 if is_secret else 0o022):
            verb = "read" if mode & 0o044 and is_secret else "change"
            raise Failure(
                f"Other users can {verb} `{path}` (mode {mode:04o}).",
                hint=f"Run `chmod 600 {path}`, and replace what others may have seen in it.",
            )

    # --- Writing -------------------------------------------------------------------------------

    def _prepare_folder(self) -> None:
        try:
            self.folder.parent.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                self.folder.mkdir(_PRIVATE_FOLDER)
            found = self.folder.stat().st_mode
            if not stat.S_ISDIR(found):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            if os.name == "posix" and stat.S_IMODE(found) != _PRIVATE_FOLDER:
                self.folder.chmod(_PRIVATE_FOLDER)
        except OSError as error:
            raise self._unwritable(error) from None

    def _write_beside(self, name: str, data: bytes) -> Path:
        """Write a file to be renamed, which only its owner can read; the lock makes it the only."""
        path = self.folder / f".{name}.yaml.new"
        path.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), _PRIVATE_FILE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                if os.name == "posix":
                    os.fchmod(descriptor, _PRIVATE_FILE)  # A umask may have removed rights.
                file.write(data)
                file.flush()
                os.fsync(descriptor)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def _flush_folder(self) -> None:
        if os.name != "posix":
            return
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _unwritable(self, error: Exception) -> Failure:
        if isinstance(error, OSError) and error.errno in _FULL:
            return Failure(
                f"The disk of `{self.folder}` is full. Nothing was changed.",
                hint="Free some space, then try again.",
            )
        return Failure(
            f"`{self.folder}` cannot be written: {_reason(error)}.",
            hint=f"Set `{self._prefix}_CONFIG_DIR` to a folder that can, "
            "or give the credentials by environment variables.",
        )


def damaged(path: Path, reason: str) -> Failure:
    """Return the failure for a file whose content is wrong; `reason` quotes no value of it."""
    return Failure(
        f"`{path}` is damaged: {reason}. It was left as it is.",
        hint="Mend it, or move it away to start without it.",
    )


def _plain(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__

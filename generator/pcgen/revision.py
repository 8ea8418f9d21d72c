"""Checks out a git revision into a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pcgen.diagnostics import Code, Exit, Location, failure, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_NO_SUCH = "Needed a single revision"  # Git's message for an unknown name.


@contextmanager
def files_of(revision: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """Check out the files of a revision, leaving the repository as it is.

    Yields:
        The folder as it was in the revision, and its path in the repository.

    Raises:
        Failure: There is no repository, or no such revision.
    """
    top = Path(_git(folder, revision, "rev-parse", "--show-toplevel"))
    # Git gets the hash from here on, because a name could look like an option.
    commit = _git(
        folder, revision, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"
    )
    with TemporaryDirectory(prefix="pcgen-") as home:
        index = {"GIT_INDEX_FILE": f"{home}/index"}
        _git(top, revision, "read-tree", commit, more=index)
        _git(top, revision, "checkout-index", "--all", f"--prefix={home}/files/", more=index)
        within = folder.resolve().relative_to(top.resolve())
        yield Path(home, "files") / within, within.as_posix()


def _git(
    folder: Path, revision: str, *arguments: str, more: Mapping[str, str] | None = None
) -> str:
    """Run git, and return what it prints."""
    try:
        done = subprocess.run(
            [shutil.which("git") or "git", "-C", folder, *arguments],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "LC_ALL": "C", **(more or {})},
        )
    except (OSError, subprocess.CalledProcessError) as error:
        reason = _first_line(getattr(error, "stderr", "") or str(error))
        reason = "it does not exist" if reason == _NO_SUCH else reason
        message = f"cannot read the revision {shorten(revision)!a}: {reason}"
        hint = "name a branch, a tag or a commit of the repository around the configuration"
        location = Location("--against")
        raise failure(Code.REVISION_UNREADABLE, location, message, hint, Exit.USAGE) from None
    return done.stdout.strip()


def _first_line(text: str) -> str:
    return shorten(text.strip().split("\n")[0].removeprefix("fatal: "))

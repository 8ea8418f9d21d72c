"""The standard streams: which of them are terminals, and how to write to them."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from .failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal. Python sets closed standard streams to None."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # Closed while the program ran.
        return False


@dataclass(frozen=True)
class Terminal:
    """What the program may assume of the streams that it was started with.

    Attributes:
        environ: The environment variables.
        wants_color: Returns whether the configuration allows colour.
    """

    environ: Mapping[str, str]
    wants_color: Callable[[], bool] = lambda: True

    @property
    def reads(self) -> bool:
        """Whether questions can be asked: they stand on stderr, and answers come from stdin."""
        return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)

    @property
    def shows(self) -> bool:
        """Whether people see the data: tables then fit the width."""
        return _is_terminal(sys.stdout)

    @property
    def shows_progress(self) -> bool:
        """Whether a progress bar has stderr for itself: on a terminal, data would break it."""
        return _is_terminal(sys.stderr) and not self.shows

    @property
    def color(self) -> bool:
        """Whether to write colours. See https://no-color.org."""
        return (
            not self.environ.get("NO_COLOR")
            and self.environ.get("TERM") != "dumb"
            and self.shows
            and _is_terminal(sys.stderr)
            and self.wants_color()
        )

    @property
    def pager(self) -> bool:
        """Whether long text may go through a pager."""
        return (
            self.shows
            and _is_terminal(sys.stdin)
            and self.environ.get("TERM", "dumb") != "dumb"
            and self.environ.get("PAGER", "less") not in {"", "cat"}
        )

    @property
    def size(self) -> os.terminal_size:
        """Columns and lines of the terminal; `COLUMNS` and `LINES` override them."""
        return shutil.get_terminal_size()


def is_unicode() -> bool:
    """Whether stdout takes every character."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").startswith("utf")


def write(data: str | bytes) -> None:
    """Write data to stdout at once.

    Raises:
        Failure: The data cannot be written: the disk is full, or stdout is closed.
    """
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise Failure("The output cannot be written: stdout is closed.")
    encoding = stream.encoding or "utf-8"
    try:
        if isinstance(data, bytes):
            stream.flush()
            stream.buffer.write(data)
        else:
            stream.write(data.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except BrokenPipeError:  # `pc … | head` has read enough, which is no news to its user.
        _abandon(stream)
        raise Failure("") from None
    except (OSError, ValueError) as error:
        _abandon(stream)
        reason = error.strerror if isinstance(error, OSError) else error
        raise Failure(f"The output cannot be written: {reason}.") from None


def write_message(text: str) -> None:
    """Write to stderr at once. What cannot be written is lost: there is no place to report it."""
    stream: TextIO | None = sys.stderr
    if stream is not None:
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError):
            _abandon(stream)


def _abandon(stream: TextIO) -> None:
    """Send the rest of a stream nowhere. Python flushes it at exit, and would fail once more."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return

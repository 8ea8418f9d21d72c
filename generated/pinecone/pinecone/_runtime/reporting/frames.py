"""Tracebacks without the frames of the runtime. Import it only in errors."""

from __future__ import annotations

from logging import DEBUG
from traceback import format_tb
from types import TracebackType

from ..errors import APIError
from .log import logger

_RUNTIME = __name__.partition(".reporting.")[0]


def trim(error: BaseException) -> None:
    """Remove the runtime's frames from a traceback, so that it ends with the user's code.

    Call it where the error leaves the runtime, and raise it again with a bare `raise`, which adds
    no frame. The frames of hooks and middleware stay. The log has the others at DEBUG.
    """
    if logger.isEnabledFor(DEBUG) and not isinstance(error, APIError):
        trace = "".join(format_tb(error.__traceback__))
        logger.debug("%s was raised here:\n%s", type(error).__name__, trace)
    entries: list[TracebackType] = []
    entry = error.__traceback__
    while entry is not None:
        if not f"{entry.tb_frame.f_globals.get('__name__')}.".startswith(f"{_RUNTIME}."):
            entries.append(entry)
        entry = entry.tb_next
    kept: TracebackType | None = None
    for entry in reversed(entries):
        kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    error.__traceback__ = kept

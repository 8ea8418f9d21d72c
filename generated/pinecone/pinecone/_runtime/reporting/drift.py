"""Reports, once for each JSON path, that responses differ from the API description."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from ..errors import ResponseDriftWarning
from .caller import caller
from .log import logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..data.mismatch import Drift

# A service whose responses have ever new differences must not fill the memory.
_MOST_REPORTS = 1000


class Reporter:
    """Remembers what was reported; shared by a client and its copies."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        """Start with no reports."""
        self._seen: set[tuple[str, str, str]] = set()

    def report(
        self, operation: str, drift: Drift, on_drift: Callable[[Drift], None] | None
    ) -> None:
        """Warn, log and call the hook, unless this was reported before."""
        place = (operation, drift.path, drift.kind)
        if place in self._seen or len(self._seen) >= _MOST_REPORTS:
            return
        self._seen.add(place)
        text = f"{operation}: {drift.path}: expected {drift.expected}, found {drift.found}"
        logger.warning("response differs from the API description: %s", text)
        if on_drift is not None:
            on_drift(drift)
        warnings.warn(
            f"{text}; the value is kept unchanged", ResponseDriftWarning, stacklevel=caller()
        )

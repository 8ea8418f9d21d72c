"""Black, in process, with what it made remembered piece by piece.

Templates put a form feed on a line of its own between top-level statements. Foreign text cannot
hold one, so a module falls into pieces that are formatted, and remembered, each by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from pcgen.cache import Cache, digest
from pcgen.python.prose import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

CUT = "\f"


@dataclass(slots=True)
class Formatter:
    """Formats Python source as black does."""

    cache: Cache
    _black: Callable[[str], str] | None = None
    _version: str = ""

    def module(self, text: str) -> str:
        """Format a module whose pieces are separated by form feeds."""
        head, *rest = [self._piece(p.strip("\n") + "\n") for p in text.split(CUT) if p.strip()]
        # Behind imports, statements stand closer than classes do.
        close = rest and not rest[0].startswith(("class ", "@"))
        return "\n\n".join(["\n".join([head, rest[0]]), *rest[1:]] if close else [head, *rest])

    def _piece(self, text: str) -> str:
        self._version = self._version or metadata.version("black")
        key = digest(self._version, str(WIDTH), text)
        known = self.cache.get("format", key)
        if known is None:
            known = self._format(text)
            self.cache.put("format", key, known)
        return known

    def _format(self, text: str) -> str:
        if self._black is None:
            self._black = _load_black()
        return self._black(text)


def _load_black() -> Callable[[str], str]:
    import black  # Late: it takes longer to import than most builds take without it.
    from black.mode import Mode, TargetVersion

    mode = Mode(target_versions={TargetVersion.PY311}, line_length=WIDTH)
    return lambda text: black.format_str(text, mode=mode)

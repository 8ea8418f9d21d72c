"""Formatted texts of a package, from build to build.

An entry is used when the same version of pcgen and black formats the same text again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field, json

from pcgen.cache import BLACK_VERSION, Cache, digest, sources_digest

if TYPE_CHECKING:
    from collections.abc import Callable


class FormattedTexts(Struct):
    """Texts of the last build by the hash of what was printed, in one file.

    Args:
        cache: The cache that holds the file.
        name: A name that differs from package to package.
    """

    cache: Cache
    name: str
    _old: dict[str, str] | None = None
    _used: dict[str, str] = field(default_factory=dict)

    def get(self, printed: str, format_text: Callable[[str], str]) -> str:
        """Return the formatted text, which `format_text` makes if the last build did not."""
        if self._old is None:
            self._old = json.decode(self.cache.get("formatted", self._key()) or b"{}")
        sha256 = digest(printed)
        if sha256 not in self._used:
            known = self._old.get(sha256)
            self._used[sha256] = format_text(printed) if known is None else known
        return self._used[sha256]

    def save(self) -> None:
        """Store the texts that this build used, and drop all others."""
        if self._used != self._old:
            self.cache.put("formatted", self._key(), json.encode(self._used))

    def _key(self) -> str:
        return digest(sources_digest(), BLACK_VERSION, self.name)

"""Remembers results by the hash of what they were made from, in the user's cache folder.

Losing it costs time, never correctness; a cache that cannot be read or written is silently empty.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path


def folder() -> Path:
    """Where the cache is: `PCGEN_CACHE_DIR`, else the platform's usual place."""
    chosen = os.environ.get("PCGEN_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "pcgen"


@dataclass(frozen=True, slots=True)
class Cache:
    """Texts by key, one file each; `root` None keeps nothing."""

    root: Path | None

    def get(self, kind: str, key: str) -> str | None:
        """What was remembered, None when nothing was."""
        if self.root is None:
            return None
        try:
            return self._path(self.root, kind, key).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def put(self, kind: str, key: str, text: str) -> None:
        """Remember a text."""
        if self.root is None:
            return
        path = self._path(self.root, kind, key)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, encoding="utf-8", newline="\n")
            temporary.replace(path)
        except OSError:
            return

    def _path(self, root: Path, kind: str, key: str) -> Path:
        return root / kind / key[:2] / key[2:]


def digest(*parts: str | bytes) -> str:
    """The sha256 of some parts, in hexadecimal; where one ends matters."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()

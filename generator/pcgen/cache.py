"""Stores bytes by key in the user's cache folder, and makes keys by hashing.

The cache only saves time. If it cannot be read or written, it counts as empty.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from importlib import import_module
from pathlib import Path

from msgspec import Struct

# The value of `black.__version__`; black and `importlib.metadata` are slow to import.
BLACK_VERSION: str = import_module("_black_version").version


def folder() -> Path:
    """The cache folder: `PCGEN_CACHE_DIR`, or the platform's default."""
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


class Cache(Struct, frozen=True):
    """Bytes by key, in one file per key that starts with their SHA-256; empty if `root` is None."""

    root: Path | None

    def get(self, kind: str, key: str) -> bytes | None:
        """The bytes of an entry; None if there is none, or if its file is damaged."""
        if self.root is None:
            return None
        try:
            known = self._path(self.root, kind, key).read_bytes()
        except OSError:
            return None
        sha256, _, data = known.partition(b"\n")
        return data if sha256 == digest(data).encode() else None

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Store an entry; errors of the disk are ignored."""
        if self.root is None:
            return
        path = self._path(self.root, kind, key)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(digest(data).encode() + b"\n" + data)
            temporary.replace(path)
        except OSError:
            return

    def _path(self, root: Path, kind: str, key: str) -> Path:
        return root / kind / key[:2] / key[2:]


@functools.cache
def sources_digest() -> str:
    """The SHA-256 of pcgen's own code, in hexadecimal."""
    here = Path(__file__).parent
    sources = sorted(map(str, here.rglob("*.py")))
    names = (source[len(str(here)) :] for source in sources)
    return digest(*names, *(Path(source).read_bytes() for source in sources))


@functools.cache
def version(package: str) -> str:
    """The version of an installed package.

    This finds it without `importlib.metadata`, which is slow to import.
    """
    for folder in map(Path, sys.path):
        for found in folder.glob(f"{package}-*.dist-info"):
            return found.stem
    known: str = import_module("importlib.metadata").version(package)
    return known


def digest(*parts: str | bytes) -> str:
    """The SHA-256 of `parts`, in hexadecimal; it includes the length of each part."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()

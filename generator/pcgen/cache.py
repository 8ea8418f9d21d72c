"""Remembers results by the hash of what they were made from, in the user's cache folder.

Losing it costs time, never correctness; a cache that cannot be read or written is silently empty.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from importlib import import_module
from pathlib import Path

from msgspec import Struct

# What `black.__version__` is; black itself, or `importlib.metadata`, takes long to import.
BLACK_VERSION: str = import_module("_black_version").version


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


class Cache(Struct, frozen=True):
    """Bytes by key, a file each, behind their sha256; `root` None keeps nothing."""

    root: Path | None

    def get(self, kind: str, key: str) -> bytes | None:
        """What was remembered, None when nothing was."""
        if self.root is None:
            return None
        try:
            known = self._path(self.root, kind, key).read_bytes()
        except OSError:
            return None
        sha256, _, data = known.partition(b"\n")
        return data if sha256 == digest(data).encode() else None

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Remember something."""
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
    """The sha256 of pcgen's own code, in hexadecimal."""
    here = Path(__file__).parent
    sources = sorted(map(str, here.rglob("*.py")))
    names = (source[len(str(here)) :] for source in sources)
    return digest(*names, *(Path(source).read_bytes() for source in sources))


@functools.cache
def version(package: str) -> str:
    """The version of a package that is installed, which has the name of its module.

    `importlib.metadata` knows it, too, but takes long to import.
    """
    for folder in map(Path, sys.path):
        for found in folder.glob(f"{package}-*.dist-info"):
            return found.stem
    known: str = import_module("importlib.metadata").version(package)
    return known


def digest(*parts: str | bytes) -> str:
    """The sha256 of some parts, in hexadecimal; where one ends matters."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()

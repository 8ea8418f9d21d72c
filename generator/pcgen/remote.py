"""Documents at URLs that references name: fetched by a command, pinned by hash, read from disk.

Beside the configuration, the folder `pcgen-remote` has the documents and `pins.json`, which maps
URLs to files and hashes. Users commit both.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pcgen.diagnostics import Code, Exit, Location, failure, shorten
from pcgen.spec import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FOLDER = "pcgen-remote"
PINS = f"{FOLDER}/pins.json"
_COMMAND = "run `pcgen fetch`, which downloads and pins the documents at https URLs"


class Pin(NamedTuple):
    """The pinned document of a URL: its file below the configuration's folder, and its SHA-256."""

    file: str
    sha256: str


def pins(root: Path) -> dict[str, Pin]:
    """The pins beside a configuration, by URL.

    Raises:
        Failure: The file with the pins is damaged.
    """
    try:
        content = json.loads((root / PINS).read_bytes())
        return {url: Pin(_inside(one["file"]), one["sha256"]) for url, one in content.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        message = f"the file of `pcgen fetch` is damaged: {error}"
        location = Location(PINS)
        hint = "delete the file, and run `pcgen fetch`"
        raise failure(Code.CONFIG_INVALID, location, message, hint, Exit.USAGE) from None


def reader(root: Path) -> Callable[[str], tuple[str, bytes]]:
    """Return a function from a URL to the name and the bytes of its pinned document."""
    known = cache(lambda: pins(root))  # Read on demand: few documents refer to URLs.

    def read(url: str) -> tuple[str, bytes]:
        pin = known().get(url)
        if pin is None:
            message = f"{shorten(url, 200)} is not pinned"
            raise Refused(message, _COMMAND, Code.REFERENCE_EXTERNAL)
        data = _read(root / pin.file)
        if hashlib.sha256(data).hexdigest() != pin.sha256:
            message = f"`{pin.file}` has changed since it was fetched from {shorten(url, 200)}"
            raise Refused(message, _COMMAND, Code.REFERENCE_EXTERNAL)
        return pin.file, data

    return read


def contents(fetched: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that pin fetched documents, by their paths below the configuration's folder."""
    found = {url: Pin(file_of(url), hashlib.sha256(fetched[url]).hexdigest()) for url in fetched}
    text = json.dumps({url: pin._asdict() for url, pin in sorted(found.items())}, indent=2)
    return {PINS: f"{text}\n".encode(), **{found[url].file: fetched[url] for url in fetched}}


def changes(root: Path, files: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """The pinned files to write, and those to remove."""
    before = pins(root)
    old = {pin.file for pin in before.values()} | ({PINS} if before else set())
    return sorted(f for f in files if _read(root / f) != files[f]), sorted(old - set(files))


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def file_of(url: str) -> str:
    """The file for the document of a URL, from its host, its name and a hash of the URL."""
    parts = urlsplit(url)
    path = PurePosixPath(parts.path)
    ending = path.suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", path.suffix) else ""
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    return f"{FOLDER}/{_plain(parts.netloc)}/{_plain(path.stem)}-{mark}{ending}"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "_", text)[:80].strip(".") or "document"


def _inside(file: str) -> str:
    path = PurePosixPath(file)
    if path.parts[:1] != (FOLDER,) or ".." in path.parts:
        raise ValueError(f"{file!a} is not below {FOLDER}")
    return file

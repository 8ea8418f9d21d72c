"""`pcgen.lock`: what a package was made from, and which files of its folder are pcgen's."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "pcgen.lock"


@dataclass(frozen=True, slots=True)
class Origin:
    """What the text of a package depends on; no time and no absolute path.

    Args:
        pcgen: pcgen's version.
        black: black's version.
        templates: The hash of all templates and of the runtime.
        config: The hash of the package's configuration.
        spec: The document's file name, sha256 and `info.version`.
    """

    pcgen: str
    black: str
    templates: str
    config: str
    spec: Mapping[str, str]


def text(origin: Origin, files: Mapping[str, str]) -> str:
    """The content of the lock file."""
    content = {
        "pcgen": origin.pcgen,
        "black": origin.black,
        "templates": origin.templates,
        "config": origin.config,
        "spec": dict(origin.spec),
        "files": {path: sha256(content.encode()) for path, content in sorted(files.items())},
    }
    return json.dumps(content, indent=2) + "\n"


def owned(content: str | None) -> dict[str, str]:
    """Path and sha256 of the files that a lock file owns; none when it is absent or unreadable."""
    try:
        found: Any = json.loads(content or "{}")
    except ValueError:
        return {}
    files = found.get("files") if isinstance(found, dict) else None
    if not isinstance(files, dict):
        return {}
    return {path: value for path, value in files.items() if isinstance(value, str)}


def sha256(data: bytes) -> str:
    """The sha256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

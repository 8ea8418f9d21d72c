"""Tells whether this package is as it was generated, and from which document that was.

    python -m PACKAGE._runtime.verify

It needs Python's standard library alone, and compares every file with the hash that `pcgen.lock`
has for it. Exit codes: 0 as generated, 1 changed, 2 no lock file to compare with can be read.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

_LOCK = "pcgen.lock"
_SELF = "_runtime/verify.py"


def read(package: Path) -> dict[str, Any] | None:
    """The content of the lock file in or beside a package; None when none can be read."""
    for file in (package / _LOCK, package.parent / _LOCK):
        try:
            lock: dict[str, Any] = json.loads(file.read_bytes())
            if documents(lock) and any(path.endswith(_SELF) for path in {**lock["files"]}):
                return lock
        except (OSError, RecursionError, ValueError, AttributeError, LookupError, TypeError):
            continue  # It is not there, no JSON, or not of the form that builds write.
    return None


def documents(lock: dict[str, Any]) -> list[tuple[str, str]]:
    """The documents that a package was made from: file and version, and sha256."""
    specs: list[dict[str, str]] = lock["specs"]
    versions = [f" (version {spec['version']})" if "version" in spec else "" for spec in specs]
    return [
        (spec["file"] + version, spec["sha256"])
        for spec, version in zip(specs, versions, strict=True)
    ]


def differences(package: Path, lock: dict[str, Any]) -> list[str]:
    """What is not as it was generated: a line for each file, sorted.

    Args:
        package: The folder of the package, whatever it is called by now.
        lock: The lock file's content; the paths in it may start with a folder.
    """
    files: dict[str, str] = lock["files"]
    prefix = next(path for path in files if path.endswith(_SELF)).removesuffix(_SELF)
    listed = {path.removeprefix(prefix): files[path] for path in files if path.startswith(prefix)}
    found = {
        path.relative_to(package).as_posix(): path
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != _LOCK
    }
    by_hand = {path.removeprefix(prefix) for path in lock.get("modules", ())}
    lines = [f"{path}: missing" for path in {*listed, *by_hand} - found.keys()]
    lines += [f"{path}: not generated" for path in found.keys() - listed.keys() - by_hand]
    for path in found.keys() & listed.keys():
        data = found[path].read_bytes()
        if hashlib.sha256(data).hexdigest() != listed[path]:
            plain = hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()
            lines.append(f"{path}: {'line ends are CRLF' if plain == listed[path] else 'modified'}")
    return sorted(lines)


def main(package: Path) -> int:
    """Print the verdict on the package in a folder, and return the exit code."""
    lock = read(package)
    if lock is None:
        sys.stderr.write(f"{package}: there is no {_LOCK} in it or beside it that can be read\n")
        return 2
    changed = differences(package, lock)
    made_from = documents(lock)
    verdict = "not as it was generated" if changed else "as it was generated"
    lines = [
        *changed,
        f"{package.name}: {verdict} from {', '.join(name for name, _ in made_from)}",
        *(f"    sha256 {digest}" for _, digest in made_from),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(changed))


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[1]))

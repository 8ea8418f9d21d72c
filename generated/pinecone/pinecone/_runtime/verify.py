"""Verifies that this package is unmodified since it was generated.

    python -m PACKAGE._runtime.verify

It uses the standard library alone, and compares every file with its hash in `pcgen.lock`. Exit
codes: 0 unmodified, 1 modified, 2 no readable lock file.
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
    """Return the content of the lock file in or beside a package, or None if none is readable."""
    for file in (package / _LOCK, package.parent / _LOCK):
        try:
            lock: dict[str, Any] = json.loads(file.read_bytes())
            if documents(lock) and any(path.endswith(_SELF) for path in {**lock["files"]}):
                return lock
        except (OSError, RecursionError, ValueError, AttributeError, LookupError, TypeError):
            continue  # It is missing, or not a lock file.
    return None


def documents(lock: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the file with its version, and the SHA-256, of each document of a package."""
    specs: list[dict[str, str]] = lock["specs"]
    versions = [f" (version {spec['version']})" if "version" in spec else "" for spec in specs]
    return [
        (spec["file"] + version, spec["sha256"])
        for spec, version in zip(specs, versions, strict=True)
    ]


def differences(package: Path, lock: dict[str, Any]) -> list[str]:
    """Return a line for each file that differs from the generated one, sorted.

    Args:
        package: The folder of the package; it may have been renamed.
        lock: The content of the lock file; paths in it may start with a folder.
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

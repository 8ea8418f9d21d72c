"""Tells whether this package is as it was generated, and from which document that was.

    python -m PACKAGE._runtime.verify

It needs Python's standard library alone, and compares every file with the hash that `pcgen.lock`
has for it. Exit codes: 0 as generated, 1 changed, 2 there is no lock file to compare with.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

_LOCK = "pcgen.lock"
_SELF = "_runtime/verify.py"


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
    lines += [
        f"{path}: modified"
        for path in found.keys() & listed.keys()
        if hashlib.sha256(found[path].read_bytes()).hexdigest() != listed[path]
    ]
    return sorted(lines)


def main(package: Path) -> int:
    """Print the verdict on the package in a folder, and return the exit code."""
    lock = next(
        (file for file in (package / _LOCK, package.parent / _LOCK) if file.is_file()), None
    )
    if lock is None:
        sys.stderr.write(f"{package}: there is no {_LOCK} in it or beside it\n")
        return 2
    content = json.loads(lock.read_text(encoding="utf-8"))
    changed = differences(package, content)
    specs = [f"{s['file']} (version {s['version']})" for s in content["specs"]]
    verdict = "not as it was generated" if changed else "as it was generated"
    lines = [
        *changed,
        f"{package.name}: {verdict} from {', '.join(specs)}",
        *(f"    sha256 {spec['sha256']}" for spec in content["specs"]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(changed))


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[1]))

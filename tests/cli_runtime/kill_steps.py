"""Stops a write of the program's files at each call of the operating system in turn.

    python kill_steps.py FOLDER kill|full

At the first call, then at the second and so on, a forked child is killed, or gets the error of a
full disk. The parent then reads the files. Prints counts as JSON.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from _cli.auth.files import Files
from _cli.failures import Failure

OLD = {"secrets": {"api_key": "old-key", "mine": "kept"}, "state": {"target": "old-target"}}
NEW = {"secrets": {"api_key": "new-key"}, "state": {"target": "new-target"}}
ORDER = ("state", "secrets")
SYSTEM = ("posix", "fcntl", "_io", "io")


def files(folder: Path) -> Files:
    return Files(folder, "ACME_CLI")


def write(folder: Path, values: dict[str, dict[str, str]]) -> None:
    files(folder).write({name: values[name] for name in ORDER}, {})


def is_system_call(function: Any) -> bool:
    module = (
        getattr(function, "__module__", None)
        or type(getattr(function, "__self__", None)).__module__
    )
    return module in SYSTEM


def child(folder: Path, step: int, action: str) -> int:
    """Write; stop at a step. Returns how many steps there were."""
    count = 0

    def watch(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        if event != "c_call" or not is_system_call(argument):
            return  # What a call did is what the next one finds.
        count += 1
        if count == step and action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if count == step:
            raise OSError(errno.ENOSPC, "No space left on device")

    sys.setprofile(watch)
    try:
        write(folder, NEW)
    finally:
        sys.setprofile(None)
    return count


def found(folder: Path) -> dict[str, dict[str, str]]:
    made = files(folder)
    return {name: dict(made.read(name)) for name in ORDER}


def expected() -> list[dict[str, dict[str, str]]]:
    """What may be there: all old, the first file new, all new."""
    new = {name: {**OLD[name], **NEW[name]} for name in ORDER}
    return [OLD, {**OLD, "state": new["state"]}, new]


def main(top: Path, action: str) -> None:
    seen: Counter[str] = Counter()
    names = ("old", "state new", "new")
    os.fsync = lambda descriptor: None  # Only the loss of power makes a difference.
    write(top / "warm", OLD)  # Modules are loaded before the fork.
    for step in range(1, 10_000):
        folder = top / "files"
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, OLD)
        pid = os.fork()
        if pid == 0:
            with suppress(OSError, Failure):
                os._exit(0 if child(folder, step, action) < step else 1)
            os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        got = found(folder)
        values = [{name: got[name] for name in OLD} == one for one in expected()]
        seen[names[values.index(True)] if any(values) else "neither"] += 1
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        seen["open to others"] += modes != {0o600} or stat.S_IMODE(folder.stat().st_mode) != 0o700
        if status == 0:
            break
        write(folder, NEW)  # The next write succeeds, and removes what was left.
        left = {path.name for path in folder.iterdir()} - {".lock", "secrets.yaml", "state.yaml"}
        seen["not repaired"] += found(folder) != expected()[2] or bool(left)
    print(json.dumps({"steps": step - 1, **seen}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

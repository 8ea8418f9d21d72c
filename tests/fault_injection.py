"""Interrupts the replacement of a package at each of its file operations in turn.

    python fault_injection.py FOLDER kill|full|interrupt whole|single

Writes a package to FOLDER, then replaces it by another in a forked child. At the first file
operation, then at the second and so on, the child is killed, gets an error for a full disk, or is
interrupted. The parent then compares the files with both packages. Prints counts as JSON.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from unittest import mock

from common import skip_flushing
from pcgen import lock, write
from pcgen.write import swap

OPERATIONS = ("open", "ctypes.", "os.", "shutil.")
FOREIGN = {"by_hand.py": "# Ours.\n", "pkg/notes/mine.txt": "Mine.\n"}


def package(**texts: str) -> dict[str, str]:
    origin = lock.Origin("0", "0", "0", {}, "0", (), {})
    files = {path.replace("__", "/"): text for path, text in texts.items()}
    return {**files, lock.NAME: lock.text(origin, files)}


OLD = package(a="old a\n", pkg__b="old b\n", pkg__same="same\n", gone__c="old c\n")
NEW = package(a="new a\n", pkg__b="new b\n", pkg__same="same\n", new__d="new d\n")


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def build(files: dict[str, str], folder: Path) -> None:
    write.apply(files, write.Output(folder, folder), force=False)


def child(folder: Path, operation: int, action: str) -> None:
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if not event.startswith(OPERATIONS) or str(arguments[:1]).endswith((".pyc',)", ".py',)")):
            return
        count += 1
        if count != operation:
            return
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif action == "interrupt":
            raise KeyboardInterrupt
        else:
            raise OSError(errno.ENOSPC, "No space left on device")

    sys.addaudithook(hook)
    with suppress(OSError, KeyboardInterrupt):
        build(NEW, folder)
    os._exit(0 if count < operation else 1)


def main(top: Path, action: str, way: str) -> None:
    seen: Counter[str] = Counter()
    skip_flushing()
    if way == "single":
        mock.patch.object(swap, "exchange", side_effect=OSError(errno.ENOSYS, "no")).start()
    for operation in range(1, 10_000):
        shutil.rmtree(top, ignore_errors=True)
        folder = top / "out"
        build(OLD, folder)
        for path, text in FOREIGN.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        pid = os.fork()
        if pid == 0:
            child(folder, operation, action)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        found = contents(folder)
        whole = {"old": {**OLD, **FOREIGN}, "new": {**NEW, **FOREIGN}}
        seen[next((name for name, files in whole.items() if files == found), "neither")] += 1
        seen["left behind"] += len([*top.iterdir()]) - 1
        if status == 0:
            break
        build(NEW, folder)  # The next run repairs the folder.
        seen["not repaired"] += contents(top) != {f"out/{k}": v for k, v in whole["new"].items()}
    print(json.dumps({"operations": operation, **seen}))


main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])

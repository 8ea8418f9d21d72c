"""Many processes at once, and processes that are killed while they write."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import process
import pytest
import stored
import yaml
from process import Setting
from world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Record = Callable[[str, object], None]

PROCESSES = 20
_KILLED = """
import os, runpy, signal, sys
folder, last = sys.argv.pop(1), int(sys.argv.pop(1))
count = 0

def step():
    global count
    count += 1
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)

def hook(event, arguments):
    if event.startswith(("open", "os.")) and folder in str(arguments):
        step()

def stepping(call):
    def wrapped(*arguments, **more):
        step()
        return call(*arguments, **more)
    return wrapped

os.fsync = stepping(os.fsync)
sys.addaudithook(hook)
try:
    runpy.run_module("pinecone_cli", run_name="__main__", alter_sys=True)
finally:
    print("operations:", count, file=sys.stderr)
"""


def _given(home: Path, letters: dict[str, Any]) -> Path:
    folder = home / ".config" / "pinecone"
    folder.mkdir(mode=0o700, parents=True)
    for name in stored.LETTERS:
        text = stored.text(name, letters)
        if text is not None:
            (folder / name).touch(0o600)
            (folder / name).write_text(text, "utf-8")
    return folder


def test_many_processes_refresh_once_and_make_one_key(
    tmp_path: Path, record_property: Record
) -> None:
    folder = _given(tmp_path, {"T": "T expired", "O": "O1", "P": "P1"})
    with World() as world:
        world.issued.discard("T")
        setting = Setting(tmp_path, world.environment)
        with ThreadPoolExecutor(PROCESSES) as pool:
            runs = [
                pool.submit(process.piped, ["index", "list"], setting) for _ in range(PROCESSES)
            ]
            ended = [run.result() for run in runs]
    assert {(one.code, one.stdout, one.stderr) for one in ended} == {(0, ended[0].stdout, "")}
    assert "movies" in ended[0].stdout
    assert world.wrong == []
    counts = Counter(str(one).split(" ")[1].rpartition("/")[2] for one in world.log)
    assert counts["token"] == 1
    assert counts["api-keys"] == 1
    assert counts["indexes"] == PROCESSES
    secrets = yaml.safe_load((folder / "secrets.yaml").read_text("utf-8"))
    assert json.loads(secrets["oauth2_token"])["refresh_token"] == "refresh-token-of-T2"
    assert [key["id"][-1] for key in json.loads(secrets["project_api_keys"]).values()] == ["1"]
    record_property(
        "figures",
        f"pc: {PROCESSES} processes after expiry made {counts['token']} refresh"
        f" and {counts['api-keys']} managed key",
    )


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("first write", None, ["auth", "configure", "--api-key", "new-key-of-nobody"]),
        ("change", {"Ks": "K1", "ctx": "user_token", "T": "T"}, ["auth", "logout"]),
    ],
)
def test_files_stay_readable_when_a_process_is_killed(
    name: str,
    given: dict[str, Any] | None,
    words: list[str],
    tmp_path: Path,
    record_property: Record,
) -> None:
    def run(number: int) -> tuple[dict[str, bytes], process.Ended]:
        """The files, and how the process ended that was killed at an operation; 0 is none."""
        home = tmp_path / str(number)
        folder = home / ".config" / "pinecone"
        if given is None:
            folder.parent.mkdir(parents=True)
        else:
            _given(home, given)
        command = [sys.executable, "-c", _KILLED, str(folder), str(number)]
        ended = process.piped(words, Setting(home, world.environment), command=command)
        found = {}
        for path in sorted(folder.iterdir()) if folder.exists() else ():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
            found[path.name] = path.read_bytes()
        return found, ended

    with World() as world:
        new, ended = run(0)
        assert ended.code == 0, ended.stderr
        operations = int(ended.stderr.rpartition("operations: ")[2])
        old = {
            name: (stored.text(name, given or {}) or "").encode() or None for name in stored.LETTERS
        }
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(run, range(1, operations + 1)))
        for found, killed in results:
            assert killed.code == -9, killed.stderr
            for file in stored.LETTERS:
                assert found.get(file) in (old[file], new.get(file)), file
        last = max(range(operations), key=lambda number: len(results[number][0]))
        home = tmp_path / str(last + 1)
        again = process.piped(words, Setting(home, world.environment))
        assert again.code == 0, again.stderr
        left = {path.name for path in (home / ".config" / "pinecone").iterdir()}
        assert left == {*new}
    kept = sum(all(found.get(file) == old[file] for file in old) for found, _ in results)
    record_property(
        "figures",
        f"pc: {name} killed at each of {operations} operations:"
        f" {kept} times the old files, {operations - kept} times new ones, all readable",
    )

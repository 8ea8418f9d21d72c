"""Many processes at once, and processes that are killed while they write."""

from __future__ import annotations

import json
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
import itertools, os, shutil, signal, sys
from pinecone_cli.__main__ import main

root = sys.argv.pop(1)
count = last = 0

def step():
    global count
    count += 1
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)

def hook(event, arguments):
    if event.startswith(("open", "os.")) and "/.config/pinecone" in str(arguments):
        step()

def flush(descriptor, original=os.fsync):
    step()
    original(descriptor)

for last in itertools.count(1):
    home = os.environ["HOME"] = f"{root}/{last}"
    shutil.copytree(f"{root}/given", home)
    child = os.fork()
    if not child:
        os.fsync = flush
        sys.addaudithook(hook)
        main()
    _, status = os.waitpid(child, 0)
    if status != signal.SIGKILL:
        sys.exit(status >> 8)
"""
"""Starts `pc` in children; kills the first one before its first operation on files, and so on."""


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


def test_processes_whose_key_was_deleted_make_one_new_key(tmp_path: Path) -> None:
    _given(tmp_path, {"T": "T", "O": "O1", "P": "P1", "M": {"P1": "M1 cli_created"}})
    with World({"dead": ["M1"]}) as world:
        setting = Setting(tmp_path, world.environment)
        with ThreadPoolExecutor(4) as pool:
            runs = [pool.submit(process.piped, ["index", "list"], setting) for _ in range(4)]
            ended = [run.result() for run in runs]
    assert {(one.code, one.stderr) for one in ended} == {(0, "")}
    assert sum(one.method == "POST" for one in world.log) == 1


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
    def files(home: Path) -> dict[str, bytes]:
        folder = home / ".config" / "pinecone"
        paths = sorted(folder.iterdir()) if folder.exists() else []
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in paths)
        return {path.name: path.read_bytes() for path in paths}

    _given(tmp_path / "given", given or {})
    if given is None:
        (tmp_path / "given" / ".config" / "pinecone").rmdir()
    old = {**dict.fromkeys(stored.LETTERS), **files(tmp_path / "given")}
    with World() as world:
        setting = Setting(tmp_path, world.environment)
        command = [sys.executable, "-c", _KILLED, str(tmp_path)]
        ended = process.piped(words, setting, command=command)
        assert ended.code == 0, ended.stderr
        operations = len(list(tmp_path.iterdir())) - 2
        new = files(tmp_path / str(operations + 1))
        results = [files(tmp_path / str(number + 1)) for number in range(operations)]
        for found in results:
            for file in stored.LETTERS:
                assert found.get(file) in (old[file], new.get(file)), file
        last = max(range(operations), key=lambda number: len(results[number]))
        setting = Setting(tmp_path / str(last + 1), world.environment)
        again = process.piped(words, setting)
        assert again.code == 0, again.stderr
        assert files(setting.home).keys() == new.keys()
    kept = sum(all(found.get(file) == old[file] for file in old) for found in results)
    record_property(
        "figures",
        f"pc: {name} killed at each of {operations} operations:"
        f" {kept} times the old files, {operations - kept} times new ones, all readable",
    )

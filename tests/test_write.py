"""Packages are replaced as a whole or not at all, and files that pcgen does not own stay."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pcgen import lock, write
from pcgen.diagnostics import Failure
from pcgen.write import swap

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
OPERATIONS = 70  # With fewer file operations than this, the count itself is broken.


def package(texts: Mapping[str, str]) -> dict[str, str]:
    return {**texts, lock.NAME: lock.text(lock.Origin("0", "0", "0", {}, "0", (), {}), texts)}


def build(files: Mapping[str, str], folder: Path) -> None:
    write.apply(files, write.Output(folder, folder), force=False)


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


@pytest.mark.parametrize("action", ["kill", "full", "interrupt"])
def test_an_interrupted_replacement_leaves_the_old_or_the_new_package(
    tmp_path: Path, action: str
) -> None:
    counts = _interrupted(tmp_path, action, "whole")
    assert counts["operations"] > OPERATIONS
    assert counts["old"] + counts["new"] == counts["operations"]
    assert min(counts["old"], counts["new"]) > 0
    assert counts["not repaired"] == 0


@pytest.mark.parametrize("action", ["kill", "full", "interrupt"])
def test_the_next_run_repairs_a_folder_that_cannot_be_swapped(tmp_path: Path, action: str) -> None:
    counts = _interrupted(tmp_path, action, "single")
    assert counts["operations"] > OPERATIONS
    assert counts["not repaired"] == 0


def _interrupted(folder: Path, action: str, way: str) -> dict[str, int]:
    command = [sys.executable, str(HERE / "fault_injection.py"), str(folder), action, way]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    counts: dict[str, int] = {"old": 0, "new": 0, **json.loads(done.stdout)}
    return counts


def test_two_processes_do_not_mix_their_files(tmp_path: Path) -> None:
    """Each of two processes writes its own package over the other's, many times."""
    program = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from common import skip_flushing
from test_write import build, package
skip_flushing()
for turn in range(60):
    name = sys.argv[2]
    texts = {f"{name}/{n}.txt": f"{name} {turn}" for n in range(20)} | {"both": f"{name} {turn}"}
    try:
        build(package(texts), Path(sys.argv[1]))
    except Exception as error:
        assert "edited-by-hand" in str(error), error  # The other process was half done.
"""
    folder = tmp_path / "out"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "notes.txt").write_text("kept", encoding="utf-8")
    command = [sys.executable, "-c", program, str(folder)]
    runs = [subprocess.Popen([*command, name, str(HERE)]) for name in ("one", "two")]
    assert [run.wait(timeout=600) for run in runs] == [0, 0]
    found = contents(folder)
    assert found.pop("mine/notes.txt") == "kept"
    listed = lock.owned(found.pop(lock.NAME))
    assert {path: lock.sha256(text.encode()) for path, text in found.items()} == listed
    assert len(found) == 21
    assert len(set(found.values())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("way", ["whole", "single"])
def test_new_files_are_flushed_before_they_are_visible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """After a crash, the old lock file is there, or the new one and all files that it lists."""
    folder = tmp_path / "out"
    build(package({"a": "1", "b": "same"}), folder)
    flushed = []

    def flush(place: Path) -> None:
        assert lock.owned(contents(folder)[lock.NAME])["a"] == lock.sha256(b"1")
        flushed.append(contents(place)["a"])

    monkeypatch.setattr(swap, "flush", flush)
    monkeypatch.setattr(write, "flush", flush)
    if way == "single":
        monkeypatch.chdir(folder)
    for _ in range(2):
        build(package({"a": "2", "b": "same"}), folder)
    assert flushed == ["2"]  # An unchanged package is not flushed.


def test_files_that_stay_keep_their_times_and_links_their_targets(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    build(package({"a": "1", "b": "1"}), folder)
    (folder / "link").symlink_to("a")
    (folder / "empty").mkdir()
    folder.chmod(0o750)
    os.utime(folder / "a", (1, 1))
    build(package({"a": "1", "b": "2"}), folder)
    assert (folder / "a").stat().st_mtime == 1
    assert (folder / "link").readlink() == Path("a")
    assert (folder / "empty").is_dir()
    assert folder.stat().st_mode & 0o777 == 0o750
    assert (folder / "b").read_text("utf-8") == "2"


@pytest.mark.parametrize("link", ["a", "stale", "deep", "."])
def test_nothing_is_read_or_written_through_a_link(tmp_path: Path, link: str) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    build(package({"a": "1", "deep/a": "1", "stale": "1"}), folder)
    (folder / link).rename(elsewhere)
    (folder / link).symlink_to(elsewhere)
    with pytest.raises(Failure, match="this is a symbolic link"):
        write.compare(package({"a": "2", "deep/b": "2"}), write.Output(folder, folder))


def test_files_written_during_a_swap_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    build(package({"a": "1"}), folder)
    (folder / "saved").write_text("before", encoding="utf-8")
    exchange = swap.exchange

    def late(one: Path, other: Path) -> None:
        (folder / "new" / "deep").mkdir(parents=True)
        (folder / "new" / "deep" / "file").write_text("new", encoding="utf-8")
        (folder / "saved.tmp").write_text("after", encoding="utf-8")  # As editors save.
        (folder / "saved.tmp").replace(folder / "saved")
        exchange(one, other)

    monkeypatch.setattr(swap, "exchange", late)
    build(package({"a": "2"}), folder)
    found = contents(folder)
    del found[lock.NAME]
    assert found == {"a": "2", "saved": "after", "new/deep/file": "new"}


@pytest.mark.parametrize("way", ["whole", "single"])
def test_permissions_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Replaced files keep their permissions; new files get them from the umask."""
    folder = tmp_path / "out"
    build(package({"in/a": "1"}), folder)
    (folder / "in").chmod(0o710)
    (folder / "in" / "a").chmod(0o640)
    if way == "single":
        monkeypatch.chdir(folder)
    before, mask = folder.stat().st_ino, os.umask(0o027)
    try:
        build(package({"in/a": "2", "b": "1", "new/b": "1"}), folder)
    finally:
        os.umask(mask)
    modes = {"in": 0o710, "in/a": 0o640, "b": 0o640, "new": 0o750, "new/b": 0o640}
    assert {name: (folder / name).stat().st_mode & 0o777 for name in modes} == modes
    assert (folder.stat().st_ino == before) == (way == "single")


@pytest.mark.parametrize("reason", ["shell", "git", "parent"])
def test_a_folder_that_must_stay_is_not_swapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    """A shell is in it, it is a git repository, or its parent folder is read-only."""
    folder = tmp_path / "out"
    build(package({"in/a": "1", "b": "1"}), folder)
    if reason == "shell":
        monkeypatch.chdir(folder / "in")
    elif reason == "git":
        (folder / ".git").mkdir()
    else:
        mkdir = Path.mkdir

        def refuse(path: Path, *arguments: Any, **options: Any) -> None:
            if path.parent == tmp_path and path != folder:
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            mkdir(path, *arguments, **options)

        monkeypatch.setattr(Path, "mkdir", refuse)
    before = folder.stat().st_ino
    build(package({"in/a": "2"}), folder)
    assert folder.stat().st_ino == before
    found = contents(folder)
    del found[lock.NAME]
    assert found == {"in/a": "2"}


def test_an_edit_made_while_another_process_writes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    build(package({"a": "1"}), folder)
    exclusive = write.exclusive

    def late(place: Path) -> Any:
        (folder / "a").write_text("by hand", encoding="utf-8")
        return exclusive(place)

    monkeypatch.setattr(write, "exclusive", late)
    with pytest.raises(Failure, match="edited-by-hand"):
        build(package({"a": "2"}), folder)
    assert (folder / "a").read_text("utf-8") == "by hand"


def test_one_file_is_written_whole_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, outside = tmp_path / "in" / "file", tmp_path / "outside"
    outside.write_text("mine", "utf-8")
    write.create(file, "1")
    file.chmod(0o600)
    (file.parent / ".pcgen.tmp").symlink_to(outside)
    write.replace(file, "2")
    assert (file.read_text("utf-8"), file.stat().st_mode & 0o777) == ("2", 0o600)
    assert [path.name for path in file.parent.iterdir()] == ["file"]
    with pytest.raises(FileExistsError):
        write.create(file, "3")

    class Full(io.StringIO):
        def close(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    opened = Path.open

    def full(path: Path, *arguments: Any, **options: Any) -> Any:
        opened(path, *arguments, **options).close()
        return Full()

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        with pytest.raises(OSError, match=r"No space left on device: '.*/in/\.pcgen\.tmp'"):
            write.create(file.with_name("other"), "1")
    assert [path.name for path in file.parent.iterdir()] == ["file"]
    assert outside.read_text("utf-8") == "mine"

"""Files that users name, and what is wrong with them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from _cli import files
from _cli.failures import Failure
from screens import command, piped


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "t:1:1: this is not JSON: Expecting value."),
        ('{"a": 1,\n "b" 2}', "t:2:6: this is not JSON: Expecting ':' delimiter."),
        ("{'a': 1}", "t:1:2: this is not JSON: Expecting property name enclosed in double quotes."),
        ("[1] 2", "t:1:5: this is not JSON: Extra data."),
        ("[NaN]", "t:1: this is not JSON: JSON has no `NaN`."),
        ("[" * 100_000, "t:1: the JSON is nested too deeply."),
        ("9" * 5000, "t:1: this is not JSON: Exceeds the limit"),
    ],
    ids=range(7),
)
def test_text_that_is_not_json(text: str, problem: str) -> None:
    with pytest.raises(Failure) as caught:
        files.read_json(text, "t")
    assert caught.value.message.startswith(problem)


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("missing", None, "`missing` does not exist."),
        (".", None, "`.` is a directory, not a file."),
        ("a\0b", None, "`a\0b` cannot be read: embedded null byte."),
        ("x" * 300, None, f"`{'x' * 300}` cannot be read: File name too long."),
        ("f/g", b"", "`f/g` cannot be read: Not a directory."),
        ("f", b"a\nb\xff", "f:2: byte 2 is not UTF-8."),
    ],
    ids=["missing", "directory", "null", "long", "not a directory", "bytes"],
)
def test_files_that_cannot_be_read(
    name: str, data: bytes | None, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if data is not None:
        Path("f").write_bytes(data)
    for read in (files.read_text, lambda file: list(files.lines(file))):
        with pytest.raises(Failure) as caught:
            read(name)
        assert caught.value.message == problem


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_files_without_permission(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    (tmp_path / "f").chmod(0)
    with pytest.raises(Failure, match="cannot be read: Permission denied"):
        files.read_text(str(tmp_path / "f"))


def test_reads_lines(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes("\ufeffone\r\n\ntwo\u2028three\x0cfour\n".encode())
    assert list(files.lines(str(file))) == [(1, "one"), (2, ""), (3, "two\u2028three\x0cfour")]
    assert files.read_text(str(file)).startswith("one")


@pytest.mark.parametrize(
    ("redirect", "out", "err"),
    [
        ("<<< é", "[(1, 'é')]\n", ""),
        ("< <(printf 'a\\xff')", "", "[ERROR] stdin:1: byte 2 is not UTF-8.\n"),
        ("<&-", "", "[ERROR] stdin is closed.\n"),
    ],
)
def test_reads_stdin(redirect: str, out: str, err: str) -> None:
    program = command("from _cli import files; print(list(files.lines('-')))")
    done = piped(["bash", "-c", f'"$@" {redirect}', "bash", *program])
    assert (done.stdout, done.stderr) == (out, err)

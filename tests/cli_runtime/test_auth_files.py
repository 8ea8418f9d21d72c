"""The program's files: their bytes, their rights, what is refused, and interrupted writes."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import acme
import pytest
from _cli.auth import files as files_module
from _cli.auth.files import Files, folder
from _cli.failures import Failure
from common import ROOT

GO = """\
api_key: pcsk_1
client_id: ""
client_secret: ""
future_key: [1, {a: 0o17}]
oauth2_token: '{TOKEN}'
project_api_keys: '{"p1":{"name":"n","id":"i","value":"v","origin":"cli_created"}}'
"""
GO = GO.replace(
    "{TOKEN}",
    '{"access_token":"a","token_type":"Bearer","refresh_token":"r",'
    '"expiry":"2025-04-01T10:00:00.123456789+02:00"}',
)

# Value, how it stands in the file. Go's YAML library writes the same, and Go's program panics if it
# reads another type than a string.
TEXTS = {
    "pcsk_4x": "pcsk_4x",
    "": '""',
    "123": '"123"',
    "1e3": '"1e3"',
    "12e345": '"12e345"',
    "0x1F": '"0x1F"',
    "0o17": '"0o17"',
    "0b1": '"0b1"',
    "017": '"017"',
    "1_000": '"1_000"',
    ".5": '".5"',
    "true": '"true"',
    "no": '"no"',
    "y": '"y"',
    "null": '"null"',
    "~": '"~"',
    "2024-01-02": '"2024-01-02"',
    "2024-1-2": '"2024-1-2"',
    "12:30:45": '"12:30:45"',
    ".inf": '".inf"',
    "6f1e-a": "6f1e-a",
    '{"a":"it\'s"}': "'{\"a\":\"it''s\"}'",
    "[]": "'[]'",
    "a: b": "'a: b'",
    "# a": "'# a'",
    "é": "é",
    "😀": '"\\U0001F600"',
    "a\tb": '"a\\tb"',
    "x" * 300 + " y": "x" * 300 + " y",
}


@pytest.mark.parametrize("text", TEXTS)
def test_strings_are_strings_in_every_yaml(text: str, tmp_path: Path) -> None:
    files = Files(tmp_path, "X")
    files.write({"secrets": {"api_key": text, "b": True}}, {})
    read = files.path("secrets").read_text("utf-8")
    assert read == f"api_key: {TEXTS[text]}\nb: true\n"
    assert files.read("secrets").get("api_key", "") == text


def test_what_go_wrote_is_read_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "secrets.yaml"
    path.write_text(GO, "utf-8")
    path.chmod(0o600)
    store = acme.session(tmp_path).store
    assert store.token is not None
    assert (store.token.access_token, store.token.refresh_token) == ("a", "r")
    assert store.token.expiry is not None
    assert store.token.expiry.isoformat() == "2025-04-01T10:00:00.123456+02:00"
    store.write({"secrets": {"api_key": "pcsk_2"}})
    expected = GO.replace("pcsk_1", "pcsk_2").replace("oauth2", "keys: '{}'\noauth2", 1)
    assert path.read_text("utf-8") == expected


def test_new_files_have_every_key(tmp_path: Path) -> None:
    store = acme.session(tmp_path / "new").store
    store.write({"state": {"target": {"name": "<é>", "id": "1"}}, "secrets": {"api_key": "k"}})
    texts = {path.name: path.read_text("utf-8") for path in (tmp_path / "new").glob("*.yaml")}
    assert texts == {
        "secrets.yaml": 'api_key: k\nclient_id: ""\nclient_secret: ""\nkeys: \'{}\'\n'
        'oauth2_token: \'{"access_token":"","expiry":"0001-01-01T00:00:00Z"}\'\n',
        "state.yaml": 'target: \'{"name":"\\u003cé\\u003e","id":"1"}\'\n'
        'user_context: \'{"auth_context":"","email":""}\'\n',
    }


def test_keys_in_any_case_and_null(tmp_path: Path) -> None:
    (tmp_path / "state.yaml").write_text("Target:\nOTHER: 0123\n", "utf-8")
    files = Files(tmp_path, "X")
    assert files.read("state") == {"target": "", "other": "0123"}
    files.write({"state": {"target": "t"}}, {})
    assert files.path("state").read_text("utf-8") == "other: 0123\ntarget: t\n"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_rights(umask: int, tmp_path: Path) -> None:
    home = tmp_path / "home" / ".config" / "acme"
    before = os.umask(umask)
    try:
        Files(home, "X").write({"secrets": {"a": "b"}}, {})
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in [home, *home.iterdir()]}
    assert modes == {"acme": 0o700, ".lock": 0o600, "secrets.yaml": 0o600}


def test_rights_of_a_folder_and_a_file_that_were_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "config.yaml").write_text("color: true\n", "utf-8")
    (tmp_path / "config.yaml").chmod(0o644)
    Files(tmp_path, "X").write({"config": {"color": False}}, {})
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "config.yaml").stat().st_mode & 0o777 == 0o600


def test_nothing_changes_nothing_is_written(tmp_path: Path) -> None:
    made = tmp_path / "none"
    files = Files(made, "X")
    assert files.read("secrets") == {}
    files.write({"secrets": {"a": ""}, "state": {}}, {"secrets": {"a": ""}})
    assert not made.exists()
    files.write({"secrets": {"a": "b"}}, {})
    before = files.path("secrets").stat()
    files.write({"secrets": {"a": "b"}}, {})
    assert files.path("secrets").stat().st_ino == before.st_ino


def test_processes_that_change_different_keys_keep_both(tmp_path: Path) -> None:
    first, second = Files(tmp_path, "X"), Files(tmp_path, "X")
    assert first.read("secrets") == second.read("secrets") == {}
    first.write({"secrets": {"a": "1"}}, {})
    second.write({"secrets": {"b": "2"}}, {})
    assert Files(tmp_path, "X").read("secrets") == {"a": "1", "b": "2"}


def test_the_lock_shows_what_others_wrote(tmp_path: Path) -> None:
    first, second = Files(tmp_path, "X"), Files(tmp_path, "X")
    assert first.read("secrets") == {}
    second.write({"secrets": {"a": "1"}}, {})
    assert first.read("secrets") == {}  # One run sees one state, unless it takes the lock.
    with first.lock(), first.lock():
        assert first.read("secrets") == {"a": "1"}


# --- What is refused ---------------------------------------------------------------------------


def test_a_file_that_another_program_writes_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Go's program empties a file and fills it again: who reads in between waits a moment."""
    contents = [b"", b"api_key: 'ha", b"api_key: half\n"]
    path = tmp_path / "secrets.yaml"
    path.touch(0o600)
    monkeypatch.setattr(
        files_module.time, "sleep", lambda seconds: path.write_bytes(contents.pop(0))
    )
    path.write_bytes(contents.pop(0))
    assert Files(tmp_path, "X").read("secrets") == {"api_key": "half"}
    path.write_bytes(b"")
    contents = [b"", b""]
    assert Files(tmp_path, "X").read("secrets") == {}


BAD: dict[str, tuple[bytes, str]] = {
    "cut": (b"api_key: 'abc", "it is not YAML (line 1, column 14)"),
    "tabs": (b"a: b\n\tc: d", "it is not YAML (line 2, column 1)"),
    "list": (b"- a\n", "it is not a YAML mapping"),
    "text": (b"pcsk_secret", "it is not a YAML mapping"),
    "binary": (b"\xff\xfe\x00", "it is not UTF-8"),
    "control": (b"a: \x00", "it is not YAML"),
    "twice": (b"api_key: a\nAPI_KEY: b\n", "the key `api_key` is there twice"),
    "two documents": (b"a: b\n---\nc: d\n", "it is not YAML (line 2, column 1)"),
    "deep": (b"a: " + b"[" * 100_000, "it is not YAML"),
    "key": (b"{[a]: b}\n", "a key is not a string"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_damaged_file_is_named_and_kept(name: str, tmp_path: Path) -> None:
    data, reason = BAD[name]
    path = tmp_path / "secrets.yaml"
    path.write_bytes(data)
    path.chmod(0o600)
    files = Files(tmp_path, "X")
    for act in (
        lambda: files.read("secrets"),
        lambda: files.write({"state": {"a": "b"}, "secrets": {"api_key": "new"}}, {}),
    ):
        with pytest.raises(Failure) as caught:
            act()
        assert f"`{path}` is damaged: {reason}" in caught.value.message
        assert "secret" not in caught.value.message.replace("secrets.yaml", "")
    assert path.read_bytes() == data
    assert {one.name for one in tmp_path.iterdir()} <= {"secrets.yaml", ".lock"}


@pytest.mark.parametrize(
    "value", ["{", "[]", '"text"', '{"access_token": 1}', '{"access_token":"a","expiry":"soon"}']
)
def test_a_damaged_token_is_named(value: str, tmp_path: Path) -> None:
    Files(tmp_path, "X").write({"secrets": {"oauth2_token": value}}, {})
    with pytest.raises(Failure, match=r"secrets\.yaml` is damaged: `oauth2_token`"):
        _ = acme.session(tmp_path).store.token


def test_a_file_with_a_damaged_value_is_not_changed(tmp_path: Path) -> None:
    Files(tmp_path, "X").write({"secrets": {"oauth2_token": "7", "api_key": "old"}}, {})
    before = (tmp_path / "secrets.yaml").read_bytes()
    with pytest.raises(Failure, match=r"secrets\.yaml` is damaged: `oauth2_token`"):
        acme.session(tmp_path).store.write({"secrets": {"api_key": "new"}})
    assert (tmp_path / "secrets.yaml").read_bytes() == before


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir(0o700)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


UNSAFE: dict[str, tuple[Any, str]] = {
    "link": (_link, "is a symbolic link"),
    "folder": (_folder, "is not a regular file"),
    "pipe": (_pipe, "is not a regular file"),
    "readable": (lambda path: path.chmod(0o640), "(mode 0640)"),
    "writable": (lambda path: path.chmod(0o602), "Other users can change"),
    "foreign": (lambda path: os.chown(path, 12345, -1), "belongs to another user (uid 12345)"),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_file_is_named_and_kept(name: str, tmp_path: Path) -> None:
    if name == "foreign" and os.geteuid() != 0:
        pytest.skip("only root gives files away")
    files = Files(tmp_path, "X")
    files.write({"secrets": {"a": "b"}}, {})
    change, reason = UNSAFE[name]
    change(files.path("secrets"))
    before = files.path("secrets").lstat()
    for act in (
        lambda: Files(tmp_path, "X").read("secrets"),
        lambda: Files(tmp_path, "X").write({"secrets": {"a": "c"}}, {}),
    ):
        with pytest.raises(Failure) as caught:
            act()
        assert str(files.path("secrets")) in caught.value.message
        assert reason in caught.value.message
    after = files.path("secrets").lstat()
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (
        before.st_ino,
        before.st_mode,
        before.st_mtime_ns,
    )


ERRORS = {
    errno.EROFS: "cannot be written: Read-only file system",
    errno.EACCES: "cannot be written: Permission denied",
    errno.EPERM: "cannot be written: Operation not permitted",
    errno.ENOSPC: "is full. Nothing was changed",
    errno.EDQUOT: "is full. Nothing was changed",
    errno.EIO: "cannot be written: Input/output error",
}


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.parametrize("function", ["open", "fsync", "fchmod"])
def test_a_write_that_fails_changes_nothing(
    number: int, function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Files(tmp_path, "X")
    files.write({"secrets": {"a": "old"}}, {})
    original = getattr(os, function)

    def fail(*arguments: Any) -> Any:
        if function == "open" and not arguments[1] & os.O_CREAT:
            return original(*arguments)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files_module.os, function, fail)
    for act in (
        lambda: files.write({"secrets": {"a": "new"}}, {}),
        lambda: files.check_space("secrets"),
    ):
        with pytest.raises(Failure) as caught:
            act()
        assert str(tmp_path) in caught.value.message
        assert ERRORS[number] in caught.value.message
    monkeypatch.undo()
    assert Files(tmp_path, "X").read("secrets") == {"a": "old"}
    assert {one.name for one in tmp_path.iterdir()} == {".lock", "secrets.yaml"}


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none/acme")):
        files = Files(place, "ACME_CLI")
        with pytest.raises(Failure, match=f"`{place}.*cannot be (read|written)"):
            files.write({"secrets": {"a": "b"}}, {})
    assert (tmp_path / "file").read_text("utf-8") == "x"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HOME": "/h"}, "/h/.config/acme"),
        ({"HOME": "/h", "ACME_CLI_CONFIG_DIR": ""}, "/h/.config/acme"),
        ({"HOME": "/h", "ACME_CLI_CONFIG_DIR": "/c"}, "/c"),
    ],
)
def test_folder(environ: dict[str, str], expected: str) -> None:
    assert folder("acme", "ACME_CLI", environ) == Path(expected)


# --- Interrupted writes ------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["kill", "full"])
def test_interrupted_at_every_step(
    action: str, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    """Whatever happens at whichever call of the operating system, files are old or new."""
    paths = os.pathsep.join(str(ROOT / one) for one in ("templates/cli/module", "tests"))
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("kill_steps.py"), tmp_path / "top", action],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert not seen.get("neither")
    assert not seen["open to others"]
    assert not seen["not repaired"]
    assert seen["old"] > 20
    assert seen["new"] > 1 or action == "full"
    record_property("figures", f"files of a program, {action} at every step: {done.stdout.strip()}")

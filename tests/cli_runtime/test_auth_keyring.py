"""Secrets in the system's keyring, and the file where there is none."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import acme
import keyring
import pytest
from _cli.failures import Failure
from keyring.backends import fail
from ring import Ring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRETS = {"api_key": "secret-key", "keys": {"p1": {"value": "secret-managed"}}}


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "ring.json"
    path.write_text("{}", "utf-8")
    monkeypatch.setenv("RING", str(path))
    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    yield path
    keyring.set_keyring(before)


def test_the_file_has_no_secret(tmp_path: Path, ring: Path) -> None:
    store = acme.session(tmp_path / "c", ACME_CLI_KEYRING="1").store
    store.write({"secrets": {**SECRETS, "oauth2_token": acme.token(600, "secret-access")}})
    assert not (tmp_path / "c/secrets.yaml").exists()
    assert ring.read_text("utf-8").count("secret-") == 3
    again = acme.session(tmp_path / "c", ACME_CLI_KEYRING="1").store
    assert again.api_key == "secret-key"
    assert again.get_json("secrets", "keys") == SECRETS["keys"]
    assert again.token is not None
    assert again.token.access_token == "secret-access"
    again.write(again.reset("secrets", "state"))
    assert ring.read_text("utf-8") == "{}"
    assert acme.session(tmp_path / "c", ACME_CLI_KEYRING="1").store.token is None


def test_moving_in_and_out(tmp_path: Path, ring: Path) -> None:
    store = acme.session(tmp_path / "c").store
    store.write({"secrets": SECRETS})
    before = store.files.path("secrets").read_bytes()
    store.use_keyring(enabled=True)
    assert b"secret-" not in store.files.path("secrets").read_bytes()
    other = acme.session(tmp_path / "c").store
    assert other.uses_keyring
    other.write({"secrets": {"api_key": "secret-new"}})
    assert b"secret-" not in store.files.path("secrets").read_bytes()
    assert acme.session(tmp_path / "c", ACME_CLI_KEYRING="0").store.api_key == ""
    other.use_keyring(enabled=False)
    expected = before.replace(b"secret-key", b"secret-new")
    assert store.files.path("secrets").read_bytes() == expected
    assert ring.read_text("utf-8") == "{}"


def test_folders_have_their_own_entries(tmp_path: Path, ring: Path) -> None:
    for name in ("a", "b"):
        store = acme.session(tmp_path / name, ACME_CLI_KEYRING="on").store
        store.write({"secrets": {"api_key": name}})
    assert acme.session(tmp_path / "a", ACME_CLI_KEYRING="on").store.api_key == "a"
    assert len(json.loads(ring.read_text("utf-8"))) == 2


def test_a_locked_keyring_loses_nothing(tmp_path: Path, ring: Path) -> None:
    store = acme.session(tmp_path / "c", ACME_CLI_KEYRING="1").store
    store.write({"secrets": SECRETS})
    entries = ring.read_text("utf-8")
    ring.unlink()
    for act in (lambda: store.api_key, lambda: store.write({"secrets": {"api_key": None}})):
        with pytest.raises(Failure, match=r"keyring refused the entry `acme .*KeyringLocked"):
            act()
    ring.write_text(entries, "utf-8")
    assert store.api_key == "secret-key"


@pytest.mark.parametrize("installed", [True, False])
def test_without_a_keyring_the_file_has_the_secrets(
    installed: bool,
    tmp_path: Path,
    ring: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if installed:
        keyring.set_keyring(fail.Keyring())
    else:
        monkeypatch.setitem(sys.modules, "keyring", None)
    store = acme.session(tmp_path / "c", ACME_CLI_KEYRING="1").store
    store.write({"secrets": SECRETS})
    assert store.api_key == "secret-key"
    assert b"secret-key" in store.files.path("secrets").read_bytes()
    reason = (
        "this system has none" if installed else "the Python package `keyring` is not installed"
    )
    with pytest.raises(Failure, match="The secrets stay in the file") as caught:
        store.use_keyring(enabled=True)
    assert "`acme-cli[keyring]`" in caught.value.hint
    assert capsys.readouterr().err == (
        f"[WARN] Secrets are kept in the file, not in a keyring: {reason}.\n"
    )

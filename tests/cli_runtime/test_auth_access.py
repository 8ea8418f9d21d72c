"""Which credential a security scheme gets, and what users without one read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import acme
import pytest
import server as srv
from _cli.auth.access import Credential
from _cli.auth.words import rejected
from _cli.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

E = {"ACME_API_KEY": "env-key"}
A = {"ACME_CLIENT_ID": "env-id", "ACME_CLIENT_SECRET": "env-secret"}
STORED: dict[str, dict[str, Any]] = {
    "T": {"oauth2_token": acme.token(600, "access")},
    "S": {"client_id": "stored-id", "client_secret": "stored-secret"},
    "K": {"api_key": "stored-key"},
}

# What is stored; the environment; the scheme; the kind and the value, or the failure; a warning.
CASES: list[tuple[str, dict[str, str], str, tuple[str, str] | str, bool]] = [
    ("", E, "Key", ("api_key", "env-key"), False),
    ("K", E, "Key", ("api_key", "env-key"), False),
    ("K", {}, "Key", ("api_key", "stored-key"), False),
    ("K", {"ACME_API_KEY": ""}, "Key", ("api_key", "stored-key"), False),
    ("K", {"ACME_API_KEY": " \n"}, "Key", ("api_key", "stored-key"), False),
    ("KT", {}, "Key", ("api_key", "stored-key"), True),
    ("T", E, "Key", ("api_key", "env-key"), True),
    ("T", {}, "Key", ("managed", "made"), False),
    ("S", {}, "Key", ("managed", "made"), False),
    ("", {}, "Key", "You are not authenticated", False),
    ("T", {}, "Bearer", ("login", "access"), False),
    ("TK", E, "Bearer", ("login", "access"), False),
    ("TS", A, "Bearer", ("login", "access"), False),
    ("T", {"ACME_CLIENT_ID": "env-id"}, "Bearer", ("login", "access"), False),
    ("S", A, "Bearer", ("service_account", "env-id:env-secret"), False),
    ("S", {}, "Bearer", ("service_account", "stored-id:stored-secret"), False),
    ("", A, "Bearer", ("service_account", "env-id:env-secret"), False),
    ("S", {"ACME_CLIENT_ID": "env-id"}, "Bearer", "`ACME_CLIENT_SECRET` is not set", False),
    ("S", {"ACME_CLIENT_SECRET": "x"}, "Bearer", "`ACME_CLIENT_ID` is not set", False),
    ("K", E, "Bearer", "API keys have no access to this command", False),
    ("", {}, "Bearer", "You are not authenticated", False),
]


@pytest.mark.parametrize(("stored", "environ", "scheme", "expected", "warns"), CASES)
def test_priority(
    stored: str,
    environ: dict[str, str],
    scheme: str,
    expected: tuple[str, str] | str,
    warns: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    server: Server,
) -> None:
    def token(connection: Any, request: srv.Recorded) -> None:
        form = dict(part.split("=") for part in request.body.decode().split("&"))
        text = f"{form['client_id']}:{form['client_secret']}"
        connection.sendall(srv.json({"access_token": text}))

    server.script(token)
    session = acme.session(tmp_path, acme.extended(), ACME_CLI_AUTH_URL=server.url, **environ)
    session.store.write({"secrets": {k: v for one in stored for k, v in STORED[one].items()}})
    if {"T", "S"} & {*stored}:
        made = Credential("managed", "made")
        monkeypatch.setattr(session.hooks, "credential", lambda session, scheme: made)
    if isinstance(expected, str):
        with pytest.raises(Failure) as caught:
            session.access.credential(scheme)
        assert caught.value.message.startswith(expected)
        assert not server.requests
        if "not set" not in expected:
            assert session.access.kind(scheme) is None
            for way in ("`acme auth login`", "--client-id"):
                assert way in caught.value.message
            assert ("--api-key-stdin" in caught.value.message) == (scheme == "Key")
    else:
        assert session.access.kind(scheme) == expected[0]
        found = session.access.credential(scheme)
        assert (found.kind, found.value) == expected
        assert found.value not in repr(found)
        assert session.access.credential(scheme) == found
    assert capsys.readouterr().err.count("The default API key is used, not your login") == warns
    assert len(server.requests) == (expected[0] == "service_account")


def test_an_expired_session_and_a_service_account(tmp_path: Path, server: Server) -> None:
    """There is no silent step to the service account."""
    server.script(srv.json({"error": "invalid_grant"}, 400))
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url, **A)
    session.store.write({"secrets": {"oauth2_token": acme.token(-5)}})
    with pytest.raises(Failure) as caught:
        session.access.credential("Bearer")
    assert caught.value.message == (
        "Your session has expired. The service account in `ACME_CLIENT_ID` and "
        "`ACME_CLIENT_SECRET` is not used as long as the login is stored: run `acme auth logout` "
        "to use it."
    )
    assert caught.value.hint == "Run `acme auth login` to log in again."


def test_an_expired_session_and_an_api_key(tmp_path: Path, server: Server) -> None:
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url, **E)
    session.store.write({"secrets": {"oauth2_token": acme.token(-5)}})
    assert session.access.credential("Key").value == "env-key"
    assert not server.requests


OTHERS: list[tuple[Any, dict[str, str], dict[str, str], tuple[str, str] | str]] = [
    (acme.TOKEN, {}, {"ACME_TOKEN": "t"}, ("", "t")),
    (acme.TOKEN, {"token": "s"}, {}, ("", "s")),
    (acme.TOKEN, {}, {}, "configure a token with `acme auth configure --token-stdin`"),
    (acme.BASIC, {"username": "u", "password": "p"}, {}, ("u", "p")),
    (acme.BASIC, {"username": "u", "password": "p"}, {"ACME_USER": "e"}, ("e", "")),
    (acme.BASIC, {}, {"ACME_PASSWORD": "e"}, ("", "e")),
    (acme.BASIC, {}, {}, "with `acme auth configure --username NAME --password-stdin`"),
]


@pytest.mark.parametrize(("scheme", "stored", "environ", "expected"), OTHERS)
def test_programs_without_a_login(
    scheme: Any,
    stored: dict[str, str],
    environ: dict[str, str],
    expected: tuple[str, str] | str,
    tmp_path: Path,
) -> None:
    session = acme.session(tmp_path, acme.program(scheme, login=None), **environ)
    session.store.write({"secrets": stored})
    if isinstance(expected, str):
        with pytest.raises(Failure) as caught:
            session.access.credential(scheme.name)
        assert expected in caught.value.message
        assert "login" not in caught.value.message
        assert f"`{scheme.environment[0]}`" in caught.value.hint
    else:
        found = session.access.credential(scheme.name)
        assert (found.kind, found.user, found.value) == ("stored", *expected)


def test_a_login_beside_other_schemes(tmp_path: Path) -> None:
    """Without an extension, a login gives nothing to schemes of API keys."""
    bearer = acme.TOKEN._replace(name="Bearer", sources=("login", "service_account"))
    made = acme.program(acme.KEY, bearer)
    session = acme.session(tmp_path, made)
    session.store.write({"secrets": STORED["T"]})
    assert session.access.kind("Bearer") == "login"
    assert session.access.kind("Key") is None
    with pytest.raises(Failure) as caught:
        session.access.credential("Key")
    assert caught.value.message == (
        "You are not authenticated: configure an API key with "
        "`acme auth configure --api-key-stdin`."
    )
    session.store.write(session.store.reset("secrets"))
    with pytest.raises(Failure, match=r"log in with `acme auth login` .user login.\.$"):
        session.access.credential("Bearer")
    session = acme.session(tmp_path, made, ACME_TOKEN="given")
    assert session.access.credential("Bearer").value == "given"


def test_a_home_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In containers, the user often has no home directory: the environment is enough."""
    import os

    def deny(*arguments: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    session = acme.session(tmp_path, **E)
    monkeypatch.setattr(os, "open", deny)
    assert session.access.credential("Key").value == "env-key"
    with pytest.raises(Failure, match="cannot be read: Permission denied"):
        session.access.credential("Bearer")


@pytest.mark.parametrize(("stored", "value"), [("T", "due"), ("S", "token-of-the-service-account")])
def test_a_dry_run_sends_nothing(stored: str, value: str, tmp_path: Path, server: Server) -> None:
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url)
    session.settings = session.settings._replace(dry_run=True)
    session.store.write({"secrets": STORED[stored]})
    if stored == "T":
        session.store.write({"secrets": {"oauth2_token": acme.token(-5, "due")}})
    assert session.access.credential("Bearer").value == value
    assert not server.requests


@pytest.mark.parametrize(
    ("config", "colored"),
    [(None, True), ("color: true\n", True), ("color: false\n", False), ("[", True)],
)
def test_colors_are_a_setting(
    config: str | None, colored: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("_cli.terminal._is_terminal", lambda stream: True)
    if config is not None:
        (tmp_path / "config.yaml").write_text(config, "utf-8")
    assert acme.session(tmp_path).terminal.color == colored
    assert not acme.session(tmp_path, NO_COLOR="1").terminal.color


REJECTED = [
    ("Key", "api_key", {}, "Store another one with `acme auth configure --api-key-stdin`."),
    ("Key", "api_key", E, "The credential is that of `ACME_API_KEY`."),
    ("Key", "managed", E, ""),
    ("Bearer", "login", A, "Run `acme auth logout`, then `acme auth login`."),
    (
        "Bearer",
        "service_account",
        A,
        "The credential is that of `ACME_CLIENT_ID` and `ACME_CLIENT_SECRET`.",
    ),
    ("Bearer", "service_account", {}, ""),
]


@pytest.mark.parametrize(("scheme", "kind", "environ", "hint"), REJECTED)
def test_hints_for_a_rejected_credential(
    scheme: str, kind: str, environ: dict[str, str], hint: str, tmp_path: Path
) -> None:
    session = acme.session(tmp_path, **environ)
    assert rejected(session, {scheme: Credential(kind, "secret")}) == hint

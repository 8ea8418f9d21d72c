"""The commands of `auth` and `config`: what they print, store and send."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import acme
import pytest
import server as srv
from _cli.app import main
from _cli.auth import login

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

MAIL = acme.jwt(mail="ada@example.com", scope="openid")
STORED: dict[str, dict[str, dict[str, Any]]] = {
    "T": {
        "secrets": {"oauth2_token": acme.token(600, MAIL, "refresh-secret")},
        "state": {"user_context": {"auth_context": "user_token", "email": "ada@example.com"}},
    },
    "old T": {"secrets": {"oauth2_token": acme.token(-5, MAIL, "refresh-secret")}},
    "S": {"secrets": {"client_id": "sa-id", "client_secret": "sa-secret-long"}},
    "K": {"secrets": {"api_key": "key-secret-1234"}},
    "P": {"state": {"target": {"name": "old", "id": "0"}}},
    "M": {"secrets": {"keys": {"p1": "managed-secret"}}},
}


class Case(NamedTuple):
    """A command; texts of its output; the keys that it leaves, by their short names.

    `after` has the stored keys that are not empty; None = as before.
    """

    given: str
    command: str
    code: int = 0
    out: tuple[str, ...] = ()
    err: tuple[str, ...] = ()
    after: dict[str, Any] | None = None
    stdin: str = ""
    answer: bytes = b""
    requests: int = 0
    environ: tuple[tuple[str, str], ...] = ()


SENT = srv.json({"access_token": "sa-token", "expires_in": 1800})
REFUSED = srv.json({"error": "access_denied", "error_description": "Unauthorized"}, 401)
ENDED = srv.json({"error": "invalid_grant"}, 400)
ACCOUNT = "auth configure --client-id id --client-secret sa-secret-long"
NEW_ACCOUNT = {"client_id": "id", "client_secret": "sa-secret-long"}
CONTEXT = {"auth_context": "service_account", "email": ""}
BY_KEY = {"auth_context": "default_api_key", "email": ""}

CASES = [
    # --- configure
    Case(
        "",
        "auth configure --api-key new-key",
        0,
        err=("[SUCCESS] The API key is stored.",),
        after={"api_key": "new-key", "user_context": BY_KEY},
    ),
    Case(
        "T K",
        "auth configure --api-key-stdin",
        0,
        stdin=" new-key\r\n",
        after={
            "api_key": "new-key",
            "oauth2_token": ...,
            "user_context": {**BY_KEY, "email": "ada@example.com"},
        },
    ),
    Case(
        "",
        "auth configure --api-key-stdin --json",
        0,
        ('"stored": [', '"api_key"'),
        stdin="k",
        after={"api_key": "k", "user_context": BY_KEY},
    ),
    Case(
        "",
        "auth configure --api-key-stdin",
        1,
        err=("`--api-key-stdin`: stdin is empty. Nothing was stored.",),
    ),
    Case(
        "",
        "auth configure --api-key-stdin --client-secret-stdin",
        1,
        err=("cannot be used together",),
    ),
    Case("", "auth configure --api-key k --api-key-stdin", 1, err=("cannot be used together",)),
    Case("K", "auth configure --api-key=", 1, err=("`--api-key` is empty",)),
    Case("K", "auth configure --api-key a\u00e9b", 1, err=("characters that cannot be sent",)),
    Case(
        "T",
        "auth configure --client-id x",
        1,
        err=(
            "The client secret is required. Nothing was stored.",
            "`--client-secret` or `--client-secret-stdin`",
        ),
    ),
    Case(
        "T",
        "auth configure --client-id x --prompt-if-missing",
        1,
        err=("The client secret is required",),
    ),
    Case("T", "auth configure --client-secret x", 1, err=("The client id is required",)),
    Case("T", "auth configure --target one", 1, err=("`--target` needs a service account",)),
    Case(
        "T",
        "auth configure --target one --api-key k",
        1,
        err=("`--target` needs a service account",),
    ),
    Case(
        "T P",
        f"{ACCOUNT} --target two",
        0,
        err=("[SUCCESS] The service account works, and is stored.",),
        after={**NEW_ACCOUNT, "user_context": CONTEXT, "target": {"name": "two", "id": ""}},
        answer=SENT,
        requests=1,
    ),
    Case(
        "T P",
        "auth configure --client-id id --client-secret-stdin",
        0,
        stdin="sa-secret-long\n",
        after={**NEW_ACCOUNT, "user_context": CONTEXT},
        answer=SENT,
        requests=1,
    ),
    Case(
        "T",
        f"{ACCOUNT} --api-key new-key",
        0,
        err=("service account works", "API key is stored"),
        after={**NEW_ACCOUNT, "api_key": "new-key", "user_context": BY_KEY},
        answer=SENT,
        requests=1,
    ),
    Case(
        "T P S",
        f"{ACCOUNT} --target unknown",
        1,
        err=("There is no target `unknown`.",),
        answer=SENT,
        requests=1,
    ),
    Case(
        "T P",
        ACCOUNT,
        1,
        ('{\n    "error": "',),
        ("denied access (access_denied): Unauthorized",),
        answer=REFUSED,
        requests=1,
    )._replace(command=f"{ACCOUNT} --json"),
    Case("K", "auth configure", 0, ("Default API Key", "key-***1234")),
    # --- clear and logout
    Case(
        "T K",
        "auth clear --api-key",
        0,
        err=("The stored API key is removed.",),
        after={"oauth2_token": ..., "user_context": ...},
    ),
    Case(
        "K S",
        "auth clear --api-key",
        0,
        after={"client_id": "sa-id", "client_secret": ..., "user_context": CONTEXT},
    ),
    Case(
        "K S",
        "auth clear --service-account --json",
        0,
        ('"service_account"',),
        after={"api_key": ..., "user_context": BY_KEY},
    ),
    Case("K S", "auth clear --service-account --api-key", 0, after={}),
    Case(
        "K S",
        "auth clear",
        1,
        err=("Nothing was chosen to clear.", "--api-key or --service-account"),
    ),
    Case(
        "T S K P M",
        "auth logout",
        0,
        err=("[SUCCESS] Logged out: all stored", "[SUCCESS] The stored context"),
        after={},
    ),
    Case(
        "T S K P M",
        "logout --json",
        0,
        ('"status": "logged_out"',),
        after={},
        environ=(("ACME_API_KEY", "env-secret"),),
        err=("still has `ACME_API_KEY`",),
    ),
    Case("", "logout", 0, after={}),
    Case("", "auth clear --api-key", 0, after={}),
    *(
        Case("T K", f"{command} --dry-run", 1, err=("This command has no dry run",))
        for command in (
            "login",
            "logout",
            "auth clear --api-key",
            "auth configure --api-key k",
            "config set color false",
            "config unset api-key",
        )
    ),
    # --- login
    Case(
        "T",
        "auth login",
        0,
        err=(
            "[WARN] You are logged in already as ada@example.com (organization id: o1)",
            "`acme auth logout`",
        ),
    ),
    Case(
        "T", "login --json", 0, ('"status": "already_authenticated"', '"email": "ada@example.com"')
    ),
    Case(
        "old T",
        "auth login",
        0,
        err=("You are logged in already",),
        answer=srv.json({"access_token": MAIL}),
        requests=1,
        after={"oauth2_token": ...},
    ),
    # --- whoami and status
    Case(
        "T", "auth whoami", 0, err=("[INFO] Logged in as ada@example.com (organization id: o1).",)
    ),
    Case("T", "whoami --json", 0, ('"email": "ada@example.com"', '"organization_id": "o1"')),
    Case("K S", "whoami", 1, err=("[ERROR] Nobody is logged in.", "`acme auth login`")),
    Case("", "auth status", 0, ("Auth Mode", "UNSET")),
    Case(
        "T K S",
        "auth status",
        0,
        (
            "user_token",
            "Login",
            "valid",
            "key-***1234",
            "sa-id",
            "sa-s***long",
            "Token Scope",
            "openid",
            "Credential for Bearer   login",
            "Credential for Key      api_key",
        ),
    ),
    Case(
        "T K",
        "auth status --json",
        0,
        ('"Bearer": "login"', '"Key": "api_key"', '"token_expiry": "20'),
    ),
    Case("old T", "auth status", 0, ("Login                   expired",), answer=ENDED, requests=1),
    Case(
        "old T",
        "auth status --json",
        0,
        ('"login": "The login cannot be renewed. The login service',),
        answer=srv.answer(503),
        requests=1,
    ),
    Case(
        "",
        "auth status",
        0,
        ("`ACME_CLIENT_SECRET` is not set",),
        environ=(("ACME_CLIENT_ID", "x"),),
    ),
    # --- config
    Case("K", "config get api-key", 0, ("key-***1234\n",)),
    Case("K", "config get api-key --reveal", 0, ("key-secret-1234\n",)),
    Case("K", "config get-api-key --reveal", 0, ("key-secret-1234\n",)),
    Case(
        "T",
        "config set api-key -",
        0,
        stdin="new-key\n",
        after={"api_key": "new-key", "oauth2_token": ..., "user_context": ...},
    ),
    Case("", "config set-api-key new-key", 0, after={"api_key": "new-key", "user_context": BY_KEY}),
    Case("K T", "config unset api-key", 0, after={"oauth2_token": ..., "user_context": ...}),
    Case("", "config get color", 0, ("true\n",)),
    Case(
        "", "config set color OFF", 0, after={"color": "false"}, err=("[SUCCESS] `color` is set.",)
    ),
    Case("", "config set-color false", 0, after={"color": "false"}),
    Case("", "config set color blue", 1, err=("`color` is true or false; 'blue' is neither.",)),
    Case("", "config set environment staging", 0, after={"environment": "staging"}),
    Case("", "config set environment mars", 1, err=("`mars` is no environment.",)),
    Case(
        "",
        "config set colour false",
        1,
        err=("There is no setting `colour`.", "Did you mean `color`?"),
    ),
    Case(
        "",
        "config get zzz",
        1,
        err=("There are api-key, color, environment, keyring, oauth-client-id.",),
    ),
    Case("", "config set oauth-client-id mine", 0, after={"oauth_client_id": "mine"}),
    Case(
        "K",
        "config list",
        0,
        ("api-key", "key-***1234", "oauth-client-id   UNSET", "environment       production"),
    ),
    Case(
        "K",
        "config describe api-key --json",
        0,
        ('"description": "The default API key."', "secrets.yaml", '"value": "key-***1234"'),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.given}, {case.command}")
def test_command(
    case: Case,
    tmp_path: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if case.answer:
        server.script(case.answer)
    folder = tmp_path / "acme"
    store = acme.session(folder, acme.extended()).store
    for one in case.given.replace("old T", "old_T").split():
        store.write(STORED[one.replace("_", " ")])
    before = _stored(folder)
    monkeypatch.setenv("ACME_CLI_CONFIG_DIR", str(folder))
    monkeypatch.setenv("ACME_CLI_AUTH_URL", server.url)
    monkeypatch.setenv("ACME_CLI_OAUTH_CLIENT_ID", "acme-client")
    for name, value in case.environ:
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdin", io.StringIO(case.stdin))
    assert main(acme.extended(), case.command.split(" ")) == case.code
    seen = capsys.readouterr()
    for text in case.out:
        assert text in seen.out
    for text in case.err:
        assert text in seen.err
    assert bool(seen.out) == bool(case.out)
    if "--reveal" not in case.command:
        assert "secret-" not in (seen.out + seen.err).replace("secret-stdin", "")
    after = _stored(folder)
    if case.after is None:
        assert after == before
    else:
        assert after.keys() == case.after.keys()
        assert all(value in (after[key], ...) for key, value in case.after.items())
    assert len(server.requests) == case.requests
    if not after and not before:
        assert not folder.exists()


FOREIGN = [
    # The command; what is on stdin; the exit code; a text of the output; what is stored then.
    ("auth configure --username u --password-stdin", "p w\n", 0, "is stored", ["p w", "", "u"]),
    ("auth configure --username u", "", 0, "The password is stored", ["", "", "u"]),
    ("auth configure --token-stdin --username u", "t", 0, "The token is stored", ["", "t", "u"]),
    ("auth configure --token=", "", 1, "`--token` is empty", None),
    ("auth configure --username=", "", 0, "is stored", None),
    ("auth clear --password", "", 0, "The stored password is removed", None),
    ("auth status", "", 0, "Credential for Basic", None),
    ("auth login", "", 1, "No such command 'login'", None),
    ("whoami", "", 1, "No such command 'whoami'", None),
    ("logout", "", 0, "Logged out", None),
    ("config get api-key", "", 1, "There is no setting", None),
]


@pytest.mark.parametrize(("command", "stdin", "code", "text", "stored"), FOREIGN)
def test_command_of_a_program_without_a_login(
    command: str,
    stdin: str,
    code: int,
    text: str,
    stored: list[str] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = acme.program(acme.TOKEN, acme.BASIC, login=None)
    monkeypatch.setenv("ACME_CLI_CONFIG_DIR", str(tmp_path / "acme"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    assert main(made, command.split(" ")) == code
    seen = capsys.readouterr()
    assert text in seen.out + seen.err
    found = acme.session(tmp_path / "acme", made).store.files.read("secrets")
    assert [found[key] for key in sorted(found)] == (stored or [])
    assert not (tmp_path / "acme/state.yaml").exists()


def _stored(folder: Path) -> dict[str, Any]:
    """The values that are stored and not empty."""
    store = acme.session(folder, acme.extended()).store
    found: dict[str, Any] = {}
    for file in ("secrets", "state", "config"):
        for key, text in store.files.read(file).items():
            value = json.loads(text) if text.startswith("{") else text
            is_set = any(value.values()) if isinstance(value, dict) else value
            if is_set and value.get("access_token", 1) if isinstance(value, dict) else is_set:
                found[key] = value
    defaults = {"color": "true", "environment": "production"}
    return {key: value for key, value in found.items() if defaults.get(key) != value}


def test_login(
    tmp_path: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from test_auth_login import Browser

    server.script(srv.json({"access_token": MAIL, "refresh_token": "r"}))
    store = acme.session(tmp_path, acme.extended()).store
    store.write(STORED["S"])
    monkeypatch.setenv("ACME_CLI_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("ACME_CLI_AUTH_URL", server.url)
    monkeypatch.setenv("ACME_CLI_OAUTH_CLIENT_ID", "acme-client")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(login, "write_message", None)
    browser = Browser(
        monkeypatch, lambda query: [("GET", f"/back?code=c&state={query['state']}", {})]
    )
    assert main(acme.extended(), ["auth", "login", "--json"]) == 0
    seen = capsys.readouterr()
    assert json.loads(seen.out) == {
        "status": "authenticated",
        "email": "ada@example.com",
        "organization_id": "o1",
    }
    assert "Logged in as ada@example.com (organization id: o1)." in seen.err
    assert browser.query["hook"] == "1"
    after = _stored(tmp_path)
    assert after == {
        "oauth2_token": after["oauth2_token"],
        "user_context": {"auth_context": "user_token", "email": "ada@example.com"},
        "target": {"name": "one", "id": "1"},
    }

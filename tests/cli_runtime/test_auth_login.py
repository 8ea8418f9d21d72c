"""Logins: the browser's redirect, pasted codes, refreshes, and what the service may answer."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import acme
import pytest
import server as srv
from _cli.auth import callback, login
from _cli.auth.callback import Listener
from _cli.auth.guard import encrypted_only, is_loopback
from _cli.auth.oauth import located
from _cli.auth.words import Refused
from _cli.failures import Failure
from common import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from _cli.session import Session
    from server import Server

ANSWER = {"access_token": "new-access", "expires_in": 1800, "token_type": "Bearer"}


def form(request: srv.Recorded) -> dict[str, str]:
    assert request.headers["user-agent"] == "acme-cli/1.2.3"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    return dict(parse_qsl(request.body.decode(), strict_parsing=True))


def logged_in(folder: Path, seconds: float | None, server: Server, **environ: str) -> Session:
    made = acme.session(folder, ACME_CLI_AUTH_URL=server.url, **environ)
    made.store.write({"secrets": {"oauth2_token": acme.token(seconds)}})
    return made


# --- The login in a browser --------------------------------------------------------------------


class Browser(threading.Thread):
    """Visits the redirect when the program has printed the URL; `visits` returns what it asks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, visits: Callable[[dict[str, str]], Any]):
        super().__init__(daemon=True)
        self.url = ""
        self.statuses: list[int] = []
        self.pages: list[str] = []
        self._visits = visits
        monkeypatch.setattr(login, "write_message", self._seen)

    def _seen(self, text: str) -> None:
        [self.url] = [line for line in text.splitlines() if line.startswith("http")]
        self.start()

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query))

    def run(self) -> None:
        back = urlsplit(self.query["redirect_uri"])
        for method, target, headers in self._visits(self.query):
            connection = http.client.HTTPConnection("127.0.0.1", back.port or 0, timeout=60)
            connection.request(method, target, headers=headers)
            answer = connection.getresponse()
            self.pages.append(answer.read().decode())
            self.statuses.append(answer.status)
            connection.close()


def test_login(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.script(srv.json({**ANSWER, "refresh_token": "new-refresh", "scope": "other"}))
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url)
    session.store.write({"secrets": {"client_id": "sa", "client_secret": "s", "api_key": "k"}})
    browser = Browser(
        monkeypatch,
        lambda query: [
            ("GET", "/favicon.ico", {}),
            ("GET", "/back?code=evil&state=wrong", {}),
            ("GET", "/back?code=evil", {}),
            ("GET", "/back?error=access_denied", {}),
            ("GET", f"/back?code=evil&state={query['state']}", {"Host": "evil.test"}),
            ("POST", f"/back?code=evil&state={query['state']}", {}),
            ("GET", f"/back?code=a%2Bb&state={query['state']}", {}),
        ],
    )
    token = login.log_in(session, {"orgId": "o2"})
    browser.join(60)
    assert browser.statuses == [404, 400, 400, 400, 403, 501, 200]
    assert not any(query in page for page in browser.pages for query in ("evil", "a+b", "state"))
    query = browser.query
    assert browser.url.startswith(f"{server.url}/oauth/authorize?tenant=1&response_type=code&")
    [request] = server.requests
    sent = form(request)
    hashed = hashlib.sha256(sent["code_verifier"].encode()).digest()
    assert query == {
        "tenant": "1",
        "response_type": "code",
        "client_id": "acme-client",
        "redirect_uri": query["redirect_uri"],
        "scope": "openid offline_access",
        "state": query["state"],
        "code_challenge": base64.urlsafe_b64encode(hashed).decode().rstrip("="),
        "code_challenge_method": "S256",
        "audience": "https://api.acme.test/v1",
        "source": "acme",
        "orgId": "o2",
    }
    assert (len(query["state"]), len(sent["code_verifier"])) == (43, 43)
    assert request.path == "/oauth/token"
    assert sent == {
        "grant_type": "authorization_code",
        "code": "a+b",
        "redirect_uri": query["redirect_uri"],
        "client_id": "acme-client",
        "code_verifier": sent["code_verifier"],
    }
    assert (token.access_token, token.refresh_token) == ("new-access", "new-refresh")
    store = acme.session(tmp_path).store
    assert store.token == token
    assert (store.service_account, store.api_key) == (None, "k")
    assert store.get_json("state", "user_context")["auth_context"] == "default_api_key"


@pytest.mark.parametrize(
    ("visit", "message"),
    [
        ("error=access_denied&error_description=Not+today&", "denied access (access_denied): Not"),
        ("error=odd%0Aone&", "with an error (odd one)"),
        ("", "The URL has no `code`"),
    ],
)
def test_login_that_the_service_refuses(
    visit: str, message: str, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = logged_in(tmp_path, 5, server)
    before = (tmp_path / "secrets.yaml").read_bytes()
    Browser(monkeypatch, lambda query: [("GET", f"/back?{visit}state={query['state']}", {})])
    with pytest.raises(Failure) as caught:
        login.log_in(session)
    assert message in caught.value.message
    assert not server.requests
    assert (tmp_path / "secrets.yaml").read_bytes() == before


def test_login_that_an_extension_refuses(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the extension checks uses the new token, which is not stored then."""
    server.script(srv.json(ANSWER))
    session = logged_in(tmp_path, 5, server)
    before = (tmp_path / "secrets.yaml").read_bytes()
    used: list[str] = []

    def refuse(session: Session, token: Any) -> Any:
        used.append(session.access.credential("Bearer").value)
        raise Failure("No.")

    monkeypatch.setattr(session.hooks, "logged_in", refuse)
    Browser(monkeypatch, lambda query: [("GET", f"/back?code=c&state={query['state']}", {})])
    with pytest.raises(Failure, match=r"No\."):
        login.log_in(session)
    assert used == ["new-access"]
    assert (tmp_path / "secrets.yaml").read_bytes() == before


def test_login_in_a_busy_port(tmp_path: Path, server: Server) -> None:
    port = urlsplit(server.url).port
    session = acme.session(tmp_path, ACME_CLI_CALLBACK_PORT=str(port))
    with pytest.raises(Failure, match=f"Port {port} of 127.0.0.1 .* another program uses it"):
        login.log_in(session)
    assert not [*tmp_path.iterdir()]


def test_login_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "write_message", lambda text: None)
    session = acme.session(tmp_path, ACME_CLI_LOGIN_TIMEOUT="0")
    with pytest.raises(Failure, match="Nobody logged in within 0 s"):
        login.log_in(session)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    "environ",
    [
        {"ACME_CLI_CALLBACK_PORT": "x"},
        {"ACME_CLI_CALLBACK_PORT": "70000"},
        {"ACME_CLI_LOGIN_TIMEOUT": "-1"},
    ],
)
def test_numbers_of_the_environment(environ: dict[str, str], tmp_path: Path) -> None:
    [(name, value)] = environ.items()
    with pytest.raises(Failure, match=f"`{name}` is no number that can be used: '{value}'"):
        login.log_in(acme.session(tmp_path, **environ))


def test_login_without_a_client_id(tmp_path: Path) -> None:
    session = acme.session(tmp_path, ACME_CLI_OAUTH_CLIENT_ID="")
    with pytest.raises(Failure, match="needs the client id") as caught:
        login.log_in(session)
    assert "ACME_CLI_OAUTH_CLIENT_ID" in caught.value.hint
    session.store.write({"config": {"oauth_client_id": "mine"}})
    assert "client_id=mine&" in session.access.service().authorize_url(
        login_attempt("http://127.0.0.1:1/back"), {}
    )


def login_attempt(uri: str) -> Any:
    from _cli.auth.oauth import Attempt

    return Attempt(uri)


# --- Pasting -----------------------------------------------------------------------------------


class Pipe:
    """A stdin with some lines, which `select` can watch."""

    def __init__(self, text: str) -> None:
        reading, writing = os.pipe()
        os.write(writing, text.encode())
        os.close(writing)
        self._file = os.fdopen(reading, "r", encoding="utf-8")
        self.fileno, self.readline, self.isatty = self._file.fileno, self._file.readline, bool

    def close(self) -> None:
        self._file.close()


PASTED: dict[str, tuple[str, str | None]] = {
    "code": ("{code}", None),
    "url": ("http://127.0.0.1:1/back?code={code}&state={state}", None),
    "url without state": ("http://127.0.0.1:1/back?code={code}", None),
    "after an empty line": ("\n  {code}  ", None),
    "another state": (
        "http://127.0.0.1:1/back?code={code}&state=other",
        "belongs to another login",
    ),
    "no code": ("http://127.0.0.1:1/back?state={state}", "The URL has no `code`"),
    "refusal": ("http://127.0.0.1:1/back?error=access_denied&state={state}", "denied access"),
    "the login page": ("http://127.0.0.1:1/authorize", "neither the redirected URL nor its code"),
    "nothing": ("", "another program uses it"),
}


@pytest.mark.parametrize("case", PASTED)
def test_pasting(
    case: str, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no browser can reach this machine, users paste what theirs shows."""
    line, refusal = PASTED[case]
    server.script(srv.json(ANSWER))
    port = urlsplit(server.url).port  # It is busy, which does not matter.
    environ = {"ACME_CLI_NO_BROWSER": "1", "ACME_CLI_CALLBACK_PORT": str(port)}
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url, **environ)
    pipes: list[Pipe] = []

    def invite(text: str) -> None:
        assert "paste" in text
        [url] = [line for line in text.splitlines() if line.startswith("http")]
        state = parse_qs(urlsplit(url).query)["state"][0]
        pipes.append(Pipe(line.format(code="c-1", state=state) + "\n" * bool(line)))
        monkeypatch.setattr(callback.sys, "stdin", pipes[0])

    monkeypatch.setattr(login, "write_message", invite)
    try:
        if refusal is None:
            login.log_in(session)
            assert form(server.requests[0])["code"] == "c-1"
        else:
            with pytest.raises(Failure) as caught:
                login.log_in(session)
            assert refusal in caught.value.message
            assert not server.requests
    finally:
        pipes[0].close()


# --- What the service answers ------------------------------------------------------------------

ANSWERS: dict[str, tuple[Any, str, str]] = {
    # The response; what the message says of a refresh; the code of the error.
    "invalid_grant": (
        srv.json({"error": "invalid_grant"}, 400),
        "session has expired",
        "invalid_grant",
    ),
    "invalid_client": (
        srv.json({"error": "invalid_client"}, 401),
        "does not accept the client id",
        "invalid_client",
    ),
    "invalid_request": (
        srv.json({"error": "invalid_request", "error_description": "No {secret}\x1b[2J."}, 400),
        "considers the request invalid (invalid_request): No *** [2J.",
        "invalid_request",
    ),
    "unauthorized_client": (
        srv.json({"error": "unauthorized_client"}, 403),
        "does not allow this",
        "unauthorized_client",
    ),
    "unsupported": (
        srv.json({"error": "unsupported_grant_type"}, 400),
        "does not support",
        "unsupported_grant_type",
    ),
    "invalid_scope": (
        srv.json({"error": "invalid_scope"}, 400),
        "does not grant the scopes",
        "invalid_scope",
    ),
    "other": (
        srv.json({"error": "teapot", "error_description": "Short."}, 418),
        "an error (teapot): Short.",
        "teapot",
    ),
    "429": (
        srv.json({"error": "too_many_requests"}, 429),
        "limits the rate of requests (429)",
        "rate_limited",
    ),
    "500": (srv.answer(500, b"<html>"), "has a problem (500)", "server_error"),
    "503": (srv.json({"error": "invalid_grant"}, 503), "has a problem (503)", "server_error"),
    "redirect": (
        srv.answer(302, headers={"Location": "http://evil.test/"}),
        "response (302) has no token",
        "",
    ),
    "404": (srv.answer(404, b"no"), "its response (404) has no token", ""),
    "html": (srv.answer(200, b"<html>", kind="text/html"), "its response (200) has no token", ""),
    "empty": (srv.answer(200), "its response (200) has no token", ""),
    "list": (srv.json([]), "is not understood", ""),
    "null": (srv.json({"access_token": None}), "has no token", ""),
    "number": (srv.json({"access_token": 5}), "has no token that can be sent", ""),
    "line break": (srv.json({"access_token": "a\nb"}), "has no token that can be sent", ""),
    "reset": (srv.reset, "cannot be reached", ""),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_refresh_that_fails(case: str, tmp_path: Path, server: Server) -> None:
    """The token is kept, and every message is a sentence without a secret."""
    answer, message, code = ANSWERS[case]
    if isinstance(answer, bytes):
        answer = answer.replace(b"{secret}", b"old-refresh")  # Four bytes more than it says.
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = [
            b"Content-Length: %d" % len(body) if one.lower().startswith(b"content-l") else one
            for one in head.split(b"\r\n")
        ]
        answer = b"\r\n".join(lines) + b"\r\n\r\n" + body
    server.script(answer)
    session = logged_in(tmp_path, 60, server)
    before = (tmp_path / "secrets.yaml").read_bytes()
    with pytest.raises(Refused) as caught:
        session.access.credential("Bearer")
    assert message in caught.value.message
    assert caught.value.error == code
    texts = caught.value.message + caught.value.hint + repr(caught.value)
    assert "old-refresh" not in texts
    assert ("auth login" in texts) == (case == "invalid_grant")
    assert (tmp_path / "secrets.yaml").read_bytes() == before
    assert len(server.requests) == 1


@pytest.mark.parametrize("refresh", [None, "new-refresh"])
@pytest.mark.parametrize("seconds", [-5, 60, 89])
def test_refresh(seconds: float, refresh: str | None, tmp_path: Path, server: Server) -> None:
    server.script(srv.json({**ANSWER, **({"refresh_token": refresh} if refresh else {})}))
    environ = {"ACME_API_KEY": "env-key", "ACME_CLIENT_ID": "env-id", "ACME_CLIENT_SECRET": "env-s"}
    session = logged_in(tmp_path, seconds, server, **environ)
    assert session.access.credential("Bearer").value == "new-access"
    assert acme.session(tmp_path).access.credential("Bearer").value == "new-access"
    [request] = server.requests
    assert form(request) == {
        "grant_type": "refresh_token",
        "client_id": "acme-client",
        "refresh_token": "old-refresh",
        "audience": "https://api.acme.test/v1",
    }
    token = session.store.token
    assert token is not None
    assert token.refresh_token == (refresh or "old-refresh")
    left = token.time_left
    assert left is not None
    assert 1600 < left.total_seconds() <= 1800
    text = (tmp_path / "secrets.yaml").read_text("utf-8")
    assert not any(value in text for value in environ.values())


@pytest.mark.parametrize("seconds", [600, None])
def test_no_refresh(seconds: float | None, tmp_path: Path, server: Server) -> None:
    session = logged_in(tmp_path, seconds, server)
    assert session.access.credential("Bearer").value == "old-access"
    assert not server.requests


def test_refresh_of_a_token_of_another_program(tmp_path: Path, server: Server) -> None:
    """The login service gave the refresh token to the client id in the token's claims."""
    server.script(srv.json(ANSWER))
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url, ACME_CLI_OAUTH_CLIENT_ID="")
    stored = acme.token(5, acme.jwt(azp="theirs"))
    session.store.write({"secrets": {"oauth2_token": {**stored, "id_token": "kept"}}})
    session.access.credential("Bearer")
    assert form(server.requests[0])["client_id"] == "theirs"
    assert session.store.get_json("secrets", "oauth2_token")["id_token"] == "kept"


def test_expired_without_a_refresh_token(tmp_path: Path, server: Server) -> None:
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url)
    session.store.write({"secrets": {"oauth2_token": acme.token(60, refresh="")}})
    assert session.access.credential("Bearer").value == "old-access"
    session.store.write({"secrets": {"oauth2_token": acme.token(-1, refresh="")}})
    with pytest.raises(Refused, match="session has expired"):
        session.access.credential("Bearer")
    assert not server.requests


def test_no_refresh_where_the_next_token_could_not_be_stored(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = logged_in(tmp_path, 5, server)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Failure, match="is full"):
        session.access.credential("Bearer")
    assert not server.requests


def test_many_processes_refresh_once(tmp_path: Path, server: Server) -> None:
    answers = [srv.json({**ANSWER, "refresh_token": "new-refresh"})]
    server.script(*answers, srv.json({"error": "invalid_grant"}, 400))
    logged_in(tmp_path / "files", 5, server)
    paths = os.pathsep.join(
        str(ROOT / one) for one in ("templates/cli/module", "tests", "tests/cli_runtime")
    )
    done = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("crowd.py"),
            tmp_path / "files",
            server.url,
            "20",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"new-access": 20}
    assert len(server.requests) == 1


# --- Service accounts --------------------------------------------------------------------------


def test_service_account(tmp_path: Path, server: Server) -> None:
    server.script(srv.json(ANSWER))
    environ = {"ACME_CLIENT_ID": "id", "ACME_CLIENT_SECRET": "a b&c\n"}
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url, **environ)
    for _ in range(2):
        assert session.access.credential("Bearer").value == "new-access"
    [request] = server.requests
    assert form(request) == {
        "grant_type": "client_credentials",
        "client_id": "id",
        "client_secret": "a b&c",
        "audience": "https://api.acme.test/",
    }
    assert not [*tmp_path.iterdir()]


def test_service_account_by_basic_authentication(tmp_path: Path, server: Server) -> None:
    server.script(srv.json(ANSWER))
    scheme = acme.ACCOUNT._replace(
        token_method="client_secret_basic",
        scopes=("a", "b"),
        token_headers={"X-Version": "1"},
        sources=("stored",),
    )
    environ = {"ACME_CLIENT_ID": "i:d", "ACME_CLIENT_SECRET": "s", "ACME_CLI_AUTH_URL": server.url}
    session = acme.session(tmp_path, acme.program(scheme, login=None), **environ)
    assert session.access.credential("Bearer").kind == "service_account"
    [request] = server.requests
    basic = base64.b64encode(b"i%3Ad:s").decode()
    assert request.headers["authorization"] == f"Basic {basic}"
    assert request.headers["x-version"] == "1"
    assert form(request) == {
        "grant_type": "client_credentials",
        "scope": "a b",
        "audience": "https://api.acme.test/",
    }


def test_service_account_that_is_refused(tmp_path: Path, server: Server) -> None:
    error = {"error": "access_denied", "error_description": "Unknown secret s3cret-value"}
    server.script(srv.json(error, 401))
    environ = {"ACME_CLIENT_ID": "id", "ACME_CLIENT_SECRET": "s3cret-value"}
    session = acme.session(tmp_path, ACME_CLI_AUTH_URL=server.url, **environ)
    with pytest.raises(Refused, match=r"\(access_denied\): Unknown secret \*\*\*"):
        session.access.credential("Bearer")


# --- Hosts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("https://a.test/t?x=1", "", "https://a.test/t?x=1"),
        ("https://a.test/t?x=1", "http://127.0.0.1:80", "http://127.0.0.1:80/t?x=1"),
        ("https://a.test/t", "http://localhost/base/", "http://localhost/base/t"),
        ("https://a.test/t", "http://[::1]:8", "http://[::1]:8/t"),
        ("https://a.test/t", "http://evil.test", None),
        ("https://a.test/t", "http://127.0.0.1.evil.test", None),
        ("https://a.test/t", "ftp://127.0.0.1", None),
        ("https://a.test/t", "127.0.0.1:80", None),
        ("http://a.test/t", "", None),
    ],
)
def test_plain_http_is_for_loopback_hosts(url: str, base: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(Failure, match="must start with https://"):
            located(url, base)
    else:
        assert located(url, base) == expected


@pytest.mark.parametrize(
    ("host", "expected"), [("127.9.9.9", True), ("::1", True), ("0.0.0.0", False), ("a", False)]
)
def test_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.test/x", None),
        ("http://127.0.0.1:80/x", None),
        ("http://[::1]/x", None),
        ("http://a.test/x", "a.test"),
        ("http://localhost@a.test/x", "a.test"),
    ],
)
def test_credentials_travel_encrypted(url: str, host: str | None) -> None:
    class Request:
        pass

    request: Any = Request()
    request.url = url
    sent: list[Any] = []
    if host is None:
        encrypted_only(request, sent.append)
    else:
        with pytest.raises(Failure, match=f"not sent to `{host}` unencrypted"):
            encrypted_only(request, sent.append)
    assert len(sent) == (host is None)


def test_a_silent_connection_does_not_stop_the_listener() -> None:
    """Browsers open connections that they do not use."""
    with Listener(0, "/back", "s") as listener:
        silent = socket.create_connection(("127.0.0.1", listener.server_port))

        def visit() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", listener.server_port)
            connection.request("GET", "/back?state=s&code=c")
            connection.getresponse().read()
            connection.close()

        thread = threading.Thread(target=visit, daemon=True)
        thread.start()
        found = callback.wait(listener, 60, reads=False, enter=lambda: None)
        thread.join(60)
        silent.close()
    assert found == f"{listener.url}?state=s&code=c"

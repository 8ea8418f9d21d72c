"""Client credentials through a generated client. The server is the proxy of both hosts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import server as srv

if TYPE_CHECKING:
    import socket
    from types import ModuleType

    from pair import Pair
    from server import Recorded, Server

SECRET = "canary-Secret-0123456789"
TOKEN_URL = "http://login.accounts.example/oauth/token"
API_URL = "http://api.accounts.example/accounts"


class Tokens:
    """Both hosts: gives `token-number-1`, then 2, and accepts the newest that is not revoked."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.given = 0
        self.revoked = False
        server.script(self._step)

    def _step(self, connection: socket.socket, request: Recorded) -> None:
        connection.sendall(self._answer(request))

    def _answer(self, request: Recorded) -> bytes:
        if request.target == TOKEN_URL:
            self.given += 1
            self.revoked = False
            return srv.json({"access_token": f"token-number-{self.given}", "expires_in": 3600})
        valid = request.headers["authorization"] == f"Bearer token-number-{self.given}"
        if valid and not self.revoked:
            return srv.json(["a", "b"])
        return srv.json({"error": "invalid_token"}, 401)

    def targets(self) -> list[str]:
        return [request.target for request in self.server.requests]


@pytest.fixture
def tokens(server: Server) -> Tokens:
    return Tokens(server)


@pytest.fixture
def accounts(apis: dict[str, ModuleType]) -> ModuleType:
    return apis["accounts"]


def client(pair: Pair, package: ModuleType, tokens: Tokens, **options: Any) -> Any:
    return pair.of(package, "Accounts", proxy=tokens.server.url, **options)


def test_a_token_is_fetched_once_and_renewed_once(
    pair: Pair, accounts: ModuleType, tokens: Tokens
) -> None:
    made = client(pair, accounts, tokens, client_id="me", client_secret=SECRET)
    assert tokens.targets() == []
    for _ in range(2):
        assert pair.run(made.accounts.list_accounts()) == ["a", "b"]
    assert tokens.targets() == [TOKEN_URL, API_URL, API_URL]
    assert parse_qs(tokens.server.requests[0].body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["read write"],
        "audience": ["https://accounts.example/"],
        "client_id": ["me"],
        "client_secret": [SECRET],
    }
    tokens.revoked = True
    assert pair.run(made.accounts.list_accounts()) == ["a", "b"]
    assert tokens.targets()[3:] == [API_URL, TOKEN_URL, API_URL]


def test_the_environment_gives_them(
    pair: Pair, accounts: ModuleType, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(accounts.ConfigurationError, match=r"client_id=\.\.\. and client_secret="):
        client(pair, accounts, tokens)
    monkeypatch.setenv("ACCOUNTS_CLIENT_ID", "me")
    monkeypatch.setenv("ACCOUNTS_CLIENT_SECRET", SECRET)
    made = client(pair, accounts, tokens)
    assert pair.run(made.accounts.list_accounts()) == ["a", "b"]
    assert parse_qs(tokens.server.requests[0].body.decode())["client_secret"] == [SECRET]


def test_a_token_replaces_client_credentials(
    pair: Pair, accounts: ModuleType, tokens: Tokens
) -> None:
    made = client(pair, accounts, tokens, access_token="token-number-0")
    assert pair.run(made.accounts.list_accounts()) == ["a", "b"]
    assert tokens.targets() == [API_URL]
    with pytest.raises(accounts.ConfigurationError, match="pass access_token, or client_id"):
        client(pair, accounts, tokens, access_token="token-number-0", client_id="me")
    with pytest.raises(accounts.ConfigurationError, match=r"client_secret=\.\.\. is missing"):
        client(pair, accounts, tokens, client_id="me")


def test_the_secret_and_the_token_never_show(
    pair: Pair, accounts: ModuleType, tokens: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = client(pair, accounts, tokens, client_id="me", client_secret=SECRET)
    pair.run(made.accounts.list_accounts())
    assert "POST /oauth/token -> 200" in caplog.text
    tokens.server.script(srv.json({"told": "not with token-number-1"}, 403))
    with pytest.raises(accounts.PermissionDeniedError) as denied:
        pair.run(made.accounts.list_accounts())
    assert denied.value.body == {"told": "not with ***"}
    tokens.server.script(srv.json({"error_description": f"{SECRET} is wrong"}, 401))
    with pytest.raises(accounts.AuthenticationError) as refused:
        pair.run(made.accounts.list_accounts())
    assert refused.value.body == {"error_description": "*** is wrong"}
    shown = [made, vars(made), *(e.value for e in (denied, refused)), vars(denied.value)]
    text = caplog.text + repr(shown) + repr(vars(refused.value))
    assert SECRET not in text
    assert "token-number" not in text

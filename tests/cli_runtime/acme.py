"""A program with every kind of credential, and how to run its library in tests."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from _cli.auth.token import Token
from _cli.program import Login, Program, Scheme
from _cli.session import Session, Settings

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = Scheme(
    "Bearer",
    "client_credentials",
    ("client_id", "client_secret"),
    ("ACME_CLIENT_ID", "ACME_CLIENT_SECRET"),
    argument="token",
    sources=("login", "service_account"),
    token_url="https://login.acme.test/oauth/token",
    token_parameters={"audience": "https://api.acme.test/"},
)
KEY = Scheme("Key", "api_key", ("api_key",), ("ACME_API_KEY",), sources=("api_key", "managed"))
TOKEN = Scheme("Token", "bearer", ("token",), ("ACME_TOKEN",))
BASIC = Scheme("Basic", "basic", ("username", "password"), ("ACME_USER", "ACME_PASSWORD"))
LOGIN = Login(
    "https://login.acme.test/oauth/authorize?tenant=1",
    "https://login.acme.test/oauth/token",
    "Bearer",
    audience="https://api.acme.test/v1",
    scopes=("openid", "offline_access"),
    redirect_port=0,
    redirect_path="/back",
    parameters={"source": "acme"},
)


def program(*schemes: Scheme, login: Login | None = LOGIN) -> Program:
    """The program; without schemes, that with a login, a service account and an API key."""
    made = Program(
        "acme",
        package="acme_cli",
        distribution="acme-cli",
        version="1.2.3",
        title="Acme",
        client="acme:Client",
        environment_prefix="ACME_CLI",
        schemes=schemes or (KEY, ACCOUNT),
        login=login,
    )
    if not schemes:
        made.defaults = {"secrets": {"keys": {}}, "state": {"target": {"name": "", "id": ""}}}
    return made


def session(folder: Path, made: Program | None = None, /, **environ: str) -> Session:
    """A run of the program with its files in a folder."""
    variables = {"ACME_CLI_CONFIG_DIR": str(folder), "ACME_CLI_OAUTH_CLIENT_ID": "acme-client"}
    return Session(made or program(), {**variables, **environ}, Settings(timeout=60))


def jwt(**claims: Any) -> str:
    """A token with claims; nobody checks its signature."""
    parts = [{"alg": "none"}, claims]
    texts = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join([*texts, "c2ln"])


def token(seconds: float | None, access: str = "old-access", refresh: str = "old-refresh") -> Any:
    """The JSON of a token that expires in some seconds."""
    until = None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)
    return Token(access, refresh, expiry=until).as_json()

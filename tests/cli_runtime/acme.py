"""A program with every kind of credential, and how to run its library in tests."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from _cli.auth.hooks import Hooks
from _cli.auth.token import Token
from _cli.failures import Failure
from _cli.program import Login, Program, Scheme
from _cli.session import Session, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from _cli.auth.access import Credential
    from _cli.auth.store import Changes

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


class AcmeHooks(Hooks):
    """An extension with a target, which a login or a service account sets."""

    def authorize_parameters(self, session: Session) -> dict[str, str]:
        return {"hook": "1"}

    def logged_in(self, session: Session, token: Token) -> Changes:
        return {"state": {"target": {"name": "one", "id": "1"}}}

    def service_account_checked(
        self, session: Session, credential: Credential, options: Mapping[str, Any]
    ) -> Changes:
        assert session.access.credential("Bearer") == credential
        if options["target"] == "unknown":
            raise Failure("There is no target `unknown`.")
        return {"state": {"target": {"name": options["target"] or "", "id": ""}}}

    def identity(self, session: Session, claims: Mapping[str, Any]) -> dict[str, str]:
        return {"email": str(claims.get("mail", "")), "organization_id": "o1"}

    def setting_changed(self, session: Session, key: str, value: str) -> Changes:
        if key == "environment" and value not in {"production", "staging"}:
            raise Failure(f"`{value}` is no environment.")
        return {}


def extended() -> Program:
    """The program with its extension."""
    made = program()
    made.hooks = "acme:AcmeHooks"
    made.option("auth configure", "--target", help="The target.")
    made.defaults["config"] = {"environment": "production"}
    return made

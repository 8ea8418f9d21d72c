"""Which credential a security scheme gets.

`Scheme.sources` lists them in the order of their priority:

    login                the stored login, refreshed if it is due
    api_key, stored      the environment's value, else the stored one
    service_account      a token by client credentials, of the environment or stored
    managed              a credential that the extension makes on demand

The first that exists is used. If it fails, there is no silent step to the next.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..failures import Failure
from .files import UnreadableFailure
from .schemes import is_account
from .store import TOKEN, ServiceAccount
from .words import Refused, missing, session_ended

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..program import Scheme
    from ..session import Session
    from .oauth import Connection, LoginService
    from .token import Token


@dataclass(frozen=True)
class Credential:
    """A credential that requests can carry.

    Attributes:
        kind: "login", "service_account", "api_key", "stored", or a kind of the extension.
        value: The secret.
        user: The user name of basic authentication.
        headers: Headers that requests carry with it.
    """

    kind: str
    value: str = field(repr=False)
    user: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str], hash=False)


class Access:
    """Chooses credentials in one run of the program."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._program = session.program
        self._trial: Credential | None = None
        self._tokens: dict[ServiceAccount, str] = {}
        self._has_warned = False

    def __repr__(self) -> str:
        return "<access>"

    # --- Choosing ------------------------------------------------------------------------------

    def kind(self, scheme: str) -> str | None:
        """Return the kind of credential that would be used, without a request; None for none.

        Raises:
            Failure: The environment has one half of a pair.
        """
        if self._trial is not None and scheme == self.login_scheme:
            return self._trial.kind
        found = self._program.scheme(scheme)
        return next((kind for source in found.sources if (kind := self._kind(source, found))), None)

    def credential(self, scheme: str) -> Credential:
        """Return the credential for a scheme, by its name in the document.

        Raises:
            Failure: There is none, or it cannot be obtained.
        """
        if self._trial is not None and scheme == self.login_scheme:
            return self._trial
        found = self._program.scheme(scheme)
        for source in found.sources:
            credential = self._obtain(source, found)
            if credential is not None:
                return credential
        raise missing(self._session, found)

    @contextmanager
    def trying(self, credential: Credential) -> Generator[None]:
        """Use a credential that is not stored yet for the login's scheme."""
        before, self._trial = self._trial, credential
        try:
            yield
        finally:
            self._trial = before

    @property
    def login_scheme(self) -> str:
        """The scheme of logins, else that of service accounts, or ""."""
        if self._program.login is not None:
            return self._program.login.scheme
        return next((one.name for one in self._program.schemes if is_account(one)), "")

    # --- The kinds -----------------------------------------------------------------------------

    def given(self, scheme: Scheme) -> Credential | None:
        """Return the credential of the environment, else the stored one."""
        values = self.from_environment(scheme)
        if not any(values):
            values = [self._session.store.get("secrets", name) for name in scheme.arguments]
        if not any(values):
            return None
        kind = "api_key" if scheme.kind == "api_key" else "stored"
        return Credential(kind, values[-1], values[0] if len(values) > 1 else "")

    def from_environment(self, scheme: Scheme) -> list[str]:
        """Return the environment's values for the parts of a credential; empty ones are unset."""
        return [self._variable(name) for name in scheme.environment]

    def service_account(self, scheme: Scheme) -> ServiceAccount | None:
        """Return the environment's pair, else the stored one.

        Raises:
            Failure: The environment has only one of the two: they are never mixed with stored ones.
        """
        known, secret = self.from_environment(scheme)
        if known and secret:
            return ServiceAccount(known, secret)
        if known or secret:
            names = scheme.environment if secret else scheme.environment[::-1]
            absent, present = names
            raise Failure(
                f"`{absent}` is not set, but `{present}` is: a service account needs both.",
                f"Set `{absent}`, or unset `{present}` to use what is stored.",
            )
        known, secret = (self._session.store.get("secrets", name) for name in scheme.arguments)
        return ServiceAccount(known, secret) if known and secret else None

    def exchanged(self, scheme: Scheme, account: ServiceAccount) -> Credential:
        """Return the token of a service account, which one run fetches once."""
        from .oauth import client_token

        if self._session.dry_run:
            return Credential("service_account", "token-of-the-service-account")
        if account not in self._tokens:
            self._tokens[account] = client_token(
                scheme,
                account.client_id,
                account.client_secret,
                self._connection(),
            )
        return Credential("service_account", self._tokens[account])

    def token(self) -> Token:
        """Return the token of the login, refreshed if it is due.

        Only one process refreshes: the others wait for the lock, and find the new token.

        Raises:
            Failure: Nobody is logged in, or the session has ended.
        """
        store = self._session.store
        found = store.token
        if found is not None and not found.is_due:
            return found
        with store.lock():
            found = store.token
            if found is None:
                raise missing(self._session, self._program.scheme(self.login_scheme))
            if not found.is_due:
                return found
            return self._refreshed(found)

    def service(self, token: Token | None = None) -> LoginService:
        """Return the login service; a token of another program keeps that program's client id.

        Raises:
            Failure: The program has no login, or no client id.
        """
        from .oauth import LoginService

        login = self._program.login
        if login is None:
            raise Failure(f"`{self._program.name}` has no login in a browser.")
        variable = self._program.env("OAUTH_CLIENT_ID")
        client_id = (
            self._variable(variable)
            or self._session.store.get("config", "oauth_client_id")
            or login.client_id
            or (str(token.claims.get("azp") or "") if token else "")
        )
        if not client_id:
            raise Failure(
                "The login needs the client id under which this program is registered at the "
                "login service, and none is configured.",
                f"Set `{variable}`, or run "
                f"`{self._program.name} config set oauth-client-id CLIENT_ID`. "
                "A service account or an API key needs none.",
            )
        return LoginService(login, client_id, self._connection())

    # --- Helpers -------------------------------------------------------------------------------

    def _variable(self, name: str) -> str:
        return self._session.environ.get(name, "").strip() if name else ""

    def _connection(self) -> Connection:
        from .oauth import Connection

        agent = f"{self._program.distribution}/{self._program.version}"
        base = self._variable(self._program.env("AUTH_URL"))
        return Connection(base, self._session.timeout, agent)

    def _kind(self, source: str, scheme: Scheme) -> str | None:
        if source == "login":
            return source if self._session.store.token else None
        if source == "managed":
            return source if self._program.hooks and self.kind(self.login_scheme) else None
        if is_account(scheme):
            return "service_account" if self.service_account(scheme) else None
        given = self.given(scheme)
        return given.kind if given else None

    def _obtain(self, source: str, scheme: Scheme) -> Credential | None:
        if source == "login":
            token = self._session.store.token
            if token is not None and not self._session.dry_run:
                token = self.token()
            return Credential(source, token.access_token) if token else None
        if source == "managed":
            return self._session.hooks.credential(self._session, scheme.name)
        if is_account(scheme):
            account = self.service_account(scheme)
            return self.exchanged(scheme, account) if account else None
        given = self.given(scheme)
        if given is not None:
            self._warn_of_shadowed_login(scheme)
        return given

    def _refreshed(self, token: Token) -> Token:
        """Get the next token, under the lock."""
        left = token.time_left
        if not token.refresh_token:
            if token.access_token and left and left.total_seconds() > 0:
                return token
            raise session_ended(self._session)
        service = self.service(token)
        # A service may accept a refresh token only once: the next one must not get lost.
        self._session.store.files.check_space("secrets")
        parameters = self._session.hooks.refresh_parameters(self._session, token)
        try:
            new = service.refresh(token, parameters)
        except Refused as error:
            if error.error == "invalid_grant":
                raise session_ended(self._session) from None
            raise Refused(
                f"The login cannot be renewed. {error.message}",
                f"{error.hint} You stay logged in.".strip(),
                error=error.error,
            ) from None
        self._session.store.write({"secrets": {TOKEN: new.as_json()}})
        return new

    def _warn_of_shadowed_login(self, scheme: Scheme) -> None:
        login, store = self._program.login, self._session.store
        is_alternative = bool(self._program.hooks) and "managed" in scheme.sources
        if self._has_warned or login is None or not is_alternative:
            return
        self._has_warned = True
        name = next((name for name in scheme.environment if self._variable(name)), "")
        try:
            is_shadowed = store.token is not None
        except UnreadableFailure:
            if not name:
                raise
            return  # Where the home directory is out of reach, the environment is enough.
        if is_shadowed:
            undo = f"unset `{name}`" if name else f"run `{self._program.name} auth clear --api-key`"
            self._session.messages.warn(
                f"The default API key is used, not your login. To use the login, {undo}."
            )

"""What an extension adds to authentication: it subclasses `Hooks` and names the class.

def extend(program):
    program.hooks = "acme_cli.extension.hooks:AcmeHooks"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..session import Session
    from .access import Credential
    from .store import Changes
    from .token import Token


class Hooks:
    """Called by the commands of authentication. This class adds nothing."""

    def authorize_parameters(self, session: Session) -> dict[str, str]:
        """Return further parameters of the login page."""
        del session
        return {}

    def refresh_parameters(self, session: Session, token: Token) -> dict[str, str]:
        """Return further parameters of the request for the next token."""
        del session, token
        return {}

    def logged_in(self, session: Session, token: Token) -> Changes:
        """Return what to store with a new login.

        It is called before anything is stored. The session's clients use the new login already.

        Raises:
            Failure: The login is of no use. Nothing is stored.
        """
        del session, token
        return {}

    def service_account_checked(
        self, session: Session, credential: Credential, options: Mapping[str, Any]
    ) -> Changes:
        """Return what to store with a new service account; else like `logged_in`.

        Args:
            session: The run, whose clients use the service account already.
            credential: The token of the service account.
            options: The values of the options that the extension added to `auth configure`.
        """
        del session, credential, options
        return {}

    def cleared(self, session: Session, what: str) -> Changes:
        """Return what else to store when credentials are cleared; called before that.

        Args:
            session: The run.
            what: "logout", "service_account", or the client's argument for a key or token.
        """
        del session, what
        return {}

    def setting_changed(self, session: Session, key: str, value: str) -> Changes:
        """Return what else to store with a setting of the extension; called before that.

        Raises:
            Failure: The value is not allowed.
        """
        del session, key, value
        return {}

    def changed(self, session: Session, what: str) -> bool:
        """Report what follows from a change that was stored.

        Args:
            session: The run.
            what: "login", "configure", "clear" or "logout".

        Returns:
            Whether it has shown a value for `--json`.
        """
        del session, what
        return False

    def credential(self, session: Session, scheme: str) -> Credential | None:
        """Return a credential for a scheme for which the user gave none."""
        del session, scheme
        return None

    def rejected(self, session: Session, scheme: str, credential: Credential) -> Credential | None:
        """Return another credential after the service answered 401, for one more try."""
        del session, scheme, credential
        return None

    def purpose(self, scheme: str) -> str:
        """Return what a security scheme gives access to, for messages: "admin API"."""
        return scheme

    def status(self, session: Session) -> dict[str, Any]:
        """Return further values of `auth status`."""
        del session
        return {}

    def identity(self, session: Session, claims: Mapping[str, Any]) -> dict[str, str]:
        """Return who is logged in, from the claims of the token; `email` is shown first."""
        del session
        found = {"email": claims.get("email"), "subject": claims.get("sub")}
        return {name: value for name, value in found.items() if isinstance(value, str) and value}

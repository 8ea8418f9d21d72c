"""`auth login`, `auth logout`, `auth whoami` and `auth clear`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..failures import Failure
from ..groups import SessionCommand
from .context import recorded
from .login import log_in
from .schemes import is_account, is_stored
from .store import merged
from .words import Refused, refuse_dry_run

if TYPE_CHECKING:
    from ..program import Program, Scheme
    from ..session import Session


def login(program: Program) -> click.Command:
    """Make `auth login`."""

    def run(session: Session, *, no_browser: bool) -> None:
        refuse_dry_run(session)
        known = _identity_if_valid(session)
        if known is not None:
            session.messages.warn(
                f"You are logged in already{_as(known)}. Run `{program.name} auth logout` first "
                "to log in as somebody else."
            )
            if session.output.is_json:
                session.output.show({"status": "already_authenticated", **known})
            return
        token = log_in(session, no_browser=no_browser)
        found = session.hooks.identity(session, token.claims)
        session.messages.success(f"Logged in{_as(found)}.")
        if not session.hooks.changed(session, "login") and session.output.is_json:
            session.output.show({"status": "authenticated", **found})

    text = "Open no browser. Paste the URL at which a browser elsewhere ends."
    option = click.Option(["--no-browser"], is_flag=True, help=text)
    about = (
        "Log in with a browser. The login is stored, and renewed as long as the server permits it; "
        "a stored service account is removed."
    )
    return SessionCommand("login", params=[option], help=about, callback=run)


def logout(program: Program) -> click.Command:
    """Make `auth logout`."""

    def run(session: Session) -> None:
        refuse_dry_run(session)
        more = session.hooks.cleared(session, "logout")
        session.store.write(merged(session.store.reset("secrets", "state"), more))
        session.messages.success("Logged out: all stored credentials are removed.")
        if program.login is not None:
            session.messages.success("The stored context is removed.")
        names = [name for one in program.schemes for name in one.environment]
        present = [f"`{name}`" for name in names if session.environ.get(name)]
        if present:
            session.messages.info(f"The environment still has {', '.join(present)}.")
        if not session.hooks.changed(session, "logout") and session.output.is_json:
            session.output.show({"status": "logged_out"})

    about = "Remove all stored credentials and the stored context from this machine. No request."
    return SessionCommand("logout", help=about, callback=run)


def whoami(program: Program) -> click.Command:
    """Make `auth whoami`."""

    def run(session: Session) -> None:
        if session.store.token is None:
            raise Failure("Nobody is logged in.", f"Run `{program.name} auth login`.")
        found = session.hooks.identity(session, session.store.token.claims)
        if session.settings.format or session.settings.query:
            session.output.show(found)
        else:
            session.messages.info(f"Logged in{_as(found)}.")

    return SessionCommand("whoami", help="Show who is logged in. No request.", callback=run)


def clear(program: Program) -> click.Command:
    """Make `auth clear`."""
    flags = {_flag(scheme): scheme for scheme in program.schemes if is_stored(scheme)}

    def run(session: Session, **given: bool) -> None:
        refuse_dry_run(session)
        chosen = [scheme for flag, scheme in flags.items() if given[_variable(flag)]]
        if not chosen:
            raise Failure("Nothing was chosen to clear.", f"Use {' or '.join(flags)}.")
        changes: dict[str, dict[str, Any]] = {"secrets": {}}
        for scheme in chosen:
            changes["secrets"] |= dict.fromkeys(scheme.arguments)
            what = "service_account" if is_account(scheme) else scheme.arguments[-1]
            changes = merged(changes, session.hooks.cleared(session, what))
        session.store.write(merged(recorded(session, changes["secrets"]), changes))
        for flag, scheme in flags.items():
            if scheme in chosen:
                noun = flag[2:].replace("-", " ").replace("api", "API")
                session.messages.success(f"The stored {noun} is removed.")
        if not session.hooks.changed(session, "clear") and session.output.is_json:
            session.output.show(
                {"cleared": [_variable(flag) for flag in flags if given[_variable(flag)]]}
            )

    params: list[click.Parameter] = [
        click.Option([flag, _variable(flag)], is_flag=True, help="Remove this.") for flag in flags
    ]
    about = "Remove some of the stored credentials. Those of the environment are not stored."
    return SessionCommand("clear", params=params, help=about, callback=run)


def _flag(scheme: Scheme) -> str:
    if is_account(scheme):
        return "--service-account"
    return f"--{scheme.arguments[-1].replace('_', '-')}"


def _variable(flag: str) -> str:
    return flag[2:].replace("-", "_")


def _identity_if_valid(session: Session) -> dict[str, str] | None:
    """Return who is logged in, or None if there is no login that still works."""
    if session.store.token is None:
        return None
    try:
        token = session.access.token()
    except Refused:
        return None
    return session.hooks.identity(session, token.claims)


def _as(identity: dict[str, str]) -> str:
    """Return ` as ada@example.com (organization id: o1)`."""
    email = identity.get("email", "")
    rest = [
        f"{name.replace('_id', ' id').replace('_', ' ')}: {value}"
        for name, value in identity.items()
        if name != "email" and value
    ]
    more = f" ({', '.join(rest)})" if rest else ""
    return f" as {email}{more}" if email else more

"""`auth status`: which credentials there are, and which one each security scheme gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..failures import Failure
from ..groups import SessionCommand
from ..messages import mask
from .schemes import is_stored
from .store import CONTEXT
from .words import Refused

if TYPE_CHECKING:
    import click

    from ..program import Program
    from ..session import Session
    from .token import Token

_UPPER = {"api": "API", "id": "ID", "url": "URL"}


def status(program: Program) -> click.Command:
    """Make `auth status`."""
    del program
    about = "Show which credentials there are, masked, and which one commands use."
    return SessionCommand("status", help=about, callback=show)


def show(session: Session) -> None:
    """Print the credentials; a login that is due is refreshed."""
    values = {**_login(session), **_stored(session), **session.hooks.status(session)}
    if session.program.login is not None:
        mode = session.store.get_json("state", CONTEXT).get("auth_context") or ""
        values = {"auth_mode": mode, **values}
    names = {name for one in session.program.schemes for name in one.environment if name}
    values["environment_variables"] = ", ".join(sorted(n for n in names if session.environ.get(n)))
    columns = [f'{_title(name)}="{name}"' for name in values]
    used: dict[str, str] = {}
    for scheme in session.program.schemes:
        purpose = session.hooks.purpose(scheme.name)
        key = purpose.replace(" ", "_").lower() if purpose != scheme.name else purpose
        used[key] = _kind(session, scheme.name)
        columns.append(f'Credential for {purpose}=credentials."{key}"')
    values["credentials"] = used
    shown = {name: value for name, value in values.items() if value}
    is_table = not (session.settings.format or session.settings.query)
    session.output.show(values if is_table else shown, columns, empty="UNSET")


def _login(session: Session) -> dict[str, Any]:
    """Return the state of the login. Its tokens are never shown."""
    if session.program.login is None:
        return {}
    token, state = session.store.token, ""
    if token is not None:
        try:
            token, state = session.access.token(), "valid"
        except Refused as error:
            state = "expired" if error.error == "invalid_grant" else error.message
        except Failure as error:
            state = error.message
    return {
        "login": state,
        "token_expiry": _expiry(token),
        "token_time_remaining": _time_left(token),
        "token_scope": str(token.claims.get("scope") or "") if token else "",
    }


def _stored(session: Session) -> dict[str, Any]:
    """Return what is stored or in the environment, masked unless it is public."""
    found: dict[str, Any] = {}
    for scheme in filter(is_stored, session.program.schemes):
        values = session.access.from_environment(scheme)
        if not any(values):
            values = [session.store.get("secrets", name) for name in scheme.arguments]
        for name, value in zip(scheme.arguments, values, strict=True):
            is_public = name in {"client_id", "username"}
            key = f"default_{name}" if scheme.kind == "api_key" else name
            found[key] = value if is_public or not value else mask(value)
    return found


def _kind(session: Session, scheme: str) -> str:
    try:
        return session.access.kind(scheme) or ""
    except Failure as error:
        return error.message


def _expiry(token: Token | None) -> str:
    from .token import rfc3339

    return rfc3339(token.expiry) if token and token.expiry else ""


def _time_left(token: Token | None) -> str:
    left = token.time_left if token else None
    if left is None:
        return ""
    minutes, seconds = divmod(max(int(left.total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m" if hours else f"{minutes}m{seconds}s"


def _title(name: str) -> str:
    return " ".join(_UPPER.get(word, word.capitalize()) for word in name.split("_"))

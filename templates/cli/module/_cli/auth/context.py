"""The record of which kind of credential was set last, and whose it is. It is only displayed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .schemes import is_account
from .store import CONTEXT, TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..session import Session

API_KEY, ACCOUNT, LOGIN = "default_api_key", "service_account", "user_token"


def record(session: Session, kind: str, email: str | None = None) -> dict[str, dict[str, Any]]:
    """Return the change that records a kind; without an e-mail, the recorded one stays."""
    if session.program.login is None:
        return {}
    kept = session.store.get_json("state", CONTEXT).get("email", "")
    return {"state": {CONTEXT: {"auth_context": kind, "email": kept if email is None else email}}}


def recorded(session: Session, removed: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the record of what remains without some keys of the secrets."""
    store = session.store

    def remains(*names: str) -> bool:
        return all(name not in removed and store.get("secrets", name) for name in names)

    schemes = session.program.schemes
    if any(one.kind == "api_key" and remains(*one.arguments) for one in schemes):
        return record(session, API_KEY)
    if any(is_account(one) and remains(*one.arguments) for one in schemes):
        return record(session, ACCOUNT)
    return record(session, LOGIN if TOKEN not in removed and store.token else "")

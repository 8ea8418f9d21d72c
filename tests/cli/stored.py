"""The files of `pc`, from the letters of scenarios: Go's layout, byte by byte.

| letter | value | stored in |
|---|---|---|
| `Ks` | `K1`: this key | secrets.yaml, `api_key` |
| `SAs` | `acme`, `other`: this service account | secrets.yaml, `client_id`, `client_secret` |
| `T` | `T`, `T2`, ...: this token | secrets.yaml, `oauth2_token` |
| `M` | `{P1: M1 cli_created}`: this key and its origin | secrets.yaml, `project_api_keys` |
| `O`, `P` | `O1`, `P1` | state.yaml, `target_org`, `target_project` |
| `ctx` | `user_token`, with e-mail; `service_account`, ... without | state.yaml, `user_context` |

A token may have more words: `T for O2` is of another organization, `T expired` has expired, and
`T in 60 s` expires then. A token that the login server issued expires `<in 30 minutes>`.
`""` is an emptied value. `secrets`, `state` and `config` are more keys of a file, or its text.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pinecone_accounts as accounts

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTERS = {
    "secrets.yaml": ("Ks", "SAs", "T", "M"),
    "state.yaml": ("O", "P", "ctx"),
    "config.yaml": (),
}
ACCOUNTS = {
    "": ("", ""),
    "acme": accounts.SERVICE_ACCOUNT,
    "other": accounts.OTHER_ACCOUNT,
    "wrong": (accounts.SERVICE_ACCOUNT[0], "no-secret-of-acme-NOPE"),
}
_FAR = "2099-01-01T00:00:00Z"


def text(name: str, given: Mapping[str, Any]) -> str | None:
    """The text of a file; None if nothing of what is given is in it."""
    kind = name.removesuffix(".yaml")
    more = given.get(kind, {})
    if isinstance(more, str):
        return more
    if not more and not any(letter in given for letter in LETTERS[name]):
        return None
    values = {"secrets": _secrets, "state": _state, "config": lambda _: {}}[kind](given)
    lines = (f"{key}: {_yaml(value)}\n" for key, value in sorted({**values, **more}.items()))
    return "".join(lines)


def _secrets(given: Mapping[str, Any]) -> dict[str, Any]:
    key = given.get("Ks", "")
    client_id, client_secret = ACCOUNTS[given.get("SAs", "")]
    return {
        "api_key": accounts.KEYS[key].value if key else "",
        "client_id": client_id,
        "client_secret": client_secret,
        "oauth2_token": _json(_token(given.get("T", ""))),
        "project_api_keys": _json(
            {accounts.PROJECTS[p].id: _record(p, words) for p, words in given.get("M", {}).items()}
        ),
    }


def _state(given: Mapping[str, Any]) -> dict[str, Any]:
    context = given.get("ctx", "").split(" ")
    email = accounts.EMAIL if "user_token" in context or "with_email" in context else ""
    return {
        "target_org": _json(_target(accounts.ORGANIZATIONS, given.get("O", ""))),
        "target_project": _json(_target(accounts.PROJECTS, given.get("P", ""))),
        "user_context": _json({"auth_context": context[0], "email": email}),
    }


def _target(known: Mapping[str, Any], letter: str) -> dict[str, str]:
    one = known.get(letter)
    return {"name": one.name, "id": one.id} if one else {"name": "", "id": ""}


def _token(words: str) -> dict[str, str]:
    letter, *rest = words.split(" ")
    if not letter:
        return {"access_token": "", "expiry": "0001-01-01T00:00:00Z"}
    organization = rest[1] if rest[:1] == ["for"] else "O1"
    expiry = _FAR if letter == "T" else "<in 30 minutes>"
    refresh = letter
    if rest == ["expired"]:
        expiry = "2025-04-01T09:00:00.123456789+02:00"
    if rest[:1] == ["in"]:
        soon = datetime.now(UTC) + timedelta(seconds=int(rest[1]))
        expiry = soon.isoformat().replace("+00:00", "Z")
    if rest[:1] == ["refreshed"]:  # By the refresh token of another one.
        refresh = rest[2]
    return {
        "access_token": accounts.access_token(letter, organization),
        "token_type": "Bearer",
        "refresh_token": accounts.refresh_token(refresh),
        "expiry": expiry,
    }


def _record(letter: str, words: str) -> dict[str, str]:
    key, origin, *rest = words.split(" ")
    project = accounts.PROJECTS[letter]
    made = accounts.KEYS.get(key) or accounts.new_key(int(key[1:]), "<key name>", letter)
    name = rest[-1] if rest else made.name  # The name of `api-key create --store`.
    return {
        "name": name,
        "id": made.id,
        "value": made.value,
        "origin": origin,
        "project_id": project.id,
        **({} if rest else {"project_name": project.name}),
        "organization_id": accounts.ORGANIZATIONS[project.organization].id,
    }


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _yaml(value: Any) -> str:
    """A value as yaml.v3 writes it; the texts of scenarios need no other quoting."""
    if isinstance(value, bool):
        return str(value).lower()
    if value == "":
        return '""'
    return f"'{value}'" if value.startswith(("{", "[")) else value

"""The organizations, projects, keys and tokens of the scenarios, by their letters in README.md."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass

EMAIL = "ada@example.com"
CLIENT_ID = "pc-test-client"
SERVICE_ACCOUNT = ("sa-acme-client-id", "sa-acme-secret-SASA")
OTHER_ACCOUNT = ("sa-other-client-id", "sa-other-secret-OTHR")
AUDIENCE = "https://us-central1-production-console.cloudfunctions.net/api/v1"
ADMIN_AUDIENCE = "https://api.pinecone.io/"
SCOPES = "openid profile email offline_access"


@dataclass(frozen=True)
class Organization:
    id: str
    name: str


@dataclass(frozen=True)
class Project:
    id: str
    name: str
    organization: str


@dataclass(frozen=True)
class Key:
    """An API key; `letter` is its name in scenarios, `project` the letter of its project."""

    letter: str
    id: str
    name: str
    value: str
    project: str


ORGANIZATIONS = {"O1": Organization("org-acme", "Acme"), "O2": Organization("org-beta", "Beta")}
PROJECTS = {
    "P1": Project("11111111-1111-4111-8111-111111111111", "one", "O1"),
    "P2": Project("22222222-2222-4222-8222-222222222222", "two", "O1"),
    "P3": Project("33333333-3333-4333-8333-333333333333", "x", "O2"),
    "P9": Project("99999999-9999-4999-8999-999999999999", "nine", ""),  # Exists nowhere.
}


def _key(letter: str, kind: str, name: str, project: str) -> Key:
    identity = f"{kind * 8}-0000-4000-8000-{int(letter[1:]):012d}"
    return Key(
        letter, identity, name, f"pcsk-{letter}-of-{project}-value-{letter}{letter}", project
    )


def new_key(number: int, name: str, project: str) -> Key:
    """The key that the server makes as its `number`th one."""
    return _key(f"N{number}", "c", name, project)


KEYS = {
    "K1": _key("K1", "a", "console-one", "P1"),
    "K2": _key("K2", "a", "console-two", "P2"),
    "M1": _key("M1", "b", "pinecone-cli-aaaaa1", "P1"),
    "M2": _key("M2", "b", "pinecone-cli-aaaaa2", "P2"),
}


def access_token(letter: str, organization: str = "O1") -> str:
    """A token in the form of a JWT; nobody checks its signature."""
    claims = {
        "https://pinecone.io/email": EMAIL,
        "https://pinecone.io/orgId": ORGANIZATIONS[organization].id,
        "scope": SCOPES,
        "exp": 4070908800,  # The year 2099.
        "jti": letter,
    }
    return ".".join(
        (_base64({"alg": "none", "typ": "JWT"}), _base64(claims), f"signature-{letter}")
    )


def refresh_token(letter: str) -> str:
    return f"refresh-token-of-{letter}"


def letters_of_token(token: str) -> tuple[str, str]:
    """The letters of a token and of its organization; the token itself and nothing if foreign."""
    try:
        text = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (IndexError, ValueError):
        return token, ""
    identity = claims["https://pinecone.io/orgId"]
    [found] = [letter for letter, one in ORGANIZATIONS.items() if one.id == identity]
    return claims["jti"], found


def filled(text: str) -> str:
    """The text with the ids of what it names by letters: `{P1}`, `{M1}`, `{K1.value}`."""
    return re.sub(r"\{([A-Z]\d)(?:\.(\w+))?\}", lambda m: getattr(_named(m[1]), m[2] or "id"), text)


def _named(letter: str) -> Organization | Project | Key:
    return {**ORGANIZATIONS, **PROJECTS, **KEYS}[letter]


def _base64(value: object) -> str:
    data = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

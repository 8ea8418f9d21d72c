"""The token of a login, as the file has it: JSON with an expiry in RFC 3339."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

REFRESH_BEFORE = timedelta(seconds=90)
_KNOWN = ("access_token", "token_type", "refresh_token", "expiry", "expires_in")


@dataclass(frozen=True)
class Token:
    """A token of a login.

    Attributes:
        access_token: What requests carry; a secret.
        refresh_token: What gets the next token, or ""; a secret.
        token_type: Usually `Bearer`.
        expiry: When it expires, or None for never.
        rest: What else the file says of it.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    token_type: str = "Bearer"  # noqa: S105
    expiry: datetime | None = None
    rest: dict[str, Any] = field(default_factory=dict[str, Any], repr=False, compare=False)

    @property
    def claims(self) -> dict[str, Any]:
        """The claims of the access token, unverified: for display and as request parameters."""
        return claims(self.access_token)

    @property
    def time_left(self) -> timedelta | None:
        """How long it is valid, or None for ever."""
        return None if self.expiry is None else self.expiry - datetime.now(UTC)

    @property
    def is_due(self) -> bool:
        """Whether it must be refreshed before it is used."""
        left = self.time_left
        return not self.access_token or (left is not None and left <= REFRESH_BEFORE)

    def as_json(self) -> dict[str, Any]:
        """Return the object that the file has."""
        return {
            "access_token": self.access_token,
            **({"token_type": self.token_type} if self.token_type else {}),
            **({"refresh_token": self.refresh_token} if self.refresh_token else {}),
            "expiry": "0001-01-01T00:00:00Z" if self.expiry is None else rfc3339(self.expiry),
            **self.rest,
        }


NO_TOKEN = Token("", token_type="")
"""What the file has without a login."""


def read_token(value: dict[str, Any]) -> Token | None:
    """Return the token of an object in the file, or None if it has none.

    Raises:
        ValueError: A value has the wrong type.
    """
    texts = [value.get(name) or "" for name in _KNOWN[:4]]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a value of the token is not a string")
    access, kind, refresh, expiry = cast("list[str]", texts)
    if not access and not refresh:
        return None
    until = datetime.fromisoformat(expiry) if expiry else None
    if until is not None and until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    rest = {name: one for name, one in value.items() if name not in _KNOWN}
    return Token(access, refresh, kind, None if until is None or until.year == 1 else until, rest)


def rfc3339(moment: datetime) -> str:
    """Return the local time with the fraction's digits that are needed."""
    local = moment.astimezone()
    fraction = f".{local.microsecond:06}".rstrip("0").rstrip(".")
    offset = local.isoformat()[-6:] if local.utcoffset() else "Z"
    return f"{local:%Y-%m-%dT%H:%M:%S}{fraction}{offset}"


def claims(text: str) -> dict[str, Any]:
    """Return the claims of a JSON Web Token, unverified; {} for other tokens."""
    from base64 import urlsafe_b64decode

    parts = text.split(".")
    if len(parts) != 3:
        return {}
    try:
        found: Any = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def encode(value: object) -> str:
    """Return JSON as Go writes it: compact, and with `<`, `>` and `&` escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text

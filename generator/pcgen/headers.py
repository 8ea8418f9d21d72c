"""The rules of HTTP for request headers."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TEXT = re.compile(r"(?! )[ -~]*(?<! )")
# Framing, routing and hop-by-hop headers, which the HTTP client sets.
_OF_TRANSPORT = frozenset(
    ("connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te",
     "trailer", "transfer-encoding", "upgrade")
)  # fmt: skip


def is_token(text: str) -> bool:
    """Whether a text is a valid name of a header, a cookie or an authentication scheme."""
    return _TOKEN.fullmatch(text) is not None


def is_sendable(name: str, value: str) -> bool:
    """Whether a client can set a header to a value."""
    return is_token(name) and not is_of_transport(name) and is_text(value)


def is_text(value: str) -> bool:
    """Whether a text is a valid value of a header, without encoding."""
    return _TEXT.fullmatch(value) is not None


def is_of_transport(name: str) -> bool:
    """Whether the HTTP client sets a header itself; the case does not matter."""
    return name.lower() in _OF_TRANSPORT

"""What HTTP says of the headers that a request can have."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TEXT = re.compile(r"(?! )[ -~]*(?<! )")
# How long a message is, whom it goes to, and what only two neighbours say to each other.
_OF_TRANSPORT = frozenset(
    ("connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te",
     "trailer", "transfer-encoding", "upgrade")
)  # fmt: skip


def is_token(text: str) -> bool:
    """Whether a header, a cookie or a scheme can have a name."""
    return _TOKEN.fullmatch(text) is not None


def is_sendable(name: str, value: str) -> bool:
    """Whether a request can have a header of a client's own."""
    return is_token(name) and not is_of_transport(name) and is_text(value)


def is_text(value: str) -> bool:
    """Whether a header can have a value as it is."""
    return _TEXT.fullmatch(value) is not None


def is_of_transport(name: str) -> bool:
    """Whether a header, in any case, is what the transport itself sends."""
    return name.lower() in _OF_TRANSPORT

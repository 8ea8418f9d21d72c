"""Prints requests instead of sending them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

    from .session import Session

# Headers that curl sends by itself, or that say what the client is.
_OWN = {"accept-encoding", "user-agent", "content-length", "host"}

_IN_JSON = re.compile(r'((?:secret|password)": *")(?:[^"\\]|\\.)+', re.IGNORECASE)
_IN_FORM = re.compile("((?:secret|password)=)[^&]+", re.IGNORECASE)


class Captured(Exception):
    """A request that was about to be sent."""

    def __init__(self, request: Any) -> None:
        super().__init__()
        self.request = request


def capture(request: Any, send: Callable[[Any], Any]) -> NoReturn:
    """Stop a call at its request: a middleware of the client."""
    del send
    raise Captured(request)


def curl(captured: Captured, session: Session) -> str:
    """Return the command that sends a request, with its credentials masked."""
    request = captured.request
    words = ["curl"]
    if request.method != "GET":
        words += ["-X", request.method]
    words.append(shlex.quote(session.masked(request.url)))
    for name, value in request.raw_headers:
        if name.decode().lower() not in _OWN:
            header = f"{name.decode()}: {value.decode('latin-1')}"
            words += ["\\\n  -H", shlex.quote(session.masked(header))]
    content = request.content
    if isinstance(content, bytes):
        text = content.decode("utf-8", "replace")
        text = (_IN_JSON if text.startswith(("{", "[")) else _IN_FORM).sub(r"\1***", text)
        words += ["\\\n  --data-raw", shlex.quote(session.masked(text))]
    elif content is not None:
        words += ["\\\n  --data-binary", "@-"]
    return " ".join(words) + "\n"

"""The URLs that clients talk to, and what is wrong with some."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pcgen.diagnostics import Code, Diagnostics, shorten

if TYPE_CHECKING:
    from pcgen.spec import Node

_PLAIN = re.compile(r"https?://[^\s\"'\\{}<>^`|@#]+", re.ASCII)
_WITHOUT_QUERY = re.compile(
    r"https?://[A-Za-z0-9.\[\]:-]+(/[\w.~!$&()*+,;=:@%/-]*)?",
    re.ASCII,
)
_HERE = re.compile(r"http://(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(/.*)?", re.DOTALL)


def is_usable(url: str, place: Node, diagnostics: Diagnostics, *, query: bool = False) -> bool:
    """Whether clients can talk to a URL; says so if not.

    Args:
        url: The URL, with a scheme.
        place: Where the document has it.
        diagnostics: Where findings go.
        query: Whether it may have a query.
    """
    why, hint = _objection(url, query=query)
    if why:
        diagnostics.error(Code.UNSAFE_TEXT, place.location, why, hint)
    return not why


def _objection(url: str, *, query: bool) -> tuple[str, str]:
    """Why clients cannot talk to a URL, and what to do; two empty texts if they can."""
    shown = f"{shorten(url)!a}"
    if not re.match(r"https?://[^/?#]", url):
        return f"{shown} is not an http or https URL", ""
    if "@" in re.split("[/?#]", url, maxsplit=3)[2]:  # Others may read what this prints.
        hint = "describe a security scheme: callers give the client their credentials"
        return "this URL holds a user's name or password", hint
    if not query and ("?" in url or "#" in url):
        return f"{shown} has a query or a fragment, and paths come behind it", "leave that out"
    if not (_PLAIN if query else _WITHOUT_QUERY).fullmatch(url) or not _has_host(url):
        return f"{shown} is not a URL that a client can talk to", ""
    return "", ""


def _has_host(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def is_path(text: str) -> bool:
    """Whether a text can be in the path of a URL."""
    return _WITHOUT_QUERY.fullmatch(f"https://host/{text}") is not None


def warn_of_listeners(url: str, place: Node, diagnostics: Diagnostics) -> None:
    """Warn of a URL of another machine to which everything goes unencrypted."""
    if url.startswith("http://") and not _HERE.fullmatch(url):
        message = f"clients send everything to {shorten(url)!a} unencrypted, credentials too"
        hint = "use https, if the service has it"
        diagnostics.warning(Code.UNSAFE_TEXT, place.location, message, hint)

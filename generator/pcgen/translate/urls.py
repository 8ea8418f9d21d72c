"""Checks of the URLs to which clients send requests."""

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
_WEBSOCKET = re.compile(r"wss?:", re.IGNORECASE)
_LOCAL = re.compile(r"http://(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(/.*)?", re.DOTALL)


def http_servers(holder: Node) -> list[Node]:
    """The servers of a document, path or operation; those of WebSockets only if there are none."""
    servers = list(holder.entries("servers"))
    return [node for node in servers if not _WEBSOCKET.match(node.text("url"))] or servers


def is_usable(url: str, node: Node, diagnostics: Diagnostics, *, query: bool = False) -> bool:
    """Whether clients can send requests to a URL; reports if not.

    Args:
        url: The URL, with a scheme.
        node: The node to report.
        diagnostics: Collects findings.
        query: Whether the URL may have a query.
    """
    message, hint = _objection(url, query=query)
    if message:
        diagnostics.error(Code.UNSAFE_TEXT, node.location, message, hint)
    return not message


def _objection(url: str, *, query: bool) -> tuple[str, str]:
    """Say why clients cannot use a URL, and what to do; two empty texts if they can."""
    shown = f"{shorten(url)!a}"
    if not re.match(r"https?://[^/?#]", url):
        return f"{shown} is not an http or https URL", ""
    if "@" in re.split("[/?#]", url, maxsplit=3)[2]:  # The message must not show the password.
        hint = "describe a security scheme, so that callers pass credentials to the client"
        return "this URL contains a user name or password", hint
    if not query and ("?" in url or "#" in url):
        return f"{shown} has a query or a fragment, so paths cannot follow", "remove it"
    if not (_PLAIN if query else _WITHOUT_QUERY).fullmatch(url) or not _has_valid_port(url):
        return f"{shown} is not a valid URL", ""
    return "", ""


def _has_valid_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def is_path(text: str) -> bool:
    """Whether a text is valid in the path of a URL."""
    return _WITHOUT_QUERY.fullmatch(f"https://host/{text}") is not None


def warn_if_unencrypted(url: str, node: Node, diagnostics: Diagnostics) -> None:
    """Warn of an `http` URL, except on the local machine."""
    if url.startswith("http://") and not _LOCAL.fullmatch(url):
        message = f"requests to {shorten(url)!a} and their credentials are unencrypted"
        hint = "use https if the service supports it"
        diagnostics.warning(Code.UNSAFE_TEXT, node.location, message, hint)

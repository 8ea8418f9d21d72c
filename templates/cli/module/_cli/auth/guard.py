"""Keeps credentials from networks that others can listen to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable


def encrypted_only(request: Any, send: Callable[[Any], Any]) -> Any:
    """Send a request of the client, unless it would be unencrypted: a middleware.

    Raises:
        Failure: The URL has plain http, and another host than this machine.
    """
    if request.url.startswith("http://"):
        host = urlsplit(str(request.url)).hostname or ""
        if not is_loopback(host):
            raise Failure(
                f"Credentials are not sent to `{host}` unencrypted. Nothing was sent.",
                "Use a URL that starts with https://.",
            )
    return send(request)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    import ipaddress

    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""The URLs of next pages, which services name in the body or the `Link` header of a response."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from ..data.parameters import escape

if TYPE_CHECKING:
    from urllib.parse import SplitResult

# RFC 8288: a target in angle brackets, and its parameters.
_VALUE = r"""(?:"(?:[^"\\]|\\.)*"|[^\s",;]*)"""
_LINK = re.compile(rf"<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*{_VALUE})?)*)")
_REL = re.compile(rf";\s*rel\s*=\s*({_VALUE})", re.IGNORECASE)
_URL_SAFE = "%:/?#[]@!$&'()*+,;=~"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def linked(header: str) -> str | None:
    """Return the target of the link in a `Link` header whose relation is `next`, or None."""
    for target, parameters in _LINK.findall(header):
        rel = _REL.search(parameters)
        if rel is not None and "next" in rel[1].strip('"').lower().split():
            return str(target)
    return None


def next_url(target: str, url: str, credentials: list[tuple[str, str]]) -> str:
    """Return the URL of the next page, on the origin of the page before.

    Args:
        target: Its URL as the service gave it, relative or absolute.
        url: The URL of the operation.
        credentials: The query parameters that carry credentials.

    Raises:
        ValueError: It leads to another host, which must not get the credentials.
    """
    found = urlsplit(urljoin(url, quote(target.strip(), safe=_URL_SAFE)))
    own = urlsplit(url)
    if found.scheme not in _DEFAULT_PORTS or _host(found) != _host(own):
        shown = f"{found.scheme}://{found.netloc}"
        raise ValueError(f"the next page is at {shown[:80]!r}, not at {own.scheme}://{own.netloc}")
    secret = {escape(name) for name, _ in credentials}
    parts = [part for part in found.query.split("&") if part.partition("=")[0] not in secret]
    parts += [f"{escape(name)}={escape(text)}" for name, text in credentials]
    query = "&".join(filter(None, parts))
    return f"{own.scheme}://{own.netloc}{found.path or '/'}{'?' if query else ''}{query}"


def _host(parts: SplitResult) -> str:
    """Return host and port; proxies that end TLS let services name the wrong scheme."""
    return parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ":"))

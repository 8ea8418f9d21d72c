"""Servers, and whom the client talks to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate.security import requirements, schemes

if TYPE_CHECKING:
    from pcgen import config
    from pcgen.spec import Document, Node

_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(/[\w.~!$&()*+,;=:@%/-]*)?", re.ASCII)


def service(
    document: Document,
    settings: config.Package,
    spec: config.Spec,
    constants: dict[str, str],
    diagnostics: Diagnostics,
) -> ir.Service:
    """Whom the client talks to, and with what credentials."""
    server = next(document.node.entries("servers"), None)
    url = "" if server is None else base_url(server, diagnostics)
    configured = {name.lower() for name in spec.headers}
    headers = {k: v for k, v in constants.items() if k.lower() not in configured}
    headers |= spec.headers
    security = document.node.get("security")
    url = spec.base_url.rstrip("/") or url
    return ir.Service(
        base_url=url,
        base_url_env=spec.base_url_env,
        headers=tuple(sorted(headers.items())),
        schemes=schemes(document, settings, url, diagnostics),
        security=() if security is None else requirements(security),
    )


def base_url(server: Node, diagnostics: Diagnostics) -> str:
    """A server's URL with its variables at their defaults; empty when it is relative."""
    url = server.text("url")
    for name, variable in server.members("variables"):
        url = url.replace("{" + name + "}", variable.text("default"))
    if not re.match(r"[A-Za-z][\w+.-]*:", url) or "{" in url:
        return ""  # Relative: the caller has to say where the server is.
    if not _URL.fullmatch(url):
        message = f"{shorten(url)!a} is not an http or https URL"
        diagnostics.error(Code.UNSAFE_TEXT, server.location, message)
        return ""
    return url.rstrip("/")

"""Servers, and whom the client talks to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pcgen import ir, names
from pcgen.translate.describe import doc
from pcgen.translate.security import requirements, schemes
from pcgen.translate.urls import is_path, is_usable, warn_of_listeners

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Document, Node


def service(
    document: Document,
    settings: config.Package,
    spec: config.Spec,
    constants: dict[str, str],
    diagnostics: Diagnostics,
) -> ir.Service:
    """Whom the client talks to, and with what credentials."""
    servers = list(document.node.entries("servers"))
    server = servers[0] if servers and not spec.base_url else None
    url = spec.base_url.rstrip("/") or ("" if server is None else base_url(server, diagnostics))
    path = "" if server is None or url else own_url(server, diagnostics).rstrip("/")
    if server is not None:
        warn_of_listeners(url, server.get("url") or server, diagnostics)
    found = schemes(document, settings, spec, url, diagnostics)
    taken = {secret.name.key for scheme in found for secret in scheme.arguments}
    variables = () if server is None or not url else _variables(server, spec, taken)
    configured = {name.lower() for name in spec.headers}
    headers = {k: v for k, v in constants.items() if k.lower() not in configured}
    headers |= spec.headers
    security = document.node.get("security")
    return ir.Service(
        base_url=(
            server.text("url").rstrip("/") if server is not None and variables else url or path
        ),
        base_url_env=spec.base_url_env,
        headers=tuple(sorted(headers.items())),
        schemes=found,
        security=() if security is None else requirements(security),
        variables=variables,
        others=tuple(_others(servers[1:], url, diagnostics)),
    )


def _others(servers: list[Node], url: str, diagnostics: Diagnostics) -> Iterator[tuple[str, str]]:
    """The servers that a caller may choose instead, each with what it is."""
    known = {url, ""}
    for server in servers:
        other = base_url(server, diagnostics)
        if other not in known:
            known.add(other)
            yield other, server.text("description") or server.text("name")


def _variables(server: Node, spec: config.Spec, taken: set[str]) -> tuple[ir.Variable, ...]:
    """The variables that a server's URL has; some names are taken by credentials."""
    template = server.text("url").rstrip("/")
    return tuple(
        _variable(name, node, template if spec.namespace else "", taken)
        for name, node in server.members("variables")
        if f"{{{name}}}" in template
    )


def _variable(name: str, node: Node, template: str, taken: set[str]) -> ir.Variable:
    """A variable; one that is the whole host of a namespace must be given in any case."""
    is_host = re.match(rf"https?://\{{{re.escape(name)}\}}([:/]|\Z)", template) is not None
    values = node.value.get("enum")
    own = names.name(name, "variable")
    return ir.Variable(
        name=names.name(f"variable {name}", "variable") if own.key in taken else own,
        wire_name=name,
        presence=ir.Required() if is_host else ir.Default(node.text("default")),
        values=tuple(dict.fromkeys(map(str, values))) if isinstance(values, list) else (),
        doc=doc(node),
    )


def base_url(server: Node, diagnostics: Diagnostics) -> str:
    """A server's URL with its variables at their defaults; empty when it is relative."""
    url = own_url(server, diagnostics)
    return "" if url.startswith("/") else url  # The caller has to say where the server is.


def own_url(server: Node, diagnostics: Diagnostics) -> str:
    """A server's URL with its variables at their defaults; a path when it is relative."""
    url, place = server.text("url"), server.get("url") or server
    for name, variable in server.members("variables"):
        url = url.replace("{" + name + "}", variable.text("default"))
        if not is_path(variable.text("default")):
            place = variable.get("default") or place
    if "{" in url:
        return ""
    url = f"https:{url}" if url.startswith("//") else url  # By the scheme of who reads it.
    scheme = re.match(r"[A-Za-z][\w+.-]*:", url)
    if scheme is None:
        path = urljoin("/", url)
        return path if is_path(path) else ""
    url = scheme[0].lower() + url[scheme.end() :]
    return url.rstrip("/") if is_usable(url, place, diagnostics) else ""

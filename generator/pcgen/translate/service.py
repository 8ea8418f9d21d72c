"""Servers, and what every request to them carries."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pcgen import ir, names
from pcgen.diagnostics import Code, shorten
from pcgen.translate.annotations import doc
from pcgen.translate.security import requirements, schemes
from pcgen.translate.urls import http_servers, is_path, is_usable, warn_if_unencrypted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen import config
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Document, Node

_REQUEST_ID = re.compile(r"([A-Za-z0-9-]+-)?request-?id", re.IGNORECASE)


def service(
    document: Document,
    operations: Sequence[Node],
    settings: config.Package,
    spec: config.Spec,
    constants: dict[str, str],
    diagnostics: Diagnostics,
) -> ir.Service:
    """Translate the servers, the constant headers and the security schemes of a document."""
    servers = http_servers(document.node)
    for ignored in (node for node in document.node.entries("servers") if node not in servers):
        url = ignored.get("url") or ignored
        message = f"the server {shorten(str(url.value))!a} of WebSockets is ignored"
        diagnostics.note(Code.UNSUPPORTED, url.location, message)
    server = servers[0] if servers and not spec.base_url else None
    base_url = spec.base_url.rstrip("/")
    if server is not None:
        base_url = default_url(server, diagnostics).rstrip("/")
        warn_if_unencrypted(base_url, server.get("url") or server, diagnostics)
    absolute = "" if base_url.startswith("/") else base_url
    found = schemes(document, operations, settings, spec, absolute, diagnostics)
    taken = {secret.name.key for scheme in found for secret in scheme.arguments}
    variables = () if server is None or not absolute else _variables(server, spec, taken)
    if server is not None and variables:
        base_url = server.text("url").rstrip("/")
    configured = {name.lower() for name in spec.headers}
    headers = {k: v for k, v in constants.items() if k.lower() not in configured}
    headers |= spec.headers
    security = document.node.get("security")
    return ir.Service(
        base_url=base_url,
        base_url_env=spec.base_url_env,
        headers=tuple(sorted(headers.items())),
        schemes=found,
        security=() if security is None else requirements(security),
        variables=variables,
        others=tuple(_others(servers[1:], absolute, diagnostics)),
        request_id=spec.request_id_header or _request_id(operations),
    )


def _request_id(operations: Sequence[Node]) -> str:
    """The header for request ids that most responses describe, or ""."""
    counts = Counter(
        name
        for operation in operations
        for _, response in operation.members("responses")
        for name, _ in response.follow().members("headers")
        if _REQUEST_ID.fullmatch(name)
    )
    return max(sorted(counts), key=counts.__getitem__, default="")


def _others(servers: list[Node], first: str, diagnostics: Diagnostics) -> Iterator[tuple[str, str]]:
    """The URLs of alternative servers, each with its description; relative ones are ignored."""
    seen = {first, ""}
    for server in servers:
        url = default_url(server, diagnostics)
        if url not in seen and not url.startswith("/"):
            seen.add(url)
            yield url, server.text("description") or server.text("name")


def _variables(server: Node, spec: config.Spec, taken: set[str]) -> tuple[ir.Variable, ...]:
    """The variables in a server's URL; `taken` are the keys of the names of credentials."""
    template = server.text("url").rstrip("/")
    return tuple(
        _variable(name, node, template if spec.key else "", taken)
        for name, node in server.members("variables")
        if f"{{{name}}}" in template
    )


def _variable(name: str, node: Node, template: str, taken: set[str]) -> ir.Variable:
    """Translate a variable; it is required if it is the whole host of `template`."""
    is_host = re.match(rf"https?://\{{{re.escape(name)}\}}([:/]|\Z)", template) is not None
    values = node.value.get("enum")
    own = names.name_of(name, "variable")
    return ir.Variable(
        name=names.name_of(f"variable {name}", "variable") if own.key in taken else own,
        wire_name=name,
        presence=ir.Required() if is_host else ir.Default(node.text("default")),
        values=tuple(dict.fromkeys(map(str, values))) if isinstance(values, list) else (),
        doc=doc(node),
    )


def default_url(server: Node, diagnostics: Diagnostics) -> str:
    """A server's URL with the defaults of its variables: absolute, or a path; empty if unusable."""
    url, node = server.text("url"), server.get("url") or server
    for name, variable in server.members("variables"):
        url = url.replace("{" + name + "}", variable.text("default"))
        if not is_path(variable.text("default")):
            node = variable.get("default") or node
    if "{" in url:
        return ""
    url = f"https:{url}" if url.startswith("//") else url
    scheme = re.match(r"[A-Za-z][\w+.-]*:", url)
    if scheme is None:
        path = urljoin("/", url)
        return path if is_path(path) else ""
    url = scheme[0].lower() + url[scheme.end() :]
    return url.rstrip("/") if is_usable(url, node, diagnostics) else ""

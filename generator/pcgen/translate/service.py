"""Servers, and whom the client talks to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate.describe import doc
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
    url, variables = _address(next(document.node.entries("servers"), None), spec, diagnostics)
    configured = {name.lower() for name in spec.headers}
    headers = {k: v for k, v in constants.items() if k.lower() not in configured}
    headers |= spec.headers
    security = document.node.get("security")
    url = spec.base_url.rstrip("/") or url
    return ir.Service(
        base_url=url,
        base_url_env=spec.base_url_env,
        headers=tuple(sorted(headers.items())),
        schemes=schemes(document, settings, spec, url, diagnostics),
        security=() if security is None else requirements(security),
        variables=variables,
    )


def _address(
    server: Node | None, spec: config.Spec, diagnostics: Diagnostics
) -> tuple[str, tuple[ir.Variable, ...]]:
    """The URL to call; variables are left in it where a namespace can ask for them."""
    if spec.base_url or server is None:
        return spec.base_url.rstrip("/"), ()
    url, template = base_url(server, diagnostics), server.text("url").rstrip("/")
    found = [pair for pair in server.members("variables") if f"{{{pair[0]}}}" in template]
    if not spec.namespace or not url or not found:
        return url, ()
    return template, tuple(_variable(name, node, template) for name, node in found)


def _variable(name: str, node: Node, template: str) -> ir.Variable:
    """A variable; one that is the whole host must be given, whatever the document says."""
    is_host = re.match(rf"https?://\{{{re.escape(name)}\}}([:/]|\Z)", template) is not None
    values = node.value.get("enum")
    return ir.Variable(
        name=names.attribute(name, ("self", "client"), "variable"),
        wire_name=name,
        presence=ir.Required() if is_host else ir.Default(node.text("default")),
        values=tuple(map(str, values)) if isinstance(values, list) else (),
        doc=doc(node),
    )


def base_url(server: Node, diagnostics: Diagnostics) -> str:
    """A server's URL with its variables at their defaults; empty when it is relative."""
    url, place = server.text("url"), server.get("url") or server
    for name, variable in server.members("variables"):
        url = url.replace("{" + name + "}", variable.text("default"))
        if not _URL.fullmatch("https://host/" + variable.text("default")):
            place = variable.get("default") or place
    if not re.match(r"[A-Za-z][\w+.-]*:", url) or "{" in url:
        return ""  # Relative: the caller has to say where the server is.
    if not _URL.fullmatch(url):
        message = f"{shorten(url)!a} is not an http or https URL"
        diagnostics.error(Code.UNSAFE_TEXT, place.location, message)
        return ""
    return url.rstrip("/")

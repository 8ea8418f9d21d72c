"""Servers and security."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate.schemas import doc

if TYPE_CHECKING:
    from pcgen import config
    from pcgen.spec import Document, Node

_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(/[\w.~!$&()*+,;=:@%/-]*)?", re.ASCII)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


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
    return ir.Service(
        base_url=spec.base_url.rstrip("/") or url,
        base_url_env=spec.base_url_env,
        headers=tuple(sorted(headers.items())),
        schemes=_schemes(document, settings, diagnostics),
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


def requirements(security: Node) -> tuple[tuple[str, ...], ...]:
    """The alternatives of a `security` list, each the names of the schemes it needs."""
    entries = security.value if isinstance(security.value, list) else []
    return tuple(tuple(entry) for entry in entries if isinstance(entry, dict))


def _schemes(
    document: Document, settings: config.Package, diagnostics: Diagnostics
) -> tuple[ir.Scheme, ...]:
    components = document.node.get("components")
    found = dict(components.members("securitySchemes")) if components is not None else {}
    for name, credential in settings.credentials.items():
        argument = credential.argument
        if argument and _argument(argument) != argument:
            message = f"the argument `{argument}` of `{shorten(name)}` is taken"
            hint = f"`{_argument(argument)}` would be free"
            diagnostics.error(Code.CONFIG_INVALID, settings.source.place(name), message, hint)
        if name not in found:
            message = f"the document has no security scheme `{shorten(name)}`"
            hint = f"known: {', '.join(sorted(found))}" if found else ""
            diagnostics.error(Code.CONFIG_INVALID, settings.source.place(name), message, hint)
    schemes = tuple(
        scheme
        for name in sorted(found)
        if (scheme := _scheme(name, found[name].follow(), found, settings, diagnostics))
    )
    owners: dict[str, str] = {}
    for scheme in schemes:
        for secret in scheme.secrets:
            other = owners.setdefault(secret.name, scheme.wire_name)
            if other != scheme.wire_name:
                message = f"the credentials of `{other}` and this one get the name `{secret.name}`"
                hint = "choose another `argument` under `credentials` in the configuration"
                place = found[scheme.wire_name].location
                diagnostics.error(Code.NAME_COLLISION, place, message, hint)
    return schemes


def _scheme(
    name: str,
    node: Node,
    found: dict[str, Node],
    settings: config.Package,
    diagnostics: Diagnostics,
) -> ir.Scheme | None:
    kind = _kind(node)
    key = node.text("name")
    if kind is None:
        message = f"the security scheme `{shorten(name)}` is of a kind that is not supported"
        diagnostics.error(Code.UNSUPPORTED, node.location, message)
        return None
    if not _TOKEN.fullmatch(name) or (kind is ir.SchemeKind.API_KEY and not _TOKEN.fullmatch(key)):
        message = f"the security scheme {shorten(name)!a} has a name that cannot travel"
        diagnostics.error(Code.UNSAFE_TEXT, node.location, message)
    alone = sum(_kind(found[other].follow()) is kind for other in found) == 1
    return ir.Scheme(
        wire_name=name,
        kind=kind,
        secrets=_secrets(name, kind, settings.credentials.get(name), alone=alone),
        place=ir.Place(node.text("in")) if kind is ir.SchemeKind.API_KEY else ir.Place.HEADER,
        key=key,
        doc=doc(node),
    )


def _secrets(
    name: str, kind: ir.SchemeKind, chosen: config.Credential | None, *, alone: bool
) -> tuple[ir.Secret, ...]:
    """The arguments for a scheme: the usual name where no other scheme is of the same kind."""
    usual = {ir.SchemeKind.API_KEY: "api_key", ir.SchemeKind.BEARER: "token"}.get(kind, "")
    argument = (chosen.argument if chosen else "") or (usual if alone else name)
    env = chosen.env if chosen else ""
    if kind is not ir.SchemeKind.BASIC:
        return (ir.Secret(_argument(argument), env),)
    prefix = f"{argument} " if argument else ""
    return tuple(
        ir.Secret(_argument(f"{prefix}{part}"), f"{env}_{part.upper()}" if env else "")
        for part in ("username", "password")
    )


def _argument(text: str) -> names.Identifier:
    return names.attribute(text, (*names.METHOD_NAMES, *names.CLIENT_ARGUMENTS), "credential")


def _kind(node: Node) -> ir.SchemeKind | None:
    """How the credential travels; tokens of OAuth 2 and OpenID Connect are bearer tokens."""
    match node.text("type"), node.text("scheme").lower():
        case "apiKey", _:
            return ir.SchemeKind.API_KEY
        case "http", "basic":
            return ir.SchemeKind.BASIC
        case ("http", "bearer") | ("oauth2" | "openIdConnect", _):
            return ir.SchemeKind.BEARER
    return None

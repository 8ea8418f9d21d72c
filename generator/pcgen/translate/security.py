"""Security: who may call, and how callers give their credentials."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pcgen import config, headers, ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.ir import SchemeKind
from pcgen.translate.describe import doc
from pcgen.translate.urls import is_usable, warn_of_listeners

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.spec import Document, Node

_KEY_PLACES = frozenset((ir.Place.COOKIE.value, ir.Place.HEADER.value, ir.Place.QUERY.value))
_USUAL = {SchemeKind.API_KEY: "api_key", SchemeKind.BEARER: "token"}


def requirements(security: Node) -> ir.Security:
    """The alternatives of a `security` list, each the names of the schemes it needs.

    Schemes that cannot be sent, or are not there, are left to the caller. That no credential is
    needed stands last: those that are given are sent.
    """
    known = {name for name, node in _nodes(security.document) if _is_sendable(name, node.follow())}
    entries = security.value if isinstance(security.value, list) else []
    ways = (
        tuple(name for name in map(_scheme_name, entry) if name in known)
        for entry in entries
        if isinstance(entry, dict)
    )
    return tuple(sorted(dict.fromkeys(ways), key=lambda way: not way))


def scopes(security: Node) -> tuple[str, ...]:
    """The scopes that any of the alternatives of a `security` list asks for."""
    found = (
        scope
        for entry in (security.value if isinstance(security.value, list) else [])
        if isinstance(entry, dict)
        for names_ in entry.values()
        if isinstance(names_, list)
        for scope in names_
    )
    return tuple(dict.fromkeys(scope for scope in found if isinstance(scope, str)))


def schemes(
    document: Document,
    settings: config.Package,
    spec: config.Spec,
    base_url: str,
    diagnostics: Diagnostics,
) -> tuple[ir.Scheme, ...]:
    """The security schemes of a document, sorted by name.

    Args:
        document: The document.
        settings: What the configuration says of the package.
        spec: What it says of the document.
        base_url: What a relative URL is relative to; empty when nobody knows.
        diagnostics: Where findings go.
    """
    return _Schemes(document, settings, spec, base_url, diagnostics).all()


def check_credentials(
    documents: Sequence[Document], settings: config.Package, diagnostics: Diagnostics
) -> None:
    """Report credentials of the configuration that are of no document."""
    known = {name for document in documents for name, _ in _nodes(document)}
    for document, spec in zip(documents, settings.specs, strict=True):
        if spec.namespace:
            known |= {f"{spec.namespace}.{name}" for name, _ in _nodes(document)}
    for name in settings.credentials:
        if name not in known:
            what = "document has" if len(documents) == 1 else "documents have"
            message = f"the {what} no security scheme `{shorten(name)}`"
            hint = f"known: {', '.join(sorted(known))}" if known else ""
            place = settings.source.place(name)
            diagnostics.error(Code.CONFIG_INVALID, place, message, hint)


def _nodes(document: Document) -> Iterator[tuple[str, Node]]:
    components = document.node.get("components")
    if components is not None:
        yield from components.members("securitySchemes")


class _Schemes:
    """What the document and the configuration together say of each scheme."""

    def __init__(
        self,
        document: Document,
        settings: config.Package,
        spec: config.Spec,
        base_url: str,
        diagnostics: Diagnostics,
    ) -> None:
        self._found = {name: node.described() for name, node in _nodes(document)}
        self._counts = Counter(map(_kind, self._found.values()))
        self._settings = settings
        self._namespace = spec.namespace
        self._base_url = base_url
        self._diagnostics = diagnostics

    def all(self) -> tuple[ir.Scheme, ...]:
        for key, credential in self._settings.credentials.items():
            name = key.removeprefix(f"{self._namespace}.") if self._namespace else key
            if name in self._found:
                self._check_configured(key, name, credential)
        made = tuple(filter(None, map(self._scheme, sorted(self._found))))
        owners: dict[str, str] = {}
        for scheme in made:
            for secret in scheme.arguments:
                if secret.name.key in owners:
                    self._collision(owners[secret.name.key], scheme.wire_name, secret.name)
                owners[secret.name.key] = scheme.wire_name
        return made

    def _scheme(self, name: str) -> ir.Scheme | None:
        node = self._found[name]
        kind = _kind(node)
        if kind is None:
            self._unsupported(name, node)
            return None
        if not _is_sendable(name, node):
            message = f"the security scheme {shorten(name)!a} has a name that cannot travel"
            place = node.get("name") or node
            self._diagnostics.error(Code.UNSAFE_TEXT, place.location, message)
            return None
        return ir.Scheme(
            wire_name=name,
            kind=kind,
            secrets=self._secrets(name, kind),
            place=ir.Place(node.text("in")) if kind is SchemeKind.API_KEY else ir.Place.HEADER,
            key=node.text("name"),
            doc=doc(node),
            grant=self._grant(name),
        )

    def _unsupported(self, name: str, node: Node) -> None:
        if node.text("type") == "mutualTLS":  # It is no part of any request.
            message = f"the security scheme `{shorten(name)}` asks for a certificate of the client"
            hint = "callers give it to the client: `cert=`"
            self._diagnostics.warning(Code.UNSUPPORTED, node.location, message, hint)
            return
        what = " ".join(filter(None, (node.text("type"), node.text("scheme"))))
        message = f"the security scheme `{shorten(name)}` is of a kind that is not supported"
        message += f": {shorten(what)!a}" if what else ""
        hint = "under a waiver, callers send it themselves: `default_headers=`, or `middleware=`"
        self._diagnostics.error(Code.UNSUPPORTED, node.location, message, hint)

    def _secrets(self, name: str, kind: SchemeKind) -> tuple[ir.Secret, ...]:
        """The arguments: with the usual name where no other scheme is of the same kind."""
        alone = self._counts[kind] == 1
        chosen = self._configured(name)
        argument = chosen.argument or (_USUAL.get(kind, "") if alone else name)
        if kind is not SchemeKind.BASIC:
            return (ir.Secret(_argument(argument), chosen.env),)
        prefix = f"{argument} " if argument else ""
        return tuple(
            ir.Secret(
                _argument(f"{prefix}{part}"), f"{chosen.env}_{part.upper()}" if chosen.env else ""
            )
            for part in ("username", "password")
        )

    # --- OAuth 2 -------------------------------------------------------------------------------

    def _grant(self, name: str) -> ir.Grant | None:
        """How the token of a scheme is fetched, None where nobody says that it can be."""
        url = self._token_url(name)
        if not url:
            return None
        chosen = self._configured(name)
        alone = sum(self._is_fetched(other) for other in self._found) == 1
        prefix = "" if alone else f"{name} "
        return ir.Grant(
            client_id=ir.Secret(
                _argument(chosen.id_argument or f"{prefix}client id"), chosen.id_env
            ),
            client_secret=ir.Secret(
                _argument(chosen.secret_argument or f"{prefix}client secret"), chosen.secret_env
            ),
            token_url=url,
            scopes=chosen.scopes,
            parameters=tuple(chosen.token_parameters.items()),
            headers=tuple(chosen.token_headers.items()),
            method=chosen.token_method,
        )

    def _is_fetched(self, name: str) -> bool:
        return bool(self._configured(name).token_url) or self._flow(name) is not None

    def _token_url(self, name: str) -> str:
        """Where the token of a scheme is fetched; empty where it cannot be."""
        chosen = self._configured(name).token_url
        flow = self._flow(name)
        if chosen or flow is None:
            return chosen
        place = flow.get("tokenUrl") or flow
        url = urljoin(f"{self._base_url}/", flow.text("tokenUrl"))
        if url.startswith("/") or ":" not in url:
            message = "the token URL is relative, and no server says to what"
            hint = f'write `credentials.{name}.token-url = "https://..."` into the configuration'
            self._diagnostics.error(Code.UNSUPPORTED, place.location, message, hint)
            return ""
        if not is_usable(url, place, self._diagnostics, query=True):
            return ""
        warn_of_listeners(url, place, self._diagnostics)
        return url

    def _flow(self, name: str) -> Node | None:
        """The flow that gives tokens to the client itself."""
        flows = self._found[name].get("flows")
        return None if flows is None else flows.get("clientCredentials")

    # --- The configuration ---------------------------------------------------------------------

    def _configured(self, name: str) -> config.Credential:
        """What the configuration says of a scheme, of this namespace's or of any of the name."""
        known = self._settings.credentials
        return known.get(f"{self._namespace}.{name}") or known.get(name) or config.Credential()

    def _check_configured(self, key: str, name: str, chosen: config.Credential) -> None:
        if chosen.token_url and _kind(self._found[name]) is not SchemeKind.BEARER:
            message = f"`token-url`: the credential of `{shorten(name)}` is no bearer token"
            self._mistake(key, message)
        elif not self._is_fetched(name):
            for setting in _needless(chosen):
                message = f"`{setting}` of `{shorten(name)}` is of no use without a `token-url`"
                self._mistake(key, message)

    def _mistake(self, key: str, message: str, hint: str = "") -> None:
        place = self._settings.source.place(key)
        self._diagnostics.error(Code.CONFIG_INVALID, place, message, hint)

    def _collision(self, one: str, other: str, argument: names.Name) -> None:
        whose = f"the credentials of `{one}` and this one"
        whose = "two credentials of this one" if one == other else whose
        message = f"{whose} get the name `{names.snake(argument)}`"
        hint = "choose another `argument` under `credentials` in the configuration"
        place = self._found[other].location
        self._diagnostics.error(Code.NAME_COLLISION, place, message, hint)


def _needless(chosen: config.Credential) -> Iterator[str]:
    """The settings that matter only where a token is fetched."""
    for name in chosen.__struct_fields__:
        if name not in ("argument", "env", "token_url") and getattr(chosen, name):
            yield name.replace("_", "-")


def _argument(text: str) -> names.Name:
    return names.name(text, "credential")


def _scheme_name(text: str) -> str:
    """The scheme that a requirement names, as OpenAPI 3.2 may by its place."""
    return text.removeprefix("#/components/securitySchemes/")


def _is_sendable(name: str, node: Node) -> bool:
    """Whether there is a way to send the credential."""
    kind, place, key = _kind(node), node.text("in"), node.text("name")
    if kind is None or not headers.is_token(name):
        return False
    if kind is not SchemeKind.API_KEY or place == ir.Place.QUERY.value:
        return True
    taken = place == ir.Place.HEADER.value and headers.is_of_transport(key)
    return headers.is_token(key) and not taken


def _kind(node: Node) -> SchemeKind | None:
    """How the credential travels; tokens of OAuth 2 and OpenID Connect are bearer tokens."""
    match node.text("type"), node.text("scheme").lower():
        case "apiKey", _ if node.text("in") in _KEY_PLACES:
            return SchemeKind.API_KEY
        case "http", "basic":
            return SchemeKind.BASIC
        case ("http", "bearer") | ("oauth2" | "openIdConnect", _):
            return SchemeKind.BEARER
    return None

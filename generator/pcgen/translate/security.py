"""Security schemes and requirements."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from msgspec import Struct

from pcgen import config, headers, ir, names
from pcgen.diagnostics import Code, Diagnostics, close, shorten
from pcgen.ir import SchemeKind
from pcgen.translate.annotations import doc
from pcgen.translate.urls import is_usable, warn_if_unencrypted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcgen.spec import Document, Node

ARGUMENT_HINT = "choose another `argument` under `credentials` in the configuration"
_KEY_PLACES = frozenset((ir.Place.COOKIE.value, ir.Place.HEADER.value, ir.Place.QUERY.value))
_DEFAULT_ARGUMENTS = {SchemeKind.API_KEY: "api_key", SchemeKind.BEARER: "token"}


def requirements(security: Node) -> ir.Security:
    """The alternatives of a `security` list, each the names of the schemes that it requires.

    Unsupported and missing schemes are omitted. The alternative without credentials comes last, so
    that credentials are sent if there are any.
    """
    schemes = _scheme_nodes(security.document)
    supported = {name for name, node in schemes if _is_sendable(name, node.follow())}
    alternatives = (
        tuple(name for name in map(_scheme_name, entry) if name in supported)
        for entry in _alternatives(security)
    )
    return tuple(sorted(dict.fromkeys(alternatives), key=lambda required: not required))


def scopes(security: Node) -> tuple[str, ...]:
    """The scopes in any of the alternatives of a `security` list."""
    lists = (found for entry in _alternatives(security) for found in entry.values())
    scopes = (scope for found in lists if isinstance(found, list) for scope in found)
    return tuple(dict.fromkeys(scope for scope in scopes if isinstance(scope, str)))


def _alternatives(security: Node) -> list[dict[str, Any]]:
    return [entry.value for entry in security.entries() if isinstance(entry.value, dict)]


def schemes(
    document: Document,
    operations: Iterable[Node],
    settings: config.Package,
    spec: config.Spec,
    base_url: str,
    diagnostics: Diagnostics,
) -> tuple[ir.Scheme, ...]:
    """The security schemes of a document: the one that most operations accept, others by name.

    Args:
        document: The document.
        operations: Its selected operations.
        settings: The settings of the package.
        spec: The settings of the document.
        base_url: The base of relative token URLs; empty if the document has none.
        diagnostics: Collects findings.
    """
    nodes = {name: node.described() for name, node in _scheme_nodes(document)}
    counts = _counts(document, operations)
    order = sorted(nodes, key=lambda name: (-counts[name], name))[:1] + sorted(nodes)
    ordered = {name: nodes[name] for name in order}
    return _Schemes(ordered, settings, spec.key, base_url, diagnostics).all()


def _counts(document: Document, operations: Iterable[Node]) -> Counter[str]:
    """The number of operations that accept each security scheme."""
    own = (node.get("security") or document.node.get("security") for node in operations)
    every = (requirements(security) for security in own if security is not None)
    return Counter(name for found in every for name in set(chain.from_iterable(found)))


def check_credentials(
    documents: Sequence[Document], settings: config.Package, diagnostics: Diagnostics
) -> None:
    """Report configured credentials for security schemes that no document defines."""
    known = set[str]()
    for document, spec in zip(documents, settings.specs, strict=True):
        own = {name for name, _ in _scheme_nodes(document)}
        known |= own | ({f"{spec.key}.{name}" for name in own} if spec.key else set())
    for name in settings.credentials:
        if name not in known:
            owner = "document has" if len(documents) == 1 else "documents have"
            message = f"the {owner} no security scheme `{shorten(name)}`"
            location = settings.source.location(name)
            diagnostics.error(Code.CONFIG_INVALID, location, message, close(name, known))


def _scheme_nodes(document: Document) -> Iterator[tuple[str, Node]]:
    components = document.node.get("components")
    if components is not None:
        yield from components.members("securitySchemes")


class _Schemes(Struct, frozen=True):
    """Translates security schemes, with the settings of their credentials."""

    nodes: dict[str, Node]  # In the order of the arguments of the client.
    settings: config.Package
    document: str  # Its key in the package.
    base_url: str
    diagnostics: Diagnostics

    def all(self) -> tuple[ir.Scheme, ...]:
        for key, credential in self.settings.credentials.items():
            name = key.removeprefix(f"{self.document}.") if self.document else key
            if name in self.nodes:
                self._check_configured(key, name, credential)
        schemes = tuple(filter(None, map(self._scheme, self.nodes)))
        owners: dict[str, str] = {}
        for scheme in schemes:
            for secret in scheme.arguments:
                if secret.name.key in owners:
                    self._report_collision(owners[secret.name.key], scheme.wire_name, secret.name)
                owners[secret.name.key] = scheme.wire_name
        return schemes

    def _scheme(self, name: str) -> ir.Scheme | None:
        node = self.nodes[name]
        kind = _kind(node)
        if kind is None:
            self._report_unsupported(name, node)
            return None
        if not _is_sendable(name, node):
            message = f"the security scheme {shorten(name)!a} has a name that cannot be sent"
            location = (node.get("name") or node).location
            self.diagnostics.error(Code.UNSAFE_TEXT, location, message)
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

    def _report_unsupported(self, name: str, node: Node) -> None:
        if node.text("type") == "mutualTLS":  # TLS carries the credential.
            message = f"the security scheme `{shorten(name)}` requires a client certificate"
            hint = "callers pass it to the client: `cert=`"
            self.diagnostics.warning(Code.UNSUPPORTED, node.location, message, hint)
            return
        type_ = " ".join(filter(None, (node.text("type"), node.text("scheme"))))
        message = f"the type of the security scheme `{shorten(name)}` is not supported"
        message += f": {shorten(type_)!a}" if type_ else ""
        hint = "under a waiver, callers send the credential by `default_headers=` or `middleware=`"
        self.diagnostics.error(Code.UNSUPPORTED, node.location, message, hint)

    def _secrets(self, name: str, kind: SchemeKind) -> tuple[ir.Secret, ...]:
        """The arguments; they have default names if no other scheme is of the same kind."""
        alone = sum(_kind(node) is kind for node in self.nodes.values()) == 1
        chosen = self._configured(name)
        argument = chosen.argument or (_DEFAULT_ARGUMENTS.get(kind, "") if alone else name)
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
        """How to fetch the token of a scheme; None if no token URL is known."""
        url = self._token_url(name)
        if not url:
            return None
        chosen = self._configured(name)
        alone = sum(self._is_fetched(other) for other in self.nodes) == 1
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
        """The token URL of a scheme; empty if there is none, or an unusable one."""
        chosen = self._configured(name).token_url
        flow = self._flow(name)
        if chosen or flow is None:
            return chosen
        node = flow.get("tokenUrl") or flow
        url = urljoin(f"{self.base_url}/", flow.text("tokenUrl"))
        if url.startswith("/") or ":" not in url:
            message = "the token URL is relative, but no server is absolute"
            hint = f'write `credentials.{name}.token-url = "https://..."` into the configuration'
            self.diagnostics.error(Code.UNSUPPORTED, node.location, message, hint)
            return ""
        if not is_usable(url, node, self.diagnostics, query=True):
            return ""
        warn_if_unencrypted(url, node, self.diagnostics)
        return url

    def _flow(self, name: str) -> Node | None:
        """The flow for the client credentials grant."""
        flows = self.nodes[name].get("flows")
        return None if flows is None else flows.get("clientCredentials")

    # --- The configuration ---------------------------------------------------------------------

    def _configured(self, name: str) -> config.Credential:
        """The settings of a scheme's credential: of this document, else of any."""
        configured = self.settings.credentials
        own = configured.get(f"{self.document}.{name}")
        return own or configured.get(name) or config.Credential()

    def _check_configured(self, key: str, name: str, chosen: config.Credential) -> None:
        location = self.settings.source.location(key)
        if chosen.token_url and _kind(self.nodes[name]) is not SchemeKind.BEARER:
            message = f"`token-url`: `{shorten(name)}` does not use bearer tokens"
            self.diagnostics.error(Code.CONFIG_INVALID, location, message)
        elif not self._is_fetched(name):
            for setting in _token_settings(chosen):
                message = f"`{setting}` of `{shorten(name)}` requires a `token-url`"
                self.diagnostics.error(Code.CONFIG_INVALID, location, message)

    def _report_collision(self, one: str, other: str, argument: names.Name) -> None:
        both = f"the credentials of `{one}` and this one"
        both = "two credentials of this one" if one == other else both
        message = f"{both} get the name `{names.snake(argument)}`"
        location = self.nodes[other].location
        self.diagnostics.error(Code.NAME_COLLISION, location, message, ARGUMENT_HINT)


def _token_settings(chosen: config.Credential) -> Iterator[str]:
    """Yield the settings that apply to token requests only."""
    for name in chosen.__struct_fields__:
        if name not in ("argument", "env", "token_url") and getattr(chosen, name):
            yield name.replace("_", "-")


def _argument(text: str) -> names.Name:
    return names.name_of(text, "credential")


def _scheme_name(text: str) -> str:
    """The scheme that a requirement names; OpenAPI 3.2 also allows a reference."""
    return text.removeprefix("#/components/securitySchemes/")


def _is_sendable(name: str, node: Node) -> bool:
    """Whether requests can carry the credential."""
    kind, place, key = _kind(node), node.text("in"), node.text("name")
    if kind is None or not headers.is_token(name):
        return False
    if kind is not SchemeKind.API_KEY or place == ir.Place.QUERY.value:
        return True
    taken = place == ir.Place.HEADER.value and headers.is_of_transport(key)
    return headers.is_token(key) and not taken


def _kind(node: Node) -> SchemeKind | None:
    """How requests carry the credential; OAuth 2 and OpenID Connect use bearer tokens."""
    match node.text("type"), node.text("scheme").lower():
        case "apiKey", _ if node.text("in") in _KEY_PLACES:
            return SchemeKind.API_KEY
        case "http", "basic":
            return SchemeKind.BASIC
        case ("http", "bearer") | ("oauth2" | "openIdConnect", _):
            return SchemeKind.BEARER
    return None

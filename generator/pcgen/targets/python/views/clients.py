"""Views of the clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.names import name_of
from pcgen.targets.code import call, code, dict_of, docstring, literal, tuple_of
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.types import Imports
from pcgen.targets.python.views.attributes import (
    AttributeView,
    LazyModuleView,
    attributes,
    class_names,
    variable_code,
    variables_code,
)
from pcgen.targets.python.views.resources import service_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.names import Name
    from pcgen.targets.code import Code, Piece
    from pcgen.targets.python.package import PythonPackage


class ClientView(Struct, frozen=True):
    """The module `client`."""

    name: Name
    async_name: Name
    module_doc: Code
    doc: Code
    async_doc: Code
    use: Imports
    service: Code
    grants: tuple[Code, ...]
    arguments: tuple[Code, ...]
    async_arguments: tuple[Code, ...]
    keywords: tuple[Code, ...]
    async_keywords: tuple[Code, ...]
    credentials: Code
    given_service: Code
    attributes: tuple[AttributeView, ...]
    async_attributes: tuple[AttributeView, ...]
    modules: tuple[LazyModuleView, ...]


def client_view(package: PythonPackage) -> ClientView:
    """Make the view of the two client classes."""
    children = package.children.get((), ())
    taken = {package.client, names.prefixed("Async", package.client), *class_names(children)}
    constants = _constants(package.service, taken)
    use = Imports({*taken, *constants.values()})
    use.need("AsyncClient", "AsyncClientOptions", "ClientOptions", "DEFAULT_TIMEOUT")
    use.need("SyncClient", "Timeout", "LazyModule", "Mapping", "TYPE_CHECKING", "Unpack")
    service = package.service
    held = attributes(children, package, use, code("self._caller"))
    return ClientView(
        name=package.client,
        async_name=names.prefixed("Async", package.client),
        module_doc=prose_docstring(f"The clients of the {package.title}.", 0),
        doc=docstring(descriptions.client_text(package, is_async=False), 4),
        async_doc=docstring(descriptions.client_text(package, is_async=True), 4),
        use=use,
        service=service_code(
            package,
            service,
            use,
            [constants.get(s.wire_name) or _scheme(s, use) for s in service.schemes],
        ),
        grants=tuple(
            code("{} = {}", constants[s.wire_name], _scheme(s, use))
            for s in service.schemes
            if s.grant is not None
        ),
        arguments=_arguments(service, "Secret", use),
        async_arguments=_arguments(service, "AsyncSecret", use),
        keywords=_keywords(service, "Secret", use),
        async_keywords=_keywords(service, "AsyncSecret", use),
        given_service=_given_service(service),
        credentials=dict_of(
            (literal(s.wire_name), _credential(s, constants)) for s in service.schemes
        ),
        attributes=held.members,
        async_attributes=held.async_members,
        modules=held.modules,
    )


def _constants(service: ir.Service, taken: set[Name]) -> dict[str, Name]:
    """The constants for schemes that fetch tokens, by the name of the scheme."""
    constants: dict[str, Name] = {}
    for scheme in service.schemes:
        if scheme.grant is not None:
            name = names.constant(name_of(scheme.wire_name, "operation"))
            while name in {"SERVICE", *taken, *constants.values()}:
                name = names.extend(name, "_SCHEME")
            constants[scheme.wire_name] = name
    return constants


def _arguments(service: ir.Service, secret: str, use: Imports) -> tuple[Code, ...]:
    secrets = [s for scheme in service.schemes for s in scheme.secrets]
    return tuple(code("{}: {} | None = None", s.name, getattr(use, secret)) for s in secrets)


def _keywords(service: ir.Service, secret: str, use: Imports) -> tuple[Code, ...]:
    """The parameters for variables of the server URL, and for fetching tokens."""
    variables = tuple(variable_code(variable, use) for variable in service.variables)
    grants = [scheme.grant for scheme in service.schemes if scheme.grant is not None]
    return variables + tuple(
        code("{}: {} | None = None", name, type_)
        for grant in grants
        for name, type_ in (
            (grant.client_id.name, code("str")),
            (grant.client_secret.name, getattr(use, secret)),
        )
    )


def _given_service(service: ir.Service) -> Code:
    """The service, with the caller's variables of its server URL."""
    if not service.variables:
        return code("SERVICE")
    return code("SERVICE.at({})", variables_code(service.variables))


def _credential(scheme: ir.Scheme, constants: dict[str, Name]) -> Piece:
    """The credential of a scheme: one secret, a pair, or the arguments that fetch a token."""
    secrets = [secret.name for secret in scheme.arguments]
    if scheme.grant is not None:
        return call(code("{}.credential", constants[scheme.wire_name]), secrets)
    return secrets[0] if len(secrets) == 1 else tuple_of(secrets)


def _scheme(scheme: ir.Scheme, use: Imports) -> Code:
    parts = [literal(scheme.wire_name)]
    arguments = [str(secret.name) for secret in scheme.secrets]
    variables = [secret.env for secret in scheme.secrets]
    if scheme.kind is ir.SchemeKind.BASIC:
        parts.append(code("args={}", literal(tuple(arguments))))
        parts += [code("envs={}", literal(tuple(variables)))] if any(variables) else []
        return call(use.Basic, parts)
    parts.append(code("arg={}", literal(arguments[0])))
    parts += [code("env={}", literal(variables[0]))] if variables[0] else []
    if scheme.grant is not None:
        return call(use.OAuth2, [*parts, *_grant(scheme.grant)])
    if scheme.kind is ir.SchemeKind.BEARER:
        return call(use.Bearer, parts)
    parts.append(code("place={}", literal(scheme.place.value)))
    parts.append(code("key={}", literal(scheme.key)))
    return call(use.ApiKey, parts)


def _grant(grant: ir.Grant) -> Iterator[Code]:
    """The arguments that describe how to fetch a token."""
    arguments = [str(secret.name) for secret in grant.secrets]
    variables = [secret.env for secret in grant.secrets]
    yield code("url={}", literal(grant.token_url))
    if arguments != ["client_id", "client_secret"]:
        yield code("client_args={}", literal(tuple(arguments)))
    if any(variables):
        yield code("client_envs={}", literal(tuple(variables)))
    if grant.scopes:
        yield code("scopes={}", literal(grant.scopes))
    if grant.parameters:
        yield code("extra={}", literal(dict(grant.parameters)))
    if grant.headers:
        yield code("headers={}", literal(dict(grant.headers)))
    if grant.method:
        yield code("method={}", literal(grant.method))

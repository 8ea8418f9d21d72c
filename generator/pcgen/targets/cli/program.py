"""The facts of a program: its names, its credentials, its login."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir, names
from pcgen.diagnostics import Code
from pcgen.targets.cli.tables import Login, Scheme
from pcgen.targets.cli.texts import plain, prose
from pcgen.targets.variables import program_prefix, program_variable

if TYPE_CHECKING:
    from pcgen.targets.protocol import Settings
    from pcgen.targets.reference import Client

_KINDS = {
    ir.SchemeKind.API_KEY: "api_key",
    ir.SchemeKind.BEARER: "bearer",
    ir.SchemeKind.BASIC: "basic",
}


class Facts(Struct, frozen=True):
    """What `Program` of the library gets, besides its commands."""

    name: str
    package: str
    distribution: str
    version: str
    title: str
    help: str
    client: str
    directory: str
    environment_prefix: str
    base_url: str
    plain_http: bool
    variables: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    login: Login | None
    extension: str


_MANUAL = re.compile(r"^\s*(?:#|```)", re.MULTILINE)


def program_facts(package: ir.Package, client: Client, settings: Settings) -> Facts:
    """Gather the facts of a program."""
    own = settings.cli
    name = own.program or names.kebab(package.distribution)
    prefix = program_prefix(own, package)
    pairs = zip(package.service.schemes, client.secrets, strict=True)
    return Facts(
        name=name,
        package=client.module,
        distribution=package.distribution,
        version=package.version,
        title=package.title,
        help=_opening(package.doc.description) or f"Command line of the {package.title}.",
        client=f"{client.module}._client:{client.name}",
        directory=own.directory or name,
        environment_prefix=prefix,
        base_url=_base_url(package, prefix),
        plain_http=_has_plain_http(package),
        variables=client.variables,
        schemes=tuple(_scheme(scheme, arguments, prefix, settings) for scheme, arguments in pairs),
        login=_login(package, settings),
        extension=f"{client.module}.{own.extension}:extend" if own.extension else "",
    )


def _has_plain_http(package: ir.Package) -> bool:
    """Whether the document has a server without encryption, or leaves the server to users."""
    services = [package.service, *(r.service for r in package.resources if r.service)]
    others = [url for service in services for url, _ in service.others]
    others += [one.base_url for r in package.resources for one in r.operations]
    return any(not service.base_url.startswith("https://") for service in services) or any(
        url.startswith("http://") for url in others
    )


def _opening(description: str) -> str:
    """Return a description up to its first heading or code: the rest is for its pages."""
    return _MANUAL.split(plain(description), maxsplit=1)[0].strip()


def _base_url(package: ir.Package, prefix: str) -> str:
    """The variable of the URL of the service, unless the client itself reads one."""
    services = [package.service, *(r.service for r in package.resources if r.service)]
    return "" if any(one.base_url_env for one in services) else f"{prefix}_BASE_URL"


def _scheme(
    scheme: ir.Scheme, arguments: tuple[str, ...], prefix: str, settings: Settings
) -> Scheme:
    made = Scheme(
        name=scheme.wire_name,
        kind=_KINDS[scheme.kind],
        arguments=arguments,
        environment=tuple(program_variable(secret, prefix) for secret in scheme.secrets),
        sources=_sources(scheme, settings),
        place=scheme.place.value,
        key=scheme.key or "Authorization",
        help=prose(scheme.doc),
    )
    grant = scheme.grant
    if grant is None:
        return made
    return replace(
        made,
        kind="client_credentials",
        arguments=tuple(names.snake(secret.name) for secret in grant.secrets),
        environment=tuple(program_variable(secret, prefix) for secret in grant.secrets),
        argument=arguments[0],
        token_url=grant.token_url,
        scopes=grant.scopes,
        token_parameters=dict(grant.parameters),
        token_headers=dict(grant.headers),
        token_method=grant.method,
    )


def _sources(scheme: ir.Scheme, settings: Settings) -> tuple[str, ...]:
    """The kinds of credentials of a scheme, in the order of their priority."""
    login = settings.cli.login
    if login is None:
        return ("stored",)
    if login.scheme == scheme.wire_name:
        return ("login", "service_account")
    return ("api_key", "managed") if scheme.kind is ir.SchemeKind.API_KEY else ("stored",)


def _login(package: ir.Package, settings: Settings) -> Login | None:
    own = settings.cli.login
    if own is None:
        return None
    known = [scheme.wire_name for scheme in package.service.schemes]
    if own.scheme not in known:
        location = settings.location("login", "scheme")
        message = f"`login`: the document has no security scheme `{own.scheme}`"
        hint = f"known: {', '.join(known)}" if known else "describe it in the document"
        settings.diagnostics.error(Code.CONFIG_INVALID, location, message, hint)
    return Login(
        authorize_url=own.authorize_url,
        token_url=own.token_url,
        scheme=own.scheme,
        client_id=own.client_id,
        audience=own.audience,
        scopes=own.scopes,
        redirect_port=own.redirect_port,
        redirect_path=own.redirect_path,
        parameters=own.parameters,
    )

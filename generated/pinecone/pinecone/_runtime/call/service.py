"""Services: their URLs, headers and security schemes."""

from __future__ import annotations

import os
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from ..errors import ConfigurationError
from .auth import Scheme, Security
from .options import Settings, path_of_url
from .options import base_url as checked_url

_ENDING_HOSTS = frozenset("/\\?#@:")


class Service(Struct, frozen=True):
    """A service as the API description declares it.

    Args:
        name: The name of the package; the User-Agent begins with it.
        version: The version of the package.
        base_url: The default URL, with variables in braces; a path alone means that the user must
            give the host.
        base_url_env: The environment variable that overrides it; "" = none.
        headers: The headers of every request.
        request_id_header: The header of responses that holds the request id; "" = a usual one.
        schemes: The security schemes.
        security: The default alternatives of scheme names; () = no credentials.
    """

    name: str
    version: str
    base_url: str = ""
    base_url_env: str = ""
    headers: Mapping[str, str] = {}
    request_id_header: str = ""
    schemes: tuple[Scheme, ...] = ()
    security: Security = ()

    def at(self, variables: Mapping[str, str]) -> Service:
        """Return the service with its URL variables filled in.

        Raises:
            ConfigurationError: A value contains a character that would end the host name.
        """
        url = self.base_url
        for name, value in variables.items():
            url = _filled(url, f"{{{name}}}", value)
        return replace(self, base_url=url)


def base_url_from_environment(service: Service) -> str:
    """Return the base URL of a service from its environment variable, or "".

    Raises:
        ConfigurationError: The variable has no valid base URL.
    """
    env = service.base_url_env
    url = os.environ.get(env, "").strip() if env else ""
    return checked_url(url, env) if url else ""


def address_of(
    service: Service, variables: Mapping[str, str], settings: Settings
) -> tuple[str, bool, str]:
    """Return the URL of another service, whether the user chose it, and the part before its path.

    A base URL that the user gave replaces the scheme and host of every service, except where
    a variable sets the host.
    """
    url = service.at(variables).base_url
    host = service.base_url.partition("://")[2].partition("/")[0].partition(":")[0]
    if host.strip("{}") in variables:
        return url, True, ""
    if settings.chosen:
        return settings.base_url + path_of_url(url), True, settings.base_url
    chosen = base_url_from_environment(service)
    if not chosen and "://" not in url:
        raise ConfigurationError(missing_base_url(service))
    return chosen or url, bool(chosen), ""


def _filled(url: str, name: str, value: str) -> str:
    """Replace a variable by its value; the value of a host may include a scheme."""
    before, _, after = url.partition(name)
    value = value.rstrip("/")
    _, is_url, host = before.partition("://")
    if is_url and not host and after[:1] in {"", "/", ":"}:
        before = "" if "://" in value else before
    elif is_url and "/" not in host and not _ENDING_HOSTS.isdisjoint(value):
        raise ConfigurationError(f"{name[1:-1]}: contains a character that a host name cannot")
    return f"{before}{value}{after}"


def missing_base_url(service: Service, path: str = "") -> str:
    """Return the message that asks for a base URL."""
    env = f" or the environment variable {service.base_url_env}" if service.base_url_env else ""
    return f"the base URL is missing: pass base_url=...{path}{env}"

"""The environment variables from which programs of the documentation read credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import names

if TYPE_CHECKING:
    from pcgen import ir


def secret_variable(secret: ir.Secret, package: ir.Package) -> str:
    """The variable of a credential: the one that the client reads, else one of the package."""
    return secret.env or names.environment_variable(f"{package.distribution} {secret.name}")


def base_url_variable(package: ir.Package, resource: ir.Resource | None = None) -> str:
    """The variable of the URL of the service, likewise; some resources have their own."""
    own = resource.service if resource is not None else None
    if resource is None or own is None:
        service, words = package.service, ""
    else:
        paths = (resource.path[:depth] for depth in range(1, len(resource.path) + 1))
        first = next(path for path in paths if package.by_path[path].service == own)
        service, words = own, " ".join(first)
    return service.base_url_env or names.environment_variable(
        f"{package.distribution} {words} base url"
    )

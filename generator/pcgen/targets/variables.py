"""The environment variables from which programs of the documentation read credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import names

if TYPE_CHECKING:
    from pcgen import ir


def secret_variable(secret: ir.Secret, package: ir.Package) -> str:
    """The variable of a credential: the one that the client reads, else one of the package."""
    return secret.env or names.environment_variable(f"{package.distribution} {secret.name}")


def base_url_variable(package: ir.Package) -> str:
    """The variable of the URL of the service, likewise."""
    return package.service.base_url_env or names.environment_variable(
        f"{package.distribution} base url"
    )

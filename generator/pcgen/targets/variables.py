"""The environment variables of clients, and of programs and command lines that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import names

if TYPE_CHECKING:
    from pcgen import ir
    from pcgen.targets import Cli


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


def program_prefix(cli: Cli, package: ir.Package) -> str:
    """What the names of a command line's own variables start with."""
    program = cli.program or names.kebab(package.distribution)
    return cli.environment_prefix or names.environment_variable(program)


def program_variable(secret: ir.Secret, prefix: str) -> str:
    """The variable of a credential in a command line: the client's, else one of its own."""
    return secret.env or names.environment_variable(f"{prefix} {secret.name}")

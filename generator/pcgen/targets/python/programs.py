"""Programs of the documentation: the example of an operation, with imports and a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import code, join, literal
from pcgen.targets.variables import base_url_variable, secret_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.targets.code import Code, Piece
    from pcgen.targets.python.package import PythonPackage


class Setup(Struct, frozen=True):
    """How a program makes a client: the arguments, and whether they read the environment.

    `variables` are those that the client itself reads.
    """

    arguments: Code
    reads: bool
    variables: tuple[str, ...] = ()


def setup(
    package: PythonPackage,
    operation: ir.Operation | None = None,
    resource: ir.Resource | None = None,
) -> Setup:
    """The arguments that a client needs, for an operation or for most of them."""
    service = (resource.service if resource else None) or package.service
    security = service.security
    if operation is not None and operation.security is not None:
        security = operation.security
    needed = _accepted(security[0] if security else (), package)
    given = list(_arguments(needed, package))
    schemes = [scheme for scheme in package.service.schemes if scheme.wire_name in needed]
    variables = [secret.env for scheme in schemes for secret in _secrets(scheme) if secret.env]
    return Setup(join(given), bool(given), tuple(variables))


def _accepted(needed: tuple[str, ...], package: PythonPackage) -> tuple[str, ...]:
    """The schemes whose credentials a client gets for an operation that needs some.

    A client is made only with the credentials of most operations, or of a scheme that they do not
    use.
    """
    usual = package.service.security
    names = {name for alternative in usual for name in alternative}
    is_enough = any(set(alternative) <= set(needed) for alternative in usual)
    return needed if not usual or is_enough or set(needed) - names else (*needed, *usual[0])


def _arguments(needed: Iterable[str], package: PythonPackage) -> Iterator[Code]:
    """The arguments without a default in the environment."""
    for scheme in package.service.schemes:
        for secret in _secrets(scheme) if scheme.wire_name in needed else ():
            if not secret.env:
                yield _read(secret.name, secret_variable(secret, package))
    for variable in package.service.variables:
        if isinstance(variable.presence, ir.Required):
            yield _read(variable.name, variable.name.upper())
    own = any(resource.service for resource in package.resources)
    if not own and not package.service.names_host and not package.service.base_url_env:
        yield _read(code("base_url"), base_url_variable(package))


def secret_names(package: PythonPackage) -> list[Piece]:
    """The arguments for the credentials of most operations."""
    security = package.service.security
    needed = security[0] if security else ()
    schemes = [scheme for scheme in package.service.schemes if scheme.wire_name in needed]
    return [secret.name for scheme in schemes for secret in _secrets(scheme)]


def _secrets(scheme: ir.Scheme) -> tuple[ir.Secret, ...]:
    """The credentials that programs use."""
    return scheme.secrets if scheme.grant is None else scheme.grant.secrets


def _read(argument: Piece, variable: str) -> Code:
    return code("{}=os.environ[{}]", argument, literal(variable))


def program(
    package: PythonPackage, given: Setup, imports: list[str], call: list[str], *, is_async: bool
) -> str:
    """A complete program that makes a call.

    Args:
        package: The package.
        given: How to make the client.
        imports: The imports of the values of the call.
        call: The lines of the call.
        is_async: Whether to use the async client.
    """
    client = f"Async{package.client}" if is_async else str(package.client)
    plain = {line for line in imports if line.startswith("import ")}
    plain |= {"import os"} if given.reads else set()
    plain |= {"import asyncio"} if is_async else set()
    others = [line for line in imports if not line.startswith("import ")]
    head = [*sorted(plain), *sorted(others)]
    head += [*[""] * bool(head), f"from {package.module} import {client}", ""]
    printed = ["print(result)"] if call[0].startswith("result") else []
    opened = f"with {client}({given.arguments}) as {package.variable}:"
    opened += f"  # reads {' and '.join(given.variables)}" if given.variables else ""
    body = [opened, *(f"    {line}" if line else "" for line in [*call, *printed])]
    if not is_async:
        return "\n".join([*head, *body])
    body[0] = f"async {opened}"
    lines = [
        *head,
        "",
        "async def main() -> None:",
        *(f"    {line}" if line else "" for line in body),
    ]
    return "\n".join([*lines, "", "", "asyncio.run(main())"])

"""The view of a package's `README.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import (
    code,
    code_span,
    fenced,
    link,
    markdown,
    markdown_line,
)
from pcgen.targets.python import descriptions, examples
from pcgen.targets.python.package import attribute_path
from pcgen.targets.reference import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import PythonPackage


class ReadmeView(Struct, frozen=True):
    """`README.md` of the package."""

    name: Code
    module: Name
    description: Code
    quick_start: Code
    async_start: Code
    environment: tuple[Code, ...]
    operations: tuple[Code, ...]
    old_names: tuple[Code, ...]
    has_pages: bool


def readme_view(package: PythonPackage, *, has_pages: bool) -> ReadmeView:
    """Make the view of the README; its quick start is the first operation with an example.

    Args:
        package: The package.
        has_pages: Whether the package has pages of documentation.
    """
    return ReadmeView(
        name=markdown_line(package.distribution),
        module=package.module,
        description=markdown(package.doc.description or f"Client of the {package.title}."),
        quick_start=fenced(_start(package, is_async=False), "python"),
        async_start=fenced(_start(package, is_async=True), "python"),
        environment=tuple(_environment(package)),
        operations=tuple(
            _line(operation, resource, package, has_pages=has_pages)
            for resource in package.resources
            for operation in resource.operations
        ),
        old_names=tuple(_old_names(package)),
        has_pages=has_pages,
    )


def _old_names(package: PythonPackage) -> Iterator[Code]:
    pairs = [(str(old.name), str(old.now)) for old in package.old_names_of("")]
    for resource in package.resources:
        of = attribute_path(resource)
        pairs += [(f"{of}.{old.name}()", f"{of}.{old.now}()") for old in package.old_names_of(of)]
    for model in package.declarations:
        if isinstance(model, ir.Model):
            of = model.name
            pairs += [(f"{of}.{old.name}", f"{of}.{old.now}") for old in package.old_names_of(of)]
    return (code("{} is now called {}.", code_span(old), code_span(now)) for old, now in pairs)


def _start(package: PythonPackage, *, is_async: bool) -> str:
    client = f"Async{package.client}" if is_async else str(package.client)
    secrets = [
        secret
        for scheme in _schemes_of_start(package)
        for secret in (scheme.secrets if scheme.grant is None else scheme.grant.secrets)
    ]
    given = ", ".join(f'{secret.name}="..."' for secret in secrets)
    called = package.variable
    imports, call = next(_example_calls(package, is_async=is_async), ([], ["..."]))
    shown = "print(result)" if call[0].startswith("result") else ""
    if not is_async:
        lines = [*imports, *[""] * bool(imports), f"from {package.module} import {client}", ""]
        lines += [f"with {client}({given}) as {called}:"]
        lines += [f"    {line}" for line in [*call, *filter(None, [shown])]]
        return "\n".join(lines)
    body = [f"async with {client}({given}) as {called}:", *(f"    {line}" for line in call)]
    body += [f"    {shown}"] if shown else []
    lines = ["import asyncio", *imports, "", f"from {package.module} import {client}", "", ""]
    lines += ["async def main() -> None:", *(f"    {line}" for line in body), "", ""]
    return "\n".join([*lines, "asyncio.run(main())"])


def _schemes_of_start(package: PythonPackage) -> Iterator[ir.Scheme]:
    """The security schemes of the quick start: those of the first alternative."""
    shown = (
        (
            operation.security
            if operation.security is not None
            else (resource.service or package.service).security
        )
        for resource in package.resources
        for operation in resource.operations
        if examples.example_call(operation, resource, package, is_async=False)
    )
    alternatives = next(shown, package.service.security)
    needed = alternatives[0] if alternatives else ()
    return (scheme for scheme in package.service.schemes if scheme.wire_name in needed)


def _example_calls(
    package: PythonPackage, *, is_async: bool
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the imports and the lines of the example of each operation."""
    for resource in package.resources:
        for operation in resource.operations:
            call = examples.example_call(operation, resource, package, is_async=is_async, indent=8)
            if call:
                yield examples.example_imports(operation, package), call


def _environment(package: PythonPackage) -> Iterator[Code]:
    for scheme in package.service.schemes:
        for secret in scheme.arguments:
            if secret.env:
                variable, argument = code_span(secret.env), code_span(secret.name)
                yield code("{}: the default of {}.", variable, argument)
    if package.service.base_url_env:
        variable = code_span(package.service.base_url_env)
        yield code("{}: the default of `base_url`.", variable)
    for resource in package.resources:
        if resource.service is not None and resource.service.base_url_env:
            variable, own = code_span(resource.service.base_url_env), code_span(resource.wire_name)
            yield code("{}: the default of `base_url` for {}.", variable, own)


def _line(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage, *, has_pages: bool
) -> Code:
    called = code_span(examples.call_path(operation, resource, package))
    if has_pages:
        called = link(called, page_of((*resource.path, operation.name)))
    note = markdown_line(descriptions.first_line(operation.doc))
    return code("{}: {}", called, note or code_span(f"{operation.method} {operation.path}"))

"""The view of a package's `README.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import (
    code,
    code_span,
    fenced,
    join,
    link,
    markdown,
    markdown_line,
)
from pcgen.targets.python import descriptions, examples
from pcgen.targets.python.package import attribute_path
from pcgen.targets.python.quick_start import quick_start
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
    """Make the view of the README.

    Args:
        package: The package.
        has_pages: Whether the package has pages of documentation.
    """
    return ReadmeView(
        name=markdown_line(package.distribution),
        module=package.module,
        description=markdown(package.doc.description or f"Client of the {package.title}."),
        quick_start=fenced(quick_start(package, is_async=False), "python"),
        async_start=fenced(quick_start(package, is_async=True), "python"),
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


def _environment(package: PythonPackage) -> Iterator[Code]:
    for scheme in package.service.schemes:
        for secret in scheme.arguments:
            if secret.env:
                variable, argument = code_span(secret.env), code_span(secret.name)
                yield code("{}: the default of {}.", variable, argument)
    if package.service.base_url_env:
        variable = code_span(package.service.base_url_env)
        yield code("{}: the default of `base_url`.", variable)
    owners: dict[str, list[Code]] = {}
    for resource in package.resources:
        if resource.service is not None and resource.service.base_url_env:
            owned = owners.setdefault(resource.service.base_url_env, [])
            owned.append(code_span(attribute_path(resource)))
    for name, owned in owners.items():
        yield code("{}: the default of `base_url` for {}.", code_span(name), join(owned))


def _line(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage, *, has_pages: bool
) -> Code:
    called = code_span(examples.call_path(operation, resource, package))
    if has_pages:
        called = link(called, page_of((*resource.path, operation.name)))
    note = markdown_line(descriptions.first_line(operation.doc))
    return code("{}: {}", called, note or code_span(f"{operation.method} {operation.path}"))

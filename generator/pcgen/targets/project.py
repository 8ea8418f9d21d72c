"""The view of a package's `pyproject.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.targets.code import code, join, toml_string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen import ir
    from pcgen.targets.code import Code


class ProjectView(Struct, frozen=True):
    """`pyproject.toml`."""

    name: Code
    version: Code
    description: Code
    module: Code
    lock: Code
    requires_python: Code
    metadata: tuple[Code, ...]
    urls: tuple[Code, ...]
    script: Code


def project_view(
    package: ir.Package, module: str, description: str, script: str = ""
) -> ProjectView:
    """Make the view of the metadata.

    Args:
        package: The package.
        module: Its import name.
        description: One line.
        script: The name of the program that the package installs; empty if there is none.
    """
    entry = f"{module}.__main__:main"
    return ProjectView(
        name=toml_string(package.distribution),
        version=toml_string(package.version),
        description=toml_string(description),
        module=toml_string(module),
        lock=toml_string(f"{module}/pcgen.lock"),
        requires_python=toml_string(package.metadata.requires_python),
        metadata=tuple(_metadata(package.metadata)),
        urls=tuple(
            code("{} = {}", toml_string(label), toml_string(url))
            for label, url in package.metadata.urls
        ),
        script=code("{} = {}", toml_string(script), toml_string(entry)),
    )


def _metadata(metadata: ir.Metadata) -> Iterator[Code]:
    """The optional lines of the table `project`."""
    if metadata.license:
        yield code("license = {}", toml_string(metadata.license))
    for key, people in (
        (code("authors"), metadata.authors),
        (code("maintainers"), metadata.maintainers),
    ):
        if people:
            yield code("{} = [{}]", key, join(map(_person, people), ", "))
    for key, texts in (
        (code("license-files"), metadata.license_files),
        (code("keywords"), metadata.keywords),
        (code("classifiers"), metadata.classifiers),
    ):
        if texts:
            yield code("{} = [{}]", key, join(map(toml_string, texts), ", "))


def _person(person: ir.Person) -> Code:
    """A table of TOML with the name, the e-mail address, or both."""
    pairs = ((code("name"), person.name), (code("email"), person.email))
    parts = [code("{} = {}", key, toml_string(text)) for key, text in pairs if text]
    return code("{ {} }", join(parts, ", "))

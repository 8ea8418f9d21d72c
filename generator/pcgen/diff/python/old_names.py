"""Old names that a package keeps: they still work, with a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.targets.python.package import attribute_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.targets.python.package import PythonPackage


def old_classes(package: PythonPackage) -> dict[str, str]:
    """The names of classes by their old names."""
    return {str(old.name): str(old.now) for old in package.old_names_of("")}


def old_methods(package: PythonPackage) -> dict[str, str]:
    """The names of methods by their old names, as callers write them."""
    paths = map(attribute_path, package.resources)
    return {
        f"{path}.{old.name}": f"{path}.{old.now}"
        for path in paths
        for old in package.old_names_of(path)
    }


def old_fields(package: PythonPackage, model: str) -> dict[str, str]:
    """The names of a model's fields by their old names, after the name of the model."""
    return {f"{model}.{old.name}": f"{model}.{old.now}" for old in package.old_names_of(model)}


def all_old_names(package: PythonPackage) -> Iterator[str]:
    """The old names of classes, methods and fields."""
    yield from old_classes(package)
    yield from old_methods(package)
    for declaration in package.declarations:
        yield from old_fields(package, declaration.name)


def renaming(what: str, old: str, new: str, kept: Mapping[str, str]) -> tuple[str, str]:
    """The id of the change for a new name, and a hint.

    Args:
        what: The start of the id, such as `method`.
        old: The old name.
        new: The new name.
        kept: The new names by the old names that the package keeps.
    """
    if kept.get(old) == new:
        return f"{what}-deprecated", ""
    if old.rpartition(".")[0] != new.rpartition(".")[0]:
        return f"{what}-renamed", ""  # Methods of other resources cannot keep their names.
    key = f'"{old}"' if "." in old else old
    return f"{what}-renamed", f'to keep the old name, configure aliases.{key} = "{new}"'

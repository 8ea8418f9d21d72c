"""Old names that a package keeps: what was renamed is then only deprecated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.targets.python.package import attribute_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pcgen.targets.python.package import PythonPackage


def old_classes(package: PythonPackage) -> dict[str, str]:
    """The names of classes by those that they had."""
    return {str(old.name): str(old.now) for old in package.old_names_of("")}


def old_methods(package: PythonPackage) -> dict[str, str]:
    """The same for methods, as callers write them."""
    paths = map(attribute_path, package.resources)
    return {
        f"{path}.{old.name}": f"{path}.{old.now}"
        for path in paths
        for old in package.old_names_of(path)
    }


def old_fields(package: PythonPackage, model: str) -> dict[str, str]:
    """The same for the fields of a model, with the name of the model."""
    return {f"{model}.{old.name}": f"{model}.{old.now}" for old in package.old_names_of(model)}


def all_old_names(package: PythonPackage) -> Iterator[str]:
    """Everything that had another name, by that."""
    yield from old_classes(package)
    yield from old_methods(package)
    for declaration in package.declarations:
        yield from old_fields(package, declaration.name)


def note_renamed(
    note: Callable[..., None], what: str, old: str, new: str, kept: Mapping[str, str]
) -> None:
    """Note that a thing has a new name, and that its old one is kept, or how it could be."""
    if kept.get(old) == new:
        note(f"{what}-deprecated", new=new)
    else:
        note(f"{what}-renamed", old=old, new=new, hint=_keeping(old, new))


def _keeping(old: str, new: str) -> str:
    """The line of the configuration that keeps a name; a method is only kept where it was."""
    if old.rpartition(".")[0] != new.rpartition(".")[0]:
        return ""
    key = f'"{old}"' if "." in old else old
    return f'to keep the old name, configure aliases.{key} = "{new}"'

"""Old names that a package keeps: what was renamed is then only deprecated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def old_classes(package: ir.Package) -> dict[str, str]:
    """The names of classes by those that they had."""
    return {str(old.name): str(old.now) for old in package.old_names}


def old_methods(package: ir.Package) -> dict[str, str]:
    """The same for methods, as callers write them."""
    return {
        f"{resource.attribute}.{old.name}": f"{resource.attribute}.{old.now}"
        for resource in package.resources
        for old in resource.old_names
    }


def old_fields(model: ir.Model) -> dict[str, str]:
    """The same for fields, with their model."""
    return {f"{model.name}.{old.name}": f"{model.name}.{old.now}" for old in model.old_names}


def all_old_names(package: ir.Package) -> Iterator[str]:
    """Everything that had another name, by that."""
    yield from old_classes(package)
    yield from old_methods(package)
    for declaration in package.declarations:
        if isinstance(declaration, ir.Model):
            yield from old_fields(declaration)


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

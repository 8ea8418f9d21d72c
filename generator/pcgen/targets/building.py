"""Builds targets, and merges the files that they return."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.diagnostics import Code, Exit, Location, failure
from pcgen.targets import BASES, DOCUMENTING
from pcgen.targets.protocol import Generated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pcgen import ir
    from pcgen.targets.protocol import Settings
    from pcgen.targets.reference import Manual, Reference

CLIENT = "_client"
"""The private package with the base of a target."""


def build_targets(names: Iterable[str], package: ir.Package, settings: Settings) -> Generated:
    """Build targets and merge what they return.

    Args:
        names: The targets.
        package: What to make.
        settings: What each target gets.

    Raises:
        Failure: A template of the user is invalid, or two targets make the same file.
    """
    generated, owners = Generated({}), dict[str, str]()
    references: list[Callable[[], Reference | Manual]] = []
    for name in sorted(names, key=DOCUMENTING.__contains__):
        if name in DOCUMENTING:
            settings = replace(settings, references=tuple(make() for make in references))
        one = (
            _on_base(name, package, settings) if name in BASES else _built(name, package, settings)
        )
        references += [one.reference] if one.reference else []
        for path in sorted(owners.keys() & one.texts.keys()):
            location = settings.location("targets", name)
            message = f"the targets `{owners[path]}` and `{name}` both generate `{path}`"
            raise failure(Code.CONFIG_INVALID, location, message, "remove one of them", Exit.USAGE)
        owners |= dict.fromkeys(one.texts, name)
        generated.texts.update(one.texts)
        generated.hand_written.update(one.hand_written)
    return generated


def _on_base(name: str, package: ir.Package, settings: Settings) -> Generated:
    """Build a target on another one, whose module becomes a private package in its own."""
    base = _built(BASES[name], package, replace(settings, has_pages=False))
    client = base.client() if base.client is not None else None
    made = _built(name, package, replace(settings, client=client))
    inner = {
        f"{folder}/{CLIENT}/{path}": text
        for folder, _, path, text in (
            (*key.partition("/"), text) for key, text in base.texts.items()
        )
        if client is not None and folder == client.module
    }
    return replace(made, texts=made.texts | inner)


def _built(name: str, package: ir.Package, settings: Settings) -> Generated:
    from pcgen.targets.environment import TemplateMistake  # Late: Jinja takes long to import.

    try:
        generated: Generated = import_module(f"pcgen.targets.{name}.build").build(package, settings)
    except TemplateMistake as error:
        location = Location(
            f"{settings.template_folder}/{error.name}", error.line, int(error.line > 0)
        )
        raise failure(Code.TEMPLATE_INVALID, location, str(error), "", Exit.USAGE) from error
    return generated

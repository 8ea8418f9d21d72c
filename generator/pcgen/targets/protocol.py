"""How targets are built: what each gets, what it returns, and how their files are merged."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pcgen.diagnostics import Code, Exit, Location, failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pcgen import ir
    from pcgen.cache import Cache
    from pcgen.diagnostics import Diagnostics


class Settings(Struct, frozen=True):
    """What a target gets besides the IR.

    Args:
        folder: The output folder; a target may read the hand-written files in it.
        shown: The name of that folder in messages.
        templates: The user's templates, which override pcgen's, by name.
        template_folder: The name of their folder in messages.
        modules: The hand-written modules whose `__all__` the package exports.
        mixins: The hand-written modules that extend models and resources, by what they extend.
        module: The import name of the package, empty for the default.
        aliases: Current names by previous ones.
        arguments: The names of the client's arguments that the configuration chooses, by the
            security scheme.
        location: Finds a key of a table in the configuration, for diagnostics.
        cache: Results of earlier runs.
        diagnostics: Collects findings.
    """

    folder: Path
    shown: str
    templates: Mapping[str, str]
    template_folder: str
    modules: tuple[str, ...]
    mixins: Mapping[str, str]
    module: str
    aliases: Mapping[str, str]
    arguments: Mapping[str, tuple[str, ...]]
    location: Callable[[str, str], Location]
    cache: Cache
    diagnostics: Diagnostics


class Made(Struct, frozen=True):
    """What a target returns.

    Args:
        texts: Every generated file by its path in the output folder.
        hand_written: The hand-written modules that belong to the output, by their path in it, with
            the names that they add.
    """

    texts: dict[str, str]
    hand_written: dict[str, tuple[str, ...]] = field(default_factory=dict)


def build_targets(names: Iterable[str], package: ir.Package, settings: Settings) -> Made:
    """Build targets and merge what they return.

    Args:
        names: The targets.
        package: What to make.
        settings: What each target gets.

    Raises:
        Failure: A template of the user is invalid, or two targets make the same file.
    """
    made, owners = Made({}), dict[str, str]()
    for name in names:
        one = _built(name, package, settings)
        for path in sorted(owners.keys() & one.texts.keys()):
            place = settings.location("targets", name)
            message = f"the targets `{owners[path]}` and `{name}` both make `{path}`"
            raise failure(Code.CONFIG_INVALID, place, message, "list one of them", Exit.USAGE)
        owners |= dict.fromkeys(one.texts, name)
        made.texts.update(one.texts)
        made.hand_written.update(one.hand_written)
    return made


def _built(name: str, package: ir.Package, settings: Settings) -> Made:
    from pcgen.targets.environment import TemplateMistake  # Late: Jinja takes long to import.

    try:
        made: Made = import_module(f"pcgen.targets.{name}.build").build(package, settings)
    except TemplateMistake as error:
        place = Location(
            f"{settings.template_folder}/{error.name}", error.line, int(error.line > 0)
        )
        raise failure(Code.TEMPLATE_INVALID, place, str(error), "", Exit.USAGE) from error
    return made

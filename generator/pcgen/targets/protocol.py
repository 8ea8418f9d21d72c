"""The protocol of targets: what each gets, and what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pcgen.cache import Cache
    from pcgen.diagnostics import Diagnostics, Location
    from pcgen.targets import Cli
    from pcgen.targets.reference import Client, Manual, Reference


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
        samples: The languages besides Python in which pages show calls.
        has_pages: Whether a target makes pages of documentation.
        cli: The settings of the target `cli`.
        client: For targets with a base: the client that it makes.
        references: For targets that make these pages: what the other targets have generated.
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
    samples: tuple[str, ...]
    cli: Cli
    has_pages: bool = True
    client: Client | None = None
    references: tuple[Reference | Manual, ...] = ()


class Generated(Struct, frozen=True):
    """What a target returns.

    Args:
        texts: Every generated file by its path in the output folder.
        hand_written: The hand-written modules that belong to the output, by their path in it, with
            the names that they add.
        reference: Describes what is generated, if the target makes code of a language. It is
            called only if there are pages to print. A program has a `Manual`.
        client: Describes the client that is generated, for targets that call it.
    """

    texts: dict[str, str]
    hand_written: dict[str, tuple[str, ...]] = field(default_factory=dict)
    reference: Callable[[], Reference | Manual] | None = None
    client: Callable[[], Client] | None = None

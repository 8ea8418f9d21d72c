"""Loads the configuration, and selects the packages that a command is given."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem
from msgspec.structs import replace

from pcgen import config
from pcgen.cli.output import within
from pcgen.diagnostics import Code, Exit, Failure, Location, close, failure, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.write import Output


def files(context: click.Context, parameter: click.Parameter, start: str) -> list[CompletionItem]:
    """Complete files and folders in shells."""
    del context, parameter
    return [CompletionItem(start, type="file")]


CONFIG = click.option(
    "--config",
    "config_file",
    metavar="FILE",
    shell_complete=files,
    help="The configuration. Default: the nearest pcgen.toml, or pyproject.toml with "
    "[tool.pcgen], here or above.",
)


def unconfigured(spec: str, output: str, name: str) -> config.Package:
    """The package of a document without a configuration; its client has a variable for its URL."""
    package = config.single(spec, output, name)
    specs = tuple(replace(one, base_url_env=config.DERIVED) for one in package.specs)
    return replace(package, specs=specs)


def listed(packages: Sequence[str], config_file: str | None) -> list[config.Package]:
    """The packages with the given names, or all packages if there are no names.

    Args:
        packages: Names from the command line.
        config_file: The configuration file; None for the nearest one.

    Raises:
        Failure: There is no configuration, it is invalid, or it does not list a package.
    """
    loaded = load(config_file)
    if not packages:
        return list(loaded.packages)
    return [_named(wanted, loaded) for wanted in packages]


def chosen(package: str | None, config_file: str | None) -> config.Package:
    """The package with a name, or the only one.

    Raises:
        Failure: No package has the name.
        UsageError: There are several.
    """
    found = listed([package] if package else [], config_file)
    if len(found) > 1:
        names = ", ".join(map(config.label, found))
        raise click.UsageError(f"Give the name of a package: {names}.")
    return found[0]


def _named(wanted: str, loaded: config.Config) -> config.Package:
    """The package with a name.

    Raises:
        Failure: No package has it, or several have.
    """
    found = [package for package in loaded.packages if config.label(package) == wanted]
    if len(found) == 1:
        return found[0]
    location = Location(loaded.file.name)
    if found:
        outputs = " and ".join(f"`{package.output}`" for package in found)
        message, hint = f"{wanted!a} names several packages: {outputs}", "give each a `name`"
        raise failure(Code.CONFIG_INVALID, location, message, hint, Exit.USAGE)
    message = f"no package {wanted!a} is listed"
    hint = close(wanted, map(config.label, loaded.packages))
    raise failure(Code.CONFIG_MISSING, location, message, hint, Exit.USAGE)


def output_of(settings: config.Package) -> Output:
    """The folder that a package is written to."""
    from pcgen.write import Output

    root = (
        settings.root if settings.source.file else None
    )  # Without a file, people choose the folder.
    return Output(settings.root / settings.output, Path(settings.output), root)


def load(config_file: str | None) -> config.Config:
    """Load a configuration file, or the nearest one.

    Raises:
        Failure: There is none, or it is invalid.
    """
    path = _file(config_file)
    within(Path() if path is None else path.parent)
    if path is None:
        message = "no pcgen.toml and no pyproject.toml with [tool.pcgen] here or above"
        hint = "run `pcgen init SPEC`, or give --spec and --output"
        raise failure(Code.CONFIG_MISSING, Location("."), message, hint, Exit.USAGE)
    return config.load(path)


def _file(config_file: str | None) -> Path | None:
    return Path(config_file) if config_file else config.find(Path.cwd())


@contextmanager
def exclusive(config_file: str | None, *folders: Path) -> Iterator[None]:
    """Hold locks, so that no other command writes between the first read and the last write.

    Args:
        config_file: As in `load`.
        folders: Folders to lock besides that of the configuration, if they exist.
    """
    from pcgen import write

    file = _file(config_file)
    homes = folders if file is None else (file.parent, *folders)
    with write.exclusive(*(home for home in homes if home.is_dir()), waiting=_report_waiting):
        yield


def _report_waiting(folder: Path) -> None:
    click.echo(printable(f"waiting for another pcgen in {folder.absolute()}"), err=True)


def complete(context: click.Context, parameter: click.Parameter, start: str) -> list[str]:
    """Complete the names of packages in shells; none if the configuration is invalid."""
    del parameter
    try:
        loaded = load(context.params.get("config_file"))
    except (Failure, OSError):
        return []
    return [name for name in map(config.label, loaded.packages) if name.startswith(start)]

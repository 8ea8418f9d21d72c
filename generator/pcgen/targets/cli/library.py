"""The commands that every program has: those of the library `_cli`, which pcgen ships.

They are made by the library itself, so that pages say what `--help` says.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from pcgen.targets.reference import Flag, ProgramCommand
from pcgen.template_files import template_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.targets.cli.program import Facts
    from pcgen.targets.cli.tables import Command, Entry

_NAME = "_pcgen_cli"


def library_commands(facts: Facts, index: dict[str, Entry]) -> Iterator[ProgramCommand]:
    """Describe the commands of the library that a program has besides the ones in its index."""
    made = _program(facts, index)
    for words, command in _library("app").library(made):
        options = tuple(_flag(one) for one in command.params if not one.name.startswith("cli_"))
        text = command.help or ""
        yield ProgramCommand(
            words=words,
            usage=f"{facts.name} {words} [OPTIONS]",
            summary=made.index[words].help,
            text=cleandoc(text).split("\f")[0],
            options=options,
        )


def library_groups() -> dict[str, str]:
    """The groups of the library's commands."""
    groups: dict[str, str] = _library("auth.index").GROUPS
    return groups


def shared_flags() -> tuple[Flag, ...]:
    """The options of every command."""
    groups = _library("groups")
    return tuple(
        _flag(groups.click.Option([*flags], **settings)) for flags, settings in groups.shared()
    )


def extra_flags(command: Command) -> tuple[Flag, ...]:
    """The options that depend on the kind of a command's operation."""
    groups = _library("groups")
    given = groups.extras(command)
    return tuple(_flag(groups.click.Option([*flags], **settings)) for flags, settings in given)


def _program(facts: Facts, index: dict[str, Entry]) -> Any:
    library = _library("program")
    return library.Program(
        facts.name,
        package=facts.package,
        distribution=facts.distribution,
        version=facts.version,
        title=facts.title,
        client=facts.client,
        environment_prefix=facts.environment_prefix,
        schemes=tuple(library.Scheme(**asdict(scheme)) for scheme in facts.schemes),
        login=library.Login(**asdict(facts.login)) if facts.login is not None else None,
        index={words: library.Entry(**asdict(entry)) for words, entry in index.items()},
    )


def _library(module: str) -> Any:
    """Import a module of the library, under a name of our own."""
    if _NAME not in sys.modules:
        folder = template_folder() / "cli" / "module" / "_cli"
        spec = spec_from_file_location(
            _NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None:
            raise ImportError(f"{folder} cannot be imported")
        package = module_from_spec(spec)
        sys.modules[_NAME] = package
        spec.loader.exec_module(package)
    return import_module(f"{_NAME}.{module}")


def _flag(option: Any) -> Flag:
    """Describe an option or an argument of click."""
    is_argument = option.param_type_name == "argument"
    flags = [option.name.upper()] if is_argument else [*option.opts, *option.secondary_opts]
    choices = getattr(option.type, "choices", ())
    is_flag = getattr(option, "is_flag", False)
    value = "" if is_flag or is_argument else option.metavar or option.type.name.upper()
    return Flag(
        flags=tuple(flags),
        value="" if choices and not is_argument else value,
        required=bool(option.required),
        text=getattr(option, "help", None) or "",
        values=tuple(map(str, choices)),
    )

"""Views of the files of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.targets.cli.texts import sentence
from pcgen.targets.code import (
    code,
    code_span,
    docstring,
    dotted_name,
    fenced,
    join,
    link,
    literal,
    markdown,
    markdown_line,
    table_of,
)
from pcgen.targets.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pcgen.targets.cli.commands import Named
    from pcgen.targets.cli.program import Facts
    from pcgen.targets.cli.tables import Entry
    from pcgen.targets.code import Code


class ModuleView(Struct, frozen=True):
    """`__init__.py`."""

    doc: Code
    version: Code


class MainView(Struct, frozen=True):
    """`__main__.py`."""

    doc: Code


class TableView(Struct, frozen=True):
    """A module of commands."""

    doc: Code
    names: Code
    commands: Code


class ProgramView(Struct, frozen=True):
    """`commands/__init__.py`."""

    doc: Code
    names: Code
    facts: tuple[Code, ...]


class ProgramReadme(Struct, frozen=True):
    """`README.md`."""

    name: Code
    description: Code
    install: Code
    credentials: tuple[Code, ...]
    start: Code
    pages: Code
    commands: tuple[Code, ...]


def module_view(facts: Facts) -> ModuleView:
    """Make the view of the package."""
    doc = docstring(one_line(f"`{facts.name}`, the command line of the {facts.title}."), 0)
    return ModuleView(doc, literal(facts.version))


def main_view(facts: Facts) -> MainView:
    """Make the view of the module that starts the program."""
    return MainView(docstring(one_line(f"Starts `{facts.name}`."), 0))


def table_view(named: Sequence[Named]) -> TableView:
    """Make the view of a module of commands."""
    commands = {one.command.call: one.command for one in named}
    classes = ["Batch"] if any(command.batch for command in commands.values()) else []
    classes += ["Command"]
    classes += ["Option"] if any(command.options for command in commands.values()) else []
    return TableView(
        doc=docstring("The commands of a resource of the client.", 0),
        names=join(map(dotted_name, classes)),
        commands=table_of(commands, used=len("COMMANDS: dict[str, Command] = ")),
    )


def program_view(facts: Facts, index: Mapping[str, Entry], named: Sequence[Named]) -> ProgramView:
    """Make the view of the program."""
    operations = tuple((one.command.operation, one.command.call, one.module) for one in named)
    values = {
        "package": facts.package,
        "distribution": facts.distribution,
        "version": facts.version,
        "title": facts.title,
        "help": facts.help,
        "client": facts.client,
        "directory": facts.directory,
        "environment_prefix": facts.environment_prefix,
        "base_url": facts.base_url,
        "plain_http": facts.plain_http,
        "variables": facts.variables,
        "schemes": facts.schemes,
        "login": facts.login,
        "extension": facts.extension,
        "index": dict(index),
        "operations": tuple(sorted(operations)),
    }
    lines = [literal(facts.name)]
    for key, value in values.items():
        if value:
            lines.append(code("{}={}", dotted_name(key), table_of(value, 4, len(key) + len("=,"))))
    classes = ["Entry"] if index else []
    classes += ["Login"] if facts.login else []
    classes += ["Program"] + (["Scheme"] if facts.schemes else [])
    return ProgramView(
        doc=docstring(one_line(f"The program `{facts.name}`: its facts, and an index."), 0),
        names=join(map(dotted_name, classes)),
        facts=tuple(lines),
    )


def readme_view(
    facts: Facts, index: Mapping[str, Entry], named: Sequence[Named], *, has_pages: bool
) -> ProgramReadme:
    """Make the view of the README."""
    pages = code("The {} describe each of them.", link(code("pages"), "docs/index.md"))
    first = _first(named)
    return ProgramReadme(
        name=code_span(facts.name),
        description=markdown(facts.help),
        install=fenced(f"$ pip install {facts.distribution}", "console"),
        credentials=tuple(_credentials(facts)),
        start=fenced("\n".join(f"$ {line}" for line in first), "console") if first else code(""),
        pages=pages if has_pages else code(""),
        commands=tuple(
            code("{}: {}.", code_span(f"{facts.name} {words}"), markdown_line(entry.help))
            for words, entry in index.items()
            if entry.module
        ),
    )


def _credentials(facts: Facts) -> Iterator[Code]:
    """Where each credential comes from."""
    if facts.login is not None:
        yield code("{} logs in with a browser.", code_span(f"{facts.name} auth login"))
    for scheme in facts.schemes:
        variables = join(map(code_span, scheme.environment), " and ")
        *first, secret = (f"--{name.replace('_', '-')}" for name in scheme.arguments)
        flags = [*(f"{flag} {flag[2:].upper()}" for flag in first), f"{secret}-stdin"]
        stored = code_span(" ".join([facts.name, "auth configure", *flags]))
        text = code("{} of the environment, or what {} stores", variables, stored)
        about = markdown_line(sentence(scheme.help))
        yield code("{}: {}", text, about) if scheme.help else code("{}.", text)


def _first(named: Sequence[Named]) -> list[str]:
    """Command lines to begin with: short ones that only read."""
    lines = [
        one.command.examples[0]
        for one in named
        if one.words and one.command.method == "GET" and one.command.examples
    ]
    return sorted(lines, key=lambda line: (line.count(" "), line))[:3]

"""The manual of a program: what the documentation says of its commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.ir.examples import shown_response
from pcgen.targets.cli.commands import operation_names
from pcgen.targets.cli.examples import command_line
from pcgen.targets.cli.library import extra_flags, library_commands, library_groups, shared_flags
from pcgen.targets.cli.texts import sentence, spoken, written
from pcgen.targets.reference import Flag, Manual, ProgramCommand, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen import ir
    from pcgen.targets.cli.commands import Named
    from pcgen.targets.cli.program import Facts
    from pcgen.targets.cli.tables import Command, Entry, Option

_VALUES = {
    "boolean": "",
    "integer": "INTEGER",
    "number": "NUMBER",
    "json": "JSON",
    "any": "TEXT",
    "some": "TEXT",
    "map": "KEY=VALUE",
    "file": "FILE",
    "files": "FILE",
    "path": "FILE",
}


def manual(
    facts: Facts,
    named: tuple[Named, ...],
    index: dict[str, Entry],
    package: ir.Package,
    pages: dict[str, str],
) -> Manual:
    """Describe a program; `pages` are those of its extension, by the words of commands."""
    names = operation_names(named, facts.name)
    own = [_command(one, facts, index, names) for one in named if one.words]
    library = [*library_commands(facts, index)]
    known = {command.words: command for command in [*own, *library]}
    for words, page in pages.items():
        summary = sentence(page.partition("\n\n")[2])
        empty = ProgramCommand(words, "", summary.removesuffix("."), "", ())
        known[words] = replace(known.get(words, empty), page=page)
    groups = {words: entry.help for words, entry in index.items() if not entry.module}
    return Manual(
        program=facts.name,
        package=package.distribution,
        text=package.doc.description,
        groups=_parents(known) | library_groups() | groups,
        commands=tuple(sorted(known.values(), key=lambda command: command.words.split())),
        shared=shared_flags(),
    )


def _parents(known: dict[str, ProgramCommand]) -> dict[str, str]:
    """The groups of commands, which have no description yet."""
    parents = (words.split()[:depth] for words in known for depth in range(1, words.count(" ") + 1))
    return dict.fromkeys(map(" ".join, parents), "Commands")


def _command(
    named: Named, facts: Facts, index: dict[str, Entry], operations: dict[str, str]
) -> ProgramCommand:
    command = named.command
    names = [option.flags[0].lstrip("-").upper() for option in command.options if option.positional]
    return ProgramCommand(
        words=named.words,
        usage=" ".join([facts.name, named.words, *names, "[OPTIONS]"]),
        summary=index[named.words].help,
        text=spoken(written(named.operation.doc), operations),
        options=(*map(_flag, command.options), *_extras(command)),
        runs=tuple(_runs(named, facts)),
        operation=command.operation,
        method=command.method,
        path=command.url,
    )


def _extras(command: Command) -> Iterator[Flag]:
    taken = {flag for option in command.options for flag in option.flags}
    for flag in extra_flags(command):
        if taken.isdisjoint(flag.flags):
            yield flag


def _flag(option: Option) -> Flag:
    value = _VALUES.get(option.kind, "TEXT")
    flags = option.flags
    if option.kind == "boolean":
        flags = (*flags, f"--no-{flags[0].removeprefix('--')}")
    facts = [f"The service's default is {option.default}."] if option.default else []
    facts += ["It may be repeated."] if option.many else []
    return Flag(
        flags=flags,
        value=value,
        required=option.required,
        text=option.help,
        facts=tuple(facts),
        values=option.choices,
        open=option.open,
    )


def _runs(named: Named, facts: Facts) -> Iterator[Run]:
    """The examples whose response is known as JSON."""
    operation, command = named.operation, named.command
    for number, scenario in enumerate(operation.scenarios):
        if scenario.status and not scenario.status.startswith("2"):
            continue
        shown = f"{facts.name} {named.words}"
        line = command_line(shown, command, operation, named.call, scenario)
        found = shown_response(scenario.name, number, operation.result.examples)
        value = scenario.response if scenario.status else found and found.value
        if value is None or command.result or (command.flag and command.flag in line):
            yield Run(line)
            continue
        if command.items and isinstance(value, dict):
            value = value.get(command.items, value)
        printed = json.dumps(value, indent=4, ensure_ascii=False)
        yield Run(f"{line} --json", printed)

"""Views of the pages of a program and its commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.targets.code import code, code_span, fenced, join, link, markdown, markdown_line
from pcgen.targets.docs.headings import heading
from pcgen.targets.docs.links import INDEX, relative
from pcgen.targets.docs.pages import values_line
from pcgen.targets.reference import file_stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.targets.code import Code
    from pcgen.targets.reference import Flag, Manual, ProgramCommand, Run

_ANCHOR = "options-of-every-command"


class CommandPage(Struct, frozen=True):
    """The page of a command."""

    title: Code
    description: Code
    usage: Code
    request: Code
    options: tuple[Code, ...]
    shared: Code
    runs: tuple[Code, ...]


class GroupPage(Struct, frozen=True):
    """The page of a group of commands."""

    title: Code
    description: Code
    lines: tuple[Code, ...]


class ProgramSection(Struct, frozen=True):
    """The commands of a group on the page of the program."""

    title: Code
    lines: tuple[Code, ...]


class ProgramIndex(Struct, frozen=True):
    """`docs/index.md` and `llms.txt` of a program."""

    title: Code
    description: Code
    summary: Code
    sections: tuple[ProgramSection, ...]
    shared: tuple[Code, ...]


def command_page(words: str) -> str:
    """The path of the page of a command or a group."""
    return f"docs/commands/{'/'.join(map(file_stem, words.split()))}.md"


def command_view(command: ProgramCommand, manual: Manual) -> CommandPage:
    """Make the view of a command's page."""
    home = command_page(command.words)
    request = code("")
    if command.method:
        request = code("Calls {}.", code_span(f"{command.method} {command.path}"))
    shared = link(code("options of every command"), relative(f"{INDEX}#{_ANCHOR}", home))
    return CommandPage(
        title=code_span(f"{manual.program} {command.words}"),
        description=markdown(command.text),
        usage=fenced(command.usage, "text"),
        request=request,
        options=tuple(map(_flag_line, command.options)),
        shared=shared,
        runs=tuple(map(_run, command.runs)),
    )


def group_view(words: str, manual: Manual) -> GroupPage:
    """Make the view of a group's page."""
    home = command_page(words)
    inside = [c for c in manual.commands if c.words.startswith(f"{words} ")]
    return GroupPage(
        title=code_span(f"{manual.program} {words}"),
        description=markdown_line(f"{manual.groups[words]}."),
        lines=tuple(_command_line(command, manual, home) for command in inside),
    )


def program_index(manual: Manual, home: str = INDEX) -> ProgramIndex:
    """Make the view of the page of a program."""
    sections: dict[str, list[Code]] = {}
    for command in manual.commands:
        group = command.words.partition(" ")[0] if " " in command.words else ""
        sections.setdefault(group, []).append(_command_line(command, manual, home))
    return ProgramIndex(
        title=code_span(manual.program),
        description=markdown(manual.text),
        summary=markdown_line(heading(manual.text)[0]),
        sections=tuple(
            ProgramSection(
                (
                    link(
                        code_span(f"{manual.program} {group}"), relative(command_page(group), home)
                    )
                    if group
                    else code("Commands")
                ),
                tuple(lines),
            )
            for group, lines in sorted(sections.items())
        ),
        shared=tuple(map(_flag_line, manual.shared)),
    )


def command_symbols(manual: Manual) -> str:
    """The names as JSON, in the form of those of a client."""
    operations = [
        {
            "operation": command.operation,
            "method": command.method,
            "path": command.path,
            "call": f"{manual.program} {command.words}",
            "page": relative(command_page(command.words), INDEX),
        }
        for command in manual.commands
    ]
    resources = {
        f"{manual.program} {words}": relative(command_page(words), INDEX) for words in manual.groups
    }
    made = {"operations": operations, "resources": resources, "models": {}}
    return json.dumps(made, indent=2, ensure_ascii=True) + "\n"


def _command_line(command: ProgramCommand, manual: Manual, home: str) -> Code:
    page = relative(command_page(command.words), home)
    shown = link(code_span(f"{manual.program} {command.words}"), page)
    note = markdown_line(command.summary)
    return code("{}: {}", shown, note) if note else shown


def _flag_line(flag: Flag) -> Code:
    """An item of a list, with a list of the facts below it."""
    head = join(map(code_span, flag.flags))
    kind = [code_span(flag.value)] if flag.value else []
    kind += [code("required")] if flag.required else []
    head = code("**{}** ({})", head, join(kind)) if kind else code("**{}**", head)
    facts = [markdown(fact, 4) for fact in flag.facts]
    facts += [values_line(flag.values, is_open=flag.open)] if flag.values else []
    lines = [code("  - {}", fact) for fact in facts]
    if not flag.text:
        return join([head, *lines], "\n")
    text = markdown(flag.text, 2)
    below = [code("\n  {}", join(facts, " "))] if facts and "\n" in text else lines
    return join([code("{}: {}", head, text), *below], "\n")


def _run(run: Run) -> Code:
    return fenced(f"$ {run.line}" + (f"\n{run.printed}" if run.printed else ""), "console")


def views(manual: Manual) -> Iterator[tuple[str, str, CommandPage | GroupPage | ProgramIndex]]:
    """Pair the path of each page with its template and its view."""
    yield INDEX, "program.md.jinja", program_index(manual)
    yield "llms.txt", "program.txt.jinja", program_index(manual, "llms.txt")
    for words in manual.groups:
        yield command_page(words), "group.md.jinja", group_view(words, manual)
    for command in manual.commands:
        if not command.page:
            yield command_page(command.words), "command.md.jinja", command_view(command, manual)


def written_pages(manual: Manual) -> dict[str, str]:
    """The pages that authors of commands wrote."""
    return {command_page(one.words): one.page for one in manual.commands if one.page}

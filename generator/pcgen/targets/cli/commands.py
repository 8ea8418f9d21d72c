"""The commands of a program, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir, names
from pcgen.diagnostics import Code
from pcgen.ir.facts import Doc
from pcgen.targets.cli.batches import batched
from pcgen.targets.cli.columns import columns, items
from pcgen.targets.cli.examples import command_lines
from pcgen.targets.cli.options import flag_of, options
from pcgen.targets.cli.tables import Command, Entry
from pcgen.targets.cli.texts import prose, sentence
from pcgen.targets.reference import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.targets.protocol import Settings
    from pcgen.targets.reference import Client


class Named(Struct, frozen=True):
    """A command with its words; `words` are empty if only `api` reaches it."""

    words: str
    module: str
    command: Command
    operation: ir.Operation
    call: Call


def commands(
    package: ir.Package, client: Client, program: str, settings: Settings
) -> tuple[Named, ...]:
    """Make the command of every operation."""
    found = tuple(
        _command(operation, resource, call, package, client, program, settings)
        for resource, calls in zip(package.resources, client.calls, strict=True)
        for operation, call in zip(resource.operations, calls, strict=True)
    )
    _check(found, settings)
    return found


def index(named: tuple[Named, ...], package: ir.Package, settings: Settings) -> dict[str, Entry]:
    """The groups and commands by their words, sorted."""
    docs = {_words(tuple(map(names.snake, r.path)), settings): r for r in package.resources}
    found: dict[str, Entry] = {}
    for one in named:
        if one.words:
            parents = one.words.split()[:-1]
            for depth in range(1, len(parents) + 1):
                group = " ".join(parents[:depth])
                found.setdefault(group, Entry(_group_text(docs.get(group), group)))
            summary = one.operation.doc.summary
            text = sentence(
                summary or one.command.help or f"{one.command.method} {one.command.url}"
            )
            found[one.words] = Entry(text.removesuffix("."), one.module, one.command.call)
    return dict(sorted(found.items()))


def _group_text(resource: ir.Resource | None, group: str) -> str:
    doc = resource.doc if resource is not None else Doc()
    text = sentence(doc.summary or prose(doc)).removesuffix(".")
    return text or f"Commands for {group.replace('-', ' ')}"


def _command(
    operation: ir.Operation,
    resource: ir.Resource,
    call: Call,
    package: ir.Package,
    client: Client,
    program: str,
    settings: Settings,
) -> Named:
    words = _words(call.path, settings)
    service = resource.service or package.service
    security = operation.security if operation.security is not None else service.security
    body = operation.body
    chosen = settings.cli.columns.get(words, settings.cli.columns.get(_group(words)))
    command = Command(
        call=".".join(call.path),
        operation=operation.wire_name,
        method=operation.method,
        url=operation.path,
        help=prose(operation.doc) + ("\n\nDeprecated." if operation.deprecated else ""),
        options=options(operation, call, package.declared, _chosen(words, settings)),
        security=security or (),
        body=body.encoding.value if body else "",
        whole=call.arguments[-1] if body is not None and body.fields is None else "",
        result=_result(operation),
        flag=call.flag,
        items=items(operation, package.declared),
        columns=columns(operation, package.declared) if chosen is None else chosen,
        confirm=operation.method == "DELETE",
    )
    command = batched(command, words, client, settings)
    module = "_".join(call.path[:-1])
    shown = f"{program} {words}" if words else f"{program} api {operation.wire_name}"
    lines = command_lines(shown, command, operation, call)
    return Named(words, module, _with_examples(command, lines), operation, call)


def _with_examples(command: Command, lines: tuple[str, ...]) -> Command:
    from msgspec.structs import replace

    return replace(command, examples=lines)


def _chosen(words: str, settings: Settings) -> dict[str, str]:
    """The flags that the configuration chooses for a command, and for its whole group."""
    options = settings.cli.options
    return options.get(_group(words), {}) | options.get(words, {})


def _group(words: str) -> str:
    """What the configuration calls all commands of a group: `index *`."""
    return f"{words.rpartition(' ')[0]} *".strip()


def _result(operation: ir.Operation) -> str:
    if operation.paging is not None:
        return "pages"
    return "stream" if operation.result.streaming is not ir.Streaming.NONE else ""


def _words(path: tuple[str, ...], settings: Settings) -> str:
    """The words of a resource or method: those of the configuration, else kebab-case."""
    configured = settings.cli.commands
    for depth in range(len(path), 0, -1):
        chosen = configured.get(".".join(path[:depth]))
        if chosen is not None:
            rest = map(flag_of, path[depth:])
            return " ".join([chosen, *rest]) if chosen else ""
    return " ".join(map(flag_of, path))


def _check(named: tuple[Named, ...], settings: Settings) -> None:
    """Report commands of the same words, groups that are commands, and unknown names."""
    used = {one.words: one.command.call for one in named if one.words}
    for one in named:
        first = used.get(one.words, one.command.call)
        clash = [words for words in used if one.words and words.startswith(f"{one.words} ")]
        if first != one.command.call or clash:
            message = f"`{one.words}` is the command of `{one.command.call}`"
            message += f" and of `{first}`" if not clash else " and a group of other commands"
            location = settings.location("commands", one.command.call)
            hint = "choose another name in `cli.commands`"
            settings.diagnostics.error(Code.CONFIG_INVALID, location, message, hint)
    paths = {name for one in named for name in _prefixes(one.command.call)}
    for name in settings.cli.commands.keys() - paths:
        location = settings.location("commands", name)
        message = f"`commands`: the client has no resource or method `{name}`"
        settings.diagnostics.error(Code.CONFIG_INVALID, location, message, "")
    for table in ("columns", "options", "batches"):
        for words in getattr(settings.cli, table).keys() - used.keys():
            if not words.endswith("*"):
                location = settings.location(table, words)
                message = f"`{table}`: there is no generated command `{words}`"
                settings.diagnostics.error(Code.CONFIG_INVALID, location, message, "")


def _prefixes(path: str) -> Iterator[str]:
    parts = path.split(".")
    return (".".join(parts[:depth]) for depth in range(1, len(parts) + 1))

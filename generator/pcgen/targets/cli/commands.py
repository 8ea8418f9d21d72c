"""The commands of a program, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir, names
from pcgen.diagnostics import Code, close
from pcgen.ir.facts import Doc
from pcgen.targets.cli.batches import batched
from pcgen.targets.cli.columns import columns, items
from pcgen.targets.cli.examples import command_lines
from pcgen.targets.cli.options import flag_of, options
from pcgen.targets.cli.tables import Command, Entry
from pcgen.targets.cli.texts import is_name, prose, sentence, spoken
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
    names = operation_names(found, program)
    return tuple(replace(one, command=_spoken(one.command, names)) for one in found)


def operation_names(named: tuple[Named, ...], program: str) -> dict[str, str]:
    """The command lines of operations, by the names that prose may use for them."""
    return {
        name: f"{program} {one.words}" if one.words else f"{program} api {name}"
        for one in named
        if is_name(name := one.command.operation)
    }


def _spoken(command: Command, names: dict[str, str]) -> Command:
    options_ = tuple(replace(one, help=spoken(one.help, names)) for one in command.options)
    return replace(command, help=spoken(command.help, names), options=options_)


def index(
    named: tuple[Named, ...], package: ir.Package, program: str, settings: Settings
) -> dict[str, Entry]:
    """The groups and commands by their words, sorted."""
    calls = operation_names(named, program)
    docs = {_words(tuple(map(names.snake, r.path)), settings): r for r in package.resources}
    found: dict[str, Entry] = {}
    for one in named:
        if one.words:
            parents = one.words.split()[:-1]
            for depth in range(1, len(parents) + 1):
                group = " ".join(parents[:depth])
                found.setdefault(group, Entry(_group_text(docs.get(group), group, named)))
            text = sentence(one.operation.doc.summary or prose(one.operation.doc))
            text = text or f"{one.command.method} {one.command.url}"
            found[one.words] = Entry(text.removesuffix("."), one.module, one.command.call)
    _check_groups(found, settings)
    return {
        words: replace(entry, help=settings.cli.groups.get(words) or spoken(entry.help, calls))
        for words, entry in sorted(found.items())
    }


def _check_groups(found: dict[str, Entry], settings: Settings) -> None:
    groups = [words for words, entry in found.items() if not entry.module]
    for words in sorted(settings.cli.groups.keys() - set(groups)):
        message = f"`groups`: there is no generated group `{words}`"
        location = settings.location("groups", words)
        settings.diagnostics.error(Code.CONFIG_INVALID, location, message, close(words, groups))


def _group_text(resource: ir.Resource | None, group: str, named: tuple[Named, ...]) -> str:
    """What the document says of a resource, else what the commands of the group do."""
    doc = resource.doc if resource is not None else Doc()
    text = sentence(doc.summary or prose(doc)).removesuffix(".")
    inside = sorted(
        one.words.removeprefix(f"{group} ") for one in named if one.words.startswith(f"{group} ")
    )
    return text or f"{', '.join(inside).capitalize()}"


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
        help="\n\n".join(
            filter(None, [prose(operation.doc), "Deprecated." * operation.deprecated])
        ),
        options=options(operation, call, package.declared, _chosen(words, operation, settings)),
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
    return replace(command, examples=lines)


def _chosen(words: str, operation: ir.Operation, settings: Settings) -> dict[str, str]:
    """The flags that the configuration chooses for a command, and for its whole group.

    The number of items on a page is no `--limit`, which counts the items of all pages.
    """
    sizes = {"limit": "--page-size"} if operation.paging is not None else {}
    options = settings.cli.options
    return sizes | options.get(_group(words), {}) | options.get(words, {})


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
    hint = "choose another name in `cli.commands`"
    used: dict[str, str] = {}
    for one in named:
        call = one.command.call
        if one.words and used.setdefault(one.words, call) != call:
            message = f"`{one.words}` is the command of `{used[one.words]}` and of `{call}`"
            settings.diagnostics.error(
                Code.CONFIG_INVALID, settings.location("commands", call), message, hint
            )
    for words, call in used.items():
        if any(other.startswith(f"{words} ") for other in used):
            message = f"`{words}` is a command, of `{call}`, and a group of commands"
            settings.diagnostics.error(
                Code.CONFIG_INVALID, settings.location("commands", call), message, hint
            )
    paths = {name for one in named for name in _prefixes(one.command.call)}
    for name in sorted(settings.cli.commands.keys() - paths):
        message = f"`commands`: the client has no resource or method `{name}`"
        settings.diagnostics.error(
            Code.CONFIG_INVALID, settings.location("commands", name), message, close(name, paths)
        )
    for table in ("columns", "options", "batches"):
        names = (name for name in getattr(settings.cli, table) if not name.endswith("*"))
        for name in sorted({*names} - used.keys()):
            message = f"`{table}`: there is no generated command `{name}`"
            settings.diagnostics.error(
                Code.CONFIG_INVALID, settings.location(table, name), message, close(name, used)
            )


def _prefixes(path: str) -> Iterator[str]:
    parts = path.split(".")
    return (".".join(parts[:depth]) for depth in range(1, len(parts) + 1))

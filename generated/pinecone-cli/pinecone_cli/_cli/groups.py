"""The commands as click sees them: made when they are used, from the tables."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from .dry_run import Captured, curl
from .help import CommonOption, Help, meant, nearest, show
from .output import FORMATS
from .program import Added, Command, Option, Program, load
from .session import Session, Settings
from .terminal import write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

    _ParamType = click.ParamType[Any]
    _Choice = click.Choice[str]
else:
    _ParamType, _Choice = click.ParamType, click.Choice


def _with_dashes(token: str) -> str:
    """Let users write `--vector_type` for `--vector-type`."""
    return token.replace("_", "-")


CONTEXT: dict[str, Any] = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
    "token_normalize_func": _with_dashes,
}
FILE = click.Path(readable=False)
"""A path that shells complete; errors of files are those of the code that opens them."""
_TYPES: dict[str, _ParamType] = {
    "integer": click.INT,
    "boolean": click.BOOL,
    **dict.fromkeys(("file", "files", "path"), FILE),
}


class Number(_ParamType):
    """A number, which stays an integer if it is one."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | float:
        """Read a number."""
        try:
            return int(value)
        except ValueError:
            pass
        try:
            return float(value)
        except ValueError:
            return self.fail(f"{value!r} is not a number.", param, ctx)


class Seconds(Number):
    """A time limit."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | float:
        """Read a number that is not negative."""
        found = super().convert(value, param, ctx)
        return found if found >= 0 else self.fail(f"{value!r} is less than 0.", param, ctx)


class Choice(_Choice):
    """A closed choice whose error names the nearest one."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Show the values as they are: click would write dashes, as in flags."""
        del param, ctx
        return f"[{'|'.join(self.choices)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a choice."""
        if value in self.choices:
            return value
        shown = ", ".join(map(repr, self.choices))
        hint = meant(nearest(str(value), self.choices))
        return self.fail(f"{value!r} is not one of {shown}.{hint}", param, ctx)


class OpenChoice(_ParamType):
    """Text for which some values are known."""

    name = "text"

    def __init__(self, choices: tuple[str, ...]) -> None:
        """Store the known values."""
        self.choices = choices

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete the known values."""
        del ctx, param
        from click.shell_completion import CompletionItem

        return [CompletionItem(one) for one in self.choices if one.startswith(incomplete)]


# --- Commands ----------------------------------------------------------------------------------


_FORMAT = "How to print the result: by default, a table, which only a terminal shortens."


def shared() -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Return the options that every command has, as `click.option` takes them."""
    return [
        (("--json", "-j"), {"is_flag": True, "help": "Print JSON, as `--format json` does."}),
        (("--format",), {"type": Choice(FORMATS), "help": _FORMAT}),
        (("--query",), {"metavar": "JMESPATH", "help": "Print only this part of the result."}),
        (("--dry-run",), {"is_flag": True, "help": "Print the request as curl; send nothing."}),
        (
            ("--timeout",),
            {
                "type": Seconds(),
                "metavar": "SECONDS",
                "help": "Limit each step of a request; 0 means no limit.",
            },
        ),
        (("--quiet", "-q"), {"is_flag": True, "help": "Print only data, warnings and errors."}),
    ]


def extras(command: Command) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Return the options that depend on the kind of a command's operation, likewise."""
    found: list[tuple[tuple[str, ...], dict[str, Any]]] = []
    if command.body:
        text = "The whole body: JSON, @FILE, or - for stdin. Other options override it."
        found.append((("--body",), {"help": text, "metavar": "JSON"}))
    if command.result == "pages":
        text = "The most items to print; by default, all of them."
        found.append((("--limit",), {"type": click.IntRange(min=0), "help": text}))
    if command.confirm:
        text = "Delete without a question."
        found.append((("--skip-confirmation",), {"is_flag": True, "help": text}))
    if command.batch is None:  # Its results appear as they come, to be redirected.
        text = "Write the response to a file."
        found.append((("--output",), {"type": FILE, "metavar": "FILE", "help": text}))
    return found


class SessionCommand(Help):
    """A command with the options that every command has; its callback gets the session first.

    For hand-written commands: `@click.command(cls=SessionCommand)`.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        """Add the common options, under another name if the command has such an option."""
        super().__init__(*args, **settings)
        self.context_settings = {**CONTEXT, **self.context_settings}
        own = {flag for param in self.params for flag in param.opts}
        self.params += [
            CommonOption([_name_of(flags), *_free(flags, own)], **given)
            for flags, given in shared()
        ]

    def invoke(self, ctx: click.Context) -> Any:
        """Make the session, and call the callback."""
        given = {key[4:]: ctx.params.pop(key) for key in [*ctx.params] if key.startswith("cli_")}
        settings = Settings(
            format="json" if given["json"] else given["format"] or "",
            query=given["query"],
            quiet=given["quiet"],
            dry_run=given["dry_run"],
            timeout=given["timeout"],
            limit=given.get("limit"),
            confirmed=bool(given.get("skip_confirmation")),
            file=given.get("output") or "",
        )
        ctx.obj = session = Session(program_of(ctx), os.environ, settings)
        _ = session.output  # A wrong query fails before any request.
        if self.callback is None:
            return None
        try:
            return ctx.invoke(self.callback, session, **ctx.params)
        except Captured as captured:
            write(curl(captured, session))


def _name_of(flags: tuple[str, ...]) -> str:
    return f"cli_{flags[0][2:].replace('-', '_')}"


def _free(flags: tuple[str, ...], own: set[str]) -> list[str]:
    """Return flags that the command does not use itself: `--query` becomes `--cli-query`."""
    names = [flag if flag not in own else f"--cli-{flag[2:]}" for flag in flags[:1]]
    return names + [flag for flag in flags[1:] if flag not in own]


class Start:
    """What the first context holds: the program, and the options that stood before the command."""

    def __init__(self, program: Program, moved: Iterable[str] = ()) -> None:
        """Store them."""
        self.program = program
        self.moved = {text.partition("=")[0] for text in moved}


def program_of(ctx: click.Context) -> Program:
    """Return the program that runs."""
    return ctx.ensure_object(Start).program


class GeneratedCommand(SessionCommand):
    """A command of a table."""

    def __init__(self, name: str, words: str, command: Command, program: Program) -> None:
        """Make the options of the command."""
        self.command = command
        self.words = words
        self.wrapper = program.wrappers.get(words)
        more = self.wrapper.options if self.wrapper else ()
        optional = self.wrapper.optional if self.wrapper else ()
        own = [
            o._replace(required=o.required and o.argument not in optional) for o in command.options
        ]
        own.sort(key=lambda option: (not option.positional, not option.required, bool(option.path)))
        self.values = (*own, *more)
        positional = [option for option in own if option.positional]
        params: list[click.Parameter] = [click.Argument(["values"], nargs=-1)] if positional else []
        self.flags = {flag for option in self.values for flag in option.flags}
        params += [_parameter(option, self.flags) for option in self.values]
        params += [
            click.Option([_name_of(flags), *_free(flags, self.flags)], **given)
            for flags, given in extras(command)
        ]
        super().__init__(
            name,
            params=params,
            help=command.help,
            callback=self._run,
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse options before the command that would become options of its own."""
        for flag in sorted(ctx.ensure_object(Start).moved & self.flags):
            message = f"'{flag}' stands before a command that has an option of this name itself."
            raise click.UsageError(message, ctx)
        return super().parse_args(ctx, args)

    def spellings(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Also the names of the client's arguments, where the flags are others."""
        whole = [one for one in self.values if one.argument and not one.path and one.kind != "path"]
        arguments = [(f"--{_with_dashes(one.argument)}", one.flags[0]) for one in whole]
        return [*super().spellings(ctx), *arguments]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show the names of values that need no flag."""
        del ctx
        shown = [o for o in self.values if o.positional]
        return [
            *(placeholder(o) if o.required else f"[{placeholder(o)}]" for o in shown),
            "[OPTIONS]",
        ]

    def _run(self, session: Session, **given: Any) -> None:
        from .arguments import arguments, read
        from .invoke import call, show

        ctx = click.get_current_context()
        values = {o.key: given.get(_variable(o)) for o in self.values}
        values = {key: None if value == () else value for key, value in values.items()}
        _place(self.values, values, given.get("values", ()))
        body = ctx.meta.get("body")
        _check(self.values, values, has_body=body is not None)
        made = arguments(self.command, values, body)
        if self.command.batch is not None:
            from .bulk import run

            run(session, self.command, self.command.batch, made, values)
            return
        if self.wrapper is None:
            if self.command.confirm:
                session.confirm(f"Delete {self._named(made)}?")
            show(session, self.command, call(session, self.command, made))
            return
        for option in self.wrapper.options:
            made[option.key.lstrip("-").replace("-", "_")] = read(option, values[option.key])
        function = load(self.wrapper.target)
        result = function(session, made, partial(call, session, self.command))
        if result is not None:
            show(session, self.command, result)

    def invoke(self, ctx: click.Context) -> Any:
        """Keep the text of the body, which no session needs."""
        ctx.meta["body"] = ctx.params.pop("cli_body", None)
        return super().invoke(ctx)

    def _named(self, made: dict[str, Any]) -> str:
        values = [str(made[o.argument]) for o in self.values if o.positional]
        return f"`{' '.join(values)}`" if values else "this"


def placeholder(option: Option) -> str:
    """Return what stands for the value of an option without its flag."""
    return option.flags[0].lstrip("-").upper()


def _variable(option: Option) -> str:
    """The name under which click passes the value of an option."""
    return "v_" + "".join(c if c.isalnum() else "_" for c in option.key)


def _parameter(option: Option, taken: set[str]) -> click.Option:
    flags, given = list(option.flags), dict[str, Any](help=_help(option), multiple=option.many)
    if option.kind == "boolean" and not option.many:
        negative = f"--no-{option.flags[0][2:]}"
        flags[0] = flags[0] if negative in taken else f"{flags[0]}/{negative}"
        given["default"] = None
    elif option.choices:
        given["type"] = OpenChoice(option.choices) if option.open else Choice(option.choices)
    elif option.kind == "number":
        given["type"] = Number()
    else:
        given["type"] = _TYPES.get(option.kind, click.STRING)
        given["metavar"] = _METAVARS.get(option.kind)
    return click.Option([_variable(option), *flags], **given)


_METAVARS = {
    "json": "JSON",
    "any": "TEXT",
    "some": "TEXT",
    "map": "KEY=VALUE",
    "file": "FILE",
    "files": "FILE",
    "path": "FILE",
    "text": "TEXT",
}


_ANNOUNCEMENT = re.compile(r"(?<=[.!?]) [^.!?]*:$")


def _help(option: Option) -> str:
    """The first sentence of an option's description, and what it may be."""
    text = option.help.split("\n\n")[0].replace("\n", " ")
    text = _ANNOUNCEMENT.sub("", text)  # Of a list that the page of the command has.
    facts = ["required"] if option.required else []
    if option.choices and option.open:
        facts.append(f"such as {', '.join(option.choices[:5])}")
    if option.default:
        facts.append(f"default: {option.default}")
    if option.many:
        facts.append("repeatable")
    return f"{text}  [{'; '.join(facts)}]" if facts else text


def _place(options: tuple[Option, ...], values: dict[str, Any], given: Iterable[str]) -> None:
    """Give the values without a flag to the options that take them, in order."""
    free = [option for option in options if option.positional and values[option.key] is None]
    for value in given:
        if not free:
            raise click.UsageError(f"Got an unexpected value {value!r}.")
        option = free.pop(0)
        parameter = _parameter(option, set())
        values[option.key] = parameter.type.convert(value, parameter, None)


def _check(options: tuple[Option, ...], values: dict[str, Any], *, has_body: bool) -> None:
    """Check that the required options are there."""
    nested = {o.argument for o in options if o.path and values[o.key] is not None}
    for option in options:
        if (
            option.required
            and values[option.key] is None
            and option.argument not in nested
            and not (has_body and option.wire)
        ):
            flag = option.flags[0]
            alone = f"'{placeholder(option)}', or " if option.positional else ""
            raise click.UsageError(f"Missing {alone}option '{flag}'.")


# --- Groups ------------------------------------------------------------------------------------


def _help_of_group() -> None:
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        show(ctx)


class LazyGroup(Help, click.Group):
    """A group whose commands are made when they are used."""

    kind = "command"

    def __init__(self, name: str, program: Program, words: str = "", **settings: Any) -> None:
        """Store where the group stands in the index."""
        settings |= {"context_settings": CONTEXT, "invoke_without_command": True}
        settings |= {"subcommand_metavar": "COMMAND [ARGS]..."}
        super().__init__(name, callback=_help_of_group, **settings)
        self._program = program
        self._words = words

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands and groups."""
        return sorted({*self._program.children(self._words), *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make a command or a group."""
        words = self._program.children(self._words).get(cmd_name)
        if words is None:
            return super().get_command(ctx, cmd_name)
        return made(self._program, cmd_name, words)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest one."""
        if not args or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        name, *rest = args
        command = self.get_command(ctx, name)
        if command is None:
            hint = meant(nearest(name, self.spoken(ctx)))
            raise click.UsageError(f"No such {self.kind} '{name}'.{hint}", ctx)
        return name, command, rest

    def spoken(self, ctx: click.Context) -> Iterable[str]:
        """Return what users may write for the commands."""
        return self.list_commands(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the options."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List groups and commands with a sentence each, without making them."""
        lines: list[tuple[str, str]] = []
        children = self._program.children(self._words)
        for name in self.list_commands(ctx):
            words = children.get(name)
            if words is None:
                command = super().get_command(ctx, name)
                if command is not None and not command.hidden:
                    lines.append((name, command.get_short_help_str(100)))
                continue
            entry = self._program.index.get(words)
            lines.append((name, entry.help if entry else ""))
        if lines:
            with formatter.section("Commands"):
                formatter.write_dl(lines)


def made(program: Program, name: str, words: str) -> click.Command:
    """Make a command or a group."""
    entry = program.index.get(words)
    if isinstance(entry, Added):
        found = load(entry.target)
        command: click.Command = found if isinstance(found, click.Command) else found(program)
        return command
    if entry is None or not entry.module:
        return LazyGroup(name, program, words, help=entry.help if entry else None)
    return GeneratedCommand(name, words, program.table(entry.module)[entry.call], program)


def root(program: Program) -> LazyGroup:
    """Return the group of all commands."""
    group = LazyGroup(program.name, program, help=program.help)
    group.params.append(
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            help="Print the version.",
            expose_value=False,
            callback=_version,
        )
    )
    return group


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value:
        program = program_of(ctx)
        write(f"{program.name} {program.version}\n")
        ctx.exit()

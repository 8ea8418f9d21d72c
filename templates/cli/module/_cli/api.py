"""`api`: every operation, by its operationId or by the path of the client's method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .groups import CONTEXT, GeneratedCommand, LazyGroup, program_of
from .program import Program
from .terminal import write

if TYPE_CHECKING:
    from collections.abc import Iterable


class Operations(LazyGroup):
    """The operations of the document as commands."""

    kind = "operation"

    def __init__(self, program: Program) -> None:
        """Store the program."""
        text = "Call any operation, by its operationId or by its path in the client."
        super().__init__("api", program, help=text)
        self._known = {one: row for row in program.operations for one in row[:2]}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the operations."""
        del ctx
        return sorted(row[0] for row in self._program.operations)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command of an operation."""
        del ctx
        row = self._known.get(cmd_name)
        if row is None:
            return None
        command = self._program.table(row[2])[row[1]]
        return GeneratedCommand(cmd_name, f"api {cmd_name}", command, self._program)

    def spoken(self, ctx: click.Context) -> Iterable[str]:
        """Return the operationIds, and the paths in the client."""
        del ctx
        return self._known

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the operations with their path in the client."""
        del ctx
        lines = [(row[0], row[1]) for row in sorted(self._program.operations)]
        if lines:
            with formatter.section("Operations"):
                formatter.write_dl(lines)


@click.command(context_settings=CONTEXT)
@click.pass_context
def version(ctx: click.Context) -> None:
    """Print the version."""
    program = program_of(ctx)
    write(f"{program.name} {program.version}\n")


@click.command(context_settings=CONTEXT)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands in a shell.

    Let your shell run it when it starts: `eval "$(PROGRAM completion bash)"` in `~/.bashrc`.
    """
    from click.shell_completion import get_completion_class

    group = ctx.find_root().command
    name = ctx.find_root().info_name or ""
    kind: Any = get_completion_class(shell)
    variable = f"_{name.replace('-', '_')}_COMPLETE".upper()
    write(f"{kind(group, {}, name, variable).source()}\n")

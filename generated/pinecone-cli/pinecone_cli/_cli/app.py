"""Runs a program: dispatch, errors and exit codes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from .program import Added

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import click

    from .messages import Messages
    from .program import Program

INTERRUPTED = 130


def run(program: Program) -> NoReturn:
    """Run the program with the arguments of the process, and exit."""
    sys.exit(main(program, sys.argv[1:]))


def main(program: Program, arguments: Sequence[str]) -> int:
    """Run the program, and return its exit code: 0, 1 for every failure, or 130."""
    try:
        if list(arguments) == ["--version"]:
            with suppress(AttributeError, OSError):  # Then the command fails, and explains it.
                sys.stdout.write(f"{program.name} {program.version}\n")
                sys.stdout.flush()
                return 0
        return _guarded(program, arguments)
    except KeyboardInterrupt:
        sys.stderr.write("\n[ERROR] Interrupted.\n")
        return INTERRUPTED


def _guarded(program: Program, arguments: Sequence[str]) -> int:
    import click

    from .failures import Cancelled, Failure
    from .reports import failure_of

    try:
        return _dispatch(program, arguments)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        return _usage(error, program, arguments)
    except (Failure, Cancelled) as error:
        return _messages(program, arguments).end(error)
    except Exception as error:
        if os.environ.get(program.env("DEBUG")):
            raise
        return _messages(program, arguments).end(failure_of(error, program))


def _dispatch(program: Program, arguments: Sequence[str]) -> int:
    import warnings

    from .groups import Start, root
    from .program import load

    warnings.simplefilter("ignore")  # Differences from the document are not the user's business.
    if program.extension:
        load(program.extension)(program)
    add_library(program)
    words, moved = _command_first(arguments)
    start = Start(program, moved)
    code = root(program).main(words, program.name, standalone_mode=False, obj=start)
    return code if isinstance(code, int) else 0


def _command_first(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Move options that every command has behind the command, and return what was moved."""
    from .groups import shared

    values = {flag: not given.get("is_flag") for flags, given in shared() for flag in flags}
    count = 0
    while count < len(arguments) and (flag := arguments[count].partition("=")[0]) in values:
        count += 2 if values[flag] and "=" not in arguments[count] else 1
    leading, rest = arguments[:count], arguments[count:]
    if not rest:
        return [], []
    end = rest.index("--") if "--" in rest else len(rest)
    return [*rest[:end], *leading, *rest[end:]], [*leading]


def library(program: Program) -> Iterator[tuple[str, click.Command]]:
    """Add the commands of the library, and return them with their words."""
    from .groups import made

    before = {*program.index}
    add_library(program)
    for words in program.index:
        if words not in before and isinstance(program.index[words], Added):
            yield words, made(program, words.rpartition(" ")[2], words)


def add_library(program: Program) -> None:
    """Add the commands of the library: as `cli-api` if the program has its own `api`."""
    from .auth.index import GROUPS, entries

    for words, target, text in (
        ("api", "api:Operations", "Call any operation"),
        ("reference", "reference:reference", "Write a page of each command to a folder"),
        ("version", "api:version", "Print the version"),
        ("completion", "api:completion", "Print the script that completes commands in a shell"),
    ):
        name = words if words not in program.index else f"cli-{words}"
        program.add(name, f"{__package__}.{target}", help=text)
    for words, text in GROUPS.items():
        if words not in program.index:
            program.describe(words, text)
    for words, target, text in entries(program):
        if words not in program.index:
            program.add(words, f"{__package__}.auth.{target}", help=text)


def _usage(error: click.ClickException, program: Program, arguments: Sequence[str]) -> int:
    """Print the usage of the command, and what is wrong with the arguments."""
    from .failures import Failure

    hint = ""
    context = getattr(error, "ctx", None)
    if context is not None:
        sys.stderr.write(f"{context.get_usage()}\n")
        hint = f"`{context.command_path} --help` explains the options."
    return _messages(program, arguments).end(Failure(error.format_message(), hint))


def _messages(program: Program, arguments: Sequence[str]) -> Messages:
    """Where errors go; the arguments may be wrong, but say whether a program reads the output."""
    from itertools import pairwise

    from .session import Session, Settings

    is_json = not {"--json", "-j", "--format=json", "--format=jsonl"}.isdisjoint(arguments)
    for name, value in pairwise(arguments):
        is_json = is_json or (name == "--format" and value in {"json", "jsonl"})
    settings = Settings(format="json" if is_json else "")
    return Session(program, os.environ, settings).messages

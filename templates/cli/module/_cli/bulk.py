"""Commands that take many inputs: from options, or from a file of JSON Lines in batches."""

from __future__ import annotations

import shlex
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from . import files
from .failures import Failure
from .invoke import call
from .reports import failure_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .output.values import JSON
    from .program import Batch, Command
    from .session import Session

_TOO_MUCH = {400, 413, 422}
"""Statuses for which a part of the batch may be at fault."""


class Item(NamedTuple):
    """An input, and the number of its line."""

    line: int
    value: Any


class Stopped(Exception):
    """The inputs from a line on are not done.

    Attributes:
        line: The number of the line.
        error: Why.
    """

    def __init__(self, line: int, error: Exception) -> None:
        super().__init__(line, error)
        self.line = line
        self.error = error


def run(
    session: Session,
    command: Command,
    batch: Batch,
    arguments: dict[str, Any],
    values: Mapping[str, Any],
) -> None:
    """Run a command with inputs from options or from a file, and print the results.

    Args:
        session: The session.
        command: The command.
        batch: How it takes many inputs.
        arguments: The arguments of its method.
        values: The values of its options, by `Option.key`.

    Raises:
        click.UsageError: There are no inputs, or several sources of them.
        Failure: An input is wrong, or a request failed.
    """
    given, file, start = (values.get(key) for key in (batch.argument, "--file", "--start-line"))
    if given is not None and file is not None:
        raise click.UsageError(f"Use either '{batch.flag}' or '--file'.")
    if start is not None and file is None:
        raise click.UsageError("'--start-line' needs '--file'.")
    if file is not None and batch.call and not session.dry_run:
        _run_lines(session, command, batch, arguments, (file, max(start or 1, 1)))
        return
    if file is not None:
        arguments[batch.argument] = [item.value for item in items_of(file, batch, start or 1)]
    elif given is not None:
        arguments[batch.argument] = [item_of_option(text, batch) for text in given]
    elif batch.argument not in arguments:
        raise click.UsageError(f"Missing option '{batch.flag}' or '--file'.")
    _show(session, command, batch, call(session, command, arguments))


def item_of_option(text: str, batch: Batch) -> Any:
    """Return the input that an option gives: the text of a field, or an object as JSON."""
    if batch.flag != f"--{batch.field}" and text.lstrip().startswith("{"):
        return files.read_json(text, batch.flag)
    return {batch.field: text} if batch.field else text


def items_of(file: str, batch: Batch, start: int = 1) -> Iterator[Item]:
    """Read the inputs of a file, one a line.

    Raises:
        Failure: The file cannot be read, or a line is no input.
    """
    for line, text in files.lines(file):
        if line >= start:
            yield Item(line, _read(text, file, line, batch.field))


def _read(text: str, file: str, line: int, field: str) -> Any:
    expected = f'Each line is JSON: a string, or an object such as {{"{field}": "…"}}.'
    if not text.strip():
        raise Failure(f"{files.shown(file)}:{line}: the line is empty.", expected)
    try:
        value: JSON = files.read_json(text, files.shown(file), line)
    except Failure as failure:
        raise Failure(failure.message, expected) from None
    if not field or isinstance(value, dict):
        return value
    if isinstance(value, str):
        return {field: value}
    kinds: dict[type[object], str] = {list: "an array", bool: "a boolean", type(None): "null"}
    kind = kinds.get(type(value), "a number")
    raise Failure(f"{files.shown(file)}:{line}: the line is {kind}.", expected)


def _show(session: Session, command: Command, batch: Batch, result: JSON) -> None:
    """Print a response: if the format has rows, its results, and the rest as a message."""
    output = session.output
    is_whole = output.format in {"json", "yaml"} or session.settings.query is not None
    if is_whole or not isinstance(result, dict):
        output.show(result, command.columns)
        return
    from .output.columns import cell, getter, paths

    output.show(result.get(batch.results), command.columns)
    rest = {key: value for key, value in result.items() if key != batch.results}
    facts = [
        f"{'.'.join(path)}: {cell(getter(path)(rest), 'none', short=True)}" for path in paths(rest)
    ]
    if facts:
        session.messages.info(", ".join(facts))


def _run_lines(
    session: Session,
    command: Command,
    batch: Batch,
    arguments: dict[str, Any],
    source: tuple[str, int],
) -> None:
    """Send the lines of a file in batches, and print the results as they come."""
    file, start = source
    count = None
    if not _is_pipe(file):  # What is wrong with a line is known before the first request.
        count = sum(1 for _ in items_of(file, batch, start))
    size = _size(session, batch, arguments)

    def send(values: list[Any]) -> list[Any]:
        response: JSON = call(session, command, {**arguments, batch.argument: values})
        results: JSON = response.get(batch.results) if isinstance(response, dict) else None
        if not isinstance(results, list) or len(results) != len(values):
            count = len(results) if isinstance(results, list) else "no"
            raise Failure(f"The response has {count} results for {len(values)} inputs.")
        return results

    output = session.output
    kept: list[Any] | None = None if output.format in {"", "json", "jsonl"} else []
    todo = start
    try:
        with _progress(session, count) as bar:
            for items, results in answers(items_of(file, batch, start), size, send):
                if kept is None:
                    output.stream(results)
                else:
                    kept += results
                todo = items[-1].line + 1
                if bar is not None:
                    bar.update(len(items))
    except Stopped as stopped:
        raise _failure(session, stopped, file, start) from None
    except KeyboardInterrupt:
        where = f"{files.shown(file)}:{todo}"
        raise Failure(f"{where}: interrupted.", _resume(session, start, todo), 130) from None
    finally:
        if kept:
            output.show(kept, command.columns)


def answers(
    items: Iterator[Item], size: int, send: Callable[[list[Any]], list[Any]]
) -> Iterator[tuple[list[Item], list[Any]]]:
    """Yield inputs with their results, in order.

    Raises:
        Stopped: A line cannot be read, or its request failed. The results before it have come.
    """
    for batch in _batches(items, size):
        yield from _sent(batch, send)


def _batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """Yield batches; before a line that cannot be read, a smaller one."""
    batch: list[Item] = []
    line, failure = 1, None
    try:
        for item in items:
            batch.append(item)
            line = item.line + 1
            if len(batch) == size:
                yield batch
                batch = []
    except Failure as error:
        failure = error
    if batch:
        yield batch
    if failure:
        raise Stopped(line, failure)


def _sent(
    batch: list[Item], send: Callable[[list[Any]], list[Any]]
) -> Iterator[tuple[list[Item], list[Any]]]:
    """Send a batch. If the service rejects it, send its halves, to find the line at fault."""
    try:
        results = send([item.value for item in batch])
    except Exception as error:
        if len(batch) == 1 or getattr(error, "status_code", None) not in _TOO_MUCH:
            raise Stopped(batch[0].line, error) from error
    else:
        yield batch, results
        return
    middle = len(batch) // 2
    yield from _sent(batch[:middle], send)
    yield from _sent(batch[middle:], send)


def _size(session: Session, batch: Batch, arguments: dict[str, Any]) -> int:
    """Ask the service how many inputs a request may have."""
    found: JSON = session.call(batch.call, **{batch.parameter: arguments.get(batch.value)})
    size = found.get(batch.size) if isinstance(found, dict) else None
    return size if isinstance(size, int) and size > 0 else 1


def _is_pipe(file: str) -> bool:
    """Whether a file can be read only once."""
    try:
        return file == files.STDIN or Path(file).is_fifo() or Path(file).is_char_device()
    except OSError:  # Opening the file fails, too, with a message.
        return False


def _progress(session: Session, count: int | None) -> Any:
    """Return a progress bar, if there is a terminal that shows nothing else."""
    if count is None or session.quiet or not session.terminal.shows_progress:
        return nullcontext()
    return click.progressbar(
        length=count, label=session.program.name, show_pos=True, file=sys.stderr
    )


def _failure(session: Session, stopped: Stopped, file: str, start: int) -> Failure:
    """Say which line failed, and how to go on after the results that are printed."""
    error = stopped.error
    if isinstance(error, Failure):
        message, hint, code = error.message, error.hint, error.code
    else:
        failure = failure_of(error, session.program)
        message = f"{files.shown(file)}:{stopped.line}: {failure.message}"
        hint, code = failure.hint, failure.code
    if stopped.line > start:
        hint = " ".join(filter(None, [hint, _resume(session, start, stopped.line)]))
    return Failure(message, hint, code)


def _resume(session: Session, start: int, line: int) -> str:
    """Say how to run the command for the rest of the lines."""
    words: list[str] = []
    rest = iter(sys.argv[1:])
    for word in rest:
        if word == "--start-line":
            next(rest, None)
        elif not word.startswith("--start-line="):
            words.append(word)
    command = session.masked(shlex.join([session.program.name, *words, "--start-line", str(line)]))
    done = f"The results of lines {start} to {line - 1} are printed. " if line > start else ""
    return f"{done}Continue with `{command}`."

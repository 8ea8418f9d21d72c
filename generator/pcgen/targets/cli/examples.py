"""Command lines of the examples of an operation."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from pcgen.targets.cli.batches import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen import ir
    from pcgen.targets.cli.tables import Command, Option
    from pcgen.targets.reference import Call

_MOST = 2


def command_lines(
    shown: str, command: Command, operation: ir.Operation, call: Call
) -> tuple[str, ...]:
    """The command lines of the first examples that expect a success response."""
    found = [
        command_line(shown, command, operation, call, scenario)
        for scenario in operation.scenarios
        if not scenario.status or scenario.status.startswith("2")
    ]
    return tuple(dict.fromkeys(line for line in found if line))[:_MOST]


def command_line(
    shown: str, command: Command, operation: ir.Operation, call: Call, scenario: ir.Scenario
) -> str:
    """The command line of an example.

    Args:
        shown: The words of the command, with the program.
        command: The command.
        operation: Its operation.
        call: How the client calls it.
        scenario: The example.
    """
    values = dict(scenario.parameters)
    by_argument = {o.argument: o for o in command.options if not o.path}
    positional = [o for o in command.options if o.positional]
    given: dict[str, ir.Json] = {}
    for parameter, argument in zip(operation.parameters, call.arguments, strict=False):
        if parameter.name in values:
            given[argument] = values[parameter.name]
    words = [shown]
    for option in positional:
        text = _text(given.get(option.argument, "-"))
        if not text.startswith("-"):  # What does would be an option.
            words += [_quoted(text)]
            del given[option.argument]
    for argument, value in given.items():
        words += _given(by_argument[argument], value)
    if operation.body is not None and scenario.body is not None:
        words += _body(command, scenario.body)
    return " ".join(words)


def _body(command: Command, body: ir.Json) -> list[str]:
    """The words that give a body: an option for each property, or the whole as JSON."""
    wires = {o.wire: o for o in command.options if o.wire and not o.path}
    whole = ["--body", _quoted(_text(body))]
    if command.whole or not isinstance(body, dict) or not body.keys() <= wires.keys():
        return whole
    words: list[str] = []
    for wire, value in body.items():
        option = wires[wire]
        if command.batch is not None and command.batch.argument == option.argument:
            inputs = texts(value, command.batch)
            if inputs is None:
                return whole
            words += [word for text in inputs for word in (option.flags[0], _quoted(text))]
        else:
            words += _given(option, value)
    return words


def _given(option: Option, value: ir.Json) -> Iterator[str]:
    """The words that give a value to an option."""
    flag = option.flags[0]
    if isinstance(value, bool) and option.kind == "boolean":
        yield flag if value else f"--no-{flag.removeprefix('--')}"
    elif option.many and isinstance(value, list) and all(isinstance(v, str) for v in value):
        for item in value:
            yield from (flag, _quoted(item))
    else:
        yield from (flag, _quoted(_text(value)))


def _text(value: ir.Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    return shlex.quote(text)

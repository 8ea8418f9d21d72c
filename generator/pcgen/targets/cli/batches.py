"""Commands that take many inputs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.diagnostics import Code
from pcgen.targets.cli.tables import Batch, Command, Option

if TYPE_CHECKING:
    from pcgen import ir
    from pcgen.targets.protocol import Settings
    from pcgen.targets.reference import Client

_SIZE = re.compile(r"(?P<call>\w+(?:\.\w+)*)\((?P<value>\w+)\)\.(?P<size>\w+)")
_LINES = "A file of JSON Lines, or - for stdin. Each line is a text in quotes, or an object."
_STREAM = f"{_LINES} The results are JSON Lines, too, and appear as they come."
_START = Option(
    argument="",
    flags=("--start-line",),
    kind="integer",
    help="The line of the file to start with, to go on after a failure.",
)


def batched(command: Command, words: str, client: Client, settings: Settings) -> Command:
    """Give a command the options for many inputs, if the configuration says so."""
    own = settings.cli.batches.get(words)
    if own is None:
        return command
    inputs = next((o for o in command.options if o.argument == own.argument and o.many), None)
    size = _SIZE.fullmatch(own.size)
    known = {".".join(call.path): call for calls in client.calls for call in calls}
    problem = ""
    if inputs is None:
        problem = f"`{words}` has no argument `{own.argument}` that is a list"
    elif own.size and size is None:
        problem = f"`size`: `{own.size}` is not like `models.get(model).max_batch_size`"
    elif size is not None and size["call"] not in known:
        problem = f"`size`: the client has no method `{size['call']}`"
    elif size is not None and size["value"] not in {o.argument for o in command.options}:
        problem = f"`size`: `{words}` has no argument `{size['value']}`"
    if problem or inputs is None:
        location = settings.location("batches", words)
        settings.diagnostics.error(Code.CONFIG_INVALID, location, f"`batches`: {problem}", "")
        return command
    batch = Batch(own.argument, inputs.flags[0], own.field, own.results)
    if size is not None:
        parameter = known[size["call"]].arguments[0]
        batch = replace(batch, parameter=parameter, **size.groupdict())
    lines = Option("", ("--file",), kind="path", help=_STREAM if size else _LINES)
    position = command.options.index(inputs)
    options = (
        *command.options[:position],
        replace(inputs, kind="text", required=False),
        lines,
        *[_START] * (size is not None),
        *command.options[position + 1 :],
    )
    return replace(command, options=options, batch=batch)


def texts(value: ir.Json, batch: Batch) -> list[str] | None:
    """The inputs of an example as options give them; None if these cannot."""
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict) and item.keys() == {batch.field}:
            item = item[batch.field]
        if isinstance(item, str):
            found.append(item)
        elif batch.flag == f"--{batch.field}":
            return None
        else:
            found.append(json.dumps(item, ensure_ascii=False))
    return found

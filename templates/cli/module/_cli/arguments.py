"""Turns the texts of options into the arguments of the client's method."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .failures import Failure
from .files import STDIN, read_text
from .guards import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .program import Command, Option


def arguments(command: Command, values: Mapping[str, Any], body: str | None) -> dict[str, Any]:
    """Return the arguments of a command's method.

    Args:
        command: The command.
        values: The values of options by `Option.key`; None = absent.
        body: The text of the whole body, which options override; None = there is none.

    Raises:
        click.UsageError: A value does not fit its option.
        Failure: A file cannot be read.
    """
    made: dict[str, Any] = {}
    if body is not None:
        made |= _body(command, body)
    for option in command.options:
        value = read(option, values.get(option.key))
        if value is None:
            continue
        if option.path:
            _nest(made, option, value)
        elif option.argument:
            made[option.argument] = value
    return made


def read(option: Option, value: Any) -> Any:
    """Return the value of an option, as click read it, as an argument; None = absent.

    Raises:
        click.UsageError: The value does not fit the option.
        Failure: A file cannot be read.
    """
    if value is None:
        return None
    return _many(option, value) if option.many else _one(option, value)


def _nest(made: dict[str, Any], option: Option, value: Any) -> None:
    """Put the value of a part of an object into the object."""
    *outer, last = option.path
    target = made[option.argument] = dict(made.get(option.argument) or {})
    for name in outer:
        target[name] = dict(target.get(name) or {})
        target = target[name]
    target[last] = value


def _one(option: Option, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match option.kind:
        case "json":
            return data(value, option.flags[0])
        case "any" | "some":
            return _any(value, option.flags[0])
        case "map":
            return dict(_pairs([value], option.flags[0]))
        case "file" | "files":
            return _file(value, option.flags[0])
        case _:
            return value


def _many(option: Option, values: Sequence[Any]) -> Any:
    """Return a list: of the values, or the one that a single value is as JSON."""
    flag = option.flags[0]
    if option.kind == "map":
        return dict(_pairs(values, flag))
    first = values[0] if len(values) == 1 else None
    if isinstance(first, str) and (first.startswith("[") or _is_reference(first)):
        whole = data(first, flag)
        return whole if is_list(whole) else [whole]
    made = [_one(option, value) for value in values]
    return made[0] if option.kind in {"some", "files"} and len(made) == 1 else made


def _pairs(values: Sequence[str], flag: str) -> Iterator[tuple[str, Any]]:
    """Yield the pairs of `key=value` texts, separated by commas, or of JSON objects."""
    for value in values:
        if value.lstrip().startswith("{") or _is_reference(value):
            whole = data(value, flag)
            if not is_object(whole):
                raise click.BadParameter("expected an object, or key=value", param_hint=flag)
            yield from whole.items()
            continue
        for part in value.split(","):
            key, sign, text = part.partition("=")
            if not sign or not key.strip():
                raise click.BadParameter(f"{part!r} is not key=value", param_hint=flag)
            yield key.strip(), text


def _any(value: str, flag: str) -> Any:
    """Return JSON if a text is an object, an array or a reference, else the text."""
    if value.startswith("@@"):
        return value[1:]
    is_json = value.lstrip().startswith(("{", "[")) or _is_reference(value)
    return data(value, flag) if is_json else value


def _is_reference(value: str) -> bool:
    return value == STDIN or (value.startswith("@") and not value.startswith("@@"))


def data(value: str, flag: str) -> Any:
    """Return the JSON or YAML of a text, of a file (`@file`), or of stdin (`-`).

    Raises:
        Failure: It is neither, or cannot be read.
    """
    where = flag
    if _is_reference(value):
        where = value.removeprefix("@")
        value = read_text(where)
    try:
        return json.loads(value)
    except ValueError:
        return _yaml(value, where)


def _yaml(text: str, where: str) -> Any:
    from yaml import YAMLError, safe_load

    try:
        found = safe_load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise Failure(f"{where}{place}: this is neither JSON nor YAML: {problem}.") from None
    json.dumps(found, default=str)
    return found


def _file(value: str, flag: str) -> Any:
    """Return what the client uploads: the path of a file, or stdin."""
    if value == STDIN:
        import sys

        return sys.stdin.buffer
    path = Path(value.removeprefix("@"))
    if not path.is_file():
        raise click.BadParameter(f"the file {str(path)!r} does not exist", param_hint=flag)
    return path


def _body(command: Command, text: str) -> dict[str, Any]:
    """Return the arguments that a whole body gives."""
    flag = "--body"
    if command.whole:
        return {command.whole: _whole(command, text, flag)}
    found = data(text, flag)
    if not is_object(found):
        raise click.BadParameter("expected an object", param_hint=flag)
    names = {option.wire: option.argument for option in command.options if option.wire}
    made = {names[key]: value for key, value in found.items() if key in names}
    extra = {key: value for key, value in found.items() if key not in names}
    return made | ({"extra_body": extra} if extra else {})


def _whole(command: Command, text: str, flag: str) -> Any:
    match command.body:
        case "bytes":
            return _file(text, flag) if _is_reference(text) else text.encode()
        case "text":
            return read_text(text.removeprefix("@")) if _is_reference(text) else text
        case "ndjson":
            lines = read_text(text.removeprefix("@")) if _is_reference(text) else text
            items = [data(line, flag) for line in lines.splitlines() if line.strip()]
            return items[0] if len(items) == 1 and is_list(items[0]) else items
        case _:
            return data(text, flag)

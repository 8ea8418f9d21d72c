"""Example values with the types that callers pass."""

from __future__ import annotations

import datetime as dt
import re
from base64 import b64decode
from decimal import Decimal
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pcgen import ir
from pcgen.ir import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pcgen.names import Name

    Declared = Mapping[Name, ir.Declaration]

_FILE_NAME = re.compile(r"[\w-]+\.[a-z][a-z0-9]{1,4}")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def typed(value: ir.Json, type_: ir.Type, declared: Declared) -> Any:
    """Convert a JSON value to a type: `"2024-02-01"` to a date. Objects of models stay JSON.

    Args:
        value: The value.
        type_: The type.
        declared: The declarations by name.

    Raises:
        ValueError: The value does not fit the type.
    """
    match type_:
        case ir.Nullable(inner):
            return None if value is None else typed(value, inner, declared)
        case ir.Union(cases):
            return _one_of(value, cases, declared)
        case ir.Array(inner) | ir.Lines(inner) if isinstance(value, list):
            return [_item(item, inner, declared) for item in value]
        case ir.Tuple(items) if isinstance(value, list) and len(value) == len(items):
            return tuple(typed(v, t, declared) for v, t in zip(value, items, strict=True))
        case ir.Map(inner) if isinstance(value, dict):
            return {key: typed(item, inner, declared) for key, item in value.items()}
        case ir.Choice():
            return _chosen(value, type_)
        case ir.Ref(name) if isinstance(declaration := declared[name], ir.Alias):
            return typed(value, declaration.type, declared)
        case ir.Ref() if isinstance(value, dict):
            return value
        case ir.Scalar(kind):
            return _CONVERTERS[kind](value)
    raise ValueError(value)


def shown_response(name: str, index: int, examples: Sequence[ir.Example]) -> ir.Example | None:
    """The response to the request of a scenario: the example of its name, else of its position."""
    named = next((example for example in examples if name and example.name == name), None)
    return named or next(iter(examples[index : index + 1]), None)


def body_values(
    body: ir.Body, value: ir.Json, declared: Declared
) -> list[tuple[ir.Field | None, Any]]:
    """The typed values of the fields of a body, or of the whole body, from its example.

    Raises:
        ValueError: The example does not fit the body, or lacks a required field.
    """
    if body.fields is None:
        return [(None, typed(value, body.type, declared))]
    properties = typed(value, ir.Map(ir.ANY), declared)
    missing = [f for f in body.fields if isinstance(f.presence, ir.Required)]
    if not {field.wire_name for field in missing} <= properties.keys():
        raise ValueError(value)
    fields = [field for field in body.fields if field.wire_name in properties]
    return [(field, typed(properties[field.wire_name], field.type, declared)) for field in fields]


def _one_of(value: ir.Json, cases: tuple[ir.Type, ...], declared: Declared) -> Any:
    for case in cases:
        try:
            return typed(value, case, declared)
        except ValueError:
            continue
    raise ValueError(value)


def _item(value: ir.Json, type_: ir.Type, declared: Declared) -> Any:
    """Convert an item of an array; a string may replace an object of one string property."""
    if isinstance(value, str) and takes_text(type_, declared):
        return value
    return typed(value, type_, declared)


def takes_text(items: ir.Type, declared: Declared) -> bool:
    """Whether a string may replace an item, which is an object with one string property."""
    if not isinstance(items, ir.Ref):
        return False
    declaration = declared[items.name]
    if isinstance(declaration, ir.Alias):
        return bool(declaration.text_key)
    fields = declaration.fields
    text = ir.Scalar(Kind.STRING)
    return declaration.tag is None and len(fields) == 1 and fields[0].type == text


def _chosen(value: ir.Json, choice: ir.Choice) -> ir.Json:
    if any(type(one) is type(value) and one == value for one in choice.values):
        return value
    if not choice.open:
        raise ValueError(value)
    return _one_of(value, tuple(map(ir.Scalar, choice.kinds)), {})


def _of(*types: type) -> Callable[[ir.Json], Any]:
    """A converter that takes only values of some types; `bool` is not an `int` here."""

    def convert(value: ir.Json) -> Any:
        if type(value) not in types:
            raise ValueError(value)
        return value

    return convert


def _text(parse: Callable[[str], Any]) -> Callable[[ir.Json], Any]:
    """A converter of texts."""
    return lambda value: parse(_of(str)(value))


def _duration(text: str) -> dt.timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _file(text: str) -> PurePosixPath | bytes:
    """The path of a file if a text is the name of one, else the bytes of the text."""
    return PurePosixPath(text) if _FILE_NAME.fullmatch(text) else text.encode()


_CONVERTERS: dict[Kind, Callable[[ir.Json], Any]] = {
    Kind.STRING: _of(str),
    Kind.INTEGER: _of(int),
    Kind.NUMBER: _of(int, float),
    Kind.BOOLEAN: _of(bool),
    Kind.NULL: _of(type(None)),
    Kind.DATE: _text(dt.date.fromisoformat),
    Kind.DATE_TIME: _text(dt.datetime.fromisoformat),
    Kind.TIME: _text(dt.time.fromisoformat),
    Kind.DURATION: _text(_duration),
    Kind.DECIMAL: lambda value: Decimal(str(_of(int, float)(value))),
    Kind.UUID: _text(UUID),
    Kind.BYTES: _text(lambda text: b64decode(text, validate=True)),
    Kind.BINARY: _text(_file),
    Kind.FILE: _text(_file),
    Kind.ANY: lambda value: value,
}

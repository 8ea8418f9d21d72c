"""The types of values."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.ir.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pcgen.names import Name


class Kind(Enum):
    """The scalar types.

    BYTES is base64 in JSON, BINARY a raw body, FILE an uploaded or downloaded file.
    """

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE = "date"
    DATE_TIME = "date-time"
    TIME = "time"
    DURATION = "duration"
    DECIMAL = "decimal"
    UUID = "uuid"
    BYTES = "bytes"
    BINARY = "binary"
    FILE = "file"
    ANY = "any"


class Scalar(Value, frozen=True):
    """A type without type arguments."""

    kind: Kind


class Choice(Value, frozen=True):
    """An enumeration; `kinds` are the types of its values.

    If `open`, there may be other values of these types.
    """

    values: tuple[str | int | bool, ...]
    kinds: tuple[Kind, ...]
    open: bool


class Array(Value, frozen=True):
    """A list whose items have one type."""

    items: Type


class Tuple(Value, frozen=True):
    """A list of fixed length with a type for each position."""

    items: tuple[Type, ...]


class Lines(Value, frozen=True):
    """A request body of items that are sent one by one, as the caller produces them."""

    items: Type


class Map(Value, frozen=True):
    """An object with arbitrary keys and one type of values."""

    values: Type


class Ref(Value, frozen=True):
    """A declaration, referred to by name, so that types can be recursive.

    `of` is the member that a model has instead of the union that a `Selector` selects from.
    """

    name: Name
    of: Type | None = None


class Nullable(Value, frozen=True):
    """A type that also allows null."""

    inner: Type


class Discriminator(Value, frozen=True):
    """The property whose value selects the model of an object, with the model of each value.

    `default` is the model for other values and for objects without the property.
    """

    wire_name: str
    models: tuple[tuple[str | float, Name], ...]
    default: Name | None = None


class Union(Value, frozen=True):
    """One of several types, its members."""

    cases: tuple[Type, ...]
    discriminator: Discriminator | None = None


Type = Scalar | Choice | Array | Tuple | Lines | Map | Ref | Nullable | Union
ANY = Scalar(Kind.ANY)


def nested_types(type_: Type) -> Iterator[Type]:
    """Yield a type and all types nested in it, without following references."""
    yield type_
    match type_:
        case Array(inner) | Lines(inner) | Map(inner) | Nullable(inner):
            yield from nested_types(inner)
        case Union(cases) | Tuple(cases):
            for case in cases:
                yield from nested_types(case)


def mentioned(type_: Type) -> set[Name]:
    """The declarations that a type refers to, without following references."""
    return {part.name for part in nested_types(type_) if isinstance(part, Ref)}


def holds_bytes(type_: Type) -> bool:
    """Whether a type contains base64-encoded bytes."""
    return Scalar(Kind.BYTES) in nested_types(type_)


def map_nested(type_: Type, change: Callable[[Type], Type]) -> Type:
    """Apply a change to each type that a type directly contains."""
    match type_:
        case Array(inner) | Lines(inner):
            return replace(type_, items=change(inner))
        case Map(inner):
            return Map(change(inner))
        case Nullable(inner):
            return Nullable(change(inner))
        case Union(cases):
            return replace(type_, cases=tuple(map(change, cases)))
        case Tuple(items):
            return Tuple(tuple(map(change, items)))
    return type_

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
    """The scalar types, by what Python makes of them."""

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
    """A type without parts."""

    kind: Kind


class Choice(Value, frozen=True):
    """One of some known values; `kinds` are the types that unknown ones may have, too."""

    values: tuple[str | int | bool, ...]
    kinds: tuple[Kind, ...]
    open: bool


class Array(Value, frozen=True):
    """A list of items of one type."""

    items: Type


class Tuple(Value, frozen=True):
    """A list of so many items, each of a type of its own."""

    items: tuple[Type, ...]


class Lines(Value, frozen=True):
    """Items of one type in a row, each sent while the next is being made."""

    items: Type


class Map(Value, frozen=True):
    """An object whose keys are data."""

    values: Type


class Ref(Value, frozen=True):
    """A declaration, by its name, so that recursion needs no care."""

    name: Name


class Nullable(Value, frozen=True):
    """A type whose values may be null as well."""

    inner: Type


class Discriminator(Value, frozen=True):
    """The property whose value tells which of some models an object is.

    `default` is the model of objects without the property or with a value that is not listed.
    """

    wire_name: str
    models: tuple[tuple[str | int, Name], ...]
    default: Name | None = None


class Union(Value, frozen=True):
    """One of several types."""

    cases: tuple[Type, ...]
    discriminator: Discriminator | None = None


Type = Scalar | Choice | Array | Tuple | Lines | Map | Ref | Nullable | Union
ANY = Scalar(Kind.ANY)


def parts(type_: Type) -> Iterator[Type]:
    """A type and every type that it is made of; declarations stay closed."""
    yield type_
    match type_:
        case Array(inner) | Lines(inner) | Map(inner) | Nullable(inner):
            yield from parts(inner)
        case Union(cases) | Tuple(cases):
            for case in cases:
                yield from parts(case)


def holds_bytes(type_: Type) -> bool:
    """Whether bytes are among its values, which text stands for."""
    return any(part == Scalar(Kind.BYTES) for part in parts(type_))


def rebuilt(type_: Type, change: Callable[[Type], Type]) -> Type:
    """A type with each of the types that it is directly made of changed."""
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

"""Checks of arguments before a request is sent, and short forms of bodies."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence, Sized
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, cast, get_args, get_origin

import msgspec.structs
from msgspec import UNSET, Struct, UnsetType

from .any_of import union_of
from .encoder import encode, tag_of, to_native
from .guards import is_mapping, is_object, is_sequence
from .models import Model, TextKey, UnknownVariant

Wrap: TypeAlias = "Callable[[Any], Any]"
ExtraBody: TypeAlias = Mapping[str, object] | None
"""The value of `extra_body`."""


class _Field(Struct, frozen=True):
    """A property of a body.

    Args:
        name: The name of the argument.
        wire_name: The name of the property.
        required: Whether the argument must be given.
        nullable: Whether None is sent as null; UNSET means absent.
        kinds: The accepted Python types; () = any.
        wrap: Turns plain text into the object that it is short for; None = no such short form.
    """

    name: str
    wire_name: str
    required: bool
    nullable: bool
    kinds: tuple[type, ...]
    wrap: Wrap | None


_fields: dict[type, tuple[_Field, ...]] = {}
_WORDS: dict[type, str] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "a boolean",
    Sequence: "a sequence",
    Mapping: "a mapping or model",
}
_KINDS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (float, int, Decimal),
    bool: (bool,),
}


def check(name: str, value: object, required: bool) -> None:
    """Check an argument.

    Raises:
        TypeError: It is required and missing.
        ValueError: It is required and empty, or it is a time without a time zone.
    """
    if isinstance(value, datetime) and value.tzinfo is None:
        hint = "use value.astimezone() for local time or value.replace(tzinfo=UTC) for UTC"
        raise ValueError(f"{name!r} has no time zone; {hint}")
    if not required:
        return
    if value is None or value is UNSET:
        raise TypeError(f"missing required argument: {name!r}")
    # Empty bytes are allowed, as an empty file. Arrays such as numpy's have no truth value.
    if (isinstance(value, str | Mapping) or is_sequence(value)) and len(cast("Sized", value)) == 0:
        raise ValueError(f"{name!r} must not be empty")


def build_body(type_: Any, values: object) -> object:
    """Check the arguments that make up a body, and build the body.

    Args:
        type_: The type of the body.
        values: The arguments by field name if the type is a model, else the body itself.

    Raises:
        TypeError: An argument is missing, unknown or of the wrong type.
        ValueError: A required argument is empty.
    """
    if not _is_model(type_) or isinstance(values, Model):
        return _wrapped(type_, values)
    if not is_mapping(values):
        raise TypeError(f"the body must be a mapping or model, not {type(values).__name__}")
    fields = _fields_of(type_)
    _check_names(fields, values)
    body = tag_of(type_)
    for field in fields:
        value = values.get(field.name, UNSET)
        if value is None and field.nullable:
            body[field.wire_name] = None
            continue
        # An empty object can be complete: perhaps none of its properties is required.
        check(field.name, value, field.required and not is_mapping(value))
        if value is not None and value is not UNSET:
            body[field.wire_name] = _checked(field, value)
    return body


@contextmanager
def naming(name: str) -> Generator[None]:
    """Prefix the messages of errors with the name of an argument."""
    try:
        yield
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name!r}: {error}") from None


def raise_argument_error(type_: Any, body: object) -> None:
    """Raise an error that names the argument that cannot be written as JSON."""
    if _is_model(type_) and is_object(body):
        for field in _fields_of(type_):
            with naming(field.name):
                encode(body.get(field.wire_name))
    with naming("body"):
        encode(body)


def extra_body_error() -> TypeError:
    """Return the error for an `extra_body` beside a body that is not an object."""
    return TypeError("extra_body: the body of this operation is not an object")


def accepts_null(type_: Any, *, required: bool) -> bool:
    """Whether None as a body is sent as null, instead of meaning that there is no body."""
    return required if type_ is Any else NoneType in _cases(type_)


def _check_names(fields: tuple[_Field, ...], values: Mapping[Any, Any]) -> None:
    """Reject unknown arguments.

    Raises:
        TypeError: No field has the name of an argument.
    """
    names = [field.name for field in fields]
    if len(values) > len(names) or not all(name in names for name in values):
        unknown = next(name for name in values if name not in names)
        raise TypeError(f"the body has no {unknown!r}, only {', '.join(map(repr, names))}")


def _checked(field: _Field, value: Any) -> Any:
    """Return a value in the form in which it is sent.

    Raises:
        TypeError: The value is of the wrong type.
        ValueError: The value is required and is an empty array.
    """
    wrapped = field.wrap(value) if field.wrap else value
    if not field.kinds or _fits(wrapped, field.kinds):
        return wrapped
    native = value.value if isinstance(value, Enum) else to_native(value)
    wrapped = field.wrap(native) if field.wrap else native
    if not _fits(wrapped, field.kinds):
        wanted = " or ".join(dict.fromkeys(_WORDS[kind] for kind in field.kinds if kind in _WORDS))
        raise TypeError(f"{field.name!r} must be {wanted}, not {type(value).__name__}")
    check(field.name, native, field.required)
    return wrapped


def _fits(value: object, kinds: tuple[type, ...]) -> bool:
    """Whether a value is of a type; booleans are not numbers, and strings are not sequences."""
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, str):
        return str in kinds
    if isinstance(value, bytes | bytearray | memoryview):
        return False  # JSON would contain them as base64.
    return isinstance(value, kinds) or (
        Mapping in kinds and isinstance(value, Model | UnknownVariant)
    )


def _fields_of(cls: type[Model]) -> tuple[_Field, ...]:
    known = _fields.get(cls)
    if known is None:
        made = (_field(info) for info in msgspec.structs.fields(cls))
        known = _fields[cls] = tuple(made)
    return known


def _field(info: msgspec.structs.FieldInfo) -> _Field:
    cases = _cases(info.type)
    return _Field(
        name=info.name,
        wire_name=info.encode_name,
        required=info.required,
        nullable=not {NoneType, Any}.isdisjoint(cases) and (info.required or info.default is UNSET),
        kinds=_kinds(cases),
        wrap=_wrapper(info.type),
    )


def _cases(type_: Any) -> tuple[Any, ...]:
    type_ = union_of(type_)
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return _cases(args[0])
    if origin in (Union, UnionType):
        return tuple(case for arg in args for case in _cases(arg))
    return (type_,)


def _kinds(cases: tuple[Any, ...]) -> tuple[type, ...]:
    """Return the Python types that an argument may have; () = any."""
    found: list[type] = []
    for case in cases:
        origin = get_origin(case)
        if case in (NoneType, UnsetType):
            continue
        if origin in (list, tuple):
            found.append(cast("type", Sequence))
        elif origin is dict or _is_model(case):
            found.append(cast("type", Mapping))
        elif origin is Literal:
            found += [type(value) for value in get_args(case)]
        elif case in _KINDS:
            found += _KINDS[case]
        else:
            return ()  # Dates and other scalars have several accepted forms.
    return tuple(dict.fromkeys(found))


def _wrapped(type_: Any, value: Any) -> Any:
    wrap = _wrapper(type_)
    return value if wrap is None else wrap(value)


def _wrapper(type_: Any) -> Wrap | None:
    """Return the function that expands plain text to an object, or None if there is none."""
    while get_origin(type_) in (Union, UnionType):
        cases = [case for case in get_args(type_) if case not in (NoneType, UnsetType)]
        if len(cases) != 1:
            return None
        type_ = cases[0]
    key = _text_key(type_)
    if key is not None:
        return lambda value: {key: value} if isinstance(value, str) else value
    cases = list(_cases(type_))
    if len(cases) != 1 or get_origin(cases[0]) is not list:
        return None
    item_key = _text_key(get_args(cases[0])[0])
    return None if item_key is None else _array_wrapper(item_key)


def _array_wrapper(key: str) -> Wrap:
    def wrap(value: Any) -> Any:
        if isinstance(value, str):
            return [{key: value}]
        if not is_sequence(value):
            return value
        return [{key: item} if isinstance(item, str) else item for item in value]

    return wrap


def _text_key(type_: Any) -> str | None:
    """Return the property that plain text is short for: the marked one, or the only one."""
    if get_origin(type_) is Annotated:
        keys = [mark.key for mark in get_args(type_)[1:] if isinstance(mark, TextKey)]
        return keys[0] if keys else _text_key(get_args(type_)[0])
    if not _is_model(type_) or type_.__struct_config__.tag is not None:
        return None
    fields = msgspec.structs.fields(type_)
    sole = fields[0] if len(fields) == 1 else None
    is_text = sole is not None and set(_cases(sole.type)) - {NoneType, UnsetType} == {str}
    return sole.encode_name if sole is not None and is_text else None


def _is_model(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, Model)

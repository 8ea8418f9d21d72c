"""Checks of arguments before a request is sent, and short forms of bodies."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sized
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias, cast, get_args, get_origin

import msgspec.structs
from msgspec import UNSET, Struct
from msgspec.structs import replace

from .accepted import (
    Accepted,
    accepts,
    as_text,
    cases_of,
    is_model,
    or_text,
    text_key,
    verify,
    without_none,
)
from .encoder import encode, tag_of, to_native
from .guards import is_mapping, is_object, is_sequence, is_set
from .limits import check_limits
from .models import Model

if TYPE_CHECKING:
    from .limits import Limits

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
        accepted: What it accepts; None = anything.
        wrap: Turns plain text into the object that it is short for; None = no such short form.
    """

    name: str
    wire_name: str
    required: bool
    nullable: bool
    accepted: Accepted | None
    wrap: Wrap | None


_fields: dict[bool, dict[type, tuple[_Field, ...]]] = {False: {}, True: {}}
"""The fields of models by whether they are sent as text."""


def check(name: str, value: object, required: bool, accepted: Accepted | None = None) -> None:
    """Check an argument.

    Args:
        name: The argument.
        value: Its value.
        required: Whether it must be given.
        accepted: What it accepts, to say so if it is missing; None = unknown.

    Raises:
        TypeError: It is required and missing.
        ValueError: It is required and empty, or it is a time without a time zone.
    """
    if isinstance(value, datetime) and value.tzinfo is None:
        from ..reporting.arguments import zone_error

        raise zone_error(name)
    if not required:
        return
    if value is None and accepted is not None and accepted.kinds:
        from ..reporting.arguments import type_error

        raise type_error(name, accepted.kinds, None)
    if value is None or value is UNSET:
        raise TypeError(f"{name} is required, and must not be None")
    # Empty bytes are allowed, as an empty file. Arrays such as numpy's have no truth value.
    if (isinstance(value, str | Mapping) or is_sequence(value)) and len(cast("Sized", value)) == 0:
        raise ValueError(f"{name} must not be empty")


def build_body(
    type_: Any,
    values: object,
    limits: Mapping[str, Limits] | None = None,
    *,
    is_text: bool = False,
) -> object:
    """Check the arguments that make up a body, and build the body.

    Args:
        type_: The type of the body.
        values: The arguments by field name if the type is a model, else the body itself.
        limits: The limits of arguments by their names on the wire.
        is_text: Whether the arguments are sent as text, as in forms.

    Raises:
        TypeError: An argument is missing, unknown or of the wrong type.
        ValueError: A required argument is empty, or an argument is not one of the known choices.
    """
    if not is_model(type_) or isinstance(values, Model):
        return _whole(type_, values, is_text)
    if not is_mapping(values):
        raise TypeError(f"body must be a mapping, not {type(values).__name__}")
    fields = _fields_of(type_, is_text=is_text)
    _check_names(fields, values)
    body = tag_of(type_)
    for field in fields:
        value = values.get(field.name, UNSET)
        if value is None and field.nullable:
            body[field.wire_name] = None
            continue
        # An empty object can be complete: perhaps none of its properties is required.
        if field.required and not is_mapping(value):
            check(field.name, value, required=True, accepted=field.accepted)
        if value is not None and value is not UNSET:
            sent = body[field.wire_name] = _checked(field, value)
            if limits is not None and field.wire_name in limits:
                check_limits(field.name, limits[field.wire_name], sent)
    return body


@contextmanager
def naming(name: str, value: object) -> Generator[None]:
    """Name the argument, and the place in it that cannot be written as JSON."""
    try:
        yield
    except (TypeError, ValueError) as error:
        from ..reporting.arguments import encoding_error

        raise encoding_error(name, value, error) from None


def raise_argument_error(type_: Any, body: object) -> None:
    """Raise an error that names the argument that cannot be written as JSON."""
    if is_model(type_) and is_object(body):
        for field in _fields_of(type_):
            value = body.get(field.wire_name)
            with naming(field.name, value):
                encode(value)
    with naming("body", body):
        encode(body)


def extra_body_error() -> TypeError:
    """Return the error for an `extra_body` beside a body that is not an object."""
    return TypeError("extra_body: the body of this operation is not an object")


def accepts_null(type_: Any, *, required: bool) -> bool:
    """Whether None as a body is sent as null, instead of meaning that there is no body."""
    return required if type_ is Any else NoneType in cases_of(type_)


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
        TypeError: The value, or something in it, is of the wrong type.
        ValueError: The value is required and is an empty array, or is not one of the choices.
    """
    accepted = field.accepted
    if accepted is None:
        check(field.name, value, required=False)
    elif type(value) not in accepted.plain:
        value = _native(accepted, value, field.name)
        check(field.name, value, field.required and not is_mapping(value))
    return field.wrap(value) if field.wrap else value


def _native(accepted: Accepted, value: Any, name: str) -> Any:
    """Return the Python value of an argument that is accepted."""
    native: Any = value
    if accepted.kinds:
        native = value.value if isinstance(value, Enum) else to_native(value)
    if is_set(native) or (native is None and value is not None):
        from ..reporting.arguments import type_error

        raise type_error(name, accepted.kinds, value)  # The order of items may matter.
    verify(accepted, native, name)
    if (
        int in accepted.kinds
        and float not in accepted.kinds
        and isinstance(native, float | Decimal)
    ):
        return int(native)  # 10.0 is an integer in JSON Schema, but many services disagree.
    return native


def _fields_of(cls: type[Model], *, is_text: bool = False) -> tuple[_Field, ...]:
    known = _fields[is_text].get(cls)
    if known is None:
        made = (_field(info, is_text) for info in msgspec.structs.fields(cls))
        known = _fields[is_text][cls] = tuple(made)
    return known


def _field(info: msgspec.structs.FieldInfo, is_text: bool) -> _Field:
    cases = cases_of(info.type)
    wrap, accepted = _short_form(info.type)
    return _Field(
        name=info.name,
        wire_name=info.encode_name,
        required=info.required,
        nullable=not {NoneType, Any}.isdisjoint(cases) and (info.required or info.default is UNSET),
        accepted=as_text(accepted) if is_text else accepted,
        wrap=wrap,
    )


def _whole(type_: Any, value: Any, is_text: bool) -> Any:
    """Check a body that is one argument, and return it in the form in which it is sent."""
    wrap, accepted = _short_form(type_)
    if is_text:
        accepted = as_text(accepted)
    if accepted is not None and not is_set(value):
        verify(accepted, value, "body")
    return value if wrap is None else wrap(value)


def _short_form(type_: Any) -> tuple[Wrap | None, Accepted | None]:
    """Return the function that expands plain text to an object (None = there is none), and what
    is accepted before.
    """
    accepted, bare = accepts(type_), without_none(type_)
    if accepted is None:
        return None, None
    key = text_key(bare)
    if key is not None:
        return lambda value: {key: value} if isinstance(value, str) else value, or_text(accepted)
    bare = cases_of(bare)[0]
    item_key = text_key(without_none(get_args(bare)[0])) if get_origin(bare) is list else None
    if item_key is None or len(cases_of(type_)) - accepted.nullable != 1 or accepted.items is None:
        return None, accepted
    items = or_text(accepted.items)
    return _array_wrapper(item_key), or_text(replace(accepted, items=items))


def _array_wrapper(key: str) -> Wrap:
    def wrap(value: Any) -> Any:
        if isinstance(value, str):
            return [{key: value}]
        if not is_sequence(value):
            return value
        return [{key: item} if isinstance(item, str) else item for item in value]

    return wrap

"""Checks of parameters against their types: all values are text, so more forms are accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from .accepted import is_number, is_whole, verify
from .encoder import to_native
from .guards import is_mapping, is_sequence, is_set

if TYPE_CHECKING:
    from ..call.operation import Param
    from ..reporting.arguments import Place
    from .accepted import Accepted


def check_parameter(param: Param, accepted: Accepted, value: Any) -> None:
    """Check a parameter.

    Raises:
        TypeError: It is of the wrong type; the message names the place in it.
        ValueError: It is not one of the choices.
    """
    if param.content_type:
        verify(accepted, value, param.argument)
        return
    native = value.value if isinstance(value, Enum) else to_native(value)
    if native is None or not accepted.kinds:
        return
    if is_mapping(native) or hasattr(native, "to_dict"):
        if Mapping not in accepted.kinds:
            raise _type_error(param.argument, accepted, value)
    elif is_sequence(native) or is_set(native):
        if Sequence not in accepted.kinds:
            raise _type_error(param.argument, accepted, value)
        for index, item in enumerate(native):
            _check_text(accepted.items, item, (param.argument, index))
    elif isinstance(native, Iterable) and not isinstance(native, str | bytes | bytearray):
        raise _type_error(param.argument, accepted, value)
    elif Sequence in accepted.kinds:
        parts = native.split(",") if isinstance(native, str) else [native]
        for part in parts:
            _check_text(accepted.items, part, param.argument)
    else:
        _check_text(accepted, value, param.argument)


def number_of(accepted: Accepted | None, value: Any) -> Any:
    """Return the number that a parameter is the text of, or the value itself."""
    value = to_native(value)
    if accepted is None or not isinstance(value, str) or str in accepted.kinds:
        return value
    try:
        return float(value) if float in accepted.kinds else int(value)
    except ValueError:
        return None  # An array, given as one text.


def _type_error(place: Place, accepted: Accepted, value: Any) -> TypeError:
    from ..reporting.arguments import type_error

    return type_error(place, accepted.kinds, value)


def _check_text(accepted: Accepted | None, given: Any, place: Place) -> None:
    """Check a value that is sent as one text."""
    if given is None or accepted is None or type(given) in accepted.plain:
        return
    value = given.value if isinstance(given, Enum) else to_native(given)
    kinds = accepted.kinds
    if accepted.choices and bool not in kinds:
        _check_choice(accepted, value, place)
    elif {int, float}.isdisjoint(kinds) or not {str, bool}.isdisjoint(kinds):
        pass  # Every text is one, and services differ in how they read booleans.
    elif not _is_number(value, is_integer=float not in kinds):
        raise _type_error(place, accepted, given)


def _check_choice(accepted: Accepted, value: Any, place: Place) -> None:
    if type(value) not in accepted.plain and str(value) not in map(str, accepted.choices):
        from ..reporting.arguments import choice_error

        raise choice_error(place, accepted.choices, value)


def _is_number(value: Any, *, is_integer: bool) -> bool:
    """Whether a value is a number, or the text of one."""
    if isinstance(value, str):
        return is_number(value, is_integer=is_integer)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return not is_integer or is_whole(value)

"""Models and plain values to JSON text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from operator import is_
from typing import TYPE_CHECKING, Any

import msgspec.json
import msgspec.structs
from msgspec import UNSET, Struct, UnsetType

from .guards import is_mapping, is_sequence, is_set, kind_of
from .record import JSONObject, Record, defaults_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ATOMS = frozenset({str, int, bool, type(None)})
_AS_IT_IS = _ATOMS | {UnsetType}
_NUMBERS = frozenset({int, float})
_KEYS = frozenset({str})
_TIMES = frozenset({date, datetime, time, timedelta})
_MOST_DIGITS = 300
"""Python refuses to write much longer integers."""


def encode(value: object) -> bytes:
    """Encode a value as JSON.

    Models, mappings, sequences, dates, UUIDs, enumerations and decimals are accepted, and objects
    with numpy's `tolist()` or `item()`.

    Raises:
        TypeError: An object has no JSON representation.
        ValueError: A number is NaN or infinite, or the value is nested too deeply.
    """
    try:
        return _encoder.encode(plain(value))
    except RecursionError:
        raise ValueError("the value is nested too deeply, or contains itself") from None


def to_text(value: object, indent: int | None) -> str:
    """Encode a value as JSON text, indented by a number of spaces if one is given."""
    data = encode(value)
    return (data if indent is None else msgspec.json.format(data, indent=indent)).decode()


def to_builtins(value: object) -> Any:
    """Return a value as new dicts, lists and JSON scalars.

    A number that no float can represent is a `Decimal`.
    """
    try:
        return msgspec.to_builtins(
            plain(value), str_keys=True, builtin_types=(Decimal,), enc_hook=_unsupported
        )
    except RecursionError:
        raise ValueError("the value is nested too deeply, or contains itself") from None


def plain(value: Any) -> Any:
    """Return a value that msgspec can encode; the value itself if it is one."""
    kind = kind_of(value)
    return value if kind in _ATOMS else _converters.get(kind, _plain_other)(value)


def _plain_tuple(items: tuple[Any, ...]) -> Sequence[Any]:
    return _plain_list(list(items))


def _finite(value: float) -> float:
    """Reject NaN and infinity, which msgspec would encode as null."""
    if not isfinite(value):
        raise ValueError("NaN and infinite numbers cannot be sent as JSON")
    return value


def _plain_decimal(value: Decimal) -> float | Decimal:
    """Return an equal int or float, or the value itself if there is none."""
    if not value.is_finite():
        raise ValueError("NaN and infinite numbers cannot be sent as JSON")
    if value.adjusted() < _MOST_DIGITS and value == value.to_integral_value():
        return int(value)
    near = float(value)
    return near if isfinite(near) and Decimal(repr(near)) == value else value


def _plain_dict(value: dict[Any, Any]) -> dict[Any, Any]:
    if not _KEYS.issuperset(map(type, value)):
        return {plain(key): plain(item) for key, item in value.items()}
    if _ATOMS.issuperset(map(type, value.values())):
        return value
    changed = {key: new for key, item in value.items() if (new := plain(item)) is not item}
    return {**value, **changed} if changed else value


def _plain_list(items: Sequence[Any]) -> Sequence[Any]:
    """Return a list that msgspec can encode; vectors, the usual long lists, are checked fast."""
    if items and type(items[0]) is float and _are_floats(items):
        return items
    kinds = set(map(type, items))
    if kinds <= _ATOMS:
        return items
    if kinds <= _NUMBERS:
        if not all_finite(items):
            raise ValueError("NaN and infinite numbers cannot be sent as JSON")
        return items
    changed = [plain(item) for item in items]
    return items if all(map(is_, changed, items)) else changed


def _are_floats(items: Sequence[Any]) -> bool:
    """Whether a list holds only finite floats and integers, and perhaps subclasses of them.

    The sum with any other number, such as numpy's, is no plain float.
    """
    try:
        total = sum(items)
    except (TypeError, OverflowError):
        return False
    return type(total) is float and isfinite(total)


def all_finite(numbers: Iterable[float]) -> bool:
    """Whether no number is NaN or infinite."""
    try:
        if isfinite(sum(numbers)):
            return True
    except OverflowError:
        pass  # Finite numbers whose sum is too large for a float.
    return all(isinstance(number, int) or isfinite(number) for number in numbers)


def _plain_model(model: Record) -> Record | dict[str, Any]:
    """Return a model itself if msgspec encodes all of it, else a dict."""
    values = msgspec.structs.astuple(model)
    state = vars(model)
    if not state and _AS_IT_IS.issuperset(map(type, values)):
        return model
    changed = [value if type(value) in _AS_IT_IS else plain(value) for value in values]
    missing: set[str] = state.get("_missing") or set()
    extra: dict[str, Any] = state.get("_extra") or {}
    if not missing and not extra and all(map(is_, changed, values)):
        return model
    fields = zip(
        model.__struct_fields__,
        model.__struct_encode_fields__,
        defaults_of(type(model)),
        changed,
        strict=True,
    )
    tag = tag_of(type(model))
    data = {
        wire: value
        for name, wire, default, value in fields
        if value is not default and value is not UNSET and not (value is None and name in missing)
    }
    unknown = {key: plain(item) for key, item in extra.items() if key not in data}
    return tag | data | unknown  # `unknown` may hold another tag.


def tag_of(cls: type[Struct]) -> dict[str, Any]:
    """Return the discriminator property of a model and its value, if the model has one."""
    config = cls.__struct_config__
    return {} if config.tag_field is None else {config.tag_field: config.tag}


def _plain_other(value: Any) -> Any:
    """Convert by protocol: numpy, pandas and the like are never imported."""
    if isinstance(value, Record):
        _converters[kind_of(value)] = _plain_model
        return _plain_model(value)
    if isinstance(value, JSONObject):
        return plain(value.raw)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, date | time | timedelta):
        return value if kind_of(value) in _TIMES else _plain_time(value)
    native = to_native(value)
    if native is not value:
        return plain(native)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _finite(float(value))
    if is_mapping(value):
        members: dict[Any, Any] = dict(value)
        return _plain_dict(members)
    return _plain_list(list(value)) if is_sequence(value) or is_set(value) else value


def _plain_time(value: date | time | timedelta) -> Any:
    """Convert subclasses, such as those of pandas, to what msgspec supports."""
    isoformat: Callable[[], str] | None = getattr(value, "isoformat", None)
    if isoformat is None and isinstance(value, timedelta):
        return timedelta(value.days, value.seconds, value.microseconds)
    return isoformat() if isoformat is not None else value


def to_native(value: Any) -> Any:
    """Return the Python value of a numpy-like array or scalar, or the value itself."""
    kind = kind_of(value)
    if kind is memoryview or issubclass(kind, Record):
        return value
    for name in ("tolist", "item"):
        method = getattr(kind, name, None)
        if callable(method):
            return method(value)
    return value


# How values of a class are converted; `_plain_other` finds out for other classes.
_converters: dict[type, Callable[[Any], Any]] = {
    float: _finite,
    dict: _plain_dict,
    list: _plain_list,
    tuple: _plain_tuple,
}


def _unsupported(value: Any) -> Any:
    """Convert a subclass of numbers in a vector, which `plain` does not look for."""
    converted = _plain_other(value)
    if converted is value:
        raise TypeError(f"Encoding objects of type {type(value).__name__} is unsupported")
    return converted


# `plain` leaves only decimals that no float can represent.
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=_unsupported)

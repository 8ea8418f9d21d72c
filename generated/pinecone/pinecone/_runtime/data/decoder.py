"""JSON text to models and plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import Mismatch
from .any_of import build_decoder
from .encoder import to_builtins
from .record import JSONObject

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec.json

    from .mismatch import Drift

T = TypeVar("T")

# The decoder of each type that was asked for; None if msgspec cannot have one for it.
_decoders: dict[Any, msgspec.json.Decoder[Any] | None] = {}


def decode(
    data: bytes | str,
    type_: Any,
    *,
    strict: bool = False,
    on_drift: Callable[[Drift], None] | None = None,
) -> Any:
    """Decode JSON text as a type.

    msgspec decodes text that matches the type. Other text is decoded leniently: values that do
    not match are kept unchanged.

    Args:
        data: JSON, UTF-8.
        type_: A model, or any type of a model's field.
        strict: Raise at the first value that does not match, instead of keeping it.
        on_drift: Called once for each JSON path that does not match.

    Raises:
        InvalidJSON: The text is not JSON.
        Mismatch: A value does not match, and `strict` is set.
    """
    decoder = decoder_of(type_)
    if decoder is not None:
        try:
            return decoder.decode(data)
        except (ValueError, RecursionError):
            pass  # `lenient` checks whether the text is JSON.
    from .lenient import read

    return read(data, type_, strict, on_drift)


def convert(
    value: object,
    type_: Any,
    *,
    strict: bool = False,
    on_drift: Callable[[Drift], None] | None = None,
) -> Any:
    """Convert a decoded JSON value to a type; otherwise as `decode`."""
    from .lenient import walk

    return walk(to_builtins(value), type_, strict, on_drift, bulk=False)


def own(cls: type[T], value: object) -> T:
    """Return a value if it is a model of this class, or else raise `Mismatch`."""
    if not isinstance(value, cls):
        found = "an object of another kind" if isinstance(value, JSONObject) else "no object"
        raise Mismatch("$", cls.__name__, found)
    return value


def decoder_of(type_: Any) -> msgspec.json.Decoder[Any] | None:
    """Return the decoder of a type, or None if msgspec does not support the type."""
    try:
        return _decoders[type_]
    except KeyError:
        made = _decoders[type_] = build_decoder(type_, _read_any_of)
        return made
    except TypeError:  # A type that cannot be hashed.
        return build_decoder(type_, _read_any_of)


def _read_any_of(type_: Any, value: Any) -> Any:
    from .lenient import read_any_of

    return read_any_of(type_, value)

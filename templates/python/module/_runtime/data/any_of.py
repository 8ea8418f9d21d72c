"""Unions whose cases only their values tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

import msgspec.json

Cases = TypeVar("Cases")

if TYPE_CHECKING:
    from collections.abc import Callable

    AnyOf: TypeAlias = Annotated[Cases, "any of"]
else:

    class _Kind(type):
        """The class of a union: whatever was read as one of its cases is one of its instances."""

        def __instancecheck__(cls, value: object) -> bool:
            return True

    class AnyOf:
        """A union that msgspec does not take, and that is read here: `AnyOf[Cat | Dog]`.

        Type checkers see the union. A decoder that msgspec cannot make leaves types behind that
        end the process when they are used, so no model shows it such a union.
        """

        def __class_getitem__(cls, union: Any) -> Any:
            """Return a class that stands for the union."""
            return _Kind("AnyOf", (), {"__any_of__": union})


def union_of(type_: Any) -> Any:
    """Return the union behind `AnyOf`, or any other type as it is."""
    return getattr(type_, "__any_of__", type_)


def build_decoder(
    type_: Any, read_any_of: Callable[[Any, Any], Any]
) -> msgspec.json.Decoder[Any] | None:
    """Return a decoder of a type, or None if msgspec does not support the type.

    Args:
        type_: The type of the decoded value.
        read_any_of: Reads a decoded value as an `AnyOf`.
    """
    try:
        return msgspec.json.Decoder(type_, dec_hook=read_any_of)
    except TypeError:
        return None  # Such as a union of objects without a discriminator.

"""Unions that msgspec does not support: the type of each value decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

import msgspec.json

Cases = TypeVar("Cases")

if TYPE_CHECKING:
    from collections.abc import Callable

    AnyOf: TypeAlias = Annotated[Cases, "any of"]
else:

    class _Kind(type):
        """The class of a union: every value that was decoded as the union is an instance."""

        def __instancecheck__(cls, value: object) -> bool:
            return True

    class AnyOf:
        """A union that msgspec does not support, decoded by `lenient`: `AnyOf[Cat | Dog]`.

        Type checkers see the union. msgspec must not see it: if it fails to build a decoder, the
        types that it leaves behind crash the process later.
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
        return None  # For example, it has a union of untagged objects.

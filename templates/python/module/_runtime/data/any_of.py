"""Unions whose cases only their values tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

Cases = TypeVar("Cases")

if TYPE_CHECKING:
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

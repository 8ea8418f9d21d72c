"""The base of models: their fields, and received properties that are not fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec.structs
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

T = TypeVar("T")


class Record(Struct, kw_only=True, dict=True, omit_defaults=True, forbid_unknown_fields=True):
    """The fields of a model, and received properties that are not fields."""

    @property
    def extra(self) -> dict[str, Any]:
        """The properties of the object that this version does not know."""
        extra: dict[str, Any] = vars(self).setdefault("_extra", {})
        return extra

    def copy(self) -> Self:
        """Return a shallow copy: a new object with the same values."""
        return self.replace()

    def replace(self, /, **changes: Any) -> Self:
        """Return a copy in which some fields have other values.

        Args:
            changes: The new values, by field name.

        Raises:
            TypeError: There is no such field.
        """
        twin = msgspec.structs.replace(self, **changes)
        vars(twin).update(_state(self))
        return twin

    def __copy__(self) -> Self:
        """Copy unknown properties too, which msgspec does not."""
        return self.replace()

    def __replace__(self, /, **changes: Any) -> Self:
        """Support `copy.replace`."""
        return self.replace(**changes)

    def __reduce__(self) -> tuple[Callable[..., Record], tuple[Any, ...], dict[str, Any] | None]:
        """Support pickling, unknown properties included."""
        return _rebuild, (type(self), msgspec.structs.asdict(self)), _state(self) or None

    def __eq__(self, other: object) -> bool:
        """Compare type, fields and unknown properties."""
        if type(other) is not type(self):
            return NotImplemented
        ours, theirs = vars(self).get("_extra"), vars(other).get("_extra")
        return (ours or None) == (theirs or None) and super().__eq__(other)


def _state(model: Record) -> dict[str, Any]:
    """Return what a model holds besides its fields, for a copy."""
    return {
        key: value.copy() if isinstance(value, dict | set) else value
        for key, value in vars(model).items()
    }


def _rebuild(cls: type[Record], values: dict[str, Any]) -> Record:
    return cls(**values)


class OpenRecord:
    """Marks records that may have properties besides their fields."""

    __slots__ = ()


class JSONObject:
    """A received JSON object, unchanged. Its properties are attributes."""

    __slots__ = ("raw",)

    def __init__(self, raw: dict[str, Any]) -> None:
        """Wrap a decoded JSON object."""
        self.raw = raw

    def __getattr__(self, name: str) -> Any:
        """Return a property of the object."""
        if name != "raw" and name in self.raw:
            return self.raw[name]
        message = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=self)

    def __dir__(self) -> list[str]:
        """List the object's properties too."""
        return sorted({*super().__dir__(), *self.raw})

    def __eq__(self, other: object) -> bool:
        """Compare the objects."""
        return self.raw == other.raw if isinstance(other, JSONObject) else NotImplemented

    def __reduce__(self) -> tuple[type[JSONObject], tuple[dict[str, Any]]]:
        """Support copying and pickling."""
        return type(self), (self.raw,)


class Extra(Generic[T]):
    """An object whose other properties are of one type: `class Prices(Extra["int"], OpenModel)`."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def extra(self) -> dict[str, T]:
            """The received properties that are not fields."""
            raise NotImplementedError

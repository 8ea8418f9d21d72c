"""The base of models: their fields, and received properties that are not fields."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import islice
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import msgspec.structs
from msgspec import NODEFAULT, UNSET, Struct

T = TypeVar("T")

_MOST_KEYS = 20
"""Errors show so many keys."""


class _Method:
    """A method that a field may override with any type.

    Type checkers would reject such a field if the method were declared by `def`.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __set_name__(self, owner: type, name: str) -> None:
        self._function.__name__ = name

    def __get__(self, model: object, owner: type) -> Callable[..., Any] | Any:
        return self._function if model is None else MethodType(self._function, model)


def _get(self: Record, key: str, default: Any = None) -> Any:
    """Return a property by its name in JSON, or `default` if it is absent."""
    value = find(self, key)
    return default if value is UNSET else value


def _keys(self: Record) -> list[str]:
    """Return the names in JSON of the properties that are not absent."""
    cls = type(self)
    tag = cls.__struct_config__.tag_field
    names = dict.fromkeys([tag] if tag else [])
    names |= dict.fromkeys([*cls.__struct_encode_fields__, *vars(self).get("_extra", ())])
    return [name for name in names if find(self, name) is not UNSET]


class Record(Struct, kw_only=True, dict=True, omit_defaults=True, forbid_unknown_fields=True):
    """The fields of a model, and received properties that are not fields.

    Properties are attributes. Their names in JSON are keys, too: `model["class"]`, `"class" in
    model`, `model.get("class")`, `model.keys()`. Type checkers know the types of attributes only.
    """

    get = _Method(_get)
    keys = _Method(_keys)

    if not TYPE_CHECKING:
        # With `__getitem__` alone, Python would try to iterate over the numbers from 0.
        __iter__ = None

    def __getitem__(self, key: str, /) -> Any:
        """Return a property by its name in JSON.

        Raises:
            KeyError: The property is absent.
        """
        value = find(self, key)
        if value is UNSET:
            raise absent(self, key, _keys(self))
        return value

    def __contains__(self, key: object, /) -> bool:
        """Return whether there is a property of this name in JSON."""
        return find(self, key) is not UNSET

    def _ipython_key_completions_(self) -> list[str]:
        return _keys(self)

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


def find(model: Record, key: object) -> Any:
    """Return a property by its name in JSON, or `UNSET` if it is absent."""
    if not isinstance(key, str):
        return UNSET
    cls, state = type(model), vars(model)
    if key in cls.__struct_encode_fields__:
        index = cls.__struct_encode_fields__.index(key)
        name = cls.__struct_fields__[index]
        value = getattr(model, name)
        if value is None:
            is_null = defaults_of(cls)[index] is not None and name not in state.get("_missing", ())
            value = None if is_null else UNSET
        if value is not UNSET:
            return value
    extra: dict[str, Any] = state.get("_extra") or {}
    if key in extra:
        return extra[key]
    config = cls.__struct_config__
    return config.tag if key == config.tag_field else UNSET


def absent(owner: object, key: object, keys: Collection[str]) -> KeyError | TypeError:
    """Return the error for a key that is not among the keys of an object."""
    from ..errors import shorten
    from ..reporting.nearest import nearest

    cls = type(owner)
    if not isinstance(key, str):
        return TypeError(f"{cls.__name__} is not a list: its keys are names, not numbers")
    fields: tuple[str, ...] = getattr(cls, "__struct_encode_fields__", ())
    shown = repr(shorten(key, 40))
    wrong = f"{cls.__name__} has no {shown}{nearest(key, [*fields, *keys]) or '.'}"
    if key in fields:
        wrong = f"{shown} is absent from this {cls.__name__}."
    known = [repr(shorten(name, 40)) for name in islice(keys, _MOST_KEYS)]
    more = f" and {len(keys) - len(known)} more" if len(keys) > len(known) else ""
    return KeyError(f"{wrong} It has {', '.join(known) or 'no properties'}{more}")


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
    """A received JSON object, unchanged. Its properties are attributes and keys."""

    __slots__ = ("raw",)

    if not TYPE_CHECKING:
        __iter__ = None  # As for `Record`.

    def __init__(self, raw: dict[str, Any]) -> None:
        """Wrap a decoded JSON object."""
        self.raw = raw

    def __getattr__(self, name: str) -> Any:
        """Return a property of the object, or else `get` or `keys`."""
        if name != "raw" and name in self.raw:
            return self.raw[name]
        if name in ("get", "keys"):
            return getattr(self.raw, name)
        message = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=self)

    def __getitem__(self, key: str, /) -> Any:
        """Return a property of the object.

        Raises:
            KeyError: There is no such property.
        """
        if key not in self.raw:
            raise absent(self, key, self.raw)
        return self.raw[key]

    def __contains__(self, key: object, /) -> bool:
        """Return whether there is such a property."""
        return isinstance(key, str) and key in self.raw

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.raw)

    def __dir__(self) -> list[str]:
        """List the object's properties too."""
        return sorted({*super().__dir__(), "get", "keys", *self.raw})

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


def defaults_of(cls: type[Struct]) -> list[Any]:
    """Return each field's default, `NODEFAULT` where a field is required."""
    defaults = cls.__struct_defaults__
    return [NODEFAULT] * (len(cls.__struct_fields__) - len(defaults)) + list(defaults)

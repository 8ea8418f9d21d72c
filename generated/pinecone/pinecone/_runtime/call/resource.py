"""The base classes of groups of operations, and the attributes that hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, get_type_hints, overload

from .caller import AsyncCaller, SyncCaller

T = TypeVar("T")


class typed_property(Generic[T]):
    """A property whose attribute of the class is the class of its value.

    `create_autospec` and `help` find the methods of the value there.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        """Store the function that makes the value."""
        self.func = func
        self.__doc__ = func.__doc__

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Any: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...
    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Return the value, or its class."""
        return get_type_hints(self.func)["return"] if instance is None else self._value(instance)

    def _value(self, instance: object) -> T:
        return self.func(instance)


class resource_property(typed_property[T]):
    """A resource, which is made when the attribute is first used."""

    def _value(self, instance: object) -> T:
        # The next access finds it in the instance; of two threads, the first one wins.
        value: T = vars(instance).setdefault(self.func.__name__, self.func(instance))
        return value


class Resource:
    """A group of operations of a client."""

    def __init__(self, caller: SyncCaller) -> None:
        """Store what makes the calls."""
        self._caller = caller

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._caller!r}>"


class AsyncResource:
    """A group of operations of an async client."""

    def __init__(self, caller: AsyncCaller) -> None:
        """Store what makes the calls."""
        self._caller = caller

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._caller!r}>"


class Wrapper:
    """The methods of a resource, which return responses in another form."""

    def __init__(self, resource: object) -> None:
        """Store the resource that is called."""
        self._resource = resource

"""The base classes of groups of operations, and the attributes that hold them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, get_type_hints

from .caller import AsyncCaller, SyncCaller

if TYPE_CHECKING:
    resource_property = cached_property
else:

    class resource_property(cached_property):
        """A resource that is made when the attribute is first used.

        The attribute of the class is the class of the resource, so that `create_autospec` and
        `help` find its methods.
        """

        def __get__(self, instance: object, owner: type | None = None) -> Any:
            """Return the resource, or its class."""
            if instance is None:
                return get_type_hints(self.func)["return"]
            return super().__get__(instance, owner)


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

"""The base classes of models, and what models are declared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias, TypeVar, cast, overload

from msgspec import UNSET, Struct, UnsetType, field

from ..lazy import publish
from .generic import Generic
from .guards import is_array, is_sequence
from .record import Extra, OpenRecord, Record, find
from .variants import UnknownVariant, Variants

__all__ = [
    "RESERVED",
    "UNSET",
    "ClosedModel",
    "Extra",
    "Items",
    "Model",
    "Named",
    "Open",
    "OpenModel",
    "Suggested",
    "TextKey",
    "UnknownVariant",
    "UnsetType",
    "Variants",
    "field",
    "read_only",
]

RESERVED = ("copy", "extra", "from_dict", "from_json", "replace", "to_dict", "to_json")
"""Names that every model defines; its fields cannot have them."""

T_co = TypeVar("T_co", covariant=True)
Known = TypeVar("Known")
Base = TypeVar("Base")

if TYPE_CHECKING:
    Open: TypeAlias = Known | Base
    Suggested: TypeAlias = Known | Base
else:

    class Open:
        """An enumeration that may grow: `Open[Literal["a", "b"], str]`.

        Type checkers see the known values and the base type. At run time there are only the known
        values, so that a new value is reported; it is kept unchanged.
        """

        def __class_getitem__(cls, types: tuple[object, object]) -> object:
            """Return the known values."""
            return types[0]

    class Suggested:
        """Values that the API description merely names: `Suggested[Literal["a", "b"], str]`.

        Type checkers see the values and the base type. At run time every value of the base type
        matches.
        """

        def __class_getitem__(cls, types: tuple[object, object]) -> object:
            """Return the base type."""
            return types[1]


class _RequestId:
    """A property that a field may override with any type.

    Type checkers would reject such a field if the property were declared by `@property`.
    """

    __slots__ = ()

    def __get__(self, model: object, owner: type) -> str | Any | None:
        """Return the id that the call stored on the model."""
        return self if model is None else vars(model).get("_request_id")


class TextKey(Struct, frozen=True):
    """Marks an object type that may be given as plain text: `Annotated[..., TextKey("text")]`."""

    key: str
    """The property that the text is put into."""


def read_only(*, name: str | None = None) -> Any:
    """Return the default, `None`, of a field that only the service sets.

    Args:
        name: The property's name in JSON, if it is not the field's.
    """
    return field(default=None, name=name)


class Model(Record, kw_only=True):
    """An object of the API.

    Responses are read leniently: a value of an unexpected type is kept unchanged, a missing
    property is `None`, and an unknown property is in `extra`. Times are rounded to microseconds.
    """

    request_id = _RequestId()
    """The id that the service gave to the call that returned this object, or None."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, strict: bool = False) -> Self:
        """Build a model from a mapping with the API's property names.

        Args:
            data: What `to_dict()` returns, or any decoded JSON object.
            strict: Reject values that do not match instead of keeping them.

        Raises:
            Mismatch: `data` is not an object, or does not match and `strict` is set.
        """
        from .decoder import convert, own

        return own(cls, convert(data, cls, strict=strict))

    @classmethod
    def from_json(cls, data: bytes | str, *, strict: bool = False) -> Self:
        """Build a model from the JSON text of an object.

        Args:
            data: JSON, as text or UTF-8.
            strict: Reject values that do not match instead of keeping them.

        Raises:
            InvalidJSON: `data` is not JSON.
            Mismatch: `data` is not an object, or does not match and `strict` is set.
        """
        from .decoder import decode, own

        return own(cls, decode(data, cls, strict=strict))

    def to_dict(self) -> dict[str, Any]:
        """Return the object as dicts, lists and JSON scalars, under the API's names.

        Absent properties are left out; unknown properties are included.

        Raises:
            ValueError: A number is NaN or infinite, which JSON does not have.
        """
        from .encoder import to_builtins

        data: dict[str, Any] = to_builtins(self)
        return data

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the object as JSON text, on one line unless `indent` (in spaces) is given.

        Raises:
            ValueError: A number is NaN or infinite, which JSON does not have.
        """
        from .encoder import to_text

        return to_text(self, indent)

    def __repr__(self) -> str:
        """Return a readable form in which long texts and vectors are shortened."""
        from ..reporting.repr import render

        return render(self)


class ClosedModel(Model, kw_only=True):
    """An object that has no other properties in requests."""


class OpenModel(Model, OpenRecord, kw_only=True):
    """An object that may have any other properties; they are in `extra`."""


class Items(Generic[T_co]):
    """An object that behaves as a list: iteration, indexing, length, truth.

    Strings are keys, as of every model: `page["data"]`, `"data" in page`.
    """

    __slots__ = ()

    _items: ClassVar[str]
    _more: ClassVar[str] = ""
    _done: ClassVar[str] = ""

    def __iter__(self) -> Iterator[T_co]:
        """Iterate over the items; warn if these are the items of one page of several."""
        if self._more or self._done or "_unread" in vars(self):
            from .unread import warn_if_unread

            warn_if_unread(self, self._more, self._done)
        return iter(self._listed())

    @overload
    def __getitem__(self, index: int, /) -> T_co: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[T_co]: ...
    @overload
    def __getitem__(self, index: str, /) -> Any: ...
    def __getitem__(self, index: int | slice | str, /) -> Any:
        """Return one item, a list of them, or a property by its name in JSON."""
        if isinstance(index, str):
            return Record.__getitem__(cast("Record", self), index)
        return self._listed()[index]

    def __contains__(self, item: object, /) -> bool:
        """Return whether there is such an item, or a property of this name in JSON.

        A string is the name of a property, unless the items are strings.
        """
        if isinstance(item, str) and not isinstance(next(iter(self._listed()), None), str):
            return find(cast("Record", self), item) is not UNSET
        return any(one is item or one == item for one in self)

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self._listed())

    def __bool__(self) -> bool:
        """Return whether there are items."""
        return bool(self._listed())

    def _listed(self) -> list[T_co]:
        """Return the array, or an empty one if the response did not have it."""
        items = getattr(self, self._items)
        if is_array(items):
            return items
        return list(items) if is_sequence(items) else []

    def _repr_html_(self) -> str:
        from ..reporting.table import render_table

        return render_table(self, self._items, self._listed())


class Named:
    """A list whose items have names."""

    __slots__ = ()

    _name: ClassVar[str]

    def names(self) -> list[str]:
        """Return the names of the items: their `name`, or what requests name them by."""
        found = [getattr(item, self._name, None) for item in cast("Items[object]", self)]
        return [name for name in found if isinstance(name, str)]


publish("types", Model)

"""Unions of models: how their models are found, and objects that are none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .record import JSONObject

if TYPE_CHECKING:
    from collections.abc import Mapping


class Variants:
    """Tells models apart: `Annotated[Cat | Dog, Variants("kind", {"cat": "Cat", "dog": "Dog"})]`.

    Models that have one value in all their unions need no such mark: they have a tag.
    """

    __slots__ = ("default", "models", "wire_name")

    def __init__(
        self, wire_name: str, models: Mapping[str | int, str], default: str | None = None
    ) -> None:
        """Name the property, the models by its values, and the model of all other values."""
        self.wire_name = wire_name
        self.models = models
        self.default = default


class UnknownVariant(JSONObject):
    """An object of a kind that this version does not know, as it came.

    Its properties are attributes, as those of a model are: `variant.score`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Return a readable form in which long texts and vectors are shortened."""
        from ..reporting.repr import render

        return render(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as it came, as a new dict."""
        from .encoder import to_builtins

        data: dict[str, Any] = to_builtins(self)
        return data

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the object as JSON text, on one line unless `indent` (in spaces) is given."""
        from .encoder import to_text

        return to_text(self, indent)

"""Unions of models: their discriminators, and objects of unknown variants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..lazy import publish
from .record import JSONObject


class Variants:
    """A discriminator: `Annotated[Cat | Dog, Variants("kind", {"cat": "Cat", "dog": "Dog"})]`.

    Models with the same value in all their unions have a tag instead.
    """

    __slots__ = ("default", "models", "wire_name")

    def __init__(
        self, wire_name: str, models: Mapping[str | float, str], default: str | None = None
    ) -> None:
        """Store the property, the models by its values, and the model for all other values."""
        self.wire_name = wire_name
        self.models = models
        self.default = default


class UnknownVariant(JSONObject):
    """An object of a variant that this version does not know, unchanged.

    Its properties are attributes: `variant.score`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Return a readable form in which long texts and vectors are shortened."""
        from ..reporting.repr import render

        return render(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the unchanged object as a new dict."""
        from .encoder import to_builtins

        data: dict[str, Any] = to_builtins(self)
        return data

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the object as JSON text, on one line unless `indent` (in spaces) is given."""
        from .encoder import to_text

        return to_text(self, indent)


publish("types", UnknownVariant)

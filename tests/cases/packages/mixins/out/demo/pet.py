"""Additions to `Pet`, written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Color


class PetMixin:
    """What `Pet` has besides its fields: this is a base of it."""

    __slots__ = ()

    if TYPE_CHECKING:  # What methods here can use; type checkers compare.
        name: str
        color: Color | None

    @property
    def title(self) -> str:
        """What to call the pet in public."""
        return f"{self.name} the {self.color or 'unknown'}"

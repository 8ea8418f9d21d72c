"""Additions to `pets`, written by hand."""

from __future__ import annotations

from . import pets


class Pets(pets.Pets):
    """What `pets` is: the generated one, and more."""

    def names(self) -> list[str]:
        """What all pets are called."""
        return [pet.name for pet in self.find()]

"""Names for pets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import Demo

__all__ = ("Name", "name_of")

Name = str


def name_of(client: Demo, pet: int) -> Name:
    """Ask for the name of a pet."""
    return client.pets.get(pet).name

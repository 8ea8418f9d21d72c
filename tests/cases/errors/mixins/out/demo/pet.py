"""What is wrong with it."""

from . import models, pets
from .models import Color

__all__ = ("Color", "PetMixin", "models", "pets")


class PetMixin:
    """It has the names of fields."""

    name = "pet"

    def color(self) -> Color:
        """The color."""
        return "black"

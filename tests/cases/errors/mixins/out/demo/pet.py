"""What is wrong with it."""

from . import models, pets
from .models import Color


class PetMixin:
    name = "pet"

    def color(self) -> Color: ...

"""Hand-written classes that extend models and resources. Never run."""

from __future__ import annotations

from demo import AsyncDemo, Demo
from demo.pets_by_hand import Pets

pets: Pets = Demo().pets
title: str = pets.get(1).title
names: list[str] = pets.names()
async_pets = AsyncDemo().pets
wrong: int = pets.get(1).title  # E: assignment

"""Old names. Never run."""

from __future__ import annotations

import asyncio

from demo import AsyncDemo, AsyncShop, Colour, Demo, Pet, PetModel, Shop
from demo.models import PetModel as Model


def use(client: Shop, model: Model) -> Demo:
    color: Colour | None = model.color
    pet: Pet = client.pets.get_pet(1)
    pets: list[PetModel] = client.pets.list()
    raw: Pet = client.pets.with_raw_response.get_pet(1).parse()
    title: str = raw.title
    colour: Colour | None = model.colour
    print(color, pet, pets, raw, title, colour)
    return client


async def use_async(client: AsyncShop) -> AsyncDemo:
    pet: Pet = await client.pets.get_pet(1)
    print(pet)
    return client


asyncio.run(use_async(AsyncShop()))
use(Shop(), Model(name="Rex"))

"""Unions without discriminator, in models that contain each other."""

from __future__ import annotations

import pytest
from _runtime.data.any_of import AnyOf
from _runtime.data.decoder import decode, decoder_of
from _runtime.data.mismatch import Drift
from _runtime.data.models import Model, UnknownVariant, field
from _runtime.errors import Mismatch


class Ball(Model):
    """A toy."""

    radius: int


class Bone(Model):
    """Another toy."""

    length: int


class Owner(Model):
    """Somebody with pets."""

    pets: list[Pet] = field(default_factory=list)


class Pet(Model):
    """Somebody with an owner."""

    owner: Owner | None = None
    toy: AnyOf[Ball | Bone | str] | None = None
    toys: list[AnyOf[Ball | Bone]] = field(default_factory=list)


def test_msgspec_takes_every_model() -> None:
    """If it refused one, the others would stay half defined."""
    assert decoder_of(Pet) is not None
    assert decoder_of(Owner) is not None
    assert decode(b'{"pets": [{"owner": {}, "toy": null}]}', Owner).pets[0].owner == Owner()


@pytest.mark.parametrize(
    ("text", "toy"),
    [
        ('{"length": 2}', Bone(length=2)),
        ('{"radius": 2}', Ball(radius=2)),
        ('"stick"', "stick"),
        ("null", None),
    ],
)
def test_values_select_the_union_member(text: str, toy: object) -> None:
    assert decode(f'{{"toy": {text}}}'.encode(), Pet, strict=True).toy == toy
    assert Pet.from_json(f'{{"toy": {text}}}').toy == toy


def test_unknown_variants_are_kept_and_reported() -> None:
    drifts: list[Drift] = []
    data = b'{"toy": {"radius": 1, "colour": "red"}, "toys": [{"length": 1}, {"wheels": 4}]}'
    pet = decode(data, Pet, on_drift=drifts.append)
    assert isinstance(pet.toy, Ball)
    assert pet.toy.extra == {"colour": "red"}
    assert pet.toys[0] == Bone(length=1)
    assert isinstance(pet.toys[1], UnknownVariant)
    assert [(drift.path, drift.kind) for drift in drifts] == [
        ("$.toy.colour", "unknown"),
        ("$.toys[*]", "variant"),
    ]
    with pytest.raises(Mismatch):
        decode(data, Pet, strict=True)


def test_goes_back_to_json() -> None:
    data = b'{"toy": {"length": 2}, "toys": [{"radius": 1}]}'
    assert decode(data, Pet).to_dict() == {"toy": {"length": 2}, "toys": [{"radius": 1}]}

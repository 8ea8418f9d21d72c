"""What all of the IR is made of."""

from __future__ import annotations

from msgspec import Struct


class Value(Struct, frozen=True, tag_field="class", tag=True):
    """A part of the IR, which nobody changes; encoded, it says of which class it is."""

"""What is said of things: documentation, presence, constraints."""

from __future__ import annotations

from typing import Any

from pcgen.ir.value import Value

Json = Any
"""A JSON value: None, bool, int, float, str, or lists and dicts of them."""


class Doc(Value, frozen=True):
    """Foreign text about a thing; either part may be empty."""

    summary: str = ""
    description: str = ""


class Example(Value, frozen=True):
    """A value given as an example, with the words that introduce it."""

    name: str
    summary: str
    value: Json


class Required(Value, frozen=True):
    """The value is always there."""


class Optional(Value, frozen=True):
    """The value may be absent."""


class Default(Value, frozen=True):
    """The value may be absent, and then the server takes this one."""

    value: Json


class Fixed(Value, frozen=True):
    """The value is always there; who gives none means this one, the only one that there is."""

    value: str


Presence = Required | Optional | Default | Fixed


Constraints = tuple[tuple[str, Json], ...]
"""Limits by keyword.

Those of what arrays and objects hold are within `items`, `propertyNames`, `additionalProperties`;
`patternProperties` has the patterns.
"""


class Facts(Value, frozen=True):
    """What the document says of a value besides its type: constraints by keyword, an example."""

    constraints: Constraints = ()
    example: Json = None

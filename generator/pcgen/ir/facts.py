"""What is said of things: documentation, presence, constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = Any
"""A JSON value: None, bool, int, float, str, or lists and dicts of them."""


@dataclass(frozen=True, slots=True)
class Doc:
    """Foreign text about a thing; either part may be empty."""

    summary: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A value given as an example, with the words that introduce it."""

    name: str
    summary: str
    value: Json


@dataclass(frozen=True, slots=True)
class Required:
    """The value is always there."""


@dataclass(frozen=True, slots=True)
class Optional:
    """The value may be absent."""


@dataclass(frozen=True, slots=True)
class Default:
    """The value may be absent, and then the server takes this one."""

    value: Json


Presence = Required | Optional | Default


Constraints = tuple[tuple[str, Json], ...]
"""Limits by keyword.

Those of what arrays and objects hold are within `items`, `propertyNames`, `additionalProperties`;
`patternProperties` has the patterns.
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the document says of a value besides its type: constraints by keyword, an example."""

    constraints: Constraints = ()
    example: Json = None

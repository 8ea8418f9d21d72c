"""What an API documents about its values: prose, presence, constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen.ir.value import Value

if TYPE_CHECKING:
    from pcgen.names import Name

Json = Any
"""A JSON value: None, bool, int, float, str, or lists and dicts of them."""


class Doc(Value, frozen=True):
    """The API author's prose; either text may be empty."""

    summary: str = ""
    description: str = ""


class Example(Value, frozen=True):
    """An example value; its name and summary may be empty. `is_made` if no author wrote it."""

    name: str
    summary: str
    value: Json
    is_made: bool = False


class Scenario(Value, frozen=True):
    """An example of an operation, valid against the schemas of the document.

    `parameters` has those that are required or have an example; `body` is None without a body. The
    author may give the `response` of a `status`, which is else empty. If `is_made`, no author wrote
    the request; if `is_first`, documentation opens with it.
    """

    name: str
    summary: str
    parameters: tuple[tuple[Name, Json], ...]
    body: Json
    status: str
    response: Json
    is_made: bool
    is_first: bool = False


class Required(Value, frozen=True):
    """The value is always present; in a request, it may be the `default`, None if there is none."""

    default: Json = None


class Optional(Value, frozen=True):
    """The value may be absent."""


class Default(Value, frozen=True):
    """The value may be absent; the server then uses this one."""

    value: Json


class Fixed(Value, frozen=True):
    """The value is always sent; it is this one unless callers give another."""

    value: str | float


Presence = Required | Optional | Default | Fixed


Constraints = tuple[tuple[str, Json], ...]
"""Limits by keyword, such as `maxLength`.

`items`, `propertyNames` and `additionalProperties` hold the constraints of items, keys and values;
`patternProperties` lists the patterns of keys.
"""


class Facts(Value, frozen=True):
    """The constraints of a value, and an example of it."""

    constraints: Constraints = ()
    example: Json = None

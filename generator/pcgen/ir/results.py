"""The results of operations: single ones, streams, errors."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from pcgen.ir.facts import Doc
from pcgen.ir.value import Value

if TYPE_CHECKING:
    from pcgen.ir.facts import Example, Json
    from pcgen.ir.types import Type
    from pcgen.names import Name


class Streaming(Enum):
    """The format of a stream of results; NONE if there is a single result."""

    NONE = ""
    SSE = "sse"
    NDJSON = "ndjson"


class Header(Value, frozen=True):
    """A response header."""

    name: str
    doc: Doc


class Result(Value, frozen=True):
    """What a successful call returns; `type` is None for responses without a body.

    `json` is the type of JSON bodies where only some bodies are JSON. `media_type` lists the
    accepted media types, separated by commas, and `others` those that are offered but not accepted.
    `by_status` has the types of JSON bodies where they depend on the status, `by_event` those of
    events where they depend on the event's name. `end` is the data that ends a stream of events; it
    may be empty, as `[DONE]` always does.
    """

    type: Type | None = None
    json: Type | None = None
    media_type: str = ""
    streaming: Streaming = Streaming.NONE
    doc: Doc = Doc()
    examples: tuple[Example, ...] = ()
    by_status: tuple[tuple[str, Type], ...] = ()
    others: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    by_event: tuple[tuple[str, Type], ...] = ()
    end: str = ""


class Selector(Value, frozen=True):
    """An argument whose value decides which member of a union the result has.

    `cases` are the types of the result by values, and `other` is the one for other values, with the
    whole union. The argument is a field of the body if `in_body`.
    """

    argument: Name
    in_body: bool
    cases: tuple[tuple[str, Type], ...]
    other: Type


class ErrorCase(Value, frozen=True):
    """A documented error response; `status` is a code, a range such as `4XX`, or `default`."""

    status: str
    type: Type | None
    doc: Doc
    example: Json = None


class Carrier(Enum):
    """What carries the value of a flag.

    PARAMETER and FIELD are arguments of the operation. BODY is a property of a body that callers
    pass whole. With NONE, only the `Accept` header tells.
    """

    PARAMETER = "parameter"
    FIELD = "field"
    BODY = "body"
    NONE = ""


class Switch(Value, frozen=True):
    """An argument that requests a stream, its `result`, instead of the single result.

    It does so with this `value`; also without one, if `by_default`.
    """

    flag: Name
    wire_name: str
    carrier: Carrier
    value: bool | str
    by_default: bool
    result: Result

    @property
    def is_added(self) -> bool:
        """Whether the flag is an argument beside the parameters and the fields of the body."""
        return self.carrier in (Carrier.BODY, Carrier.NONE)

"""Operations, as generated code declares them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar

from msgspec import Struct

from ..lazy import publish
from .auth import Security
from .options import Timeout

if TYPE_CHECKING:
    from ..data.accepted import Accepted
    from ..data.limits import Limits

T = TypeVar("T")

_STYLES = {
    "path": "simple",
    "query": "form",
    "querystring": "form",
    "header": "simple",
    "cookie": "form",
}
_ACCEPTS = {
    "": "application/json",
    "sse": "text/event-stream",
    "ndjson": "application/x-ndjson, application/jsonl",
}


class RequestOptions(TypedDict, total=False):
    """Options that every call accepts.

    Attributes:
        timeout (float | Timeout | None): Seconds for each step of one try; None = no limit.
            Default: the client's.
        max_retries (int): How often a failed call is retried. Default: the client's.
        extra_headers (Mapping[str, str]): Headers to add; they override the client's.
        extra_query (Mapping[str, object]): Query parameters to add; a sequence repeats the
            parameter. They may have values that the API description does not know.
        extra_body (Mapping[str, object]): Properties to add to a JSON object body; they override
            its own, and may have values that the API description does not know.
    """

    timeout: float | Timeout | None
    """Seconds for each step of one try; None = no limit. Default: the client's."""
    max_retries: int
    """How often a failed call is retried. Default: the client's."""
    extra_headers: Mapping[str, str]
    """Headers to add; they override the client's."""
    extra_query: Mapping[str, object]
    """Query parameters to add; a sequence repeats the parameter. They may have values that the API
    description does not know.
    """
    extra_body: Mapping[str, object]
    """Properties to add to a JSON object body; they override its own, and may have values that the
    API description does not know.
    """


class Param(Struct, frozen=True, dict=True):
    """A parameter of an operation.

    Args:
        name: Its name on the wire.
        place: "path", "query", "header" or "cookie"; "querystring" = it is the whole query.
        arg: Its Python argument; "" = the same as `name`.
        required: Whether the call must give it; path parameters are always required.
        style: As in OpenAPI; "" = the default of `place`.
        explode: As in OpenAPI; None = the default of the style.
        reserved: Whether reserved characters are sent unencoded.
        content_type: "application/json" = the value is sent as JSON; "" = by style.
        base64: Bytes are sent as text, in base64.
        type: The type of its value; that of a string accepts all that is sent as one text.
        limits: The limits of its value.
    """

    name: str
    place: str
    arg: str = ""
    required: bool = False
    style: str = ""
    explode: bool | None = None
    reserved: bool = False
    content_type: str = ""
    base64: bool = False
    type: Any = str
    limits: Limits | None = None

    @cached_property
    def accepted(self) -> Accepted | None:
        """What its type accepts, found out at the first call."""
        from ..data.accepted import accepts

        return accepts(self.type)

    @property
    def argument(self) -> str:
        """The Python argument."""
        return self.arg or self.name

    @property
    def effective_style(self) -> str:
        """The style, or else the default of `place`."""
        return self.style or _STYLES[self.place]

    @property
    def effective_explode(self) -> bool:
        """The explode flag, or else the default of the style."""
        by_default = self.effective_style in {"form", "cookie"}
        return by_default if self.explode is None else self.explode


class Part(Struct, frozen=True):
    """How a form property is encoded: OpenAPI's Encoding Object.

    Args:
        content_type: Media types, joined by commas; "" = the default for the value.
        style: As in OpenAPI; "" = by content type, or "form" where `explode` is given.
        explode: As in OpenAPI; None = the default of the style.
        binary: Whether it is a file or a list of files.
        base64: Bytes are sent as text, in base64.
    """

    content_type: str = ""
    style: str = ""
    explode: bool | None = None
    binary: bool = False
    base64: bool = False


class Plan(Struct, frozen=True):
    """The path and parameters of an operation, prepared once.

    Args:
        constant: The path if it has no parameters, else "".
        pieces: The path, split into constant text and parameters.
        query: Its query parameters.
        headers: Its header parameters.
        cookies: Its cookie parameters.
    """

    constant: str
    pieces: tuple[str | Param, ...]
    query: tuple[Param, ...]
    headers: tuple[Param, ...]
    cookies: tuple[Param, ...]


class Operation(Generic[T]):
    """One operation of an API.

    Args:
        name: The Python name, for messages and logs.
        method: The HTTP method.
        path: The path template, as in the API description.
        result: The type of a success response; None = no content is expected.
        by_status: The types of success responses by status if they differ; keys as in `errors`.
        params: Its parameters.
        body: The type of the request's body; None = it has none.
        requires_body: Whether a body that is not a model must be given.
        encoding: The module of `bodies` that encodes the body.
        content_type: The media type of the body; "" = the default of the encoding.
        parts: How form properties are encoded, by their names on the wire.
        limits: The limits of the body's properties, by their names on the wire.
        stream: "sse" or "ndjson" if the response is a stream of results, else "".
        by_event: The types of the data of events by their names if they differ.
        end: The data of the event that ends a stream; [DONE] always does.
        accept: The media type of a success response; "" = JSON, or that of the stream.
        errors: The types of error bodies by status: "404", "4XX" or "default".
        security: Alternatives of scheme names; None = the service's; () = none.
        base_url: Its own server, or a path on the service's host; "" = the service's.
    """

    __slots__ = (
        "_plan",
        "accept",
        "base_url",
        "body",
        "by_event",
        "by_status",
        "content_type",
        "encoding",
        "end",
        "errors",
        "limits",
        "method",
        "name",
        "params",
        "parts",
        "path",
        "requires_body",
        "result",
        "security",
        "stream",
    )

    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        *,
        result: Any = None,
        by_status: Mapping[str, Any] | None = None,
        params: tuple[Param, ...] = (),
        body: Any = None,
        requires_body: bool = False,
        encoding: str = "json",
        content_type: str = "",
        parts: Mapping[str, Part] | None = None,
        limits: Mapping[str, Limits] | None = None,
        stream: str = "",
        by_event: Mapping[str, Any] | None = None,
        end: str = "",
        accept: str = "",
        errors: Mapping[str, Any] | None = None,
        security: Security | None = None,
        base_url: str = "",
    ) -> None:
        """Store the values only, so that modules full of operations import fast."""
        self.name = name
        self.method = method
        self.path = path
        self.result = result
        self.by_status = by_status
        self.params = params
        self.body = body
        self.requires_body = requires_body
        self.encoding = encoding
        self.content_type = content_type
        self.parts: Mapping[str, Part] = parts if parts is not None else {}
        self.limits = limits
        self.stream = stream
        self.by_event: Mapping[str, Any] = by_event if by_event is not None else {}
        self.end = end
        self.accept = accept or _ACCEPTS[stream]
        self.errors: Mapping[str, Any] = errors if errors is not None else {}
        self.security = security
        self.base_url = base_url
        self._plan: Plan | None = None

    def __repr__(self) -> str:
        return f"Operation({self.name!r}, {self.method} {self.path})"

    @property
    def plan(self) -> Plan:
        """The path and parameters, prepared at the first call."""
        plan = self._plan
        if plan is None:
            plan = self._plan = _plan(self.path, self.params)
        return plan

    def result_type(self, status: int) -> Any:
        """Return the type of a success response."""
        return _of_status(self.by_status, status, self.result) if self.by_status else self.result

    def error_type(self, status: int) -> Any:
        """Return the type of an error body, or None if the API does not describe it."""
        return _of_status(self.errors, status, None)


def _of_status(types: Mapping[str, Any], status: int, other: Any) -> Any:
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in types:
            return types[key]
    return other


def _plan(path: str, params: tuple[Param, ...]) -> Plan:
    pieces = _split(path, {p.name: p for p in params if p.place == "path"})
    return Plan(
        constant=path if all(isinstance(piece, str) for piece in pieces) else "",
        pieces=pieces,
        query=tuple(p for p in params if p.place in {"query", "querystring"}),
        headers=tuple(p for p in params if p.place == "header"),
        cookies=tuple(p for p in params if p.place == "cookie"),
    )


def _split(path: str, params: Mapping[str, Param]) -> tuple[str | Param, ...]:
    pieces: list[str | Param] = []
    rest = path
    while rest:
        before, opening, tail = rest.partition("{")
        name, closing, after = tail.partition("}")
        if not opening or not closing or name not in params:
            if opening:
                raise ValueError(f"the path {path!r} names a parameter that is not declared")
            pieces.append(rest)
            break
        if before:
            pieces.append(before)
        pieces.append(params[name])
        rest = after
    return tuple(pieces)


publish("types", RequestOptions)

"""Requests and responses, independent of the web framework."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from msgspec import Struct, json

if TYPE_CHECKING:
    from collections.abc import Sequence

JSON = "application/json"


class Request(Struct, frozen=True, dict=True):
    """A request.

    Args:
        method: The method, in upper case.
        path: The path, as percent-encoded text.
        query: The text after the question mark.
        headers: The headers, by their names in lower case.
        body: The body.
        origin: The scheme and host by which the client reaches the server.
    """

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = {}
    body: bytes = b""
    origin: str = ""

    @property
    def url(self) -> str:
        """The URL without its query."""
        return self.origin + self.path

    @cached_property
    def cookies(self) -> dict[str, str]:
        """The cookies, as they were sent."""
        pairs = (part.partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs}

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """The decoded names and values of the query."""
        return parse_qsl(self.query, keep_blank_values=True)

    @cached_property
    def prefer(self) -> dict[str, str]:
        """The preferences of the `Prefer` header (RFC 7240)."""
        parts = self.headers.get("prefer", "").replace(";", ",").split(",")
        pairs = (part.partition("=") for part in parts)
        return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


class Response(Struct):
    """A response; `chunks` are sent one by one after `body`."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = []
    chunks: Sequence[bytes] = ()


class Violation(Struct, frozen=True):
    """Something wrong with a request.

    Args:
        place: The part of the request, such as `query`, and the path of the value in it.
        message: What is wrong with it.
        kind: A word for it, such as `required`.
    """

    place: tuple[str | int, ...]
    message: str
    kind: str = "invalid"

    def __str__(self) -> str:
        where = "/".join(map(str, self.place))
        return f"{where}: {self.message}" if where else self.message


class Rejected(Exception):
    """A request that gets an error response."""

    def __init__(
        self,
        status: int,
        violations: Sequence[Violation] | str,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        found = [Violation((), violations)] if isinstance(violations, str) else list(violations)
        super().__init__("; ".join(map(str, found)))
        self.status = status
        self.violations = found
        self.headers = list(headers)


def encoded(value: Any) -> bytes:
    """A value as JSON."""
    return json.encode(value)

"""Bodies of forms: `application/x-www-form-urlencoded`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from .fields import PLAIN, Entry, entries, properties

if TYPE_CHECKING:
    from ..call.operation import Operation
    from ..data.arguments import ExtraBody
    from ..http.message import EncodedBody


def encode(
    operation: Operation[Any], is_async: bool, body: object, extra: ExtraBody
) -> EncodedBody:
    """Return the media type and the bytes of a form.

    Raises:
        TypeError: An argument is missing, or a value has no text form.
        ValueError: A required argument is empty, or a number is not finite.
    """
    del is_async
    pairs = [
        _pair(entry)
        for name, value in properties(operation, body, extra).items()
        for entry in entries(name, value, operation.parts.get(name, PLAIN))
    ]
    kind = operation.content_type or "application/x-www-form-urlencoded"
    return kind, "&".join(pairs).encode()


def _pair(entry: Entry) -> str:
    # A joining comma is not encoded, so that it differs from commas in the texts.
    between = entry.between if entry.between == "," else quote_plus(entry.between)
    return f"{quote_plus(entry.name)}={between.join(map(quote_plus, entry.texts))}"

"""Bodies of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .bodies import refusal

if TYPE_CHECKING:
    from .bodies import Encoded, Extra
    from .operation import Operation


def encode(operation: Operation[Any], is_async: bool, body: object, extra: Extra) -> Encoded:
    """Return the media type and the bytes of a text, in the charset of the type or UTF-8.

    Raises:
        TypeError: The body is no text.
        ValueError: The text holds what the charset has no bytes for.
    """
    del is_async
    if extra is not None:
        raise refusal()
    if not isinstance(body, str):
        raise TypeError(f"'body' must be a string, not {type(body).__name__}")
    kind = operation.content_type or "text/plain"
    _, found, charset = kind.lower().partition("charset=")
    if not found and kind.startswith("text/"):
        kind = f"{kind}; charset=utf-8"
    return kind, body.encode(charset.partition(";")[0].strip(" \"'") or "utf-8")

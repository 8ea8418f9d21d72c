"""Bodies of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..data.arguments import extra_body_error

if TYPE_CHECKING:
    from ..call.operation import Operation
    from ..data.arguments import ExtraBody
    from ..http.message import EncodedBody


def encode(
    operation: Operation[Any], is_async: bool, body: object, extra: ExtraBody
) -> EncodedBody:
    """Return the media type and the bytes of a text, in the charset of the type or UTF-8.

    Raises:
        TypeError: The body is not a string.
        ValueError: The charset cannot encode the text.
    """
    del is_async
    if extra is not None:
        raise extra_body_error()
    if not isinstance(body, str):
        raise TypeError(f"body must be a string, not {type(body).__name__}")
    kind = operation.content_type or "text/plain"
    _, found, charset = kind.lower().partition("charset=")
    if not found and kind.startswith("text/"):
        kind = f"{kind}; charset=utf-8"
    return kind, body.encode(charset.partition(";")[0].strip(" \"'") or "utf-8")

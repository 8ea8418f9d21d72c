"""Binary bodies: bytes, paths, open files and iterables of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..data.arguments import extra_body_error
from .upload import Upload, file_name, media_type, source

if TYPE_CHECKING:
    from ..call.operation import Operation
    from ..data.arguments import ExtraBody
    from ..http.message import EncodedBody


def encode(
    operation: Operation[Any], is_async: bool, body: object, extra: ExtraBody
) -> EncodedBody:
    """Return the media type and the content of a body.

    Raises:
        OSError: The file does not exist or cannot be read.
        TypeError: The body has another type.
    """
    if extra is not None:
        raise extra_body_error()
    content = source("body", body, may_await=is_async)
    kind = media_type(operation.content_type or "application/octet-stream", file_name(body))
    return kind, content if isinstance(content, bytes) else Upload([content])

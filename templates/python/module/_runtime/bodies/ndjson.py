"""JSON Lines bodies: one object per line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ..data.arguments import extra_body_error
from ..data.encoder import encode as to_json
from ..data.models import Model
from .upload import ItemFeed, Upload, is_items
from .upload import is_async as is_awaited

if TYPE_CHECKING:
    from ..call.operation import Operation
    from ..data.arguments import ExtraBody
    from ..http.message import EncodedBody

_PIECE = 64 * 1024


class _Lines:
    """Packs items into lines, and many lines into a piece."""

    __slots__ = ("_lines", "_size")

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, item: object) -> bytes:
        line = to_json(item)
        self._lines.append(line)
        self._size += len(line)
        return self.rest() if self._size >= _PIECE else b""

    def rest(self) -> bytes:
        lines, self._lines, self._size = self._lines, [], 0
        return b"\n".join([*lines, b""])


def encode(
    operation: Operation[Any], is_async: bool, body: object, extra: ExtraBody
) -> EncodedBody:
    """Return the media type and the lines; iterators are read while they are sent.

    Raises:
        TypeError: The body is not iterable, an item has no JSON representation, or the body needs
            the async client.
        ValueError: A number of a list is NaN or infinite.
    """
    if extra is not None:
        raise extra_body_error()
    kind = operation.content_type or "application/x-ndjson"
    if isinstance(body, list | tuple):
        items = cast("list[object]", body)
        return kind, b"".join(to_json(item) + b"\n" for item in items)
    if not is_awaited(body) and (not is_items(body) or isinstance(body, Model)):
        raise TypeError(f"body must be an iterable of objects, not {type(body).__name__}")
    if is_awaited(body) and not is_async:
        raise TypeError(f"body: {type(body).__name__} needs the async client")
    return kind, Upload([ItemFeed(body, _Lines)])

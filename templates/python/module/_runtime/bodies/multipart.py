"""Bodies of parts: `multipart/form-data`, with files that are read while they are sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from ..data.encoder import encode as to_json
from ..data.encoder import to_native
from ..http.message import header
from .fields import (
    PLAIN,
    entries,
    is_json,
    is_json_object,
    is_list,
    items_of,
    properties,
    to_base64,
)
from .upload import Upload, file_name, is_binary, media_type, source

if TYPE_CHECKING:
    from ..call.operation import Operation, Part
    from ..data.arguments import ExtraBody
    from ..http.message import EncodedBody
    from .upload import Feed

_SMALL = 64 * 1024
# The characters that HTML escapes, and others that some servers take for the end of the text.
_QUOTED = {code: f"%{code:02X}" for code in (*range(32), 34, 92, 127)}


class _Writer:
    """Collects the parts of a body."""

    __slots__ = ("_is_async", "boundary", "parts")

    def __init__(self, *, is_async: bool) -> None:
        self._is_async = is_async
        self.boundary = os.urandom(16).hex()
        self.parts: list[bytes | Feed] = []

    def add(self, name: str, value: object, part: Part) -> None:
        """Add the parts of a property."""
        styled = bool(part.style) or part.explode is not None
        if part.base64:
            value = to_base64(name, value)
        if part.binary or _is_file(value):  # Styles do not apply to files.
            self._file(name, value, part)
        elif not styled and is_json(part.content_type):
            self._part(name, to_json(value), part.content_type)
        elif not styled and is_json_object(value):
            self._part(name, to_json(value), part.content_type or "application/json")
        elif not styled and is_list(native := cast("object", to_native(value))):
            for item in items_of(native):
                if item is not None:
                    self._item(name, item, part)
        else:
            for entry in entries(name, value, part):
                text = entry.between.join(entry.texts)
                self._part(entry.name, text.encode(), "" if styled else part.content_type)

    def _item(self, name: str, item: object, part: Part) -> None:
        """Add one of several values of a property; a list among them is sent as JSON."""
        if is_list(item) and not _is_file(item):
            self._part(name, to_json(item), "application/json")
        else:
            self.add(name, item, part)

    def _file(self, name: str, value: object, part: Part) -> None:
        if is_list(value) and not _is_file(value):
            for item in items_of(value):
                self._file(name, item, part)
            return
        given: tuple[Any, ...] = value if _is_tuple(value) else ("", value)
        called, content = given[0], given[1]
        kind = given[2] if len(given) > 2 else ""
        called = called or file_name(content) or name
        if kind:
            header("Content-Type", kind)
        else:
            kind = media_type(part.content_type, called)
        self._part(name, source(name, content, may_await=self._is_async), kind, called)

    def _part(self, name: str, content: bytes | Feed, kind: str, called: str = "") -> None:
        head = f'--{self.boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'
        if called:
            head += f'; filename="{_quoted(called)}"'
        if kind:
            head += f"\r\nContent-Type: {kind}"
        self.parts += [f"{head}\r\n\r\n".encode("utf-8", "surrogateescape"), content, b"\r\n"]


def encode(
    operation: Operation[Any], is_async: bool, body: object, extra: ExtraBody
) -> EncodedBody:
    """Return the media type and the content of a form with files.

    Raises:
        OSError: The file does not exist or cannot be read.
        TypeError: An argument is missing, or of a kind that cannot be sent.
        ValueError: A required argument is empty, or a number is not finite.
    """
    writer = _Writer(is_async=is_async)
    for name, value in properties(operation, body, extra).items():
        writer.add(name, value, operation.parts.get(name, PLAIN))
    end = f"--{writer.boundary}--\r\n".encode()
    kind = f"{operation.content_type or 'multipart/form-data'}; boundary={writer.boundary}"
    return kind, _content([*writer.parts, end])


def _content(parts: list[bytes | Feed]) -> bytes | Upload:
    """Return small content as bytes, which are sent together with the headers."""
    texts = [part for part in parts if isinstance(part, bytes)]
    if len(texts) == len(parts) and sum(map(len, texts)) <= _SMALL:
        return b"".join(texts)
    return Upload(parts)


def _is_file(value: object) -> bool:
    """Whether a value is a file, alone or with its name."""
    if not _is_tuple(value):
        return is_binary(value)
    return len(value) in {2, 3} and isinstance(value[0], str) and is_binary(value[1])


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _quoted(text: str) -> str:
    return text.translate(_QUOTED)

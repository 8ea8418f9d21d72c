"""Decompression of bodies, piece by piece, for transports that do not do it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAGIC = b"\x1f"
_LARGEST_PIECE = 1024 * 1024
_WINDOW = {
    "gzip": zlib.MAX_WBITS | 16,
    "x-gzip": zlib.MAX_WBITS | 16,
    "deflate": zlib.MAX_WBITS,
}


class NotCompressedError(Exception):
    """The body is not compressed as its headers say."""


class TooLargeError(Exception):
    """A body is larger than allowed."""


class Inflate:
    """Decompresses one body."""

    __slots__ = ("_begun", "_stream", "_window")

    def __init__(self, window: int) -> None:
        """Store the format, as zlib's `wbits`."""
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._begun = False

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self | None:
        """Return the decompressor for a response; None if its body is not compressed."""
        window = _WINDOW.get(headers.get("content-encoding", "").strip().lower())
        return None if window is None else cls(window)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield `data` decompressed, in pieces that fit into memory.

        Raises:
            NotCompressedError: It cannot be decompressed.
        """
        while data:
            if self._stream.eof:
                # Gzip files can be concatenated; other data after the end is padding.
                if self._window == zlib.MAX_WBITS or not data.startswith(_MAGIC):
                    return
                self._stream = zlib.decompressobj(self._window)
            piece = self._unpack(data)
            data = self._stream.unconsumed_tail or self._stream.unused_data
            if piece:
                yield piece

    def end(self) -> None:
        """Check that the body was complete.

        Raises:
            NotCompressedError: It ended early.
        """
        if self._begun and not self._stream.eof:
            raise NotCompressedError

    def _unpack(self, data: bytes) -> bytes:
        first, self._begun = not self._begun, True
        try:
            return self._stream.decompress(data, _LARGEST_PIECE)
        except zlib.error:
            if not first or self._window != zlib.MAX_WBITS:
                raise NotCompressedError from None
        # Some services send "deflate" without the zlib header that HTTP requires.
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._stream.decompress(data, _LARGEST_PIECE)
        except zlib.error:
            raise NotCompressedError from None

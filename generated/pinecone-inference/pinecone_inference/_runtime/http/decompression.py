"""Unpacking of compressed bodies, piece by piece, for transports that leave it to us."""

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
    """A body is not compressed as its headers say."""


class TooLargeError(Exception):
    """A body is larger than allowed."""


class Inflate:
    """Unpacks one body."""

    __slots__ = ("_begun", "_stream", "_window")

    def __init__(self, window: int) -> None:
        """Take the kind, in zlib's terms."""
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._begun = False

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self | None:
        """Return what unpacks the body of an answer; None when there is nothing to do."""
        window = _WINDOW.get(headers.get("content-encoding", "").strip().lower())
        return None if window is None else cls(window)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to, in pieces that fit into memory.

        Raises:
            NotCompressedError: It cannot be unpacked.
        """
        while data:
            if self._stream.eof:
                # Several files of gzip make one; anything else behind the end is padding.
                if self._window == zlib.MAX_WBITS or not data.startswith(_MAGIC):
                    return
                self._stream = zlib.decompressobj(self._window)
            piece = self._unpack(data)
            data = self._stream.unconsumed_tail or self._stream.unused_data
            if piece:
                yield piece

    def end(self) -> None:
        """Check that the body was whole.

        Raises:
            NotCompressedError: It stops in the middle.
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
        # Some services mean "deflate" without the frame that HTTP asks for.
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._stream.decompress(data, _LARGEST_PIECE)
        except zlib.error:
            raise NotCompressedError from None

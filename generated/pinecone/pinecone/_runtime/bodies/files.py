"""The types of file inputs. The module has only types, so that models import fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["AsyncBinaryInput", "AsyncFileInput", "BinaryInput", "FileInput"]

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Iterable, Iterator
    from os import PathLike
    from typing import Protocol, TypeAlias

    class Readable(Protocol):
        """A file that is open for reading bytes."""

        def read(self, size: int, /) -> bytes:
            """Return at most `size` bytes; b"" at the end."""
            ...

    class AsyncReadable(Protocol):
        """An async file that is open for reading bytes."""

        def read(self, size: int, /) -> Awaitable[bytes]:
            """Return at most `size` bytes; b"" at the end."""
            ...

    Content: TypeAlias = bytes | bytearray | memoryview | PathLike[str] | Readable
    """Bytes, the path of a file, or an open file."""
    BinaryInput: TypeAlias = Content | Iterable[bytes]
    """The same, or pieces of bytes."""
    AsyncBinaryInput: TypeAlias = BinaryInput | AsyncReadable | AsyncIterable[bytes]
    """What async clients take besides: async files, and pieces that are awaited."""
    Part: TypeAlias = Content | Iterator[bytes]
    """A file among others: there a list would mean several files, so pieces are an iterator."""
    AsyncPart: TypeAlias = Part | AsyncReadable | AsyncIterable[bytes]
    """The same for async clients."""
    FileInput: TypeAlias = Part | tuple[str, Part] | tuple[str, Part, str]
    """A file, alone or as (file name, content) or (file name, content, content type)."""
    AsyncFileInput: TypeAlias = AsyncPart | tuple[str, AsyncPart] | tuple[str, AsyncPart, str]
    """The same for async clients."""
else:
    # Nobody needs these types at run time.
    BinaryInput = AsyncBinaryInput = FileInput = AsyncFileInput = Any

"""Request bodies that are read while they are sent, from files and iterators."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard, cast

from ..http.message import BodyError

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from io import FileIO
    from mimetypes import MimeTypes

PIECE = 256 * 1024
"""The bytes of one read."""
_SMALL = 64 * 1024


class Feed(Protocol):
    """A part of a body that is read while it is sent."""

    @property
    def size(self) -> int | None:
        """The size in bytes; None = unknown."""
        ...

    @property
    def spent(self) -> bool:
        """Whether it was read and cannot be read again."""
        ...

    def pieces(self) -> Iterator[bytes]:
        """Read from the beginning, blocking."""
        ...

    def pieces_async(self) -> AsyncIterator[bytes]:
        """Read from the beginning, awaiting."""
        ...


class Upload:
    """A body of parts, each of them bytes or a feed."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Sequence[bytes | Feed]) -> None:
        """Store the parts in the order in which they are sent."""
        self._parts = _joined(parts)

    @property
    def size(self) -> int | None:
        """The size in bytes; None = unknown."""
        sizes = [len(part) if isinstance(part, bytes) else part.size for part in self._parts]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None

    @property
    def spent(self) -> bool:
        """Whether it was read and cannot be sent again."""
        return any(not isinstance(part, bytes) and part.spent for part in self._parts)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces, blocking."""
        try:
            self._begin()
            for part in self._parts:
                if isinstance(part, bytes):
                    yield part
                else:
                    yield from part.pieces()
        except Exception as error:
            raise BodyError(error) from None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces; files are read in threads."""
        try:
            self._begin()
            for part in self._parts:
                if isinstance(part, bytes):
                    yield part
                else:
                    async for piece in part.pieces_async():
                        yield piece
        except Exception as error:
            raise BodyError(error) from None

    def _begin(self) -> None:
        if self.spent:
            raise ValueError("the body was sent before and cannot be read again")


class FileFeed:
    """An open file, from its current position."""

    __slots__ = ("_begun", "_file", "_name", "_start", "size")

    def __init__(self, name: str, file: Any) -> None:
        """Find out the size; `name` is the name of the argument."""
        if isinstance(getattr(file, "mode", "rb"), str) and hasattr(file, "encoding"):
            raise TypeError(f"{name!r}: the file must be open in binary mode")
        if getattr(file, "closed", False) is True:
            raise ValueError(f"{name!r}: the file is closed")
        self._name = name
        self._file = file
        self._start, self.size = _extent(file)
        self._begun = False

    @property
    def spent(self) -> bool:
        """True = it was read and cannot be rewound."""
        return self._begun and self._start is None

    def pieces(self) -> Iterator[bytes]:
        """Read from where the file stood, blocking."""
        self._rewind()
        yield from iter(_reader(self._name, self._file, self.size), b"")

    async def pieces_async(self) -> AsyncIterator[bytes]:
        """Read from where the file stood, in threads."""
        from asyncio import to_thread

        await to_thread(self._rewind)
        read = _reader(self._name, self._file, self.size)
        while piece := await to_thread(read):
            yield piece

    def _rewind(self) -> None:
        if self._begun and self._start is not None:
            self._file.seek(self._start)
        self._begun = True


class PathFeed:
    """A file that is opened when it is sent."""

    __slots__ = ("_begun", "_name", "_path", "size")

    def __init__(self, name: str, path: os.PathLike[str]) -> None:
        """Fail early if the file does not exist; `name` is the name of the argument."""
        self._name = name
        self._path = Path(path)
        found = self._path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(f"{name!r}: {os.fspath(path)!r} is a folder")
        self.size = found.st_size if stat.S_ISREG(found.st_mode) else None
        if self.size is not None:
            self._path.open("rb").close()
        self._begun = False

    @property
    def spent(self) -> bool:
        """True = it was read, and is a pipe or a device."""
        return self._begun and self.size is None

    def _open(self) -> FileIO:
        return self._path.open("rb", buffering=0)

    def pieces(self) -> Iterator[bytes]:
        """Read the file, blocking."""
        self._begun = True
        with self._open() as file:
            yield from iter(_reader(self._name, file, self.size), b"")

    async def pieces_async(self) -> AsyncIterator[bytes]:
        """Read the file, in threads."""
        from asyncio import CancelledError, get_running_loop, shield, to_thread

        self._begun = True
        opening = get_running_loop().run_in_executor(None, self._open)
        try:
            opened = await shield(opening)
        except CancelledError:
            opening.add_done_callback(_close)  # The thread still opens the file.
            raise
        with opened as file:
            read = _reader(self._name, file, self.size)
            while piece := await to_thread(read):
                yield piece


def _close(opening: Future[FileIO]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


class Packer(Protocol):
    """Encodes items as pieces of bytes."""

    def add(self, item: object) -> bytes:
        """Add an item; return a piece, or b"" if more items are needed."""
        ...

    def rest(self) -> bytes:
        """Return the last piece."""
        ...


class ItemFeed:
    """Items of any iterable, sync or async, packed into pieces while they are sent."""

    __slots__ = ("_begun", "_items", "_packer", "size")

    def __init__(self, items: Any, packer: Callable[[], Packer], size: int | None = None) -> None:
        """Store the items; each iteration has its own packer."""
        self._items = items
        self._packer = packer
        self._begun = False
        self.size = size

    @property
    def spent(self) -> bool:
        """True = it was read, and cannot be iterated again."""
        items = self._items
        return self._begun and (hasattr(items, "__next__") or hasattr(items, "__anext__"))

    def pieces(self) -> Iterator[bytes]:
        """Iterate, blocking."""
        self._begun = True
        packer = self._packer()
        for item in self._items:
            piece = packer.add(item)
            if piece:
                yield piece
        if rest := packer.rest():
            yield rest

    async def pieces_async(self) -> AsyncIterator[bytes]:
        """Iterate; await async items."""
        if not is_async(self._items):
            for piece in self.pieces():
                yield piece
            return
        self._begun = True
        packer = self._packer()
        async for item in self._items:
            piece = packer.add(item)
            if piece:
                yield piece
        if rest := packer.rest():
            yield rest


class _AsyncFile:
    """Reads the pieces of an async file, once."""

    __slots__ = ("_file",)

    def __init__(self, file: Any) -> None:
        self._file = file

    def __aiter__(self) -> _AsyncFile:
        return self

    async def __anext__(self) -> object:
        piece: object = await self._file.read(PIECE)
        if not piece:
            raise StopAsyncIteration
        return piece


class _Pieces:
    """Packs each item into one piece, unchanged."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, item: object) -> bytes:
        return _as_bytes(self._name, item)

    def rest(self) -> bytes:
        return b""


def is_binary(value: object) -> bool:
    """Whether a value can only mean a file or bytes."""
    if _is_bytes(value) or _is_path(value) or is_async(value):
        return True
    return callable(getattr(value, "read", None)) or hasattr(value, "__next__")


def is_async(value: object) -> TypeGuard[AsyncIterable[object]]:
    """Whether a value is an async iterable."""
    return isinstance(value, AsyncIterable)


def is_items(value: object) -> TypeGuard[Iterable[object]]:
    """Whether a value is iterable, but neither text, bytes nor a mapping."""
    return isinstance(value, Iterable) and not isinstance(
        value, str | bytes | bytearray | memoryview | Mapping
    )


def _is_bytes(value: object) -> TypeGuard[bytes | bytearray | memoryview[int]]:
    return isinstance(value, bytes | bytearray | memoryview)


def _is_path(value: object) -> TypeGuard[os.PathLike[str]]:
    return isinstance(value, os.PathLike)


def source(name: str, value: object, *, may_await: bool) -> bytes | Feed:
    """Return the content of an argument.

    Raises:
        OSError: The file does not exist or cannot be read.
        TypeError: The argument has no binary content, or needs the async client.
    """
    if _is_bytes(value):
        return bytes(value)
    if isinstance(value, str):
        message = f"{name!r} must be bytes, an open file or a pathlib.Path, not str"
        raise TypeError(message)
    if _is_path(value):
        return PathFeed(name, value)
    read: object = getattr(value, "read", None)
    reads_async = _is_coroutine(read)
    if reads_async or is_async(value):
        if not may_await:
            raise TypeError(f"{name!r}: {type(value).__name__} needs the async client")
        return ItemFeed(_AsyncFile(value) if reads_async else value, lambda: _Pieces(name))
    if callable(read):
        return FileFeed(name, value)
    if isinstance(value, list | tuple):
        pieces = [_as_bytes(name, item) for item in cast("Iterable[object]", value)]
        return ItemFeed(pieces, lambda: _Pieces(name), sum(map(len, pieces)))
    if is_items(value):
        return ItemFeed(value, lambda: _Pieces(name))
    raise TypeError(f"{name!r} must be bytes, an open file or a path, not {type(value).__name__}")


def file_name(value: object) -> str:
    """Return the name of a path or an open file without its folder, or ""."""
    name: object = value if _is_path(value) else getattr(value, "name", "")
    if isinstance(name, str) or _is_path(name):
        text = os.fspath(name)
        return "" if text.startswith("<") else Path(text).name
    return ""


def media_type(described: str, name: str) -> str:
    """Return the media type of a file: of those that the API allows, the one for its name."""
    guessed = _guess_media_type(name)
    wanted = [kind.strip() for kind in described.split(",") if kind.strip()]
    bare = [kind.partition(";")[0].strip().lower() for kind in wanted]
    for kind in bare:
        main, _, sub = kind.partition("/")
        if guessed and sub == "*" and (main == "*" or guessed.startswith(f"{main}/")):
            return guessed
    if guessed in bare:
        return wanted[bare.index(guessed)]
    exact = [kind for kind in wanted if "*" not in kind]
    if exact:
        return exact[0]
    return guessed or "application/octet-stream"


def _guess_media_type(name: str) -> str:
    kind, encoding = _types().guess_type(name)
    if encoding:
        return "application/gzip" if encoding == "gzip" else ""
    return kind or ""


@cache
def _types() -> MimeTypes:
    # The module's functions would read files of the machine.
    from mimetypes import MimeTypes

    return MimeTypes()


def _is_coroutine(function: object) -> bool:
    from inspect import iscoroutinefunction

    return iscoroutinefunction(function)


def _as_bytes(name: str, piece: object) -> bytes:
    if isinstance(piece, bytes):
        return piece
    if _is_bytes(piece):
        return bytes(piece)
    raise TypeError(f"{name!r} must give bytes, not {type(piece).__name__}")


def _extent(file: Any) -> tuple[int | None, int | None]:
    """Return the position of a file and the bytes after it; None for what is unknown."""
    try:
        start = file.tell() if file.seekable() else None
    except (AttributeError, OSError, ValueError):
        return None, None
    if start is None:
        return None, None
    try:
        file.seek(0, os.SEEK_END)
        end = file.tell()
    except (OSError, ValueError):
        return start, None
    file.seek(start)
    return start, max(0, end - start)


def _reader(name: str, file: Any, size: int | None) -> Callable[[], bytes]:
    """Return a function that reads the next piece of a file, up to the announced size."""
    left = size

    def read() -> bytes:
        nonlocal left
        piece = _as_bytes(name, file.read(PIECE if left is None else min(PIECE, left)))
        if left is not None:
            if left and not piece:
                raise ValueError(f"{name!r}: the file was truncated while it was sent")
            left -= len(piece)
        return piece

    return read


def _joined(parts: Sequence[bytes | Feed]) -> list[bytes | Feed]:
    """Join small adjacent parts, because each piece is one write."""
    joined: list[bytes | Feed] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, bytes) and isinstance(last, bytes) and len(last) + len(part) < _SMALL:
            joined[-1] = last + part
        elif part != b"":
            joined.append(part)
    return joined

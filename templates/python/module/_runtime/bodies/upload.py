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
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from mimetypes import MimeTypes

PIECE = 256 * 1024
"""How many bytes are read at a time."""
_SMALL = 64 * 1024


class Feed(Protocol):
    """A part of a body that is read while it is sent."""

    @property
    def size(self) -> int | None:
        """Its bytes, if known."""
        ...

    @property
    def spent(self) -> bool:
        """True = it was begun and cannot be read again."""
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
        """Take the parts in sending order."""
        self._parts = _joined(parts)

    @property
    def size(self) -> int | None:
        """Its bytes; None = not known."""
        sizes = [len(part) if isinstance(part, bytes) else part.size for part in self._parts]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None

    @property
    def spent(self) -> bool:
        """True = it was begun and cannot be sent again."""
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
    """An open file, from where it stands."""

    __slots__ = ("_begun", "_file", "_name", "_start", "size")

    def __init__(self, name: str, file: Any) -> None:
        """Find out how much there is to read; `name` is that of the argument."""
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
        """True = it was begun and cannot be rewound."""
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
        """Fail early where there is no such file; `name` is that of the argument."""
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
        """True = it was begun, and is a pipe or a device."""
        return self._begun and self.size is None

    def pieces(self) -> Iterator[bytes]:
        """Read the file, blocking."""
        self._begun = True
        with self._path.open("rb", buffering=0) as file:
            yield from iter(_reader(self._name, file, self.size), b"")

    async def pieces_async(self) -> AsyncIterator[bytes]:
        """Read the file, in threads."""
        from asyncio import to_thread

        self._begun = True
        with await to_thread(self._path.open, "rb", buffering=0) as file:
            read = _reader(self._name, file, self.size)
            while piece := await to_thread(read):
                yield piece


class Packer(Protocol):
    """Makes pieces of items."""

    def add(self, item: object) -> bytes:
        """Take an item; return a piece, or nothing yet."""
        ...

    def rest(self) -> bytes:
        """Return what is left."""
        ...


class ItemFeed:
    """Items of any iterable, sync or async, packed into pieces while they are sent."""

    __slots__ = ("_begun", "_items", "_packer", "size")

    def __init__(self, items: Any, packer: Callable[[], Packer], size: int | None = None) -> None:
        """Take the items; each reading has a packer of its own."""
        self._items = items
        self._packer = packer
        self._begun = False
        self.size = size

    @property
    def spent(self) -> bool:
        """True = it was begun and there is no second iteration."""
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
        """Iterate, awaiting what is async."""
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
    """The pieces of an async file, once."""

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
    """Passes bytes on."""

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
    """Whether the items of a value are awaited."""
    return isinstance(value, AsyncIterable)


def is_items(value: object) -> TypeGuard[Iterable[object]]:
    """Whether a value is several things; texts, bytes and objects are not."""
    return isinstance(value, Iterable) and not isinstance(
        value, str | bytes | bytearray | memoryview | Mapping
    )


def _is_bytes(value: object) -> TypeGuard[bytes | bytearray | memoryview[int]]:
    return isinstance(value, bytes | bytearray | memoryview)


def _is_path(value: object) -> TypeGuard[os.PathLike[str]]:
    return isinstance(value, os.PathLike)


def source(name: str, value: object, *, may_await: bool) -> bytes | Feed:
    """Return the content that an argument stands for.

    Raises:
        OSError: There is no such file, or it cannot be read.
        TypeError: It stands for none, or needs the async client.
    """
    if _is_bytes(value):
        return bytes(value)
    if isinstance(value, str):
        message = f"{name!r} must be bytes, an open file or a pathlib.Path: str may mean either"
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
    """Return the name that a path or an open file has, without its folder, or ""."""
    name: object = value if _is_path(value) else getattr(value, "name", "")
    if isinstance(name, str) or _is_path(name):
        text = os.fspath(name)
        return "" if text.startswith("<") else Path(text).name
    return ""


def media_type(described: str, name: str) -> str:
    """Return the media type of a file by its name, among those of the API's description."""
    guessed = _guess(name)
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


def _guess(name: str) -> str:
    kind, encoding = _types().guess_type(name)
    if encoding:
        return "application/gzip" if encoding == "gzip" else ""
    return kind or ""


@cache
def _types() -> MimeTypes:
    # Not the module's functions: those depend on files of the machine.
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
    """Return where a file stands and how many bytes follow; None = cannot be rewound, unknown."""
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
    """Return what reads the next piece of a file: as many bytes as were promised, no more."""
    left = size

    def read() -> bytes:
        nonlocal left
        piece = _as_bytes(name, file.read(PIECE if left is None else min(PIECE, left)))
        if left is not None:
            if left and not piece:
                raise ValueError(f"{name!r}: the file became shorter while it was sent")
            left -= len(piece)
        return piece

    return read


def _joined(parts: Sequence[bytes | Feed]) -> list[bytes | Feed]:
    """Put small neighbours together: each piece is a write of its own."""
    joined: list[bytes | Feed] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, bytes) and isinstance(last, bytes) and len(last) + len(part) < _SMALL:
            joined[-1] = last + part
        elif part != b"":
            joined.append(part)
    return joined

"""Parsers of server-sent events and JSON Lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BOM = b"\xef\xbb\xbf"


class Event:
    """An event, or a line of JSON."""

    __slots__ = ("data", "name")

    def __init__(self, name: str, data: bytes) -> None:
        """Store the name ("" for a line) and the data."""
        self.name = name
        self.data = data


class Lines:
    """Splits pieces of bytes into lines, in linear time."""

    __slots__ = ("_after_cr", "_any_end", "_rest", "_size")

    def __init__(self, *, any_end: bool) -> None:
        """With `any_end`, CR and CRLF end lines as LF does."""
        self._any_end = any_end
        self._after_cr = False
        self._rest: list[bytes] = []
        self._size = 0

    def cut(self, piece: bytes) -> list[bytes]:
        """Return the lines that a piece completes, without their ends."""
        if self._after_cr and piece:
            self._after_cr = False
            piece = piece.removeprefix(b"\n")
        if not piece:
            return []
        if self._any_end:
            self._after_cr = piece.endswith(b"\r")
            lines = piece.splitlines()
            if piece.endswith((b"\r", b"\n")):
                lines.append(b"")
        else:
            lines = piece.split(b"\n")
        rest = lines.pop()
        if lines:
            lines[0] = self.rest() + lines[0]
        self._rest.append(rest)
        self._size += len(rest)
        return lines

    def rest(self) -> bytes:
        """Return the unfinished line, and clear it."""
        rest, self._rest, self._size = b"".join(self._rest), [], 0
        return rest

    @property
    def size(self) -> int:
        """The bytes of the unfinished line."""
        return self._size


class EventReader:
    """Parses `text/event-stream` as browsers do."""

    __slots__ = ("_data", "_first", "_lines", "_name", "_size", "last_id", "retry")

    def __init__(self) -> None:
        """Start with an empty state."""
        self._lines = Lines(any_end=True)
        self._first = True
        self._data: list[bytes] = []
        self._size = 0
        self._name = ""
        self.last_id = ""
        self.retry: int | None = None

    @property
    def size(self) -> int:
        """The bytes of the unfinished event or line."""
        return self._size + self._lines.size

    def feed(self, piece: bytes) -> Iterator[Event]:
        """Yield the events or lines that a piece completes."""
        for line in self._lines.cut(piece):
            if self._first:
                self._first = False
                self._field(line.removeprefix(_BOM))
            elif line:
                self._field(line)
            if line:
                continue
            if self._data:
                yield Event(self._name or "message", b"\n".join(self._data))
            self._data, self._size, self._name = [], 0, ""

    def end(self) -> Iterable[Event]:
        """Return nothing: an unfinished event is incomplete."""
        return ()

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self._size += len(value) + 1
        elif name == b"event":
            self._name = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self.last_id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit() and len(value) < 16:
            self.retry = int(value)


class LineReader:
    """Parses JSON Lines, and JSON sequences with record separators."""

    __slots__ = ("_lines", "last_id", "retry")

    def __init__(self) -> None:
        """Start with an empty state."""
        self._lines = Lines(any_end=False)
        self.last_id = ""
        self.retry: int | None = None

    @property
    def size(self) -> int:
        """The bytes of the unfinished event or line."""
        return self._lines.size

    def feed(self, piece: bytes) -> Iterator[Event]:
        """Yield the events or lines that a piece completes."""
        for line in self._lines.cut(piece):
            if data := line.strip(b" \t\r\x1e"):
                yield Event("", data)

    def end(self) -> Iterable[Event]:
        """Return the last line, which needs no line break."""
        return self.feed(b"\n")

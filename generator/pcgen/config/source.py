"""The lines of a configuration file, which locate its keys and values."""

from __future__ import annotations

import re

from msgspec import Struct

from pcgen.diagnostics import Location


class Source(Struct, frozen=True):
    """The lines of one table.

    Args:
        file: The configuration file as shown in messages; empty when there is none.
        lines: The lines from the table's header to the next header of the same array.
        start: The number of lines before them.
    """

    file: str = ""
    lines: tuple[str, ...] = ()
    start: int = 0

    def location(self, text: str) -> Location:
        """The first line that has a text as a key or a string; line 0 if none has."""
        name = re.escape(text)
        key = rf"\s*\[*([\w.-]+\.)?{name}\s*(=|\.|\]|\Z)|.*[{{,]\s*{name}\s*="
        pattern = re.compile(rf"{key}|.*[\"']{name}[\"']")
        found = (n for n, line in enumerate(self.lines, self.start + 1) if pattern.match(line))
        line = next(found, 0)
        return Location(self.file, line, int(line > 0))

    def starting_at(self, text: str) -> Source:
        """The lines from the one that `location` finds, or all if it finds none."""
        skipped = max(self.location(text).line - 1 - self.start, 0)
        return Source(self.file, self.lines[skipped:], self.start + skipped)

    def find(self, table: str, key: str) -> Location:
        """The first line from the key or header `table` on that has `key`."""
        return self.starting_at(table).location(key)

    def tables(self, header: str) -> list[Source]:
        """Each table of an array of tables; `header` matches the name between `[[` and `]]`."""
        pattern = re.compile(rf"\s*\[\[\s*{header}\s*\]\]")
        starts = [n for n, line in enumerate(self.lines) if pattern.match(line)]
        ends = [*starts[1:], len(self.lines)]
        return [
            Source(self.file, self.lines[start:end], self.start + start)
            for start, end in zip(starts, ends, strict=False)
        ]

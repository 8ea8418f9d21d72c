"""Formats the Python that templates print.

pcgen's own templates print what black would print, except for statements that are too long for a
line. `layout` breaks these, and black those that `layout` cannot break. Black formats everything
that a user's templates print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.targets.code import code
from pcgen.targets.python.layout import WIDTH, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pcgen.targets.python.formatted import FormattedTexts

# Templates print this separator on a line between top-level statements. Text of a document cannot
# contain it.
CUT = code("\f")
_STEP = 4
_OPENING, _CLOSING = ("(", "[", "{"), ")]}"
_QUOTES = '"""'


class Formatter(Struct):
    """Formats Python source as black does.

    Args:
        texts: The formatted texts of the last build.
        trusted: Whether pcgen's own templates print everything.
    """

    texts: FormattedTexts
    trusted: bool
    _black: Callable[[str], str] | None = None

    def module(self, text: str) -> str:
        """Format a module whose top-level statements are separated by form feeds.

        Raises:
            ValueError: It is not Python.
        """
        pieces = [piece.strip("\n") + "\n" for piece in text.split(CUT) if piece.strip()]
        if self.trusted:
            return _joined([self._lay_out(piece) for piece in pieces])
        return _joined([self.texts.get(piece, self._by_black) for piece in pieces])

    def _lay_out(self, text: str) -> str:
        lines = iter(text.split("\n"))
        return "\n".join(self._statement([line, *_continuation(line, lines)]) for line in lines)

    def _statement(self, lines: list[str]) -> str:
        """Break the long lines of a statement by `layout`, else the whole statement by black."""
        if lines[0].lstrip(" ").startswith(_QUOTES) or all(len(line) <= WIDTH for line in lines):
            return "\n".join(lines)
        broken = [line if len(line) <= WIDTH else lay_out(line) for line in lines]
        known = [line for line in broken if line is not None]
        return "\n".join(known) if len(known) == len(lines) else self._in_blocks(lines)

    def _in_blocks(self, lines: list[str]) -> str:
        """Format a statement by black, inside as many blocks as its indentation requires."""
        depth = _indentation(lines[0]) // _STEP
        blocks = [" " * _STEP * i + "if True:" for i in range(depth)]
        body = [" " * _STEP * (depth + 1) + "pass"] if lines[-1].endswith(":") else []
        made = self._by_black("\n".join([*blocks, *lines, *body, ""])).strip("\n").split("\n")
        return "\n".join(made[depth : len(made) - len(body)]).strip("\n")

    def _by_black(self, text: str) -> str:
        self._black = self._black or _load_black()
        return self._black(text)


def _continuation(first: str, lines: Iterator[str]) -> Iterator[str]:
    """Take the other lines of a docstring, or of a statement that ends with an opening bracket."""
    bare = first.lstrip(" ")
    if bare.startswith(_QUOTES):
        if bare.endswith(_QUOTES) and len(bare) > len(_QUOTES):
            return
        for line in lines:
            yield line
            if line.endswith(_QUOTES):
                return
    elif first.endswith(_OPENING):
        end = first[: _indentation(first)] + _CLOSING[_OPENING.index(first[-1])]
        for line in lines:
            yield line
            if line.startswith(end):
                return


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _joined(pieces: list[str]) -> str:
    head, *rest = pieces
    # Only one empty line follows the imports, unless a class comes next.
    close = rest and not rest[0].startswith(("class ", "@"))
    return "\n\n".join(["\n".join([head, rest[0]]), *rest[1:]] if close else [head, *rest])


def _load_black() -> Callable[[str], str]:
    import black  # Late: most builds take less time than this import.
    from black.mode import Mode, TargetVersion

    mode = Mode(target_versions={TargetVersion.PY311}, line_length=WIDTH)
    return lambda text: black.format_str(text, mode=mode)

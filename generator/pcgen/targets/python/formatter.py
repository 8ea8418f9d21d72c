"""Makes what templates print look as black would make it.

Our own templates print what black leaves alone, but for statements that are too long for a line;
those are laid out by `python.lay_out`, and by black where that does not know. What templates of
others print goes through black as a whole. Results are remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.cache import BLACK_VERSION, Cache, Pack, digest
from pcgen.targets.python.layout import lay_out
from pcgen.targets.python.prose import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Templates put it on a line of its own between top-level statements; foreign text cannot hold one.
CUT = "\f"
_STEP = 4


class Formatter(Struct):
    """Formats Python source as black does.

    Args:
        cache: Where results of black are remembered.
        pack: Where the pieces of modules are.
        own: Whether the text comes from our templates alone.
    """

    cache: Cache
    pack: Pack
    own: bool
    _black: Callable[[str], str] | None = None

    def module(self, text: str) -> str:
        """Format a module whose pieces are separated by form feeds.

        Raises:
            SyntaxError, ValueError: It is not Python.
        """
        pieces = [piece.strip("\n") + "\n" for piece in text.split(CUT) if piece.strip()]
        if self.own:
            return _joined([self._once(piece) for piece in pieces])
        return _python(_joined([self._formatted(piece) for piece in pieces]))

    def _once(self, piece: str) -> str:
        return self.pack.once(lambda: self._piece(piece), "piece", piece)

    def _piece(self, text: str) -> str:
        return _python("\n".join(self._lines(text)))

    def _lines(self, text: str) -> Iterator[str]:
        in_docstring = False
        for line in text.split("\n"):
            quotes = line.count('"""')
            if len(line) <= WIDTH or in_docstring or quotes:
                yield line
            else:
                yield lay_out(line) or self._statement(line)
            in_docstring ^= quotes % 2 == 1

    def _statement(self, line: str) -> str:
        """What black makes of one statement, which stands in as many blocks as it is indented."""
        depth = (len(line) - len(line.lstrip(" "))) // _STEP
        blocks = [" " * _STEP * i + "if True:" for i in range(depth)]
        body = [" " * _STEP * (depth + 1) + "pass"] if line.endswith(":") else []
        lines = self._formatted("\n".join([*blocks, line, *body, ""])).strip("\n").split("\n")
        return "\n".join(lines[depth : len(lines) - len(body)]).strip("\n")

    def _formatted(self, text: str) -> str:
        key = digest(BLACK_VERSION, str(WIDTH), text)
        known = self.cache.get("format", key)
        if known is not None:
            return known.decode()
        self._black = self._black or _load_black()
        made = self._black(text)
        self.cache.put("format", key, made.encode())
        return made


def _joined(pieces: list[str]) -> str:
    head, *rest = pieces
    # Behind imports, statements stand closer than classes do.
    close = rest and not rest[0].startswith(("class ", "@"))
    return "\n\n".join(["\n".join([head, rest[0]]), *rest[1:]] if close else [head, *rest])


def _python(text: str) -> str:
    """The text, which must be Python."""
    compile(text, "<generated>", "exec", dont_inherit=True)
    return text


def _load_black() -> Callable[[str], str]:
    import black  # Late: it takes longer to import than most builds take without it.
    from black.mode import Mode, TargetVersion

    mode = Mode(target_versions={TargetVersion.PY311}, line_length=WIDTH)
    return lambda text: black.format_str(text, mode=mode)

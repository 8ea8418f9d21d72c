"""`Code` and the encoders that turn foreign text into it.

Text of a document reaches the output only through one of these functions; whoever forgets one gets
a `TypeError` from the renderer, which prints nothing but `Identifier` and `Code`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pcgen.names import Identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Code(str):
    """Text that may be printed into the output as it is."""

    __slots__ = ()


# Invisible or misleading characters: controls, separators that editors take for line ends,
# direction marks, byte order marks, surrogates, tags. Frozen: Unicode tables differ by Python.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Drop what cannot be seen; every kind of line end becomes `\\n`, tabs become spaces."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", "    ")


def one_line(text: str) -> str:
    """The text on a single line."""
    return " ".join(clean(text).split())


def literal(value: Any) -> Code:
    """A Python literal of a JSON value, in ASCII."""
    match value:
        case bool() | None | int():
            return Code(repr(value))
        case float():
            return Code(repr(value))
        case str():
            return Code(_string(value))
        case ():
            return Code("()")
        case list() | tuple():
            items = [literal(item) for item in value]
            return Code(f"[{join(items)}]") if isinstance(value, list) else tuple_of(items)
        case dict():
            pairs = ", ".join(f"{literal(str(k))}: {literal(v)}" for k, v in value.items())
            return Code("{" + pairs + "}")
    raise TypeError(f"not a JSON value: {type(value).__name__}")


def _string(text: str) -> str:
    """In double quotes where black would put them, so that formatting changes nothing."""
    quoted = ascii(text)
    if quoted[0] == '"' or '"' in text:
        return quoted
    return '"' + quoted[1:-1] + '"'


def comment(text: str) -> Code:
    """A comment of one line."""
    return Code("# " + ascii(one_line(text))[1:-1])


def join(parts: Iterable[str], separator: str = ", ") -> Code:
    """Code made of code."""
    return Code(separator.join(_expect(part) for part in parts))


def tuple_of(parts: Sequence[str]) -> Code:
    """A tuple; black would put each part on a line of its own for a comma that is not needed."""
    return Code(f"({join(parts)}{',' * (len(parts) == 1)})")


def _expect(part: str) -> str:
    if not isinstance(part, Code | Identifier):
        raise TypeError(f"{part!a} is neither Code nor Identifier")
    return part


def toml_string(text: str) -> Code:
    """A basic string of TOML on one line."""
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return Code(f'"{escaped}"')

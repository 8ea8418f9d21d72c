"""`Code`, the only text that templates print, and the functions that make it.

Text of a document becomes `Code` only by an encoder for its position: `literal`, `docstring`,
`comment`, `markdown`, `toml_string` and the like. Everything else is composed by `code`, whose
first argument is always a literal string of ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, LiteralString

from pcgen.names import Name
from pcgen.targets import markdown as md
from pcgen.targets.text import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pcgen.targets.strings import Strings


class Code(str):
    """Text that may be printed into the output as it is."""

    __slots__ = ()


class Identifier(Name):
    """A name as an identifier of a target's language; only `names` of a target makes one.

    Annotations say `Name`, as the IR does. Templates cannot print a `Name` of another class.
    """

    __slots__ = ()


Piece = Code | Name
_PIECES = (Code, Identifier)

# --- Composing ---------------------------------------------------------------------------------


def code(form: LiteralString, *pieces: Piece) -> Code:
    """Replace each `{}` of a form with a piece.

    Raises:
        TypeError: A piece is plain text, or there are more or fewer pieces than the form takes.
    """
    return Code(form.replace("{}", "%s") % _checked(pieces))  # 3 x as fast as `format`.


def join(pieces: Iterable[Piece], separator: LiteralString = ", ") -> Code:
    """Put a separator between pieces.

    Raises:
        TypeError: A piece is plain text.
    """
    return Code(separator.join(_checked(tuple(pieces))))


def _checked(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    for piece in pieces:
        if not isinstance(piece, _PIECES):
            raise TypeError(f"{piece!a} is neither Code nor Identifier")
    return pieces


def without_suffix(text: Code, suffix: LiteralString) -> Code:
    """Remove a suffix if the text ends with it."""
    return Code(text.removesuffix(suffix))


def call(function: Piece, arguments: Iterable[Piece]) -> Code:
    """Compose a call."""
    return code("{}({})", function, join(arguments))


def tuple_of(items: Sequence[Piece]) -> Code:
    """Compose a tuple, with a comma at the end only if Python needs it."""
    return code("({},)", *items) if len(items) == 1 else code("({})", join(items))


def dict_of(items: Iterable[tuple[Piece, Piece]]) -> Code:
    """Compose a dict of keys and values."""
    return Code("{" + join(code("{}: {}", key, value) for key, value in items) + "}")


# --- Encoders for Python -----------------------------------------------------------------------

_NAME = re.compile(r"\.?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_ESCAPED = re.compile(r'\\|"""|"\Z')
_PROMPT = re.compile(r"^( *)>>>")
# Sphinx reads files and writes HTML for directives, in whichever section of a docstring.
_DIRECTIVE = re.compile(r"(^ *|: +|[-*+] +|\d[.)] +)\.\.(?= |$)")


def dotted_name(text: str) -> Code:
    """A name or a dotted name, such as `str` or `._runtime.client`.

    Raises:
        ValueError: It is neither.
    """
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!a} is not a name")
    return Code(text)


def literal(value: Any) -> Code:
    """A Python literal of a JSON value, in ASCII."""
    match value:
        case bool() | None | int() | float():
            return Code(repr(value))
        case str():
            return Code(_string(value))
        case list():
            return code("[{}]", join(map(literal, value)))
        case tuple():
            return tuple_of([literal(item) for item in value])
        case dict():
            return dict_of((literal(str(key)), literal(item)) for key, item in value.items())
    raise TypeError(f"not a JSON value: {type(value).__name__}")


def _string(text: str) -> str:
    """Quote a string as black does."""
    quoted = ascii(text)
    if quoted[0] == '"' or '"' in text:
        return quoted
    return '"' + quoted[1:-1] + '"'


def comment(text: str) -> Code:
    """A comment of one line."""
    return Code("# " + ascii(one_line(text))[1:-1])


def docstring(text: str, indent: int) -> Code:
    """A docstring of text that is already wrapped.

    Args:
        text: The lines, without indentation.
        indent: Spaces before every line but the first.
    """
    escaped = _ESCAPED.sub(_with_backslashes, clean(text).strip())
    lines = [line.rstrip() for line in escaped.split("\n")]
    if ">>>" in escaped:
        lines = [_PROMPT.sub(r"\1> > >", line) for line in lines]
    if ".." in escaped:
        lines = [_DIRECTIVE.sub(r"\1. .", line) for line in lines]
    pad = " " * indent
    body = "\n".join(pad + line if line and i else line for i, line in enumerate(lines))
    closing = "\n" + pad if len(lines) > 1 else ""
    return Code(f'"""{body}{closing}"""')


def _with_backslashes(found: re.Match[str]) -> str:
    return "".join(f"\\{sign}" for sign in found[0])


# --- Encoders for programs in other languages ---------------------------------------------------


def string_of(language: Strings, text: str) -> Code:
    """A string literal on one line."""
    return Code(language.string(text))


def part_of(language: Strings, text: str) -> Code:
    """A text in a literal that also has variables; the caller writes its quotes."""
    return Code(language.part(text))


def text_of(language: Strings, text: str, indent: int) -> Code:
    """A string literal that may have several lines, all but the first indented."""
    return Code(language.text(text, indent))


def value_of(language: Strings, value: Any, indent: int) -> Code:
    """An expression for a JSON value, or for its JSON, likewise."""
    return Code(language.value(value, indent))


# --- Encoders for TOML and Markdown ------------------------------------------------------------

_PATH = re.compile(r"[\w./-]+(#[\w-]+)?", re.ASCII)


def toml_string(text: str) -> Code:
    """A basic string of TOML on one line."""
    escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return Code(f'"{escaped}"')


def markdown(text: str, hang: int = 0) -> Code:
    """Paragraphs of Markdown, which may continue a line.

    Args:
        text: Markdown of a document.
        hang: Spaces before every line but the first.
    """
    first, *others = md.paragraphs(text).split("\n")
    pad = " " * hang
    return Code("\n".join([first, *(pad + line if line else line for line in others)]))


def markdown_line(text: str) -> Code:
    """Markdown on a single line, such as a title."""
    return Code(md.escaped(one_line(text)))


def fenced(text: str, language: LiteralString) -> Code:
    """A fenced block of Markdown."""
    return Code("\n".join(md.block(clean(text).split("\n"), language)))


def fenced_as(text: str, language: str) -> Code:
    """A fenced block of Markdown, in a language that the target of the text knows."""
    return Code("\n".join(md.block(clean(text).split("\n"), language)))


def code_span(text: str) -> Code:
    """Inline code of Markdown."""
    return Code(md.span(one_line(text)))


def link(label: Code, path: str) -> Code:
    """A link to another page.

    Args:
        label: The text of the link.
        path: The path of the page from the one with the link.

    Raises:
        ValueError: The path needs escaping.
    """
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!a} is not a plain path")
    return Code(f"[{label}]({path})")

"""`Code`, the only text that templates print, and the functions that make it.

Text of a document becomes `Code` only by an encoder for its position: `literal`, `docstring`,
`comment`, `markdown`, `toml_string` and the like. Everything else is composed by `code`, whose
first argument is always a literal string of ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, LiteralString

from msgspec import Struct

from pcgen.names import Name
from pcgen.targets import markdown as md
from pcgen.targets.text import clean, one_line, visible

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
    if quoted[0] == '"' or text.count('"') > text.count("'"):
        return quoted
    return '"' + quoted[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'


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
    """A fenced block of Markdown, in a language that the target of the text knows; keeps tabs."""
    return Code("\n".join(md.block(visible(text).split("\n"), language)))


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


# --- Tables of data -----------------------------------------------------------------------------

_WIDTH = 100


def table_of(value: Any, indent: int = 0, used: int = 0) -> Code:
    """A literal in black's style: on one line if it fits, else each item on its own.

    A struct becomes a call of its class, whose fields with default values are left out.

    Args:
        value: A JSON value, a tuple or a struct, nested in any way.
        indent: Spaces before its line.
        used: Characters on its first line that stand before and after it.
    """
    flat = _flat(value)
    if indent + used + len(flat) <= _WIDTH or not (_parts(value) or isinstance(value, str)):
        return flat
    inner = indent + 4
    if isinstance(value, str):
        lines = [_string(piece) for piece in _pieces(value, _WIDTH - inner - 2)]
        return _exploded("(", lines, ")", indent) if len(lines) > 1 else flat
    opening, closing = _brackets(value)
    lines = [f"{head}{table_of(item, inner, len(head) + 1)}," for head, item in _parts(value)]
    return _exploded(opening, lines, closing, indent)


def _exploded(opening: str, lines: list[str], closing: str, indent: int) -> Code:
    pad = "\n" + " " * indent
    return Code(f"{opening}{''.join(f'{pad}    {line}' for line in lines)}{pad}{closing}")


def _flat(value: Any) -> Code:
    if not isinstance(value, list | tuple | dict | Struct):
        return literal(value)
    opening, closing = _brackets(value)
    items = [f"{head}{_flat(item)}" for head, item in _parts(value)]
    comma = "," if isinstance(value, tuple) and len(items) == 1 else ""
    return Code(f"{opening}{', '.join(items)}{comma}{closing}")


def _brackets(value: Any) -> tuple[str, str]:
    if isinstance(value, Struct):
        return f"{type(value).__name__}(", ")"
    if isinstance(value, dict):
        return "{", "}"
    return ("(", ")") if isinstance(value, tuple) else ("[", "]")


def _parts(value: Any) -> list[tuple[str, Any]]:
    """The items of a value, each with the code before it."""
    match value:
        case dict():
            return [(f"{literal(str(key))}: ", item) for key, item in value.items()]
        case list() | tuple():
            return [("", item) for item in value]
        case Struct():
            names, defaults = value.__struct_fields__, value.__struct_defaults__
            usual = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
            given = [(name, getattr(value, name)) for name in names]
            return [(f"{n}=", v) for n, v in given if n not in usual or v not in (usual[n], {})]
    return []


def _pieces(text: str, width: int) -> list[str]:
    """Cut a text at blanks and line ends, so that the literal of each piece fits."""
    pieces, current = list[str](), ""
    for word in re.findall(r"\S*\s+|\S+", text):
        if current and (len(_string(current + word)) > width or current.endswith("\n")):
            pieces.append(current)
            current = ""
        current += word
    return [*pieces, current]

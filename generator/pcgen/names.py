"""Splits names into words and makes them unique, once for all targets.

Names are ASCII words; each target turns them into identifiers by the rules of its language. In one
scope, names differ even without case and spaces. So identifiers differ in every style, and so do
the names of files where case does not count.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from unicodedata import ucd_3_2_0 as unicode  # Every Python has the same tables of this version.


class Name(str):
    """ASCII words separated by spaces, in the author's case; the first begins with a letter."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """The letters and digits in lower case; unique in a scope."""
        return self.replace(" ", "").lower()


_SYMBOLS = {
    "+": "plus", "-": "minus", "*": "star", "/": "slash", "=": "equals", "<": "less",
    ">": "greater", "!": "not", "%": "percent", "&": "and", "|": "or", "^": "caret",
    "~": "tilde", "?": "question", "#": "hash", "@": "at", "$": "dollar", ".": "dot",
    ",": "comma", ":": "colon", ";": "semicolon", "'": "quote", '"': "quote", "`": "quote",
    "(": "open", ")": "close", "[": "open", "]": "close", "{": "open", "}": "close",
    "\\": "backslash", "_": "underscore", " ": "space",
}  # fmt: skip
_STRUCTURE = frozenset(
    (
        "application_json", "components", "content", "parameters", "paths", "properties",
        "responses", "schema", "schemas",
    )
)  # fmt: skip
_IRREGULAR = {"children": "child", "indices": "index", "people": "person", "vertices": "vertex"}
_WORD = re.compile(
    r"OAuth[0-9]*(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])[0-9]*"
)
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))


def words(text: str) -> list[str]:
    """Split an API's name into ASCII words, keeping their case.

    A letter outside ASCII becomes its code point (`u0438`). Symbols are dropped, except a sign
    before a number (`+1`) and in names that consist of symbols only.
    """
    folded = text
    if not text.isascii():
        folded = "".join(map(_fold, unicode.normalize("NFKD", text)))
    if re.fullmatch(r"[+-]\d.*", folded):
        folded = f"{_SYMBOLS[folded[0]]} {folded[1:]}"
    return _WORD.findall(folded) or [_SYMBOLS.get(c, "u") for c in folded[:8]] or ["empty"]


def _fold(character: str) -> str:
    if character.isascii():
        return character
    return "" if unicode.combining(character) else f" u{ord(character):04x} "


@cache
def snake(text: str) -> str:
    """`listModels`, `list-models` -> `list_models`; digits belong to the letters before them."""
    return "_".join(word.lower() for word in words(text))


@cache
def pascal(text: str) -> str:
    """`rerank_request` -> `RerankRequest`; the author's capitals stay."""
    return "".join(word[0].upper() + word[1:] for word in words(text))


def kebab(text: str) -> str:
    """`Pinecone Inference` -> `pinecone-inference`."""
    return snake(text).replace("_", "-")


def singular(text: str) -> str:
    """The English singular of a name; the name itself if it does not look like a plural."""
    head, last = text[: -len(words(text)[-1])], words(text)[-1].lower()
    if last in _IRREGULAR:
        return head + _IRREGULAR[last]
    for plural, single in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if text.endswith(plural) and len(text) > len(plural) + 1:
            return text[: -len(plural)] + single
    if text.endswith("s") and not text.endswith(("ss", "us", "is")) and len(text) > 1:
        return text[:-1]
    return text


@cache
def name_of(text: str, kind: str) -> Name:
    """Make a name from a text of the document or the configuration.

    Args:
        text: The text.
        kind: The word to put in front of a text that begins with a digit: `field`, `model`, ...
    """
    parts = words(text)
    return Name(" ".join(parts if parts[0][0].isalpha() else [kind, *parts]))


def unique(texts: Iterable[str], kind: str) -> dict[str, Name]:
    """Give each text of a scope a unique name, whatever the order of the texts.

    Where several texts have the same words, the plainest text keeps them. Each other text gets the
    first free one of: its symbols as words (`foo dash bar`), the underscores at its ends, too
    (`underscore id`), the kind in front (`field foo bar`), a hash of the text at the end.
    """
    groups: dict[str, list[str]] = {}
    for text in sorted(set(texts)):
        groups.setdefault(name_of(text, kind).key, []).append(text)
    chosen: dict[str, Name] = {}
    rest: list[str] = []
    for members in groups.values():
        if len(members) > 1:
            members.sort(key=lambda text: (_distance_from_usual(text, kind), text))
        first, *others = members
        chosen[first] = name_of(first, kind)
        rest += others
    taken = set(groups)
    for text in sorted(rest, key=lambda text: (_distance_from_usual(text, kind), text)):
        chosen[text] = next(n for n in _alternatives(text, kind) if n.key not in taken)
        taken.add(chosen[text].key)
    return chosen


def _alternatives(text: str, kind: str) -> Iterator[Name]:
    yield name_of(_spelled(text), kind)
    yield name_of(_spelled(text, edges=True), kind)
    yield name_of(f"{kind} {text}", kind)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    yield from (name_of(f"{text} x{digest[:length]}", kind) for length in (8, 64))


def _distance_from_usual(text: str, kind: str) -> tuple[bool, int]:
    """Measure how far a text is from a plain name: its style, its symbols, outer underscores."""
    plain = pascal(text) if kind == "model" else snake(text)
    symbols = sum(not (c.isascii() and c.isalnum()) for c in text)
    return text != plain, len(text) - len(text.strip("_")) + symbols


def _spelled(text: str, *, edges: bool = False) -> str:
    """Replace symbols by words; underscores at the start and end, too, if `edges` is true."""
    inner = text.strip("_") if edges else text
    spelled = "".join(c if c.isascii() and (c.isalnum() or c == "_") else _word(c) for c in inner)
    if not edges:
        return spelled
    ends = (len(text) - len(text.lstrip("_")), len(text) - len(text.rstrip("_")))
    before, after = (" underscore" * count for count in ends)
    return f"{before} {spelled}{after}"


def _word(character: str) -> str:
    if character == "-":
        return "_dash_"
    return f"_{_SYMBOLS.get(character) or f'u{ord(character):04x}'}_"


def path_words(pointer: Iterable[str]) -> str:
    """The words of a JSON pointer without OpenAPI's structural keys."""
    return " ".join(word for word in map(snake, pointer) if word not in _STRUCTURE)


def is_plain(text: str) -> bool:
    """Whether every character of a text is visible or a space."""
    if text.isascii():
        return text.isprintable()
    return all(c == " " or unicode.category(c) not in _INVISIBLE for c in text)

"""The words of names, settled once for all targets.

A thing of an API has a name of ASCII words. Targets make identifiers of the words, each by the
rules of its language. In one scope no two names are alike, ignoring case and the spaces between the
words, so identifiers in any style differ, and so do files whose names ignore case.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from unicodedata import ucd_3_2_0 as unicode  # Frozen, too: every Python has these tables.


class Name(str):
    """ASCII words separated by spaces, in the author's case; the first begins with a letter."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """What differs between the names of a scope: the letters, ignoring case and spaces."""
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
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))


def words(text: str) -> list[str]:
    """Split an API's name into ASCII words, keeping their case.

    Letters that ASCII lacks are written by their code point (`u0438`), symbols are dropped unless
    nothing else is left or they stand before a number (`+1`).
    """
    folded = text
    if not text.isascii():
        folded = "".join(map(_fold, unicode.normalize("NFKD", text)))
    if re.fullmatch(r"[+-]\d.*", folded):
        folded = f"{_SYMBOLS[folded[0]]} {folded[1:]}"
    found = _WORD.findall(folded)
    return found or [_SYMBOLS.get(c, "u") for c in folded[:8]] or ["empty"]


def _fold(character: str) -> str:
    if character.isascii():
        return character
    return "" if unicode.combining(character) else f" u{ord(character):04x} "


@cache
def snake(text: str) -> str:
    """`listModels`, `list-models` -> `list_models`; digits stay with the letters before them."""
    return "_".join(word.lower() for word in words(text))


@cache
def pascal(text: str) -> str:
    """`rerank_request` -> `RerankRequest`; capitals that the author chose stay."""
    return "".join(word[0].upper() + word[1:] for word in words(text))


def kebab(text: str) -> str:
    """`Pinecone Inference` -> `pinecone-inference`."""
    return snake(text).replace("_", "-")


def singular(text: str) -> str:
    """The English singular of a plural name, the name itself when it looks like none."""
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
def name(text: str, kind: str) -> Name:
    """Make a name of a text of the document or the configuration.

    Args:
        text: The text.
        kind: The word that comes first where the text begins with a digit: `field`, `model`, ...
    """
    found = words(text)
    return Name(" ".join(found if found[0][0].isalpha() else [kind, *found]))


def unique(texts: Iterable[str], kind: str) -> dict[str, Name]:
    """Make different names of all texts of a scope, in whatever order the texts come.

    Where several texts have the same words, the plainest one keeps them. Another one gets, whatever
    is free first: its symbols as words (`foo dash bar`), these and underscores at its ends
    (`underscore id`), the kind in front (`field foo bar`), or a hash of the text behind.
    """
    groups: dict[str, list[str]] = {}
    for text in sorted(set(texts)):
        groups.setdefault(name(text, kind).key, []).append(text)
    chosen: dict[str, Name] = {}
    rest: list[str] = []
    for members in groups.values():
        first, *others = sorted(members, key=lambda text: (_oddity(text, kind), text))
        chosen[first] = name(first, kind)
        rest += others
    taken = set(groups)
    for text in sorted(rest, key=lambda text: (_oddity(text, kind), text)):
        chosen[text] = next(n for n in _alternatives(text, kind) if n.key not in taken)
        taken.add(chosen[text].key)
    return chosen


def _alternatives(text: str, kind: str) -> Iterator[Name]:
    yield name(_spelled(text), kind)
    yield name(_spelled(text, edges=True), kind)
    yield name(f"{kind} {text}", kind)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    yield from (name(f"{text} x{digest[:length]}", kind) for length in (8, 64))


def _oddity(text: str, kind: str) -> tuple[bool, int]:
    """Measure how far a text is from a plain name: its style, its symbols, underscores around."""
    plain = pascal(text) if kind == "model" else snake(text)
    symbols = sum(not (c.isascii() and c.isalnum()) for c in text)
    return text != plain, len(text) - len(text.strip("_")) + symbols


def _spelled(text: str, *, edges: bool = False) -> str:
    """Write symbols as words; the underscores at both ends, too, if `edges`."""
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
    """What a JSON pointer says of a place, without the words that all such places share."""
    return " ".join(word for word in map(snake, pointer) if word not in _STRUCTURE)


def is_plain(text: str) -> bool:
    """Whether a text has no control characters, nor others that nobody sees but the space."""
    if text.isascii():
        return text.isprintable()
    return all(c == " " or unicode.category(c) not in _UNSEEN for c in text)

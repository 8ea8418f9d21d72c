"""Splits names into words and makes them unique, once for all targets.

Names are ASCII words; each target turns them into identifiers by the rules of its language. In one
scope, names differ even without case and spaces. So identifiers differ in every style, and so do
the names of files where case does not count.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import count, takewhile
from unicodedata import ucd_3_2_0 as unicode  # Every Python has the same tables of this version.

from pcgen.brands import BRAND, CAPITALS


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
_IRREGULAR = {
    "aliases": "alias", "children": "child", "indices": "index", "people": "person",
    "statuses": "status", "vertices": "vertex",
}  # fmt: skip
_SINGULAR = frozenset(
    (
        "alias", "aws", "bias", "canvas", "css", "dns", "gps", "https", "kubernetes", "news",
        "sms", "tls",
    )
)  # fmt: skip
_WORD = re.compile(
    r"(?<![A-Za-z0-9])[0-9]+[A-Z]+(?![a-z0-9])"  # 3D
    r"|(?<![A-Z])[A-Z]2[A-Z](?![a-z]|[A-Z](?![a-z]))"  # B2B
    r"|[A-Z]{2,}(?:s|v[0-9]+s?)(?![a-z])"  # URLs, IPv6
    r"|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])[0-9]*"
)
_FILLER = re.compile("a|an|and|by|for|from|in|of|on|the|to|with|v[0-9]+", re.IGNORECASE)
_MAX_LENGTH = 100  # Longer names lose words.
_MAX_FILE = 200  # File systems allow 255 bytes, which include suffixes.
_MARKS = frozenset(("Lm", "Mc", "Me", "Mn", "Sk"))  # Letters and symbols that modify others.
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))


def words(text: str) -> list[str]:
    """Split an API's name into ASCII words, keeping their case.

    Acronyms stay whole (`URLs`, `B2B`), as do brands. Letters outside ASCII are transliterated, or
    become their code points (`ue000`). Symbols are dropped, except a sign before a number (`+1`)
    and in names that consist of symbols only.
    """
    folded = text if text.isascii() else _transliterated(unicode.normalize("NFC", text))
    if re.fullmatch(r"[+-]\d.*", folded):
        folded = f"{_SYMBOLS[folded[0]]} {folded[1:]}"
    found: list[str] = []
    for index, part in enumerate(BRAND.split(folded)):
        found += [part] if index % 2 else _WORD.findall(part)
    return found or [_SYMBOLS.get(c) or _code_point(c) for c in text[:8]] or ["empty"]


def _transliterated(text: str) -> str:
    folded = "".join(map(_folded, text))
    is_upper = {"Ll", "Lo", "Lu"}.intersection(map(unicode.category, text)) == {"Lu"}
    return folded.upper() if is_upper else folded


def _folded(character: str) -> str:
    from anyascii import anyascii  # Late: few documents need it.

    if character.isascii():
        return character
    found = anyascii(character)
    if found or unicode.category(character) in _MARKS:
        return re.sub("[^A-Za-z0-9]+", " ", re.sub("['`]", "", found))
    return f" {_code_point(character)} "


def _code_point(character: str) -> str:
    return f"u{ord(character):04x}"


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


def environment_variable(text: str) -> str:
    """An environment variable, such as `ACME_API_KEY`."""
    return "_".join(re.findall(r"[A-Za-z0-9]+", text)).upper()


def singular(text: str) -> str:
    """The English singular of a name; the name itself if it does not look like a plural."""
    head, last = text[: -len(words(text)[-1])], words(text)[-1].lower()
    if last in _SINGULAR:
        return text
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
    return Name(" ".join(_shortened(_parts(text, kind))))


def name_in_full(text: str, kind: str) -> Name:
    """Make a name that keeps all words of a text, however many."""
    return Name(" ".join(_parts(text, kind)))


@cache
def concise(text: str) -> str:
    """Drop repeated runs of words: `list pets list pets error error` -> `list pets error`."""
    parts = words(text)
    for size in range(len(parts) // 2, 0, -1):
        index = 0
        while index + 2 * size <= len(parts):
            run, following = parts[index : index + size], parts[index + size : index + 2 * size]
            if [w.lower() for w in run] == [w.lower() for w in following] and run[0][0].isalpha():
                del parts[index + size : index + 2 * size]
            else:
                index += 1
    return " ".join(parts)


def branded(text: str) -> str:
    """Write the brands in a text without capitals as their owners do: `openai` -> `OpenAI`."""
    return " ".join(CAPITALS.get(word, word) for word in words(text))


def _parts(text: str, kind: str) -> list[str]:
    parts = words(text)
    return parts if parts[0][0].isalpha() else [kind, *parts]


def _shortened(parts: list[str], distinguishing: frozenset[str] = frozenset()) -> list[str]:
    """Drop words between the first and the last of a name that is too long.

    Repeated words are dropped first, then filler and versions, then one word after the other,
    nearest to the middle first, and last those that distinguish the name from another one.
    """
    if _is_long(parts):
        lower = [part.lower() for part in parts]
        repeated = {n for n, word in enumerate(lower) if word in (*lower[:n], lower[-1])}
        parts = _without(parts, repeated)
    if _is_long(parts):
        parts = _without(parts, {n for n, part in enumerate(parts) if _FILLER.fullmatch(part)})
    while _is_long(parts) and len(parts) > 2:
        middle, inner = (len(parts) - 1) / 2, range(1, len(parts) - 1)
        ranks = ((parts[n].lower() in distinguishing, abs(n - middle), n) for n in inner)
        parts = _without(parts, {min(ranks)[-1]})
    half = _MAX_LENGTH // 4
    if _is_long(parts):  # No rule can split a word of half the length.
        return [p if len(p) <= 2 * half else p[:half] + p[-half:] for p in parts]
    return parts


def _is_long(parts: list[str]) -> bool:
    return len(" ".join(parts)) > _MAX_LENGTH


def _without(parts: list[str], dropped: set[int]) -> list[str]:
    """The words of a name except those at some of the indices between the first and the last."""
    kept = {0, len(parts) - 1}
    return [part for n, part in enumerate(parts) if n in kept or n not in dropped]


def unique(
    texts: Iterable[str], kind: str, reserved: Collection[str] = frozenset()
) -> dict[str, Name]:
    """Give each text of a scope a unique name, whatever the order of the texts.

    Where several texts have the same words, the plainest text keeps them. Each other text gets the
    first free one of its `_alternatives`. Where texts have the same words because long names lose
    some, each keeps the words that distinguish it. No name has a key of `reserved`.
    """
    groups: dict[str, list[str]] = {}
    for text in sorted(set(texts)):
        groups.setdefault(name_of(text, kind).key, []).append(text)
    chosen: dict[str, Name] = {}
    rest: dict[str, frozenset[str]] = {}
    for key, members in groups.items():
        if len(members) > 1:
            members.sort(key=lambda text: (_distance_from_usual(text, kind), text))
        first, *others = members
        shared = _shared_words(members, kind) if others else frozenset[str]()
        is_cut = others and any(name_of(text, kind) != name_in_full(text, kind) for text in members)
        if is_cut or key in reserved:
            rest |= dict.fromkeys(members, shared)
        else:
            chosen[first] = name_of(first, kind)
            rest |= dict.fromkeys(others, shared)
    taken = {*groups, *reserved}
    for text in sorted(rest, key=lambda text: (_distance_from_usual(text, kind), text)):
        free = (n for n in _alternatives(text, kind, rest[text]) if n.key not in taken)
        chosen[text] = next(free)
        taken.add(chosen[text].key)
    return chosen


def _shared_words(texts: Iterable[str], kind: str) -> frozenset[str]:
    return frozenset.intersection(
        *(frozenset(name_in_full(t, kind).lower().split()) for t in texts)
    )


def _alternatives(text: str, kind: str, shared: frozenset[str]) -> Iterator[Name]:
    """Yield names for a text whose own name is taken, without end.

    They have the words of a long text that it does not share with others, its symbols as words
    (`foo dash bar`), the underscores at its ends (`underscore id`), the kind in front (`field foo
    bar`), a word for its case (`upper foo bar`), the kind several times, and a number where that
    would make the name too long for a file.
    """
    parts = _parts(text, kind)
    yield Name(" ".join(_shortened(parts, frozenset(map(str.lower, parts)) - shared)))
    yield name_of(_spelled(text), kind)
    yield name_of(_spelled(text, edges=True), kind)
    yield name_of(f"{kind} {text}", kind)
    plain = "".join(parts)
    style = "upper" if plain.isupper() else "capital" if plain[0].isupper() else "mixed"
    yield name_of(f"{style} {text}", kind)
    longer = (name_in_full(f"{kind} " * times + text, kind) for times in count())
    yield from takewhile(lambda name: len(name) <= _MAX_FILE, longer)
    yield from (Name(f"{name_of(text, kind)} {number}") for number in count(2))


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
    return f"_{_SYMBOLS.get(character) or _code_point(character)}_"


def path_words(pointer: Iterable[str]) -> str:
    """The words of a JSON pointer without OpenAPI's structural keys."""
    return " ".join(word for word in map(snake, pointer) if word not in _STRUCTURE)


def is_plain(text: str) -> bool:
    """Whether every character of a text is visible or a space."""
    if text.isascii():
        return text.isprintable()
    return all(c == " " or unicode.category(c) not in _INVISIBLE for c in text)

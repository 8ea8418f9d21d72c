"""Every rule from an API's name to a Python name; the only maker of `Identifier`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache
from unicodedata import ucd_3_2_0 as unicode  # Frozen, too: every Python has these tables.


class Identifier(str):
    """An ASCII Python identifier that is no keyword; only this module makes them."""

    __slots__ = ()


# Frozen, so that the Python that runs pcgen does not show in the output: the union over 3.11-3.15.
KEYWORDS = frozenset(
    (
        "False", "None", "True", "__debug__", "and", "as", "assert", "async", "await", "break",
        "class", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from",
        "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise",
        "return", "try", "while", "with", "yield",
    )
)  # fmt: skip
# Names that annotations in the body of a class may use: an attribute of that name would hide them.
ANNOTATION_NAMES = frozenset(
    ("bool", "bytes", "dict", "dt", "field", "float", "int", "list", "str")
)
# What generated models inherit; a test compares it with the runtime.
MODEL_MEMBERS = frozenset(
    ("copy", "extra", "from_dict", "from_json", "replace", "to_dict", "to_json")
)
# What the fields of a model cannot be called.
FIELD_RESERVED = MODEL_MEMBERS | ANNOTATION_NAMES | {"self"}
# What generated methods use themselves, and the options that every call takes.
METHOD_NAMES = frozenset(
    ("self", "options", "extra_body", "extra_headers", "extra_query", "max_retries", "timeout")
)
# What generated clients inherit; a test compares it with the runtime.
CLIENT_MEMBERS = ANNOTATION_NAMES | {
    "base_url", "cached_property", "call", "close", "is_closed", "with_options",
    "with_service",
}  # fmt: skip
# What the class of a resource has besides its operations.
RESOURCE_MEMBERS = frozenset(("dt", "builtins", "with_raw_response", "with_streaming_response"))
# The arguments and options that every generated client has besides its credentials; a test
# compares the options with the runtime.
CLIENT_ARGUMENTS = frozenset(
    (
        "base_url", "cert", "default_headers", "http2", "http_client", "limits",
        "max_response_bytes", "max_retries", "middleware", "on_drift", "on_request", "on_response",
        "on_retry", "proxy", "strict", "timeout", "transport", "trust_env", "user_agent", "verify",
    )
)  # fmt: skip
# Names that mean a device on Windows, whatever their extension.
WINDOWS_DEVICES = frozenset(
    ["aux", "con", "nul", "prn"] + [f"{name}{n}" for name in ("com", "lpt") for n in range(10)]
)

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
_MAX_LENGTH = 100
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp", "Zs"))
_AMBIGUOUS = frozenset(("I", "O", "l"))  # Hard to tell from digits; linters refuse them.


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


def attribute(text: str, reserved: Iterable[str] = (), kind: str = "field") -> Identifier:
    """The name of a field, an argument or a method."""
    return _certify(snake(text), kind, reserved)


def class_name(text: str, reserved: Iterable[str] = ()) -> Identifier:
    """The name of a class or of a type alias."""
    return _certify(pascal(text), "Model", reserved)


def constant(text: str) -> Identifier:
    """The name of a module constant."""
    return _certify(snake(text).upper(), "OPERATION", ())


def module(text: str) -> Identifier:
    """The name of a module or package."""
    return _certify(snake(text), "module", WINDOWS_DEVICES)


def file_stem(name: Identifier) -> str:
    """The name, without an extension, of the one file that is about something of this name."""
    return f"{name}-" if name.lower() in WINDOWS_DEVICES else name


def attributes(
    texts: Iterable[str], reserved: Iterable[str] = (), kind: str = "field"
) -> dict[str, Identifier]:
    """Names for all fields of a class, or arguments or methods, no two of them alike."""
    return _distinct(texts, snake, kind, frozenset(reserved))


def class_names(texts: Iterable[str], reserved: Iterable[str] = ()) -> dict[str, Identifier]:
    """Names for all classes and aliases of a module, no two of them alike."""
    return _distinct(texts, pascal, "Model", frozenset(reserved))


def _distinct(
    texts: Iterable[str], style: Callable[[str], str], kind: str, reserved: frozenset[str]
) -> dict[str, Identifier]:
    """Names that do not depend on the order of the texts.

    Where several texts would get the same name, the one that has it already keeps it, or else the
    plainest gets it. For the others there are, in this order: the text with symbols in words
    (`foo_dash_bar`), the same in its own style (`fooBar`), the common name with an underscore
    behind it, and ever less readable forms.
    """
    groups: dict[Identifier, list[str]] = {}
    for text in sorted(set(texts)):
        groups.setdefault(_certify(style(text), kind, reserved), []).append(text)
    chosen: dict[str, Identifier] = {}
    rest: list[tuple[bool, str, Identifier]] = []
    for name, members in groups.items():
        if len(members) > 1:
            members.sort(key=lambda text: (text != name, _oddity(text), text))
        first, *others = members
        chosen[first] = name
        rest += [(_certify(_spelled(text), kind, reserved) != text, text, name) for text in others]
    # Methods have pages, and some file systems do not care for case.
    fold = str.lower if kind == "operation" else str
    taken = set(map(fold, chosen.values()))
    for _, text, name in sorted(rest):
        words = _spelled(text)
        first_form = style(words) if kind.islower() else words  # Classes keep their own style.
        forms = (first_form, words, _spelled(text, edges=True), f"{kind}_{name}")
        styled, spelled, whole, prefixed_ = (
            _certify(form if kind.islower() else form[:1].upper() + form[1:], kind, reserved)
            for form in forms
        )
        candidates = (styled, spelled, extend(name, "_"), whole, prefixed_, _hashed(name, text))
        chosen[text] = next(c for c in candidates if fold(c) not in taken)
        taken.add(fold(chosen[text]))
    return chosen


def _oddity(text: str) -> int:
    """How far a text is from a plain name: its symbols count, and underscores at its ends."""
    return len(text) - len(text.strip("_")) + sum(not (c.isascii() and c.isalnum()) for c in text)


def _spelled(text: str, *, edges: bool = False) -> str:
    """The text with its symbols in words; underscores before it only if `edges` matter."""
    spelled = "".join(c if c.isascii() and (c.isalnum() or c == "_") else _word(c) for c in text)
    if edges and text.startswith("_"):
        spelled = f"underscore_{spelled.strip('_')}"
    return spelled.lstrip("_") if text.endswith("_") else spelled.strip("_")


def _word(character: str) -> str:
    if character == "-":
        return "_dash_"
    return f"_{_SYMBOLS.get(character) or f'u{ord(character):04x}'}_"


def _hashed(name: str, text: str) -> Identifier:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return known(f"{name[:_MAX_LENGTH]}_{digest[:8]}")


def _certify(name: str, kind: str, reserved: Iterable[str]) -> Identifier:
    name = _shortened(name).lstrip("_")
    if not name[:1].isalpha():
        name = f"{kind}_{name}" if kind.islower() or kind.isupper() else kind + name
    if name in KEYWORDS or name in _AMBIGUOUS or name in frozenset(reserved):
        name += "_"
    return Identifier(name)


def _shortened(name: str) -> str:
    """A name of bounded length that differs where the whole names differ."""
    if len(name) <= _MAX_LENGTH:
        return name
    return f"{name[: _MAX_LENGTH - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def path_words(pointer: Iterable[str]) -> str:
    """What a JSON pointer says of a place, without the words that all such places share."""
    return " ".join(word for word in map(snake, pointer) if word not in _STRUCTURE)


def extend(name: Identifier, suffix: str) -> Identifier:
    """A name with something of our own behind it."""
    return known(f"{name}{suffix}")


def prefixed(prefix: str, name: Identifier) -> Identifier:
    """A name with something of our own before it: `AsyncPinecone`."""
    return known(f"{prefix}{name}")


def is_public(text: str) -> bool:
    """Whether a text is, as it stands, a name that people may be told to write."""
    return _is_identifier(text) and not text.startswith("_")


def is_plain(text: str) -> bool:
    """Whether a text has no control characters, nor others that nobody sees but the space."""
    if text.isascii():
        return text.isprintable()
    return all(c == " " or unicode.category(c) not in _UNSEEN for c in text)


def _is_identifier(text: str) -> bool:
    return text.isascii() and text.isidentifier() and text not in KEYWORDS


def known(text: str) -> Identifier:
    """Certify a name that pcgen itself chose, or that `is_public`; never other foreign text."""
    if not _is_identifier(text):
        raise ValueError(f"{text!a} is not an identifier")
    return Identifier(text)

"""A net under the type wall: generated code says nothing but what our templates can say."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from pcgen.targets.python.names import KEYWORDS
from pcgen.targets.python.types import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\'[^\'\\\n]*(?:\\.[^\'\\\n]*)*\'|#[^\n]*',
    re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_IMPORT = re.compile(r"import (\([^)]*\)|.*)")
_FROM = re.compile(r"\s*(?:from (\S+) )?")
_KEYWORDS = frozenset(
    ("None", "True", "False", "as", "async", "await", "class", "def", "else", "from", "if")
) | {"import", "return"}
_ELSEWHERE = KEYWORDS - _KEYWORDS
_IN_NAMES = f"{string.ascii_letters}{string.digits}_."
_SIGNS = f'{_IN_NAMES} \n=,():[]>|@*{{}}"-'.encode()
# Prefixes of texts, calls and items of what is no name: quickly found, as they begin with signs.
_ODD = re.compile(r'[\])}"]\s*\(|""(?:(?<=\w"")|\s*[.\[])')
_CALLEES = frozenset(("", "SERVICE.at", "self._client.call", "super", ".__init__"))
_CLASS = re.compile(r"\nclass (\w+)")
_CREDENTIAL = re.compile(r"[A-Z][A-Z0-9_]*\.credential")
_MODULES = frozenset(SYMBOLS.values()) | {"__future__", "httpx2"}
_PLAIN_IMPORTS = frozenset(("httpx2", "datetime as dt", "builtins"))


def strange(source: str) -> str:
    """What in a module our templates do not print, empty where there is nothing.

    Args:
        source: Python that compiles.
    """
    return next(_strange(_TEXT.sub('""', source)), "")


def _strange(bare: str) -> Iterator[str]:
    """The same of code without its texts and comments."""
    yield from sorted(set(bare.encode().translate(None, _SIGNS).decode()))
    yield from sorted(_ELSEWHERE.intersection(_WORD.findall(bare)))
    yield from _ODD.findall(bare)
    known = set(_CALLEES)
    for found in _IMPORT.finditer(bare):
        before = bare[bare.rfind("\n", 0, found.start()) + 1 : found.start()]
        if before[-1:].isalnum() or before.endswith("_"):  # A name ends so.
            continue
        start = _FROM.fullmatch(before)
        if start is None or (start[1] is None and found[1] not in _PLAIN_IMPORTS):
            yield f"import {found[1]}"
        elif start[1] is not None:
            if start[1] not in _MODULES and not start[1].startswith("."):
                yield f"from {start[1]}"
            known.update(_WORD.findall(found[1]))
    known.update(_CLASS.findall(bare))
    for name in sorted(_called(bare) - known):
        if not _CREDENTIAL.fullmatch(name):
            yield f"{name}("


def _called(bare: str) -> set[str]:
    """What stands before parentheses, and is not being defined; empty if it is no name."""
    called = set[str]()
    for text in bare.split("(")[:-1]:
        before = text.rstrip(_IN_NAMES)
        if not before.endswith(("def ", "class ")):
            called.add(text[len(before) :])
    return called

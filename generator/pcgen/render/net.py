"""A net under the type wall: generated code says nothing but what our templates can say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen.names import KEYWORDS
from pcgen.python import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\'[^\'\\\n]*(?:\\.[^\'\\\n]*)*\'|#[^\n]*',
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d]\w*")
_CALL = re.compile(r"(?<![\w.])(?:(?:def|class) )?[\w.]*\(")
_IMPORT = re.compile(r"^\s*(?:from (\S+) import (\([^)]*\)|.*)|import (.*))$", re.MULTILINE)
_KEYWORDS = frozenset(
    ("None", "True", "False", "as", "async", "await", "class", "def", "else", "from", "if")
) | {"import", "return"}
_ELSEWHERE = "|".join(sorted(KEYWORDS - _KEYWORDS))
# Words and signs of no template, prefixes of texts, calls and items of what is no name.
_ODD = re.compile(
    rf'\b(?:{_ELSEWHERE})\b|[^\w\s=,().:\[\]>|@*{{}}"-]|\w""|[\])}}"]\s*\(|""\s*[.\[]'
)
_CALLEES = frozenset(("", "SERVICE.at", "self._client.call", "super", ".__init__"))
_CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
_DEFINED = re.compile(r"(class|def) |[A-Z][A-Z0-9_]*\.credential$")
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
    yield from _ODD.findall(bare)
    known = set(_CALLEES)
    for module, names, plain in _IMPORT.findall(bare):
        if module not in _MODULES and not module.startswith(".") and not plain:
            yield f"from {module}"
        if plain and plain not in _PLAIN_IMPORTS:
            yield f"import {plain}"
        known.update(_WORD.findall(names))
    calls = set(_CALL.findall(bare))
    known.update(_CLASS.findall(bare))
    for call in sorted(calls):
        name = call.removesuffix("(")
        if name not in known and not _DEFINED.match(name):
            yield call

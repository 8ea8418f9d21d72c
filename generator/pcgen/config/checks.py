"""Checks of the tables of a configuration file."""

from __future__ import annotations

import re
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pcgen.config.keys import KINDS, PATTERNS, Keys
from pcgen.config.metadata import meaning
from pcgen.diagnostics import Code, Diagnostics, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.config.source import Source

# Control characters, line ends and direction marks, which would corrupt messages.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Checks:
    """Checks tables; `diagnostics` has the mistakes."""

    def __init__(self, source: Source) -> None:
        self.diagnostics = Diagnostics()
        self._source = source  # The lines of the table that is being read.

    @contextmanager
    def _within(self, name: str) -> Iterator[None]:
        """Locate mistakes in the lines from `name` on, during a `with` statement."""
        whole = self._source
        self._source = whole.starting_at(name)
        yield
        self._source = whole

    def _check(self, table: dict[str, Any], keys: Keys, where: str) -> None:
        for key, value in table.items():
            kind = keys.get(key)
            if kind is None:
                found = get_close_matches(key, keys, n=1)
                hint = f"did you mean `{found[0]}`?" if found else f"known: {', '.join(keys)}"
                message = f"unknown key `{shorten(key)}` in `{where}`"
                self._error(Code.CONFIG_UNKNOWN_KEY, key, message, hint)
            elif not is_a(value, kind):
                self._error(Code.CONFIG_INVALID, key, f"`{key}` must be {KINDS[kind]}")
            else:
                for text in (value,) if isinstance(value, str) else string_list(value):
                    self._check_text(key, text)

    def _check_text(self, key: str, text: str) -> None:
        pattern, expected = PATTERNS.get(key, (r"(?s:.*)", ""))
        control = CONTROL.search(text)
        unmet = expected if not re.fullmatch(pattern, text, re.ASCII) else meaning(key, text)
        if unmet:
            message = f"`{key}` must be {unmet}, not {shorten(text)!a}"
            self._error(Code.CONFIG_INVALID, key, message)
        elif control:
            message = f"`{key}` has the invisible character {control[0]!a}"
            self._error(Code.CONFIG_INVALID, key, message)

    def _strings(self, table: dict[str, Any], key: str) -> dict[str, str]:
        value = table.get(key, {})
        pairs = value.items() if isinstance(value, dict) else ()
        for name, text in pairs:
            if not isinstance(text, str):
                message = f"`{shorten(name)}` in `{key}` must be a string"
                self._error(Code.CONFIG_INVALID, name, message)
        return {name: text for name, text in pairs if isinstance(text, str)}

    def _error(self, code: Code, key: str, message: str, hint: str = "") -> None:
        self.diagnostics.error(code, self._source.location(key), message, hint)


def is_a(value: Any, kind: type | str) -> bool:
    """Whether a value has a kind of `keys.KINDS`."""
    if isinstance(kind, type):
        return isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    item = str if kind == "strings" else dict
    return isinstance(value, list) and all(isinstance(entry, item) for entry in value)


def string_list(value: Any) -> tuple[str, ...]:
    """The strings of an array of strings; none if it is not one."""
    return tuple(value) if is_a(value, "strings") else ()


def text_values(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The string values at some keys, by the names of the fields that they set."""
    return {k.replace("-", "_"): table[k] for k in keys if isinstance(table.get(k), str)}

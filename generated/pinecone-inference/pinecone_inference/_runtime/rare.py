"""JSON and instants that are valid, and that msgspec nevertheless does not read."""

from __future__ import annotations

import json
import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, SupportsIndex

from .codec import InvalidJSON

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u([dD][89a-fA-F]..)|.)")
"""An escape; a half of a pair without its other half is the group."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")


_LEAP = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d):60(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class LeapSecond(datetime):
    """An instant in the 61st second of a minute, which Python has no number for.

    It compares as the last microsecond before, and is written as it came.
    """

    text = ""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """Return the instant as it came; what was computed from it is an ordinary one."""
        return self.text or super().isoformat(sep, timespec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Support copying and pickling."""
        return (leap_second, (self.text,)) if self.text else super().__reduce_ex__(protocol)


def leap_second(text: str) -> LeapSecond:
    """Read an instant that has 60 seconds.

    Raises:
        ValueError: It is none.
    """
    match = _LEAP.fullmatch(text)
    if match is None:
        raise ValueError(text)
    made = LeapSecond.fromisoformat(f"{match[1]}:59.999999{match[3]}".upper())
    made.text = text
    return made


def parse(data: bytes | str, refusal: ValueError) -> Any:
    """Read JSON with a byte order mark, with halves of characters, or with huge numbers.

    Half a character, which is what is left where a service cuts a text, becomes U+FFFD; a number
    that no float stands for becomes a `Decimal`.

    Args:
        data: What msgspec refused.
        refusal: How it did.

    Raises:
        InvalidJSON: It is not JSON.
    """
    try:
        text = (data if isinstance(data, str) else data.decode()).removeprefix("\ufeff")
        value = _loads(text)  # which soon ends where it is no JSON
        return _loads(_ESCAPE.sub(_mend, text)) if _HALF.search(text) else value
    except ValueError:
        raise InvalidJSON(str(refusal)) from None


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=_float, parse_int=_int, parse_constant=_refuse)


def _mend(escape: re.Match[str]) -> str:
    return r"\ufffd" if escape[1] else escape[0]


def _float(text: str) -> Any:
    value = float(text)
    return value if isfinite(value) else _decimal(text)


def _int(text: str) -> Any:
    try:
        return int(text)
    except ValueError:  # Python reads so many digits and no more.
        return _decimal(text)


def _decimal(text: str) -> Any:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _refuse(text: str) -> Any:
    raise ValueError(text)

"""JSON, instants and durations that are valid, and that msgspec nevertheless does not read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, SupportsIndex

from .mismatch import InvalidJSON

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u([dD][89a-fA-F]..)|.)")
"""An escape; a half of a pair without its other half is the group."""

_HALF = re.compile(r"\\u[dD][89a-fA-F]")

_ZONE = r"(?:[Zz]|[+-]\d\d:\d\d)"
_CLOCK = re.compile(rf"([01]\d|2[0-3])(:[0-5]\d:)([0-5]\d|60)(\.\d+)?({_ZONE})?", re.ASCII)
_DAY = re.compile(r"(\d{4})(-\d\d-\d\d)", re.ASCII)


class Instant(datetime):
    """An instant that Python has no number for: of a 61st second, of the year 0, of the very end.

    It compares as the nearest that there is, and is written as it came.
    """

    text = ""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """Return the instant as it came; what was computed from it is an ordinary one."""
        return self.text or super().isoformat(sep, timespec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Support copying and pickling."""
        return (instant, (self.text,)) if self.text else super().__reduce_ex__(protocol)


class Day(date):
    """A day of the year 0; as `Instant`."""

    text = ""

    def isoformat(self) -> str:
        """Return the day as it came; what was computed from it is an ordinary one."""
        return self.text or super().isoformat()

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Support copying and pickling."""
        return (day, (self.text,)) if self.text else super().__reduce__()


class Clock(time):
    """A time of day in the 61st second of a minute; as `Instant`."""

    text = ""

    def isoformat(self, timespec: str = "auto") -> str:
        """Return the time as it came; what was computed from it is an ordinary one."""
        return self.text or super().isoformat(timespec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Support copying and pickling."""
        return (clock, (self.text,)) if self.text else super().__reduce_ex__(protocol)


def instant(text: str) -> Instant:
    """Read an instant that Python has no number for.

    Raises:
        ValueError: It is none.
    """
    found = clock(text[11:])
    if text[10:11] not in ("T", "t", " ") or found.tzinfo is None:
        raise ValueError(text)
    try:
        made = Instant.combine(date.fromisoformat(text[:10]), found)
    except ValueError:
        made = Instant.combine(day(text[:10]), time.min, found.tzinfo)
    made.text = text
    return made


def day(text: str) -> Day:
    """Read a day of the year 0.

    Raises:
        ValueError: It is none.
    """
    match = _DAY.fullmatch(text)
    if match is None or match[1] != "0000":
        raise ValueError(text)
    date.fromisoformat(f"2000{match[2]}")  # It has the same days.
    made = Day(1, 1, 1)
    made.text = text
    return made


def clock(text: str) -> Clock:
    """Read a time of day whose 61st second or smallest digits Python has no number for.

    Raises:
        ValueError: It is none.
    """
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hours, minutes, seconds, fraction, zone = match.groups("")
    near = "59.999999" if seconds == "60" else seconds + fraction[:7]
    made = Clock.fromisoformat(f"{hours}{minutes}{near}{zone.upper()}")
    made.text = text
    return made


_SPAN = re.compile(
    r"([+-]?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?",
    re.ASCII,
)


class CalendarSpan(timedelta):
    """A duration with years, months or weeks.

    As long as a year had 365 days and a month 30: which it has, only a calendar could tell. It is
    written as it came.
    """

    text = ""

    def isoformat(self) -> str:
        """Return the duration as it came."""
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        """Support copying and pickling."""
        return (calendar_span, (self.text,))


def calendar_span(text: str) -> CalendarSpan:
    """Read a duration that timedelta alone cannot tell.

    Raises:
        ValueError: It is none.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[1:-1])
    seconds = float((match[8] or "0").replace(",", "."))
    sign = -1 if match[1] == "-" else 1
    try:
        made = CalendarSpan(
            days=sign * (365 * years + 30 * months + days),
            weeks=sign * weeks,
            hours=sign * hours,
            minutes=sign * minutes,
            seconds=sign * seconds,
        )
    except OverflowError:
        raise ValueError(text) from None
    made.text = text
    return made


READERS: Mapping[type, Callable[[str], Any]] = {
    datetime: instant,
    date: day,
    time: clock,
    timedelta: calendar_span,
}
"""What reads a text as a type that msgspec could not read it as."""


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

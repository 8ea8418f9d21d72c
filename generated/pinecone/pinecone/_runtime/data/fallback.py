"""Valid JSON, dates, times and durations that msgspec does not support."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, SupportsIndex

from ..errors import InvalidJSON

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u([dD][89a-fA-F]..)|.)")
"""A JSON escape; the group matches an unpaired surrogate."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

_ZONE = r"(?:[Zz]|[+-]\d\d:\d\d)"
_CLOCK = re.compile(rf"([01]\d|2[0-3])(:[0-5]\d:)([0-5]\d|60)(\.\d+)?({_ZONE})?", re.ASCII)
_DAY = re.compile(r"(\d{4})(-\d\d-\d\d)", re.ASCII)


class Instant(datetime):
    """An instant that Python cannot represent: in a leap second, or in the year 0.

    It compares as the nearest instant of Python, and is encoded as it was received.
    """

    text = ""

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """Return the received text; results of computations are ordinary instants."""
        return self.text or super().isoformat(sep, timespec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Support copying and pickling."""
        return (instant, (self.text,)) if self.text else super().__reduce_ex__(protocol)


class Day(date):
    """A day of the year 0; it behaves like `Instant`."""

    text = ""

    def isoformat(self) -> str:
        """Return the received text; results of computations are ordinary days."""
        return self.text or super().isoformat()

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Support copying and pickling."""
        return (day, (self.text,)) if self.text else super().__reduce__()


class Clock(time):
    """A time of day in a leap second; it behaves like `Instant`."""

    text = ""

    def isoformat(self, timespec: str = "auto") -> str:
        """Return the received text; results of computations are ordinary times."""
        return self.text or super().isoformat(timespec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Support copying and pickling."""
        return (clock, (self.text,)) if self.text else super().__reduce_ex__(protocol)


def instant(text: str) -> Instant:
    """Read an instant that Python cannot represent.

    Raises:
        ValueError: The text is not such an instant.
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
        ValueError: The text is not such a day.
    """
    match = _DAY.fullmatch(text)
    if match is None or match[1] != "0000":
        raise ValueError(text)
    date.fromisoformat(f"2000{match[2]}")  # 2000 has the same days.
    made = Day(1, 1, 1)
    made.text = text
    return made


def clock(text: str) -> Clock:
    """Read a time of day that Python cannot represent: in a leap second, or too precise.

    Raises:
        ValueError: The text is not such a time.
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
    """A duration with years, months or weeks, encoded as it was received.

    Its length counts a year as 365 days and a month as 30.
    """

    text = ""

    def isoformat(self) -> str:
        """Return the received text."""
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        """Support copying and pickling."""
        return (calendar_span, (self.text,))


def calendar_span(text: str) -> CalendarSpan:
    """Read a duration that `timedelta` cannot represent.

    Raises:
        ValueError: The text is not a duration.
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
"""The readers of text that msgspec could not decode, by type."""


def parse(data: bytes | str, refusal: ValueError) -> Any:
    """Decode JSON with a byte order mark, unpaired surrogates or huge numbers.

    An unpaired surrogate, which remains where a service truncates text, becomes U+FFFD; a number
    that no float can represent becomes a `Decimal`.

    Args:
        data: The text that msgspec rejected.
        refusal: The error of msgspec.

    Raises:
        InvalidJSON: It is not JSON.
    """
    try:
        text = (data if isinstance(data, str) else data.decode()).removeprefix("\ufeff")
        value = _loads(text)  # Fails early if it is not JSON.
        return _loads(_ESCAPE.sub(_replace_surrogate, text)) if _SURROGATE.search(text) else value
    except ValueError:
        raise InvalidJSON(str(refusal)) from None


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=_float, parse_int=_int, parse_constant=_refuse)


def _replace_surrogate(escape: re.Match[str]) -> str:
    return r"\ufffd" if escape[1] else escape[0]


def _float(text: str) -> Any:
    value = float(text)
    return value if isfinite(value) else _decimal(text)


def _int(text: str) -> Any:
    try:
        return int(text)
    except ValueError:  # Python limits the digits of integers.
        return _decimal(text)


def _decimal(text: str) -> Any:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _refuse(text: str) -> Any:
    raise ValueError(text)

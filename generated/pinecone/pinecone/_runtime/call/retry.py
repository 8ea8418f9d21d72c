"""Whether to retry, and after how long: pure functions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0

_RETRIED = frozenset({408, 409, 429})


def should_retry(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a response should be retried; `x-should-retry` overrides the status."""
    said = headers.get("x-should-retry", "").strip().lower()
    if said in {"true", "false"}:
        return said == "true"
    return status in _RETRIED or status >= 500


def random_fraction() -> float:
    """Return a random number from 0 to 1; forked processes get different ones."""
    return int.from_bytes(os.urandom(2), "big") / 65535


def backoff(failures: int, luck: float) -> float:
    """Return the seconds to wait after so many failures (from 1).

    `luck`, from 0 to 1, subtracts up to a quarter, so that clients do not retry all at once.
    """
    delay = min(FIRST_DELAY * 2.0 ** min(failures - 1, 10), LONGEST_DELAY)
    return delay * (1.0 - 0.25 * luck)


def delay_after(headers: Mapping[str, str], failures: int, luck: float, now: float) -> float | None:
    """Return the seconds to wait before another try, or None if that is too long.

    `Retry-After` is supported up to 60 seconds; a longer one ends the retries, because an
    earlier try would only fail again.
    """
    wish = retry_after(headers, now)
    if wish is None:
        return backoff(failures, luck)
    return wish if wish <= LONGEST_RETRY_AFTER else None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds of `Retry-After`, or None if it is missing or invalid.

    `now` is in seconds since the epoch, for dates.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000.0
    text = headers.get("retry-after")
    seconds = _number(text)
    if seconds is not None or text is None:
        return seconds
    return _until(text, now)


def _number(text: str | None) -> float | None:
    if text is None or not text.isascii() or len(text) > 64:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    # The comparison is false for NaN too.
    return value if 0 < value < float("inf") else None


def _until(text: str, now: float) -> float | None:
    if not any(letter.isalpha() for letter in text):
        return None
    from datetime import UTC
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(text)
        # Obsolete date formats have no time zone; they mean UTC, not local time.
        wait = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return wait if wait > 0 else None

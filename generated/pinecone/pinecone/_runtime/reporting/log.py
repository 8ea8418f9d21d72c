"""Log lines; the logger has the name of the package."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..call.auth import redact
from ..errors import shorten

if TYPE_CHECKING:
    from ..call.options import RetryEvent
    from ..http.message import Headers, Request, Response

PACKAGE = __name__.rpartition("._runtime")[0] or "_runtime"
logger = logging.getLogger(PACKAGE)
logger.addHandler(logging.NullHandler())  # Without it, Python prints warnings to stderr.

_SECRET_WORDS = ("auth", "cookie", "key", "pass", "secret", "session", "signature", "token")


def sent(request: Request, secret_headers: frozenset[str], secrets: tuple[str, ...]) -> None:
    """Log the headers of a try, at DEBUG."""
    if logger.isEnabledFor(logging.DEBUG):
        shown = redacted(request.headers, secret_headers, secrets)
        logger.debug("%s %s headers: %s", request.method, _path(request, secrets), shown)


def answered(
    request: Request,
    response: Response,
    seconds: float,
    secret_headers: frozenset[str],
    secrets: tuple[str, ...],
) -> None:
    """Log one line for a try with a response, at INFO; its headers, at DEBUG."""
    if logger.isEnabledFor(logging.INFO):
        _line(request, str(response.status_code), seconds, secrets)
        if logger.isEnabledFor(logging.DEBUG):
            shown = redacted(response.headers, secret_headers, secrets)
            logger.debug("response headers: %s", shown)


def failed(
    request: Request, error: BaseException, seconds: float, secrets: tuple[str, ...]
) -> None:
    """Log one line for a try without a response, at INFO."""
    if logger.isEnabledFor(logging.INFO):
        _line(request, type(error).__name__, seconds, secrets)


def waiting(event: RetryEvent, most: int) -> None:
    """Log that there will be another try, at DEBUG."""
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug(
            "%s: retry %d of %d in %.2f s", event.operation, event.attempt, most, event.delay
        )


def redacted(
    headers: Headers, secret_headers: frozenset[str], secrets: tuple[str, ...]
) -> dict[str, str]:
    """Return headers with values redacted that may be credentials."""
    return {
        name: "***" if _is_secret(name, secret_headers) else shorten(redact(value, secrets))
        for name, value in headers.items()
    }


def _line(request: Request, outcome: str, seconds: float, secrets: tuple[str, ...]) -> None:
    logger.info(
        "%s %s -> %s in %d ms (try %d)",
        request.method,
        _path(request, secrets),
        outcome,
        round(seconds * 1000),
        request.attempt,
    )


def _path(request: Request, secrets: tuple[str, ...]) -> str:
    return shorten(redact(request.path, secrets))


def _is_secret(name: str, secret_headers: frozenset[str]) -> bool:
    return name in secret_headers or any(word in name for word in _SECRET_WORDS)

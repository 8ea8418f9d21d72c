"""Exceptions of HTTP libraries that use httpx's names, turned into this package's."""

from __future__ import annotations

from typing import Any

from ..errors import (
    APIConnectionError,
    APIError,
    APIResponseError,
    APITimeoutError,
    IncompleteResponseError,
)
from .decompression import NotCompressedError, TooLargeError
from .message import Response


def to_api_error(library: Any, error: Exception, response: Response | None) -> APIError:
    """Return the `APIError` for an exception of `library`, without text that may hold a secret."""
    if isinstance(error, APIError):  # An `http_client` may itself call an API: it is an OSError.
        return error
    if response is not None:
        # Errors can be pickled; a connection, which a streaming response still holds, cannot.
        response = response.part(response.content)
    if isinstance(error, TooLargeError) and response is not None:
        return APIResponseError("the response is larger than max_response_bytes", response)
    if isinstance(error, library.TimeoutException):
        return APITimeoutError(_timeout_text(library, error))
    if isinstance(error, NotCompressedError) and response is not None:
        return APIResponseError("the response is not compressed as its headers say", response)
    if response is not None:
        return IncompleteResponseError("the response ended early", response)
    failure = APIConnectionError(_connection_text(library, error))
    hopeless = isinstance(error, (library.LocalProtocolError, library.UnsupportedProtocol))
    if hopeless or "CERTIFICATE_VERIFY_FAILED" in str(error):
        failure.retryable = False
    return failure


def _timeout_text(library: Any, error: Exception) -> str:
    if isinstance(error, library.ConnectTimeout):
        return "no connection within the time allowed"
    if isinstance(error, library.PoolTimeout):
        return "no free connection within the time allowed"
    if isinstance(error, library.WriteTimeout):
        return "the request could not be sent within the time allowed"
    return "no response within the time allowed"


def _connection_text(library: Any, error: Exception) -> str:
    if isinstance(error, (library.ConnectError, library.ProxyError)):
        return f"cannot connect: {error}"
    if isinstance(error, library.RemoteProtocolError):
        return "the service closed the connection, or did not respond in HTTP"
    if isinstance(error, (library.LocalProtocolError, library.UnsupportedProtocol)):
        return "the request cannot be sent"
    return f"the connection broke ({type(error).__name__})"

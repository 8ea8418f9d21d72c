"""Every exception and warning that clients raise. It imports almost nothing, to import fast."""

from __future__ import annotations

from .lazy import LazyModule, publish

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from .http import message
else:
    message = LazyModule(".http.message", __package__)

_LONGEST_TEXT = 500
_SHOWN = ("status_code", "code", "message", "request_id")
"""The attributes of errors that their reprs show."""


class ConfigurationError(ValueError):
    """The settings of the client cannot work. Raised before any request is sent."""


class ClientClosedError(RuntimeError):
    """The client was used after `close()`."""


class ResponseDriftWarning(UserWarning):
    """A response differs from the API description; its data is kept unchanged."""


class UnreadPagesWarning(UserWarning):
    """The caller iterates over a page of a list that has more pages."""


class APIError(Exception):
    """The base of all errors of calls.

    Attributes:
        message: What went wrong, without credentials.
        method: The HTTP method of the call, or "".
        url: The URL of the call without its query, or "".
    """

    message: str
    method: str = ""
    url: str = ""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        # A subclass's broken attribute must not make the error unprintable.
        try:
            return self._text()
        except Exception:
            return type(self).__name__

    def __repr__(self) -> str:
        name = type(self).__name__
        try:
            facts = {key: getattr(self, key, None) for key in _SHOWN}
            shown = {
                key: shorten(fact) if isinstance(fact, str) else fact
                for key, fact in facts.items()
                if fact is not None
            }
            return f"{name}({', '.join(f'{key}={fact!r}' for key, fact in shown.items())})"
        except Exception:
            return f"{name}()"

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), self.args, self.__dict__)

    def _text(self) -> str:
        where = f" ({self.method} {self.url})" if self.url else ""
        return shorten(self.message) + where


class APIConnectionError(APIError, ConnectionError):
    """The connection failed, so that no complete response arrived.

    It is also a `ConnectionError` of Python, and so an `OSError`.
    """

    retryable: bool = True
    """False if another try would fail in the same way."""


class APITimeoutError(APIConnectionError, TimeoutError):
    """A time limit was exceeded; it is also a `TimeoutError` of Python."""


class _HasResponse:
    """The base of errors that have a response.

    Attributes:
        response: The status, headers and bytes of the response, as far as they arrived.
    """

    response: message.Response

    @property
    def status_code(self) -> int:
        """The HTTP status of the response."""
        return self.response.status_code

    @property
    def headers(self) -> message.Headers:
        """The headers of the response; names in any case."""
        return self.response.headers

    @property
    def request_id(self) -> str | None:
        """The id that the service gave to the call, for its support."""
        return self.response.request_id

    def _suffix(self) -> str:
        request_id = self.request_id
        return f" (request id {shorten(request_id)})" if request_id else ""


class IncompleteResponseError(_HasResponse, APIConnectionError):
    """The response ended early. `response.content` holds what had arrived."""

    def __init__(self, message: str, response: message.Response) -> None:
        super().__init__(message)
        self.response = response

    def _text(self) -> str:
        return super()._text() + self._suffix()


class APIResponseError(_HasResponse, APIError):
    """A success response cannot be used: it is not JSON, empty or too large."""

    def __init__(self, message: str, response: message.Response) -> None:
        super().__init__(message)
        self.response = response

    @property
    def preview(self) -> bytes:
        """The first 200 bytes of the response."""
        return self.response.content[:200]

    def _text(self) -> str:
        return f"{super()._text()}, HTTP {self.status_code}{self._suffix()}"


class ResponseValidationError(APIResponseError):
    """With `strict=True`: the response does not match the API description.

    Attributes:
        path: The JSON path in the response, for example `$.data[0].values`.
        body: The response as plain Python data.
    """

    def __init__(
        self, message: str, response: message.Response, *, path: str, body: object
    ) -> None:
        super().__init__(message, response)
        self.path = path
        self.body = body


class APIStatusError(_HasResponse, APIError):
    """The service responded with an error status.

    Attributes:
        code: The service's own error code, or None.
        body: The response: a model where the API describes one, else JSON data, else text.
    """

    def __init__(
        self,
        message: str,
        response: message.Response,
        *,
        code: str | None = None,
        body: object = None,
    ) -> None:
        super().__init__(message)
        self.response = response
        self.code = code
        self.body = body

    def _text(self) -> str:
        code = f" {shorten(self.code)}" if self.code else ""
        return f"HTTP {self.status_code}{code}: {shorten(self.message)}{self._suffix()}"


class BadRequestError(APIStatusError):
    """400: the service did not understand the request."""


class AuthenticationError(APIStatusError):
    """401: the credential is missing or wrong."""


class PermissionDeniedError(APIStatusError):
    """403: the credential does not allow this."""


class NotFoundError(APIStatusError):
    """404: the resource does not exist."""


class ConflictError(APIStatusError):
    """409: the request conflicts with the current state."""


class UnprocessableEntityError(APIStatusError):
    """422: the request was understood, but its content is wrong."""


class RateLimitError(APIStatusError):
    """429: too many requests, or the quota is exhausted."""


class InternalServerError(APIStatusError):
    """500 and above: the service failed."""


class InvalidJSON(ValueError):
    """The text is not JSON, or is nested too deeply."""


class Mismatch(ValueError):
    """The JSON does not match the expected type."""

    def __init__(self, path: str, expected: str, found: str) -> None:
        """Store the JSON path, what was expected, and what was found."""
        super().__init__(path, expected, found)
        self.path = path
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        """Return one line that shows no value."""
        return f"{self.path}: expected {self.expected}, found {self.found}"


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def status_class(status: int) -> type[APIStatusError]:
    """Return the exception class for an HTTP status."""
    found = _BY_STATUS.get(status)
    if found is not None:
        return found
    return InternalServerError if status >= 500 else APIStatusError


def shorten(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Return `text` on one line and of at most `longest` characters."""
    line = " ".join(text.split()) if not text.isprintable() else text
    return line if len(line) <= longest else line[: longest - 3] + "..."


def _restore(kind: type[APIError], args: tuple[object, ...], state: dict[str, object]) -> APIError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


publish(
    "errors",
    APIConnectionError,
    APIError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ConflictError,
    IncompleteResponseError,
    InternalServerError,
    InvalidJSON,
    Mismatch,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDriftWarning,
    ResponseValidationError,
    UnprocessableEntityError,
    UnreadPagesWarning,
)

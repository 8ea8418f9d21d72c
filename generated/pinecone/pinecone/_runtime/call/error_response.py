"""Turns error responses into exceptions, with credentials redacted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..data.decoder import decode
from ..errors import APIError, APIStatusError, InvalidJSON, shorten, status_class
from ..http.message import Response, bare_url
from .auth import redact
from .error_body import code_of, message_of, title_of

if TYPE_CHECKING:
    from ..http.message import Request
    from .operation import Operation

E = TypeVar("E", bound=APIError)


def status_error(
    operation: Operation[Any], response: Response, secrets: tuple[str, ...]
) -> APIStatusError:
    """Return the exception for an error response."""
    response = without_secrets(response, secrets)
    plain = _json(response.content)
    kind = operation.error_type(response.status_code)
    return status_class(response.status_code)(
        _message(response, plain),
        response,
        code=code_of(plain, response.status_code),
        body=_body(response, plain, kind),
    )


def with_request(error: E, request: Request, secrets: tuple[str, ...]) -> E:
    """Add the method and URL of the request to an error, redact credentials, and return it."""
    error.message = redact(error.message, secrets)
    error.args = (error.message, *error.args[1:])
    error.method = request.method
    error.url = redact(bare_url(request.url), secrets)
    return error


def without_secrets(response: Response, secrets: tuple[str, ...]) -> Response:
    """Return a response with secrets redacted: some services repeat what they received."""
    content = response.content
    text = content.decode("latin-1")
    headers = [
        (name, redact(value.decode("latin-1"), secrets).encode("latin-1"))
        for name, value in response.headers.raw
    ]
    made = Response(response.status_code, headers, redact(text, secrets).encode("latin-1"))
    made.id_header = response.id_header
    return made


def _json(content: bytes) -> object:
    try:
        plain: object = decode(content, Any)
    except InvalidJSON:
        return None
    return plain


def _body(response: Response, plain: object, kind: Any) -> object:
    if plain is None:
        return response.content.decode("utf-8", "replace") if response.content else None
    if kind is None:
        return plain
    try:
        body: object = decode(response.content, kind)
    except ValueError:
        return plain
    return body


def _message(response: Response, plain: object) -> str:
    target = shorten(bare_url(response.headers.get("location", "")), 200)
    if 300 <= response.status_code < 400 and target:
        return f"the service redirects to {target}; redirects are not followed"
    found = message_of(plain)
    if found:
        return shorten(found)
    if isinstance(plain, str):
        return "no message"
    text = response.content.decode("utf-8", "replace")
    if not text.strip():
        return "the response is empty"
    title = title_of(text[:20_000])
    if "html" in response.headers.get("content-type", ""):
        return f"an HTML page: {shorten(title or text[:2000], 200)}"
    return shorten(title or text[:2000])

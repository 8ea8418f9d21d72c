"""Turns error responses into exceptions, with credentials redacted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..data.decoder import decode
from ..data.mismatch import InvalidJSON
from ..errors import APIError, APIStatusError, shorten, status_class
from ..http.message import Response, bare_url
from .auth import redact

if TYPE_CHECKING:
    from ..http.message import Request
    from .operation import Operation

E = TypeVar("E", bound=APIError)

_MESSAGE_KEYS = ("message", "detail", "error_description", "title", "error", "errors", "reason")
_CODE_KEYS = ("code", "type", "error_code", "status")


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
        code=_find(plain, _CODE_KEYS),
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
    return Response(response.status_code, headers, redact(text, secrets).encode("latin-1"))


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
    found = _find(plain, _MESSAGE_KEYS)
    if found:
        return shorten(found)
    if isinstance(plain, str):
        return shorten(plain) or "no message"
    kind = response.headers.get("content-type", "")
    text = response.content[:2000].decode("utf-8", "replace")
    if not text:
        return "the response is empty"
    return f"an HTML page: {shorten(text, 200)}" if "html" in kind else shorten(text)


def _find(value: object, keys: tuple[str, ...], depth: int = 0) -> str | None:
    """Return the first text under one of the keys, in the object or objects inside it."""
    if depth > 3:
        return None
    if isinstance(value, list) and value:
        items = cast("list[object]", value)
        return items[0] if isinstance(items[0], str) else _find(items[0], keys, depth + 1)
    if not isinstance(value, dict):
        return None
    data = cast("dict[str, object]", value)
    for outer in ("error", "errors"):
        found = _find(data.get(outer), keys, depth + 1)
        if found:
            return found
    for key in keys:
        item = data.get(key)
        if isinstance(item, str) and item:
            return item
        if isinstance(item, int) and not isinstance(item, bool) and keys is _CODE_KEYS:
            return str(item)
        if isinstance(item, list):
            found = _find(cast("list[object]", item), keys, depth + 1)
            if found:
                return found
    return None

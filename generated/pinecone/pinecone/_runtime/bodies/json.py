"""JSON bodies: `application/json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ..data.arguments import build_body, extra_body_error, naming, raise_argument_error
from ..data.encoder import encode as to_json
from ..data.encoder import to_builtins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call.operation import Operation
    from ..data.arguments import ExtraBody
    from ..http.message import EncodedBody


def encode(
    operation: Operation[Any], is_async: bool, body: object, extra: ExtraBody
) -> EncodedBody:
    """Return the media type and the JSON of a body.

    Raises:
        TypeError: An argument is missing or cannot be written as JSON, or `extra` is given and
            the body is not an object.
        ValueError: A required argument is empty, or a number is NaN or infinite.
    """
    del is_async
    is_null = body is None and extra is None
    built = (
        None
        if is_null
        else build_body(operation.body, {} if body is None else body, operation.limits)
    )
    try:
        content = to_json(built if extra is None else _merge(built, extra))
    except (TypeError, ValueError):
        raise_argument_error(operation.body, built)
        raise
    return operation.content_type or "application/json", content


def _merge(body: object, extra: Mapping[str, object]) -> dict[str, Any]:
    """Return a body in which the properties of `extra_body` override its own.

    Raises:
        TypeError: The body is not an object, or a value of `extra` cannot be written as JSON.
        ValueError: A number of `extra` is NaN or infinite.
    """
    data = to_builtins(body)
    if not isinstance(data, dict):
        raise extra_body_error()
    with naming("extra_body", extra):
        to_json(extra)
    return {**cast("dict[str, Any]", data), **extra}

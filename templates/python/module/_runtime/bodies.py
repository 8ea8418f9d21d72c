"""How bodies are written. JSON lives here; any other encoding is a module of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from .arguments import blame, build_body, naming
from .codec import encode, to_builtins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .message import Body
    from .operation import Operation

    Extra: TypeAlias = Mapping[str, object] | None
    Encoded: TypeAlias = tuple[str, bytes | Body]


def encoder(operation: Operation[Any], *, is_async: bool) -> Callable[[object, Extra], Encoded]:
    """Return the function that turns a body and `extra_body` into its media type and content.

    JSON is built in. For another encoding, the module `encode_<encoding>` of this package must
    have a function `encode`; it is imported here, so a package ships only those it needs.
    """
    if operation.encoding == "json":
        return partial(_json, operation)
    from importlib import import_module

    module = import_module(f".encode_{operation.encoding}", __package__)
    return partial(module.encode, operation, is_async)


def merge(body: object, extra: Mapping[str, object]) -> dict[str, Any]:
    """Return a body with the properties of `extra_body` put over it.

    Raises:
        TypeError: The body is not an object, or there is no JSON for a value of `extra`.
        ValueError: A number of `extra` is NaN or infinite.
    """
    data = to_builtins(body)
    if not isinstance(data, dict):
        raise refusal()
    with naming("extra_body"):
        encode(extra)
    return {**cast("dict[str, Any]", data), **extra}


def refusal() -> TypeError:
    """Return the error for `extra_body` where the body is no object."""
    return TypeError("extra_body: the body of this operation is not an object")


def _json(operation: Operation[Any], body: object, extra: Extra) -> Encoded:
    is_null = body is None and extra is None
    built = None if is_null else build_body(operation.body, {} if body is None else body)
    try:
        content = encode(built if extra is None else merge(built, extra))
    except (TypeError, ValueError):
        blame(operation.body, built)
        raise
    return operation.content_type or "application/json", content

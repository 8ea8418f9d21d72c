"""How bodies are written. JSON lives here; any other encoding is a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .codec import encode, to_builtins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def encoder(name: str) -> Callable[[object], tuple[str, bytes]]:
    """Return the function that turns a body into its media type and bytes.

    "json" is built in. For another name, the module `encode_<name>` of this package must have
    a function `encode`; it is imported here, so a package ships only those it needs.
    """
    if name == "json":
        return _json
    from importlib import import_module

    found: Callable[[object], tuple[str, bytes]] = import_module(
        f".encode_{name}", __package__
    ).encode
    return found


def merge(body: object, extra: Mapping[str, object]) -> dict[str, Any]:
    """Return a body with the properties of `extra_body` put over it.

    Raises:
        TypeError: The body is not an object.
    """
    data = to_builtins(body)
    if not isinstance(data, dict):
        raise TypeError("extra_body: the body of this operation is not an object")
    return {**cast("dict[str, Any]", data), **extra}


def _json(body: object) -> tuple[str, bytes]:
    return "application/json", encode(body)

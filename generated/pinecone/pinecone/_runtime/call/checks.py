"""Checks of settings when a client is made. Each message names the setting, and what to give."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from ..errors import ConfigurationError
from ..http.message import header
from .options import Connections, Limits

if TYPE_CHECKING:
    from collections.abc import Iterable

_TYPES: dict[str, type] = {
    "strict": bool,
    "http2": bool,
    "trust_env": bool,
    "user_agent": str,
    "proxy": str,
    "max_response_bytes": int,
}
_NULLABLE = frozenset(("proxy", "max_response_bytes"))
_HOOKS = ("on_drift", "on_request", "on_response", "on_retry")
_TRANSPORTS = ("fast", "httpx2")
_PROXIES = ("http", "https", "socks5", "socks5h")


def check_names(
    function: str, given: Iterable[str], known: Collection[str], others: Collection[str] = ()
) -> None:
    """Reject unknown keyword arguments; `others` may be meant, but are not among `given`.

    Raises:
        TypeError: A name is not known. The message is Python's, with the name that was meant.
    """
    for name in given:
        if name not in known:
            from ..reporting.nearest import nearest

            choices = [choice for choice in (*known, *others) if not choice.startswith("_")]
            meant = nearest(name, choices)
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}{meant}")


def check_senders(
    client: str, http_client: object, options: Mapping[str, Any], *, is_async: bool
) -> None:
    """Check `http_client` and `transport`, and reject options that would have no effect on them."""
    transport: object = options.get("transport")
    if http_client is not None:
        wanted = "AsyncClient" if is_async else "Client"
        # Whoever made such a client has imported its module.
        type_: type | None = getattr(sys.modules.get("httpx2"), wanted, None)
        if type_ is None or not isinstance(http_client, type_):
            raise TypeError(
                f"{client}(): http_client must be an httpx2.{wanted}, not {kind_of(http_client)}"
            )
    if isinstance(transport, str):
        if transport not in _TRANSPORTS:
            from ..reporting.nearest import nearest

            meant = nearest(transport, _TRANSPORTS)
            raise ConfigurationError(
                f"{client}(): transport must be 'httpx2', 'fast' or an object{meant}"
            )
    elif transport is not None:
        _check_transport(client, transport, is_async=is_async)
    clash = [name for name in options if name in Connections.__struct_fields__]
    if transport is not None and not isinstance(transport, str):
        clash += [] if http_client is None else ["http_client"]
    elif http_client is not None:
        clash = [name for name in clash if name != "max_response_bytes"]
        clash += ["transport"] if transport == "fast" else []
    else:
        return
    if clash:
        raise TypeError(f"{client}(): {clash[0]} has no effect on an http_client or transport")


def _check_transport(client: str, transport: object, *, is_async: bool) -> None:
    send = getattr(transport, "send", None)
    if not callable(send) or not callable(getattr(transport, "close", None)):
        raise TypeError(
            f"{client}(): transport must have the methods `send` and `close`, which"
            f" {kind_of(transport)} has not"
        )
    _check_function(f"{client}(): transport.send", send, is_async=is_async)


def check_options(options: Mapping[str, Any], *, is_async: bool) -> None:
    """Check the types of the less common settings, and that hooks can be called."""
    if not options:
        return
    for name, type_ in _TYPES.items():
        value = options.get(name) if name in _NULLABLE else options.get(name, type_())
        if value is not None and (
            not isinstance(value, type_) or (type_ is int and isinstance(value, bool))
        ):
            raise TypeError(f"{name}: expected {type_.__name__}, got {kind_of(value)}")
    most: int | None = options.get("max_response_bytes")
    if most is not None and most < 1:
        raise ConfigurationError("max_response_bytes: must be above zero; None means no limit")
    for name in _HOOKS:
        if options.get(name) is not None:
            _check_function(name, options[name], is_async=is_async and name != "on_drift")
    middleware: object = options.get("middleware") or ()
    if not isinstance(middleware, Sequence) or isinstance(middleware, str):
        raise TypeError(f"middleware: expected a list of functions, got {kind_of(middleware)}")
    for index, function in enumerate(cast("Sequence[object]", middleware)):
        _check_function(f"middleware[{index}]", function, is_async=is_async)
    header("User-Agent", f"x {options.get('user_agent', '')}".strip())
    _check_limits(options.get("limits", Limits()))
    fast = options.get("transport") == "fast"
    if options.get("http2") and not fast:
        need("h2", "http2=True")
    proxy: str | None = options.get("proxy")
    if proxy is not None:
        check_proxy(proxy)
        if proxy.startswith("socks") and not fast:
            need("socksio", "a SOCKS proxy")


def _check_function(name: str, value: object, *, is_async: bool) -> None:
    if not callable(value):
        raise TypeError(f"{name}: expected a function, got {kind_of(value)}")
    from inspect import iscoroutinefunction

    if not is_async and iscoroutinefunction(value):
        raise TypeError(f"{name}: is called without `await`; give a function that is not async")


def _check_limits(limits: object) -> None:
    if not isinstance(limits, Limits):
        raise TypeError(f"limits: expected Limits(max_connections=...), got {kind_of(limits)}")
    for name, least in (("max_connections", 1), ("max_keepalive", 0), ("keepalive_expiry", 0)):
        value: object = getattr(limits, name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"limits: {name} must be a number or None, not {kind_of(value)}")
        if not value >= least:
            raise ConfigurationError(f"limits: {name} must be at least {least}; None = no limit")


def check_proxy(url: str) -> None:
    """Check the URL of a proxy. The message never shows it: it may hold a password.

    Raises:
        ConfigurationError: It is not the URL of a proxy.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in _PROXIES and bool(parts.hostname and parts.hostname.isascii())
        is_valid = is_valid and parts.port != 0 and url.isprintable()
    except ValueError:
        is_valid = False
    if not is_valid:
        raise ConfigurationError(
            "proxy: not a valid proxy URL; give one such as 'http://host:3128' or 'socks5://host'"
        )


def need(package: str, what: str) -> None:
    """Raise a `ConfigurationError` if a package is not installed."""
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise ConfigurationError(f"{what} needs the package {package}: pip install {package}")


def checked_connections(options: Mapping[str, Any]) -> Connections:
    """Return the settings of connections, with the files of `verify` and `cert` checked.

    Raises:
        ConfigurationError: A file cannot be used, or a package is missing.
        TypeError: A value is of the wrong type.
    """
    given = {name: options[name] for name in Connections.__struct_fields__ if name in options}
    if not isinstance(given.get("verify", True), bool) or given.get("cert") is not None:
        from ..http.tls import checked_cert, checked_verify

        given["verify"] = checked_verify(given.get("verify", True))
        given["cert"] = checked_cert(given.get("cert"))
    return Connections(**given)


def checked_headers(headers: object) -> dict[str, str]:
    """Return default headers that requests can carry.

    Raises:
        TypeError: They are not a mapping of text to text.
        ValueError: A name or a value cannot be sent; the message never shows the value.
    """
    if not isinstance(headers, Mapping):
        raise TypeError(f"default_headers: expected a mapping, got {kind_of(headers)}")
    checked = cast("Mapping[str, str]", headers)
    for name, value in checked.items():
        if not isinstance(cast("object", name), str):
            raise TypeError(f"default_headers: expected names as str, got {kind_of(name)}")
        try:
            header(name, value)
        except TypeError as error:
            raise TypeError(f"default_headers: {error}") from None
        except ValueError as error:
            raise ConfigurationError(f"default_headers: {error}") from None
    return dict(checked)


def kind_of(value: object) -> str:
    """Return the name of a value's type, with its module: there are several `Client`."""
    type_ = type(value)
    module = type_.__module__.partition(".")[0]
    return type_.__name__ if module == "builtins" else f"{module}.{type_.__name__}"

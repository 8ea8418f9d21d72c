"""Parameters encoded as text, in every style of OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, TypeAlias, cast
from urllib.parse import quote

from .arguments import check, naming
from .encoder import encode, to_builtins, to_native
from .guards import is_mapping
from .limits import check_limits
from .parameter_types import check_parameter, number_of

if TYPE_CHECKING:
    from ..call.operation import Param

Value: TypeAlias = str | list[str] | list[tuple[str, str]]
Pairs: TypeAlias = list[tuple[str, str]]

_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_ASCII = re.compile("[^ -~]")
_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
# Reserved characters that do not end a value in a query.
_RESERVED = "/:?@!$'()*,;="
_RESERVED_IN_PATH = ":@!$&'()*+,;="
_COOKIE = "!#$%&'()*+/:<=>?@[]^`{|}"


def escape(text: str) -> str:
    """Percent-encode everything that is not a letter, a digit or one of `-._~`."""
    return quote(text, safe="")


def path_part(param: Param, value: object) -> str:
    """Return a path parameter, encoded so that it adds no segment and no query.

    Raises:
        TypeError: It is missing, or its type has no text form.
        ValueError: It is empty, or contains a line break.
    """
    name = param.argument
    _check(param, value, required=True)
    plain = _value(param, value)
    if plain is None or not plain:
        raise ValueError(f"{name} must not be empty")
    style = param.effective_style
    if style == "matrix":
        return _matrix(param, plain)
    prefix = "." if style == "label" else ""
    between = "." if style == "label" and param.effective_explode else ","
    write = _keep_reserved_in_path if param.reserved else escape
    text = _joined(plain, between, param.effective_explode, write)
    if not text:
        raise ValueError(f"{name} must not be empty")
    return prefix + text


def query_part(param: Param, value: object) -> list[str]:
    """Return the `name=value` texts of a query parameter; none if it is None or empty.

    Raises:
        TypeError: Its type has no text form, or it is required and missing.
        ValueError: It contains a line break, or is required and empty.
    """
    _check(param, value, required=param.required)
    plain = None if value is None else _value(param, value)
    if plain is None:
        return []
    if param.place == "querystring" and isinstance(plain, str):
        return [escape(plain)]
    return [f"{key}={text}" for key, text in _form(param, plain)]


def cookie_part(param: Param, value: object) -> list[str]:
    """Return the `name=value` texts of a cookie parameter; raises as `query_part`."""
    return query_part(param, value)


def header_part(param: Param, value: object) -> str | None:
    """Return the text of a header parameter; None if there is nothing to send.

    Raises:
        TypeError: Its type has no text form, or it is required and missing.
        ValueError: It contains a line break, or is required and empty.
    """
    _check(param, value, required=param.required)
    plain = None if value is None else _value(param, value)
    if plain is None or plain == []:
        return None
    text = _joined(plain, ",", param.effective_explode, str)
    return _NOT_ASCII.sub(_escaped, text) if param.content_type else text


def _escaped(found: re.Match[str]) -> str:
    """Return a character as a JSON escape."""
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[start : start + 2].hex()}" for start in range(0, len(units), 2))


def extra_query(values: Mapping[str, object]) -> list[str]:
    """Return the `name=value` texts of `extra_query`; raises as `query_part`."""
    pairs: list[str] = []
    for name, value in values.items():
        plain = _plain(f"extra_query[{name!r}]", value)
        if plain is None:
            continue
        items = [plain] if isinstance(plain, str) else plain
        for item in items:
            key, text = (name, item) if isinstance(item, str) else (f"{name}[{item[0]}]", item[1])
            pairs.append(f"{escape(key)}={escape(text)}")
    return pairs


def _check(param: Param, value: object, *, required: bool) -> None:
    accepted = param.accepted
    check(param.argument, value, required, accepted)
    if value is not None and accepted is not None and type(value) not in accepted.plain:
        check_parameter(param, accepted, value)
    if param.limits is not None:
        check_limits(param.argument, param.limits, number_of(accepted, value))


def _value(param: Param, value: object) -> Value | None:
    name, is_deep = param.argument, param.effective_style == "deepObject"
    is_whole = param.place == "querystring"
    with naming(name, value):
        if param.content_type:
            return encode(value).decode()
        if param.base64 or is_deep or is_whole:
            value = cast("object", to_builtins(value))
    if is_whole:
        return _members(name, value)
    if is_deep and _holds_objects(value):
        return list(_deep(name, "", value))
    repeats = param.effective_explode and param.effective_style in {"form", "cookie"}
    return _plain(name, value, repeats=repeats)


def _plain(name: str, value: object, *, repeats: bool = False) -> Value | None:
    """Return a value as text, as a list of texts, or as pairs; None is left out.

    Args:
        name: The argument.
        value: Its value.
        repeats: Whether a list in an object becomes several pairs.
    """
    value = cast("object", to_native(value))
    if value is None:
        return None
    to_dict = getattr(value, "to_dict", None)
    if isinstance(value, Mapping) or callable(to_dict):
        data = cast("Mapping[object, object]", to_dict() if callable(to_dict) else value)
        return [
            (_text(name, key), _item(name, item))
            for key, given in data.items()
            for item in (_each(given) if repeats else (given,))
            if item is not None
        ]
    if _is_list(value):
        return [_item(name, item) for item in _items(value) if item is not None]
    return _text(name, value)


def _items(value: object) -> Iterable[object]:
    return cast("Iterable[object]", value)


def _each(value: object) -> Iterable[object]:
    """Return the items of a list, or else the value alone."""
    return _items(value) if _is_list(value) else (value,)


def _is_list(value: object) -> bool:
    texts = str | bytes | bytearray | memoryview
    return isinstance(value, Sequence | set | frozenset) and not isinstance(value, texts)


def text_of(name: str, value: object) -> str:
    """Return a scalar as text.

    Raises:
        TypeError: Its type has no text form; the message names the argument.
        ValueError: It is a number that is not finite.
    """
    if isinstance(value, str):
        return str.__str__(getattr(value, "value", value))
    if value is True or value is False:
        return "true" if value else "false"
    return _scalar(name, value)


def _item(name: str, value: object) -> str:
    """Return an item of a list or an object as text: nested lists and objects as JSON."""
    if is_mapping(value) or _is_list(value) or hasattr(value, "to_dict"):
        return encode(value).decode()
    return _text(name, value)


def _text(name: str, value: object) -> str:
    text = text_of(name, value)
    check_text(name, text)
    return text


def check_text(name: str, text: str) -> None:
    """Check that the text of a parameter can be sent.

    Raises:
        ValueError: It contains a line break, NUL or an unpaired surrogate.
    """
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError(f"{name} must not contain line breaks or NUL")
    if not text.isascii() and _SURROGATE.search(text):
        raise ValueError(f"{name} must not contain unpaired surrogates")


def _scalar(name: str, value: object) -> str:
    from datetime import date, time, timedelta
    from decimal import Decimal
    from enum import Enum
    from uuid import UUID

    value = to_native(value)
    if isinstance(value, Enum):
        return text_of(name, value.value)
    if isinstance(value, date | time | timedelta):
        return str(to_builtins(value))
    if isinstance(value, float | Decimal) and not isfinite(value):
        raise ValueError(f"{name} must be a finite number")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, bool | int | Decimal | UUID):
        return str(value).lower() if isinstance(value, bool) else str(value)
    raise TypeError(f"{name}: {type(value).__name__} cannot be sent here")


def _joined(plain: Value, between: str, explode: bool, write: Callable[[str], str]) -> str:
    if isinstance(plain, str):
        return write(plain)
    parts: list[str] = []
    for item in plain:
        if isinstance(item, str):
            parts.append(write(item))
        elif explode:
            parts.append(f"{write(item[0])}={write(item[1])}")
        else:
            parts += (write(item[0]), write(item[1]))
    return between.join(parts)


def _matrix(param: Param, plain: Value) -> str:
    name = escape(param.name)
    if isinstance(plain, str) or not param.effective_explode:
        pairs = [(name, _joined(plain, ",", explode=False, write=escape))]
    else:
        given = ((param.name, item) if isinstance(item, str) else item for item in plain)
        pairs = [(escape(key), escape(text)) for key, text in given]
    return "".join(f";{key}={text}" if text else f";{key}" for key, text in pairs)


def _form(param: Param, plain: Value) -> Pairs:
    write = _writer(param)
    name = escape(param.name)
    if isinstance(plain, str):
        return [(name, write(plain))]
    if not plain:
        return []
    if param.effective_style == "deepObject":
        return [
            (
                (name, write(item))
                if isinstance(item, str)
                else (name + escape(item[0]), write(item[1]))
            )
            for item in plain
        ]
    if param.effective_explode:
        return [
            (name, write(item)) if isinstance(item, str) else (escape(item[0]), write(item[1]))
            for item in plain
        ]
    between = _DELIMITERS.get(param.effective_style, ",")
    return [(name, _joined(plain, between, explode=False, write=write))]


def _writer(param: Param) -> Callable[[str], str]:
    """Return the function that encodes texts in a query or a cookie."""
    if param.effective_style == "cookie":
        return lambda text: quote(text, safe=_COOKIE)
    return _keep_reserved if param.reserved else escape


def _keep_reserved(text: str) -> str:
    """Encode for `allowReserved`; percent-encoded text stays as it is."""
    return re.sub("%25([0-9A-Fa-f]{2})", r"%\1", quote(text, safe=_RESERVED))


def _keep_reserved_in_path(text: str) -> str:
    """Encode for `allowReserved`, percent signs included: `%2F` would add a segment."""
    return quote(text, safe=_RESERVED_IN_PATH)


def _holds_objects(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_holds_objects, cast("list[object]", value)))
    return isinstance(value, dict)


def _deep(name: str, path: str, value: object) -> Iterable[tuple[str, str]]:
    """Yield `[key]`, and `[0]` for items of arrays of objects, as most services expect."""
    if isinstance(value, dict):
        for key, item in cast("dict[object, object]", value).items():
            yield from _deep(name, f"{path}[{_text(name, key)}]", item)
    elif isinstance(value, list):
        numbered = _holds_objects(cast("object", value))
        for index, item in enumerate(cast("list[object]", value)):
            yield from _deep(name, f"{path}[{index}]" if numbered else path, item)
    elif value is not None:
        yield path, _text(name, value)


def _members(name: str, value: object) -> Pairs:
    """Return the properties of an object, once for each of their values."""
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be an object, not {type(value).__name__}")
    return [
        (key, _item(name, item))
        for key, given in cast("dict[str, object]", value).items()
        for item in _each(given)
        if item is not None
    ]

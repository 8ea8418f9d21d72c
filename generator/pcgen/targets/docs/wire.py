"""The texts of parameters and form fields, in every style of OpenAPI.

Generated clients write them in their runtime (`data/parameters.py`, `bodies/fields.py`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pcgen import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    _Plain = str | list[str] | list[tuple[str, str]]

_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_BETWEEN = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_SIMPLE = (ir.Place.PATH, ir.Place.HEADER)
# Reserved characters that end neither a value nor a segment.
_RESERVED = "/:?@!$'()*,;="
_RESERVED_IN_PATH = ":@!$&'()*+,;="
_COOKIE = "!#$%&'()*+/:<=>?@[]^`{|}"


def text(value: ir.Json) -> str:
    """The text of a value: nested lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return compact(value)


def compact(value: ir.Json) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def path_text(parameter: ir.Parameter, value: ir.Json) -> str:
    """The encoded text of a path parameter."""
    plain, style = _plain(parameter, value), _style(parameter)
    if style == "matrix":
        return _matrix(parameter, plain)
    safe, explode = _RESERVED_IN_PATH if parameter.reserved else "", _explodes(parameter)
    joined = _joined(plain, "." if style == "label" and explode else ",", safe, explode=explode)
    return f"{'.' if style == 'label' else ''}{joined}"


def query_texts(parameter: ir.Parameter, value: ir.Json) -> list[str]:
    """The encoded `name=value` texts of a query or cookie parameter."""
    plain, name, safe = _plain(parameter, value), escape(parameter.wire_name), _safe(parameter)
    if isinstance(plain, str):
        is_whole = parameter.place is ir.Place.QUERYSTRING
        return [escape(plain)] if is_whole else [f"{name}={_quoted(plain, safe)}"]
    if _style(parameter) == "deepObject" or _explodes(parameter):
        return [
            (
                f"{name}={_quoted(item, safe)}"
                if isinstance(item, str)
                else f"{escape(item[0])}={_quoted(item[1], safe)}"
            )
            for item in plain
        ]
    between = _DELIMITERS.get(_style(parameter), ",")
    return [f"{name}={_joined(plain, between, safe, explode=False)}"] if plain else []


def header_text(parameter: ir.Parameter, value: ir.Json) -> str:
    """The text of a header parameter."""
    if parameter.content_type:
        return json.dumps(value, separators=(",", ":"))
    return _joined(_plain(parameter, value), ",", None, explode=_explodes(parameter))


def form_pairs(part: ir.FormPart | None, name: str, value: ir.Json) -> Iterator[tuple[str, str]]:
    """The names and texts of a property of a form."""
    if part is None or not (part.style or part.explode is not None):
        is_list = isinstance(value, list) and not (part and is_json(part.content_type))
        items = value if is_list else [value]
        yield from ((name, text(item)) for item in items if item is not None)
        return
    style = part.style or "form"
    explode = style == "form" if part.explode is None else part.explode
    pairs = _texts(value)
    if style == "deepObject":
        yield from _deep(name, value, always=True)
    elif isinstance(pairs, str):
        yield name, pairs
    elif explode:
        yield from ((name, item) if isinstance(item, str) else item for item in pairs)
    elif pairs:
        yield name, _BETWEEN[style].join(_flat(pairs))


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _style(parameter: ir.Parameter) -> str:
    return parameter.style or ("simple" if parameter.place in _SIMPLE else "form")


def _explodes(parameter: ir.Parameter) -> bool:
    by_default = _style(parameter) in {"form", "cookie"}
    return by_default if parameter.explode is None else parameter.explode


def _plain(parameter: ir.Parameter, value: ir.Json) -> _Plain:
    if parameter.content_type:
        return compact(value)
    if parameter.place is ir.Place.QUERYSTRING:
        return [(key, text(item)) for key, given in value.items() for item in _each(given)]
    if _style(parameter) == "deepObject":
        return list(_deep(parameter.wire_name, value, always=False))
    repeats = _explodes(parameter) and _style(parameter) in {"form", "cookie"}
    return _texts(value, repeats=repeats)


def _texts(value: ir.Json, *, repeats: bool = False) -> _Plain:
    """The text of a value, or those of its items; in objects, lists may repeat their key."""
    if isinstance(value, dict):
        return [
            (key, text(item))
            for key, given in value.items()
            for item in (_each(given) if repeats else [given])
            if item is not None
        ]
    if isinstance(value, list):
        return [text(item) for item in value if item is not None]
    return text(value)


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _deep(path: str, value: ir.Json, *, always: bool) -> Iterator[tuple[str, str]]:
    """The pairs of `deepObject`; items are numbered if there are objects among them, or always."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _deep(f"{path}[{key}]", item, always=always)
    elif isinstance(value, list):
        numbered = always or _holds_objects(value)
        for index, item in enumerate(value):
            yield from _deep(f"{path}[{index}]" if numbered else path, item, always=always)
    elif value is not None:
        yield path, text(value)


def _holds_objects(value: ir.Json) -> bool:
    return any(map(_holds_objects, value)) if isinstance(value, list) else isinstance(value, dict)


def _joined(plain: _Plain, between: str, safe: str | None, *, explode: bool) -> str:
    """Join texts, encoded unless `safe` is None."""
    if isinstance(plain, str):
        return _quoted(plain, safe)
    if explode:
        texts = [
            (
                _quoted(item, safe)
                if isinstance(item, str)
                else f"{_quoted(item[0], safe)}={_quoted(item[1], safe)}"
            )
            for item in plain
        ]
        return between.join(texts)
    return between.join(_quoted(item, safe) for item in _flat(plain))


def _flat(plain: list[str] | list[tuple[str, str]]) -> list[str]:
    return [part for item in plain for part in ((item,) if isinstance(item, str) else item)]


def _matrix(parameter: ir.Parameter, plain: _Plain) -> str:
    name = escape(parameter.wire_name)
    if isinstance(plain, str) or not _explodes(parameter):
        pairs = [(name, _joined(plain, ",", "", explode=False))]
    else:
        given = ((parameter.wire_name, i) if isinstance(i, str) else i for i in plain)
        pairs = [(escape(key), escape(item)) for key, item in given]
    return "".join(f";{key}={item}" if item else f";{key}" for key, item in pairs)


def _safe(parameter: ir.Parameter) -> str:
    """The characters that stay unencoded in a query or a cookie."""
    if _style(parameter) == "cookie":
        return _COOKIE
    return _RESERVED if parameter.reserved else ""


def _quoted(plain: str, safe: str | None) -> str:
    if safe is None:
        return plain
    quoted = quote(plain, safe=safe, errors="replace")
    return re.sub("%25([0-9A-Fa-f]{2})", r"%\1", quoted) if safe == _RESERVED else quoted


def escape(plain: str) -> str:
    """Percent-encode everything that is not a letter, a digit or one of `-._~`."""
    return _quoted(plain, "")

"""Serializes values as OpenAPI demands for each style and media type, without using pcgen.

Functions return None where OpenAPI does not define the result; callers then compare nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

Pairs = list[tuple[str, str]]
_BETWEEN = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "simple": ","}


def text(value: Any) -> str:
    """The text of a scalar."""
    return value if isinstance(value, str) else json.dumps(value)


def pairs(name: str, value: Any, style: str, explode: bool) -> Pairs | None:
    """Serialize a query or cookie parameter, or a property of a form."""
    if style == "deepObject":
        return list(_deep(name, value)) if isinstance(value, dict) else None
    if _is_nested(value):
        return None
    if isinstance(value, dict):
        if explode:
            return [(key, text(item)) for key, item in value.items()]
        return [(name, _BETWEEN[style].join(_flat(value)))] if value else []
    if isinstance(value, list):
        if explode:
            return [(name, text(item)) for item in value]
        return [(name, _BETWEEN[style].join(map(text, value)))] if value else []
    return [(name, text(value))]


def segment(name: str, value: Any, style: str, explode: bool) -> str | None:
    """Serialize a path or header parameter."""
    if _is_nested(value):
        return None
    if isinstance(value, dict):
        parts = [f"{k}={text(v)}" for k, v in value.items()] if explode else _flat(value)
    else:
        parts = [text(item) for item in (value if isinstance(value, list) else [value])]
    if style == "label":
        return "." + ("." if explode else ",").join(parts)
    if style == "matrix":
        if explode:
            own = parts if isinstance(value, dict) else [f"{name}={part}" for part in parts]
            return ";" + ";".join(own)
        return f";{name}={','.join(parts)}"
    return ",".join(parts)


def form(body: dict[str, Any], encoding: dict[str, Any]) -> Pairs | None:
    """Serialize a form. Without an encoding, arrays repeat their name and objects are JSON."""
    found: Pairs = []
    for name, value in body.items():
        more = _property(name, value, encoding.get(name) or {})
        if more is None:
            return None
        found += more
    return found


def _property(name: str, value: Any, encoding: dict[str, Any]) -> Pairs | None:
    if "style" in encoding or "explode" in encoding:
        style = encoding.get("style", "form")
        return pairs(name, value, style, encoding.get("explode", style == "form"))
    if "json" in encoding.get("contentType", ""):
        return [(name, json.dumps(value))]
    items = value if isinstance(value, list) else [value]
    return [
        (name, json.dumps(i) if isinstance(i, dict | list) else text(i))
        for i in items
        if i is not None
    ]


def multipart(body: dict[str, Any], encoding: dict[str, Any]) -> list[tuple[str, bytes]] | None:
    """The expected names and contents of multipart parts."""
    found: list[tuple[str, bytes]] = []
    for name, value in body.items():
        items = value if isinstance(value, list) else [value]
        if items and all(isinstance(item, bytes) for item in items):
            found += [(name, item) for item in items]
            continue
        more = _property(name, value, encoding.get(name) or {})
        if more is None:
            return None
        found += [(key, one.encode()) for key, one in more]
    return found


def parts(content_type: str, content: bytes) -> list[tuple[str, bytes]]:
    """The names and contents of the sent parts, parsed by Python's email parser."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = message_from_bytes(head + content, policy=policy.HTTP)
    found = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        found.append((str(name), data if isinstance(data, bytes) else b""))
    return found


def same(seen: str, wanted: str) -> bool:
    """Whether two texts are equal, or equal as JSON."""
    if seen == wanted:
        return True
    try:
        return bool(wanted[:1] in "[{" and json.loads(seen) == json.loads(wanted))
    except ValueError:
        return False


def _is_nested(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(item, dict | list) or item is None for item in items)


def _flat(value: dict[str, Any]) -> list[str]:
    return [text(one) for pair in value.items() for one in pair]


def _deep(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _deep(f"{name}[{key}]", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _deep(f"{name}[{index}]", item)
    elif value is not None:
        yield name, text(value)

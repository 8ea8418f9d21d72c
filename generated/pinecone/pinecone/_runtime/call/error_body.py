"""Finds the message and the code in the body of an error response, whatever its format.

Services nest them (`{"error": {"message": ...}}`), list them (`{"errors": [...]}`), put them under
the name of a field (`{"errors": {"name": ["is required"]}}`), and spell their names in any case.
"""

from __future__ import annotations

import re
from typing import cast

from ..data.guards import is_array, is_object

# The first that leads to a text is the message; names in lower case, without underscores.
_MESSAGES = (
    "message",
    "msg",
    "errormessage",
    "errormsg",
    "detail",
    "errordescription",
    "description",
    "faultstring",
    "reason",
    "details",
    "errors",
    "error",
    "title",
)
_CODES = ("code", "errorcode", "type", "errortype", "status")
_HOLDERS = ("error", "fault", "errors", "detail")
_NO_CODES = frozenset(("about:blank", "error", "fail", "failed", "failure"))
_TITLE = re.compile(r"<(title|message)\b[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
_DEEPEST = 4
_MOST_ITEMS = 20


def message_of(value: object, depth: int = 0) -> str:
    """Return the message in JSON data, or ""."""
    if isinstance(value, str):
        return value.strip()
    if depth > _DEEPEST:
        return ""
    if is_array(value):
        texts = [message_of(item, depth + 1) for item in value[:_MOST_ITEMS]]
        found = next(filter(None, texts), "")
        return f"{found} (and {len(value) - 1} more)" if found and len(value) > 1 else found
    if not is_object(value):  # Else the time would grow with the number of names to the depth.
        return ""
    data = _object(value)
    inner = data.get("error", data.get("fault"))
    text = message_of(inner, depth + 1) if is_object(inner) else ""
    for key in _MESSAGES:
        text = text or message_of(data.get(key), depth + 1)
        if not text and key == "errors" and isinstance(data.get(key), dict):
            text = _of_field(cast("dict[str, object]", data[key]), depth)
    return _location(data) + text if text else ""


def code_of(value: object, status: int, depth: int = 0) -> str | None:
    """Return the code in JSON data, or None; the HTTP status alone is no code."""
    if is_array(value) and value:
        return code_of(value[0], status, depth + 1)
    data = _object(value)
    for key in _HOLDERS if depth < _DEEPEST else ():
        found = code_of(data.get(key), status, depth + 1)
        if found:
            return found
    for key in _CODES:
        item = data.get(key)
        if isinstance(item, int) and not isinstance(item, bool) and key != "status":
            item = str(item)
        if isinstance(item, str) and item and item not in {*_NO_CODES, str(status)}:
            # Services of AWS begin it with a namespace: `com.amazon#ValidationException`.
            return item if "://" in item else item.rpartition("#")[2]
    named = data.get("error")
    if isinstance(named, str) and named.isprintable() and " " not in named:
        return named if message_of(value) != named else None
    return None


def title_of(text: str) -> str:
    """Return the title of an HTML page, or the message of an XML document, or ""."""
    found = _TITLE.search(text)
    if found is None:
        return ""
    from html import unescape

    return unescape(found[2]).strip()


def _object(value: object) -> dict[str, object]:
    """Return an object by its names in lower case, without underscores; the first name wins."""
    data: dict[str, object] = {}
    if isinstance(value, dict):
        for name, item in cast("dict[str, object]", value).items():
            data.setdefault(name.replace("_", "").lower(), item)
    return data


def _of_field(fields: dict[str, object], depth: int) -> str:
    """Return the message of the first field that has one, after its name."""
    for name, item in fields.items():
        text = message_of(item, depth + 1)
        if text:
            return f"{name}: {text}" if name else text
    return ""


def _location(data: dict[str, object]) -> str:
    """Return the location in the request that an object names, as FastAPI does, or ""."""
    location = data.get("loc", data.get("field"))
    if isinstance(location, list):
        location = ".".join(str(part) for part in cast("list[object]", location)[:_MOST_ITEMS])
    return f"{location}: " if isinstance(location, str) and location else ""

"""The bodies of responses that are not streams."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from pcgen.mock.exchange import encoded
from pcgen.translate.media import essence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_BYTES = bytes(range(256))
_FILES = {
    "application/pdf": b"%PDF-1.4\n%%EOF\n",
    "application/zip": b"PK\x05\x06" + bytes(18),
    "image/gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "image/png": _PNG,
}


def body_of(media_type: str, values: Sequence[Any]) -> bytes:
    """The body of a response that is not JSON, from its examples."""
    name, value = essence(media_type), values[0] if values else None
    if isinstance(value, str):
        return value.encode()
    if name in _FILES:
        return _FILES[name]
    if name.startswith("text/") or name.endswith(("+xml", "/xml", "/yaml")):
        return b"" if value is None else encoded(value)
    return _BYTES if value is None else encoded(value)


def echoed(value: dict[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A value with path parameters at the properties that have their name.

    A parameter `model_name` or `modelName` is also the property `model` or `name` if there is no
    property of that name, and it is the last of the path.
    """
    result = dict(value)
    by_word = {_word(key): key for key in value}
    for index, (name, given) in enumerate(parameters.items()):
        candidates = [_word(name)]
        words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)
        if index == len(parameters) - 1 and len(words) > 1:
            candidates += ["".join(words[:-1]).lower(), words[-1].lower()]
        key = next((by_word[word] for word in candidates if word in by_word), None)
        if key is not None and type(value[key]) is type(given) and isinstance(given, str | int):
            result[key] = given
    return result


def _word(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())

"""Whether JSON values are equal."""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> str:
    """A text that is the same for equal JSON values: 1.0 equals 1, but true does not."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

"""Values as text for programs: complete, and safe to look at in a terminal."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from ..terminal import is_unicode
from .text import CONTROLS, escape_controls
from .values import as_list, as_rows

if TYPE_CHECKING:
    import re

    from .values import JSON


def json_text(value: JSON) -> str:
    """Indented JSON with the characters of the data."""
    return _json(value, indent=4) + "\n"


def jsonl_text(value: JSON) -> str:
    """JSON Lines: a line for each item of a list."""
    return "".join(_json(item, separators=(",", ":")) + "\n" for item in as_list(value))


def _json(value: JSON, **options: Any) -> str:
    options |= {"ensure_ascii": not is_unicode(), "default": str}
    try:
        text = json.dumps(value, allow_nan=False, **options)
    except ValueError:  # JSON has no infinity, which `1e999` is to Python.
        text = json.dumps(_finite(value), **options)
    return CONTROLS.sub(_json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    """Escape what JSON allows in strings, but terminals obey; the layout's line breaks stay."""
    return match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}"


def _finite(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def yaml_text(value: JSON) -> str:
    """YAML in the order of the data."""
    import yaml

    library: Any = yaml
    base: Any = getattr(library, "CSafeDumper", library.SafeDumper)

    class Dumper(base):  # type: ignore[misc]
        """Repeats equal values, instead of referring to the first one."""

        def ignore_aliases(self, _data: object) -> bool:
            return True

    def represent(dumper: Any, text: str) -> Any:
        """Show lines as lines, and quote control characters, so that they can be escaped."""
        text = text.encode("utf-8", "replace").decode()
        style = "|" if "\n" in text else None
        if CONTROLS.search(text.replace("\n", "")):
            style = '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    library.add_representer(str, represent, Dumper=Dumper)
    text = library.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=2**31 - 1)
    return escape_controls(text, kept="\n")


def csv_text(value: JSON, *, shown: bool) -> str:
    """CSV with a column for each key; nested values are JSON.

    Args:
        value: A list, or one row.
        shown: Whether a terminal shows the text. CSV has no escapes, and data stays as it is.
    """
    import csv
    import io

    rows = as_rows(as_list(value))
    keys = list(dict.fromkeys(key for row in rows for key in row))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    if keys:
        writer.writerow(keys)
        writer.writerows([_csv_cell(row.get(key)) for key in keys] for row in rows)
    text = stream.getvalue()
    return escape_controls(text, kept="\n\t") if shown else text


def _csv_cell(value: JSON) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)

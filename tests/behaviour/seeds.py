"""Pages of the service's documentation, read from the team's shared folder if it exists.

The folder is not part of the repository: what reads it is skipped, with a reason, elsewhere.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

PAGES = Path(__file__).parents[3] / "shared" / "seeds" / "pinecone-docs-2025-04.md"

present = pytest.mark.skipif(not PAGES.is_file(), reason=f"no seed pages at {PAGES}")

_EXAMPLES = re.compile(r"^  ```\S+ (\S+)[^\n]*\n(.*?)^  ```$", re.MULTILINE | re.DOTALL)


def _texts(page: str, tag: str) -> dict[str, str]:
    """Return the examples of a page, by language; `tag` is RequestExample or ResponseExample."""
    text = PAGES.read_text(encoding="utf-8").partition(f"/inference/{page}\n")[2]
    block = text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
    found = {label: dedent(body) for label, body in _EXAMPLES.findall(block)}
    assert set(found) == {"Python", "JavaScript", "Java", "Go", "C#", "curl"}
    return found


def program(page: str) -> str:
    """Return the Python program of a page, with our package in its import line."""
    lines = _texts(page, "RequestExample")["Python"].splitlines(keepends=True)
    assert lines[0].startswith("from pinecone")
    return "".join(["from pinecone_inference import Pinecone\n", *lines[1:]])


def answers(page: str, language: str) -> list[Any]:
    """Return the JSON that a page shows for a language; Go's list of models is printed twice."""
    text = _texts(page, "ResponseExample")[language].removeprefix("Rerank result: ").strip()
    found: list[Any] = []
    while text:
        value, end = json.JSONDecoder().raw_decode(text)
        found.append(value)
        text = text[end:].lstrip()
    return found

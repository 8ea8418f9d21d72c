"""The examples in the documentation of generated packages, as a module to check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCK = re.compile(r"^## Example.*?\n\n```python\n(.*?)```", re.MULTILINE | re.DOTALL)
_CLIENT = re.compile(r"^from \w+ import (\w+)$\n\nwith .* as (\w+):$", re.MULTILINE)


def module_of(texts: Mapping[str, str]) -> str:
    """A function for each example of a page; empty without examples.

    Args:
        texts: The files of a package, by path.
    """
    pages = [texts[path] for path in sorted(texts) if path.startswith("docs/")]
    blocks = [block for page in pages for block in _BLOCK.findall(page)]
    found = _CLIENT.search(texts["README.md"])
    if not blocks or found is None:
        return ""
    client, variable = found.groups()
    lines = [f"from . import {client}"]
    for index, block in enumerate(blocks):
        body = [f"    {line}" for line in block.splitlines()]
        lines += [f"def example_{index}({variable}: {client}) -> None:", *body]
    return "\n".join(lines) + "\n"

"""The examples in the documentation of generated packages, as a module to check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXAMPLE = re.compile(r"^Python.*:\n\n```python\n(.*?)```", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```python\n(.*?)```", re.MULTILINE | re.DOTALL)


def module_of(texts: Mapping[str, str], name: str) -> str:
    """A function for each example of a page, and one for the guide, inside of the package.

    Args:
        texts: The files of a package, by path.
        name: The import name of the package.
    """
    pages = [texts[path] for path in sorted(texts) if path.startswith("docs/operations/")]
    blocks = [block for page in pages for block in _EXAMPLE.findall(page)]
    blocks.append("".join(_BLOCK.findall(texts.get("docs/guide.md", ""))))
    lines: list[str] = []
    for index, block in enumerate(filter(None, blocks)):
        inner = block.replace(f"from {name}", "from .").replace("from ..", "from .")
        lines.append(f"def example_{index}() -> None:")
        lines += [f"    {line}" if line else "" for line in inner.splitlines()]
    return "\n".join(lines) + "\n"

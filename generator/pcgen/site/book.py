"""The pages of a package, as they are on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from pcgen import lock
from pcgen.diagnostics import Code, Exit, Location, failure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INDEX = "docs/index.md"
_SYMBOLS = "docs/symbols.json"


class Operation(Struct, frozen=True):
    """An operation: its request, the call of its method, and its page."""

    operation: str
    method: str
    path: str
    call: str
    page: str


class Symbols(Struct, frozen=True):
    """The names of a package, and the paths of their pages relative to `docs/`."""

    operations: tuple[Operation, ...]
    resources: dict[str, str]
    models: dict[str, str]


class Book(Struct, frozen=True):
    """The pages of a package.

    Args:
        name: The name of the package.
        version: Its version.
        lock: The content of its lock file.
        pages: The text of each page, by its path in the package.
        symbols: What the pages are about.
    """

    name: str
    version: str
    lock: Mapping[str, Any]
    pages: Mapping[str, str]
    symbols: Symbols


def read(name: str, version: str, folder: Path) -> Book:
    """Read the pages that the lock file of a package lists.

    Raises:
        Failure: The package has not been built, or has no pages.
    """
    file = folder / lock.NAME
    content = lock.read(file.read_text("utf-8") if file.is_file() else None)
    owned = lock.files(content)
    if not {INDEX, _SYMBOLS} <= owned.keys():
        location = Location(file.as_posix())
        message = f"the package {name!a} has no pages of documentation"
        hint = "list `docs` under `targets`" if owned else "run `pcgen build`"
        raise failure(Code.OUT_OF_DATE, location, message, hint, Exit.USAGE)
    # `api.md` shows reviewers what changed; readers find the same names on the other pages.
    shown = (path for path in owned if path.endswith(".md") and path != "api.md")
    pages = {path: (folder / path).read_text("utf-8") for path in shown}
    symbols = msgspec.json.decode((folder / _SYMBOLS).read_bytes(), type=Symbols)
    return Book(name, version, content, pages, symbols)

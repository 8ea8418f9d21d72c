"""Where the templates are, and their hash."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def template_folder() -> Path:
    """The templates: inside the installed package, or at the top of a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "templates"
    return installed if installed.is_dir() else here.parents[1] / "templates"


def template_digest() -> str:
    """A hash of all templates and of the runtime."""
    total = hashlib.sha256()
    folder = template_folder()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".jinja", ".py", ".typed"):  # Else a tool's cache would count, too.
            total.update(path.relative_to(folder).as_posix().encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()

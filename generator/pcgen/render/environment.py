"""The one Jinja environment, with the type wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pcgen.names import Identifier
from pcgen.python import Code

if TYPE_CHECKING:
    from pathlib import Path


def environment(templates: Path) -> Environment:
    """Templates that print `Identifier` and `Code` and nothing else."""
    made = Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        finalize=_wall,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Escaping is done by type, for the position; HTML's would do harm.
    )
    made.globals.clear()
    made.filters.clear()
    return made


def _wall(value: Any) -> Any:
    if isinstance(value, Code | Identifier):
        return value
    kind = type(value).__name__
    raise TypeError(f"a template printed a {kind}; only Identifier and Code may be printed")

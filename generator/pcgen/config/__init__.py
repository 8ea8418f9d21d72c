"""The configuration, `pcgen.toml` or `[tool.pcgen]` in `pyproject.toml`, as frozen objects."""

from pcgen.config.edit import with_document
from pcgen.config.files import find, load, parse, single
from pcgen.config.settings import (
    Acceptance,
    Config,
    Credential,
    Filter,
    Package,
    Paging,
    Spec,
    label,
)
from pcgen.config.source import Source

__all__ = (
    "Acceptance",
    "Config",
    "Credential",
    "Filter",
    "Package",
    "Paging",
    "Source",
    "Spec",
    "find",
    "label",
    "load",
    "parse",
    "single",
    "with_document",
)

"""The configuration, `pcgen.toml` or `[tool.pcgen]` in `pyproject.toml`, as frozen objects."""

from pcgen.config.edit import with_document, with_version
from pcgen.config.files import find, load, parse, single
from pcgen.config.metadata import PERSON, URL, normal_license, normal_version
from pcgen.config.settings import (
    DERIVED,
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
    "DERIVED",
    "PERSON",
    "URL",
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
    "normal_license",
    "normal_version",
    "parse",
    "single",
    "with_document",
    "with_version",
)

"""Finds and loads configuration files."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pcgen.config.keys import PATTERNS
from pcgen.config.reader import Reader
from pcgen.config.settings import Config, Package, Spec
from pcgen.config.source import Source
from pcgen.diagnostics import Code, Exit, Failure, Location, failure, shorten

FILE_NAMES = ("pcgen.toml", "pyproject.toml")


def find(start: Path) -> Path | None:
    """The nearest configuration file, in `start` or a folder above it."""
    for folder in (start, *start.parents):
        for name in FILE_NAMES:
            path = folder / name
            if path.is_file() and (name == "pcgen.toml" or b"[tool.pcgen" in path.read_bytes()):
                return path
    return None


def load(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        Failure: The file has mistakes; all are reported. The status is `Exit.USAGE`.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Keep line ends: `edit` needs them.
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read the configuration: {getattr(error, 'strerror', 'not UTF-8')}"
        raise failure(Code.FILE_UNREADABLE, Location(path.name), message, "", Exit.USAGE) from None
    return parse(path, text)


def parse(path: Path, text: str) -> Config:
    """The configuration that a file with this text has.

    Raises:
        Failure: As in `load`.
    """
    shown = path.name
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # RecursionError: deep nesting.
        line = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        at = (int(line[1]), int(line[2])) if line else (0, 0)
        location = Location(shown, *at)
        message = f"not valid TOML: {str(error).split(' (at ')[0]}"
        raise failure(Code.SYNTAX, location, message, "", Exit.USAGE) from None
    where = shown
    if path.name == "pyproject.toml":
        data, where = _table(_table(data, "tool"), "pcgen"), "tool.pcgen"
    reader = Reader(Source(shown, tuple(text.splitlines())))
    packages = reader.packages(data, where, path.parent)
    if reader.diagnostics.items:
        raise Failure(reader.diagnostics.items, Exit.USAGE)
    return Config(path, text, packages)


def _table(data: dict[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def single(spec: str, output: str, name: str, root: Path = Path()) -> Package:
    """The package that the options of `pcgen build` describe without a configuration.

    Raises:
        Failure: `name` is not a distribution name.
    """
    pattern, meaning = PATTERNS["name"]
    if name and not re.fullmatch(pattern, name, re.ASCII):
        message = f"--name must be {meaning}, not {shorten(name)!a}"
        raise failure(Code.CONFIG_INVALID, Location("--name"), message, "", Exit.USAGE)
    return Package((Spec(spec),), output, name, root=root)

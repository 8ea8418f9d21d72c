"""Helpers of test modules. They are not in a `conftest`, which nested ones would hide."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from pcgen import config, documents, ir, pipeline, write
from pcgen.cache import Cache, folder
from pcgen.diagnostics import Diagnostics
from pcgen.translate import translate
from pcgen.write import swap

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]


@dataclass
class Expected:
    """Rewrites expected files with `--update`, and lists which ones."""

    update: bool
    rewritten: list[str] = field(default_factory=list)

    def rewrite(self, path: Path, data: bytes | None) -> bool:
        """With `--update`, write the file (None: remove it); returns whether it did."""
        if not self.update:
            return False
        if data is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.rewritten.append(os.path.relpath(path, ROOT))
        return True


def one_package() -> str:
    """The text of this repository's configuration, with its first package alone."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    start, header, rest = text.partition("[[tool.pcgen.package]]\n")
    package, _, _ = rest.partition(header)
    return f"{start}{header}{package}{rest[rest.index('[tool.black]'):]}"


def named_by_ids(package: config.Package) -> config.Package:
    """The package with names from tags and operationIds, for tests that are not about names."""
    return replace(package, specs=tuple(replace(s, naming="operation-ids") for s in package.specs))


def generate(settings: config.Package, root: Path) -> Mapping[str, str]:
    """Write the files of a package below a folder, and return their texts by their paths."""
    texts = pipeline.generate(settings, Cache(folder())).texts
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return texts


def translated_leniently(settings: config.Package) -> ir.Package:
    """The IR of a package as if its findings were waived; the document is not validated."""
    diagnostics = Diagnostics((), "", lenient=True)
    parsed = documents.parse(documents.read(settings), settings, diagnostics)
    package = translate(parsed, settings, diagnostics)
    diagnostics.stop_on_errors()
    return package


def serving(*words: str) -> subprocess.Popen[str]:
    """Start a command of pcgen that serves until a signal."""
    return subprocess.Popen(
        [sys.executable, "-m", "pcgen", *words, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def skip_flushing() -> None:
    """Let builds return before their files are on the disk, since hundreds of tests would wait."""
    for module in (write, swap):
        vars(module)["flush"] = Path.exists

"""Remembers what a build made of its inputs, so that an unchanged package is not built again.

An entry applies if its key is the same and if each source and each generated file still has its
recorded SHA-256. The key hashes documents, configuration, templates and pcgen itself.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct, ValidationError, json

from pcgen import lock
from pcgen.cache import BLACK_VERSION, digest, sources_digest
from pcgen.diagnostics import Diagnostic
from pcgen.template_files import own_templates, template_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pcgen.cache import Cache
    from pcgen.config import Package
    from pcgen.spec import Document

_KIND = "built"


class Files(Struct, frozen=True):
    """The files generated for a package.

    Args:
        texts: Every text by its path, the lock file included.
        notes: Diagnostics to report.
        key: A hash of the inputs other than `sources`.
        sources: SHA-256 by path of the files that the documents refer to, and of the hand-written
            modules.
    """

    texts: Mapping[str, str]
    notes: tuple[Diagnostic, ...]
    key: str
    sources: Mapping[str, str]


def key(settings: Package, documents: Iterable[bytes]) -> str:
    """A hash of documents, configuration, templates, pcgen and its tools."""
    own = own_templates(settings.root, settings.templates).values()
    hashes = map(lock.sha256, documents)
    return digest(_tools_digest(settings.targets), lock.config_digest(settings), *own, "", *hashes)


@functools.cache
def _tools_digest(targets: tuple[str, ...]) -> str:
    return digest(template_digest(targets), BLACK_VERSION, sources_digest())


def sources(
    settings: Package, documents: Iterable[Document], hand_written: Iterable[str]
) -> dict[str, str]:
    """SHA-256 by path of the files that documents refer to, and of hand-written modules.

    Args:
        settings: The package.
        documents: Its documents.
        hand_written: The paths of its hand-written modules in the output folder.
    """
    others = {other.file: other.digest for document in documents for other in document.others}
    paths = [f"{settings.output}/{path}" for path in hand_written]
    return others | {path: lock.sha256((settings.root / path).read_bytes()) for path in paths}


class _Built(Struct, frozen=True):
    """What a build made: hashes of its files and sources by path, and its notes."""

    texts: dict[str, str]
    sources: dict[str, str]
    notes: tuple[Diagnostic, ...]


def recall(settings: Package, folder: Path, cache: Cache) -> tuple[Diagnostic, ...] | None:
    """The notes of a package whose folder holds what a build with the same inputs made.

    Returns:
        None if it may hold something else.
    """
    paths = [settings.root / spec.spec for spec in settings.specs]
    if not all(path.is_file() for path in paths):
        return None  # Reading a device might never end.
    try:
        found = cache.get(_KIND, key(settings, [path.read_bytes() for path in paths]))
        known = None if found is None else json.decode(found, type=_Built)
    except (OSError, ValidationError, DecodeError):
        return None
    if known is None or changed(settings.root, known.sources) or changed(folder, known.texts):
        return None
    return known.notes


def changed(folder: Path, hashes: Mapping[str, str]) -> list[str]:
    """Paths in a folder whose SHA-256 differs from the expected one, or that are missing."""
    return [path for path, expected in hashes.items() if _sha256(folder / path) != expected]


def _sha256(path: Path) -> str:
    try:
        return lock.sha256(path.read_bytes())
    except OSError:
        return ""


def remember(files: Files, cache: Cache) -> None:
    """Record a build for `recall`."""
    texts = {path: lock.sha256(text.encode()) for path, text in files.texts.items()}
    cache.put(_KIND, files.key, json.encode(_Built(texts, dict(files.sources), files.notes)))

"""Reads the documents of a package: applies their overlays and resolves their references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import remote, spec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pcgen.config import Package, Spec
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Document


def read(settings: Package, unsaved: Mapping[str, bytes] | None = None) -> list[bytes]:
    """Read the bytes of a package's documents.

    Args:
        settings: The package.
        unsaved: Documents that are not on disk yet, by their path in the settings.

    Raises:
        Failure: A file cannot be read.
    """
    known = unsaved or {}
    paths = (chosen.spec for chosen in settings.specs)
    return [
        known[path] if path in known else spec.read_bytes(settings.root / path, path)
        for path in paths
    ]


def parse(
    data: Sequence[bytes],
    settings: Package,
    diagnostics: Diagnostics,
    fetch: Callable[[str], tuple[str, bytes]] | None = None,
) -> list[Document]:
    """Parse the documents of a package; arguments as in `load`.

    Raises:
        Failure: A document cannot be parsed, or a reference cannot be resolved.
    """
    parsed = [
        load(content, chosen, settings.root, diagnostics, fetch)
        for content, chosen in zip(data, settings.specs, strict=True)
    ]
    diagnostics.stop_on_errors()
    return parsed


def load(
    data: bytes,
    chosen: Spec,
    root: Path,
    diagnostics: Diagnostics,
    fetch: Callable[[str], tuple[str, bytes]] | None = None,
) -> Document:
    """Parse one document, apply its overlays and link the files that it refers to.

    Args:
        data: The bytes of the document.
        chosen: Its settings.
        root: The folder that paths in the settings are relative to.
        diagnostics: Collects findings.
        fetch: Returns the document at a URL; by default, the copy that `pcgen fetch` has pinned.

    Raises:
        Failure: The document cannot be parsed.
    """
    document = spec.parse(data, chosen.spec)
    for name in chosen.overlays:
        changes = spec.parse_values(spec.read_bytes(root / name, name), name)
        document = spec.overlay(document, changes, diagnostics)
    diagnostics.stop_on_errors()
    spec.expect_openapi(document)
    roots = [root / folder for folder in chosen.roots]
    library = spec.Library.beside(root / chosen.spec, chosen.spec, roots)
    library.remote = fetch or remote.reader(root)
    return spec.link(document, library, diagnostics)


def version_of(data: bytes, shown: str) -> str:
    """The `info.version` of a document that is called `shown` in messages.

    Raises:
        Failure: The document cannot be parsed.
    """
    return spec.parse(data, shown).info.text("version")

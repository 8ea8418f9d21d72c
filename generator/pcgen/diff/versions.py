"""The versions of a package that are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pcgen.diagnostics import Diagnostics
from pcgen.spec import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen import config
    from pcgen.cache import Cache
    from pcgen.diagnostics import Location
    from pcgen.spec import Document
    from pcgen.targets.python.package import PythonPackage


class Version(NamedTuple):
    """One version of a package: its documents by their keys, and its IR."""

    documents: Mapping[str, Document]
    package: PythonPackage

    @property
    def files(self) -> tuple[str, ...]:
        """The files of the documents."""
        return tuple(document.file for document in self.documents.values())

    def locate(self, origin: str) -> Location:
        """The location of an origin, or of the nearest node around it."""
        key, address = split_origin(origin)
        file, _, pointer = address.rpartition("#")
        first = next(iter(self.documents.values()))
        document = self.documents.get(key, first)
        named = (other for other in document.others if other.file == file)
        return next(named, document).location(parse_pointer(f"#{pointer}") or ())

    def selected(self, key: str) -> frozenset[str]:
        """The pointers of the operations from one document, and the names of webhooks."""
        origins = [
            split_origin(operation.origin)
            for resource in self.package.resources
            for operation in resource.operations
        ]
        addresses = {address for other, address in origins if other == key}
        return frozenset(addresses | {webhook.name for webhook in self.package.webhooks})


def read_version(
    settings: config.Package, cache: Cache, unsaved: Mapping[str, bytes] | None = None
) -> Version:
    """Read a version of a package; arguments as in `pipeline.generate`.

    Raises:
        Failure: The documents or the settings of the package have errors.
    """
    from pcgen import pipeline
    from pcgen.targets.python.prepare import prepare

    documents, package, _ = pipeline.understand(settings, cache, unsaved)
    diagnostics = Diagnostics(settings.waive, settings.source.file)
    prepared = prepare(package, pipeline.target_settings(settings, cache, diagnostics))
    diagnostics.stop_on_errors()
    return Version(documents, prepared)


def split_origin(origin: str) -> tuple[str, str]:
    """The key of an origin's document, empty if it is the only one, and the address."""
    match = re.match(r"([\w.]+):", origin)
    return (match[1], origin[match.end() :]) if match else ("", origin)

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
    """A package at one time: its documents by namespace, and what is made of them."""

    documents: Mapping[str, Document]
    package: PythonPackage

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the documents."""
        return tuple(document.file for document in self.documents.values())

    def locate(self, origin: str) -> Location:
        """The place of what an origin of the package names, or the nearest place around it."""
        namespace, address = split_origin(origin)
        file, _, pointer = address.rpartition("#")
        first = next(iter(self.documents.values()))
        document = self.documents.get(namespace, first)
        named = (other for other in document.others if other.file == file)
        return next(named, document).location(parse_pointer(f"#{pointer}") or ())

    def wanted(self, namespace: str) -> frozenset[str]:
        """What the package has of one of its documents: addresses of operations, and webhooks."""
        origins = [
            split_origin(operation.origin)
            for resource in self.package.resources
            for operation in resource.operations
        ]
        addresses = {address for space, address in origins if space == namespace}
        return frozenset(addresses | {webhook.name for webhook in self.package.webhooks})


def split_origin(origin: str) -> tuple[str, str]:
    """The namespace of an origin, empty where there is none, and its address."""
    match = re.match(r"([\w.]+):", origin)
    return (match[1], origin[match.end() :]) if match else ("", origin)

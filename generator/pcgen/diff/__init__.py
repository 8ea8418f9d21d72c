"""Two versions of a document compared: what changed, how grave it is, and what to release."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pcgen.diff.acceptance import accepted
from pcgen.diff.contract import compare_contract
from pcgen.diff.findings import Finding, Findings, Report, ordered
from pcgen.diff.kinds import KINDS, Kind, Level, Severity, Verdict
from pcgen.diff.python import compare_python
from pcgen.diff.types import split
from pcgen.spec import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen import ir
    from pcgen.diagnostics import Location
    from pcgen.spec import Document

__all__ = (
    "KINDS",
    "Finding",
    "Kind",
    "Level",
    "Report",
    "Severity",
    "Verdict",
    "Version",
    "accepted",
    "compare",
)


class Version(NamedTuple):
    """A package at one time: its documents by namespace, and what is made of them."""

    documents: Mapping[str, Document]
    package: ir.Package

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the documents."""
        return tuple(document.file for document in self.documents.values())

    def locate(self, origin: str) -> Location:
        """The place of what an origin of the package names, or the nearest place around it."""
        namespace, address = split(origin)
        file, _, pointer = address.rpartition("#")
        first = next(iter(self.documents.values()))
        document = self.documents.get(namespace, first)
        named = (other for other in document.others if other.file == file)
        return next(named, document).location(parse_pointer(f"#{pointer}") or ())

    def wanted(self, namespace: str) -> frozenset[str]:
        """What the package has of one of its documents: addresses of operations, and webhooks."""
        origins = [
            split(operation.origin)
            for resource in self.package.resources
            for operation in resource.operations
        ]
        addresses = {address for space, address in origins if space == namespace}
        return frozenset(addresses | {webhook.name for webhook in self.package.webhooks})


def compare(old: Version, new: Version, name: str = "") -> Report:
    """Say what changed from one version to another; `name` is what the package is called."""
    findings = Findings()
    for was, is_ in _pairs(old.documents, new.documents):
        documents = old.documents[was], new.documents[is_]
        compare_contract(*documents, (old.wanted(was), new.wanted(is_)), findings)
    compare_python(old.package, new.package, old.locate, new.locate, findings)
    return Report(name, old.files, new.files, ordered(findings.items))


def _pairs(old: Mapping[str, Document], new: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    """Documents of the same namespace, or the only ones; what others hold, the packages tell."""
    if len(old) == len(new) == 1:
        return zip(old, new, strict=True)
    return ((namespace, namespace) for namespace in old if namespace in new)

"""Two versions of a document compared: what changed, how grave it is, and what to release."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pcgen.diff.acceptance import accepted
from pcgen.diff.contract import compare_contract
from pcgen.diff.findings import Finding, Findings, Report, ordered
from pcgen.diff.kinds import KINDS, Kind, Level, Severity, Verdict
from pcgen.diff.python import compare_python
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
    def files(self) -> str:
        """The names of the documents."""
        return ", ".join(document.file for document in self.documents.values())

    def locate(self, origin: str) -> Location:
        """The place of what an origin of the package names, or the nearest place around it."""
        namespace, _, pointer = origin.rpartition(":")
        first = next(iter(self.documents.values()))
        return self.documents.get(namespace, first).location(parse_pointer(pointer) or ())


def compare(old: Version, new: Version, name: str = "") -> Report:
    """Say what changed from one version to another; `name` is what the package is called."""
    findings = Findings()
    for before, after in _pairs(old.documents, new.documents):
        compare_contract(before, after, findings)
    compare_python(old.package, new.package, old.locate, new.locate, findings)
    return Report(name, old.files, new.files, ordered(findings.items))


def _pairs(
    old: Mapping[str, Document], new: Mapping[str, Document]
) -> Iterator[tuple[Document, Document]]:
    """Documents of the same namespace, or the only ones; what others hold, the packages tell."""
    if len(old) == len(new) == 1:
        yield from zip(old.values(), new.values(), strict=True)
        return
    for namespace, document in old.items():
        if namespace in new:
            yield document, new[namespace]

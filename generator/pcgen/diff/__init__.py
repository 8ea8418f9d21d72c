"""Two versions of a document compared: what changed, how grave it is, and what to release."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pcgen.diff.acceptance import accepted
from pcgen.diff.contract import compare_contract
from pcgen.diff.findings import Finding, Findings, Report, ordered
from pcgen.diff.kinds import KINDS, Kind, Level, Severity, Verdict
from pcgen.diff.python import compare_python
from pcgen.spec import lookup, parse_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """A package at one time: its documents, whose references have been checked, and their sum."""

    documents: Sequence[Document]
    package: ir.Package

    @property
    def files(self) -> str:
        """The names of the documents."""
        return ", ".join(document.file for document in self.documents)

    def locate(self, pointer: str) -> Location:
        """The place of what a pointer names, in the first document that has it."""
        path = parse_pointer(pointer) or ()
        holders = (document for document in self.documents if lookup(document, path) is not None)
        return next(holders, self.documents[0]).location(path)


def compare(old: Version, new: Version, name: str = "") -> Report:
    """Say what changed from one version to another; `name` is what the package is called."""
    findings = Findings()
    for before, after in _pairs(old.documents, new.documents):
        compare_contract(before, after, findings)
    compare_python(old.package, new.package, old.locate, new.locate, findings)
    return Report(name, old.files, new.files, ordered(findings.items))


def _pairs(old: Sequence[Document], new: Sequence[Document]) -> Iterator[tuple[Document, Document]]:
    """Documents of the same name, or the only ones; what others hold, the packages tell."""
    if len(old) == len(new) == 1:
        yield old[0], new[0]
        return
    after = {document.file: document for document in new}
    for document in old:
        if document.file in after:
            yield document, after[document.file]

"""Compares two versions of a package: what changed, and which release that requires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.diff.acceptance import accept
from pcgen.diff.changes import CHANGES, Change, Level, Severity, Verdict
from pcgen.diff.contract import compare_contract
from pcgen.diff.findings import Finding, Findings, Report, ordered
from pcgen.diff.python import compare_python
from pcgen.diff.versions import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.spec import Document

__all__ = (
    "CHANGES",
    "Change",
    "Finding",
    "Level",
    "Report",
    "Severity",
    "Verdict",
    "Version",
    "accept",
    "compare",
    "read_version",
)


def compare(old: Version, new: Version, name: str = "") -> Report:
    """Compare two versions of the package `name`."""
    findings = Findings()
    for before, after in _matched(old.documents, new.documents):
        documents = old.documents[before], new.documents[after]
        compare_contract(*documents, (old.selected(before), new.selected(after)), findings)
    compare_python(old.package, new.package, old.locate, new.locate, findings)
    return Report(name, old.files, new.files, ordered(findings.items))


def _matched(old: Mapping[str, Document], new: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    """Yield pairs of namespaces to compare: equal ones, or the two of single documents.

    The comparison of packages covers documents that only one version has.
    """
    if len(old) == len(new) == 1:
        return zip(old, new, strict=True)
    return ((namespace, namespace) for namespace in old if namespace in new)

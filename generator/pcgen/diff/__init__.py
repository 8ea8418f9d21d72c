"""Two versions of a document compared: what changed, how grave it is, and what to release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.diff.acceptance import accepted
from pcgen.diff.contract import compare_contract
from pcgen.diff.findings import Finding, Findings, Report, ordered
from pcgen.diff.kinds import KINDS, Kind, Level, Severity, Verdict
from pcgen.diff.python import compare_python
from pcgen.diff.versions import Version, read_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    "read_version",
)


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

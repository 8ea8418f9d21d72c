"""Two versions of a document compared: what changed, how grave it is, and what to release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.diff.contract import compare_contract
from pcgen.diff.findings import Finding, Findings, Report, ordered
from pcgen.diff.kinds import KINDS, Kind, Level, Severity, Verdict

if TYPE_CHECKING:
    from pcgen.spec import Document

__all__ = ("KINDS", "Finding", "Kind", "Level", "Report", "Severity", "Verdict", "compare")


def compare(old: Document, new: Document, name: str = "") -> Report:
    """Say what changed from one version to another.

    Args:
        old: The document as it was; its references have been checked.
        new: The document as it is.
        name: The package that is made of it, if any.
    """
    findings = Findings()
    compare_contract(old, new, findings)
    return Report(name, old.file, new.file, ordered(findings.items))

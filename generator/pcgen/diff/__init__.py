"""Two versions of a document compared: what changed, how grave it is, and what to release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.diff.contract import compare_contract
from pcgen.diff.findings import Finding, Findings, Report, ordered
from pcgen.diff.kinds import KINDS, Kind, Level, Severity, Verdict
from pcgen.diff.python import compare_python
from pcgen.spec import parse_pointer

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcgen import ir
    from pcgen.diagnostics import Location
    from pcgen.spec import Document

__all__ = ("KINDS", "Finding", "Kind", "Level", "Report", "Severity", "Verdict", "compare")


def compare(
    old: tuple[Document, ir.Package], new: tuple[Document, ir.Package], name: str = ""
) -> Report:
    """Say what changed from one version to another.

    Args:
        old: The document as it was, and what is made of it.
        new: The document as it is, and what is made of it.
        name: What the package is called, if it has a name.
    """
    findings = Findings()
    compare_contract(old[0], new[0], findings)
    compare_python(old[1], new[1], _locator(old[0]), _locator(new[0]), findings)
    return Report(name, old[0].file, new[0].file, ordered(findings.items))


def _locator(document: Document) -> Callable[[str], Location]:
    return lambda pointer: document.location(parse_pointer(pointer) or ())

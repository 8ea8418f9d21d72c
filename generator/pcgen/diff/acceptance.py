"""Findings that the configuration accepts, each with a reason."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, shorten

if TYPE_CHECKING:
    from pcgen import config
    from pcgen.diff.findings import Finding, Report


def accept(report: Report, settings: config.Package) -> Report:
    """Mark the accepted findings, which do not count for the verdict.

    Raises:
        Failure: The configuration accepts a change that is not among the findings.
    """
    unused = [
        _unused(acceptance)
        for acceptance in settings.accept
        if not any(_covers(acceptance, finding) for finding in report.findings)
    ]
    if unused:
        raise Failure(unused, Exit.USAGE)
    findings = tuple(_marked(finding, settings.accept) for finding in report.findings)
    return replace(report, findings=findings)


def _marked(finding: Finding, acceptances: tuple[config.Acceptance, ...]) -> Finding:
    reasons = (each.reason for each in acceptances if _covers(each, finding))
    return replace(finding, accepted=next(reasons, ""))


def _covers(acceptance: config.Acceptance, finding: Finding) -> bool:
    if acceptance.fingerprint:
        return acceptance.fingerprint == finding.fingerprint
    is_same_change = acceptance.id == finding.change.id
    return is_same_change and fnmatchcase(finding.subject, acceptance.place)


def _unused(acceptance: config.Acceptance) -> Diagnostic:
    what = acceptance.fingerprint or f"{acceptance.id} at {shorten(acceptance.place)!a}"
    message = f"no finding matches this acceptance: {what}"
    hint = "remove it if the change is released; else copy id and place from `pcgen diff`"
    return Diagnostic(Code.CONFIG_ACCEPT_UNUSED, acceptance.location, message, hint)

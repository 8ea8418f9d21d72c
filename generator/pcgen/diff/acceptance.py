"""Findings that the configuration accepts, each with a reason."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.diagnostics import Code, Diagnostic, Exit, Failure, shorten

if TYPE_CHECKING:
    from pcgen import config
    from pcgen.diff.findings import Finding, Report


def accepted(report: Report, settings: config.Package) -> Report:
    """Mark what is accepted, so that it has no part in the verdict.

    Raises:
        Failure: When something is accepted that is not found.
    """
    unused = [
        _unused(one)
        for one in settings.accept
        if not any(_covers(one, finding) for finding in report.findings)
    ]
    if unused:
        raise Failure(unused, Exit.USAGE)
    findings = tuple(_marked(finding, settings.accept) for finding in report.findings)
    return replace(report, findings=findings)


def _marked(finding: Finding, accept: tuple[config.Acceptance, ...]) -> Finding:
    reasons = [one.reason for one in accept if _covers(one, finding)]
    return replace(finding, accepted=reasons[0]) if reasons else finding


def _covers(one: config.Acceptance, finding: Finding) -> bool:
    if one.fingerprint:
        return one.fingerprint == finding.fingerprint
    return one.id == finding.kind.id and fnmatchcase(finding.place, one.place)


def _unused(one: config.Acceptance) -> Diagnostic:
    what = one.fingerprint or f"{one.id} at {shorten(one.place)!a}"
    message = f"nothing is found that this accepts: {what}"
    hint = "remove it: what it accepted is released by now, or has become something else"
    return Diagnostic(Code.CONFIG_ACCEPT_UNUSED, one.location, message, hint)

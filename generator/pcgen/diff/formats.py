"""Formats of a report: text, JSON, Markdown for pull requests, annotations for GitHub."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from pcgen.diff.changes import Level, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pcgen.diagnostics import Location
    from pcgen.diff.findings import Finding, Report

_NOTHING = "no change affects callers"
_LEVELS = {
    Level.CONTRACT: "contract, for callers of the HTTP API",
    Level.PYTHON: "Python, for users of the package",
}
_ANNOTATIONS = {Severity.ERR: "error", Severity.WARN: "warning", Severity.INFO: "notice"}
_SHOWN_REASONS = 3
_SHOWN_SUBJECTS = 8
_MOST = 60_000  # Characters; GitHub allows 65,536 in a pull request.
_TRUNCATED = "The report was shortened to fit; `pcgen diff --format json` shows all of it."


def as_text(report: Report) -> str:
    """The report for terminals: two lines for each finding, then the verdict."""
    lines = []
    for level, title in _LEVELS.items():
        found = report.at(level)
        lines += [f"{title}: {counted(found)}"]
        lines += [line for group in _grouped(found) for line in _text_lines(group)]
        lines += [""]
    lines += [f"{_title(report)}: {report.verdict}{_because(report)}"]
    return "\n".join(lines) + "\n"


def _grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Groups of harmless findings that differ only in their subjects; others stand alone."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        is_alone = finding.change.severity is not Severity.INFO or finding.hint
        key = finding if is_alone else (finding.change.id, finding.message, finding.accepted)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _text_lines(group: list[Finding]) -> Iterator[str]:
    finding, *others = group
    mark = "ok" if finding.accepted else finding.change.severity
    subjects = [each.subject for each in group[:_SHOWN_SUBJECTS]]
    more = f" and {len(group) - len(subjects)} more" * (len(group) > len(subjects))
    yield f"  {mark:<5} {', '.join(subjects)}{more}: {finding.message}"
    if others:
        yield f"        {finding.change.id}, {len(group)} times; --format json lists each"
    else:
        yield f"        {finding.change.id} {finding.fingerprint}, {finding.old} -> {finding.new}"
    if finding.accepted:
        yield f"        accepted: {finding.accepted}"
    elif finding.hint:
        yield f"        hint: {finding.hint}"


def _title(report: Report) -> str:
    return report.name or f"{', '.join(report.old)} -> {', '.join(report.new)}"


def counted(findings: Iterable[Finding]) -> str:
    """`1 ERR, 2 INFO`; starts with `no change` if no finding requires a release."""
    findings = list(findings)
    counts = Counter(finding.change.severity for finding in findings if not finding.accepted)
    parts = [f"{counts[severity]} {severity}" for severity in Severity if counts[severity]]
    accepted = sum(1 for finding in findings if finding.accepted)
    parts += [f"{accepted} accepted"] if accepted else []
    changes = any(f.change.verdict for f in findings if not f.accepted)
    return ", ".join(parts if changes else ["no change", *parts])


def _because(report: Report, shown: Callable[[str], str] = str) -> str:
    """The reasons for the verdict, as the end of a sentence: `, because of ...`."""
    if report.verdict is Verdict.NONE:
        return f", {_NOTHING}"
    ids = report.reasons
    more = f" and {len(ids) - _SHOWN_REASONS} more" if len(ids) > _SHOWN_REASONS else ""
    return f", because of {', '.join(map(shown, ids[:_SHOWN_REASONS]))}{more}"


def as_json(report: Report) -> str:
    """The whole report in one line of JSON."""
    content = {
        "package": report.name,
        "old": ", ".join(report.old),
        "new": ", ".join(report.new),
        "verdict": str(report.verdict),
        "reasons": report.reasons,
        "findings": [
            {
                "id": finding.change.id,
                "fingerprint": finding.fingerprint,
                "level": finding.change.level,
                "severity": finding.change.severity,
                "verdict": str(finding.change.verdict),
                "place": finding.subject,
                "message": finding.message,
                "old": _location(finding.old),
                "new": _location(finding.new),
                "accepted": finding.accepted,
                "hint": finding.hint,
            }
            for finding in report.findings
        ],
    }
    return json.dumps(content) + "\n"


def _location(location: Location) -> dict[str, str | int]:
    return {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "pointer": location.pointer,
    }


def as_github(report: Report) -> str:
    """An annotation for each open finding, at its location in the new document."""
    lines = [_annotation(finding) for finding in report.open]
    summary = f"{_title(report)}: {report.verdict}{_because(report)}"
    return "".join(
        f"{line}\n" for line in [*lines, f"::notice title=pcgen diff::{escape(summary)}"]
    )


def _annotation(finding: Finding) -> str:
    location = finding.new
    where = f"file={escape(location.file, ',', ':')}"
    where += f",line={location.line},col={location.column}" if location.line else ""
    hint = f". {finding.hint}" if finding.hint else ""
    text = escape(f"{finding.subject}: {finding.message}{hint}")
    return f"::{_ANNOTATIONS[finding.change.severity]} {where},title={finding.change.id}::{text}"


def escape(text: str, *more: str) -> str:
    """Escape text, and further characters, for a workflow command of GitHub."""
    for character in ("%", "\r", "\n", *more):
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_markdown(report: Report) -> str:
    """The report for pull requests: the verdict, a table for each level, and the locations.

    A report that is too long for a pull request loses its locations, then its last rows.
    """
    text = "\n".join(_markdown(report)) + "\n"
    if len(text) > _MOST:
        text = "\n".join(_markdown(report, details=False)) + "\n"
        text = text if len(text) <= _MOST else text[: text.rindex("\n", 0, _MOST) + 1]
        text += f"\n{_TRUNCATED}\n"
    return text


def _markdown(report: Report, *, details: bool = True) -> list[str]:
    lines = [f"### {_code(_title(report))}: {report.verdict}", ""]
    if report.verdict is not Verdict.NONE:
        lines += [f"{_because(report, _code).removeprefix(', ').capitalize()}.", ""]
    elif not report.findings:
        lines += [f"{_NOTHING.capitalize()}.", ""]
    for level, title in _LEVELS.items():
        lines += [*_table(title, report.at(level)), ""]
    if report.findings and details:
        lines += ["<details><summary>Ids, fingerprints and locations</summary>", ""]
        lines += ["| id | fingerprint | old | new |", "|---|---|---|---|"]
        lines += [_detail(finding) for finding in report.findings]
        lines += ["", "</details>"]
    return lines if lines[-1] else lines[:-1]


def _table(title: str, findings: tuple[Finding, ...]) -> Iterator[str]:
    yield f"**{title[0].upper()}{title[1:]}:** {counted(findings)}"
    shown = [finding for finding in findings if not finding.accepted]
    accepted = [finding for finding in findings if finding.accepted]
    if shown:
        yield from ("", "| | where | what |", "|---|---|---|")
        for f, *others in _grouped(shown):
            subjects = ", ".join(_code(each.subject) for each in (f, *others))
            what = _cell(f"{f.message}; {f.hint}" if f.hint else f.message)
            yield f"| {f.change.severity} | {subjects} | {what} |"
    if accepted:
        yield from ("", "| accepted | where | reason |", "|---|---|---|")
        for finding in accepted:
            reason = _code(finding.accepted)
            yield f"| {finding.change.id} | {_code(finding.subject)} | {reason} |"


def _detail(finding: Finding) -> str:
    locations = f"{_code(str(finding.old))} | {_code(str(finding.new))}"
    return f"| {finding.change.id} | {finding.fingerprint} | {locations} |"


def _code(text: str) -> str:
    """Text of a document as a code span in a table; it ends neither the span nor the cell."""
    return f"`{_cell(text.replace('`', chr(39)))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

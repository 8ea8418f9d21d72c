"""A report as text for people, as JSON, as Markdown for a pull request, or as annotations."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from pcgen.diff.kinds import Level, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pcgen.diagnostics import Location
    from pcgen.diff.findings import Finding, Report

_NOTHING = "nothing changed that a caller could tell"
_LEVELS = {
    Level.CONTRACT: "contract, for those who speak the API",
    Level.PYTHON: "Python, for callers of the package",
}
_ANNOTATIONS = {Severity.ERR: "error", Severity.WARN: "warning", Severity.INFO: "notice"}
_SHOWN_REASONS = 3
_SHOWN_PLACES = 8
_MOST = 60_000  # Characters; GitHub takes 65,536 for a pull request.
_LEFT_OUT = "There is more than fits here; `pcgen diff --format json` has everything."


def as_text(report: Report) -> str:
    """For a terminal: each finding in two lines, the verdict last."""
    lines = []
    for level, title in _LEVELS.items():
        found = report.at(level)
        lines += [f"{title}: {counted(found)}"]
        lines += [line for alike in _alike(found) for line in _text_lines(alike)]
        lines += [""]
    lines += [f"{_title(report)}: {report.verdict}{_because(report)}"]
    return "\n".join(lines) + "\n"


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings, those together that tell the same of several places and ask nothing of one."""
    found: dict[object, list[Finding]] = {}
    for finding in findings:
        is_alone = finding.kind.severity is not Severity.INFO or finding.hint
        key = finding if is_alone else (finding.kind.id, finding.message, finding.accepted)
        found.setdefault(key, []).append(finding)
    return list(found.values())


def _text_lines(alike: list[Finding]) -> Iterator[str]:
    finding, *others = alike
    mark = "ok" if finding.accepted else finding.kind.severity
    places = [each.place for each in alike[:_SHOWN_PLACES]]
    more = f" and {len(alike) - len(places)} more" * (len(alike) > len(places))
    yield f"  {mark:<5} {', '.join(places)}{more}: {finding.message}"
    if others:
        yield f"        {finding.kind.id}, {len(alike)} times; each with --format json"
    else:
        yield f"        {finding.kind.id} {finding.fingerprint}, {finding.old} -> {finding.new}"
    if finding.accepted:
        yield f"        accepted: {finding.accepted}"
    elif finding.hint:
        yield f"        hint: {finding.hint}"


def _title(report: Report) -> str:
    return report.name or f"{', '.join(report.old)} -> {', '.join(report.new)}"


def counted(findings: Iterable[Finding]) -> str:
    """`1 ERR, 2 INFO`; whether there is a change at all, where none asks anything of a release."""
    findings = list(findings)
    counts = Counter(finding.kind.severity for finding in findings if not finding.accepted)
    parts = [f"{counts[severity]} {severity}" for severity in Severity if counts[severity]]
    accepted = sum(1 for finding in findings if finding.accepted)
    parts += [f"{accepted} accepted"] if accepted else []
    changes = any(f.kind.verdict for f in findings if not f.accepted)
    return ", ".join(parts if changes else ["no change", *parts])


def _because(report: Report, shown: Callable[[str], str] = str) -> str:
    """Why the verdict is what it is, in half a sentence."""
    if report.verdict is Verdict.NONE:
        return f", {_NOTHING}"
    ids = report.reasons
    more = f" and {len(ids) - _SHOWN_REASONS} more" if len(ids) > _SHOWN_REASONS else ""
    return f", because of {', '.join(map(shown, ids[:_SHOWN_REASONS]))}{more}"


def as_json(report: Report) -> str:
    """One line of JSON with everything."""
    content = {
        "package": report.name,
        "old": ", ".join(report.old),
        "new": ", ".join(report.new),
        "verdict": str(report.verdict),
        "reasons": report.reasons,
        "findings": [
            {
                "id": finding.kind.id,
                "fingerprint": finding.fingerprint,
                "level": finding.kind.level,
                "severity": finding.kind.severity,
                "verdict": str(finding.kind.verdict),
                "place": finding.place,
                "message": finding.message,
                "old": _place(finding.old),
                "new": _place(finding.new),
                "accepted": finding.accepted,
                "hint": finding.hint,
            }
            for finding in report.findings
        ],
    }
    return json.dumps(content) + "\n"


def _place(location: Location) -> dict[str, str | int]:
    return {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "pointer": location.pointer,
    }


def as_github(report: Report) -> str:
    """An annotation for each finding, at its place in the new document."""
    lines = [_annotation(finding) for finding in report.findings if not finding.accepted]
    summary = f"{_title(report)}: {report.verdict}{_because(report)}"
    return "".join(
        f"{line}\n" for line in [*lines, f"::notice title=pcgen diff::{escape(summary)}"]
    )


def _annotation(finding: Finding) -> str:
    place = finding.new
    where = f"file={escape(place.file, ',', ':')}"
    where += f",line={place.line},col={place.column}" if place.line else ""
    hint = f". {finding.hint}" if finding.hint else ""
    text = escape(f"{finding.place}: {finding.message}{hint}")
    return f"::{_ANNOTATIONS[finding.kind.severity]} {where},title={finding.kind.id}::{text}"


def escape(text: str, *more: str) -> str:
    """Text within a workflow command of GitHub."""
    for character in ("%", "\r", "\n", *more):
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_markdown(report: Report) -> str:
    """For a pull request: the verdict, a table for each level, and where everything stands.

    What does not fit into the text of one is left out, details first.
    """
    text = "\n".join(_markdown(report)) + "\n"
    if len(text) > _MOST:
        text = "\n".join(_markdown(report, details=False)) + "\n"
        text = text if len(text) <= _MOST else text[: text.rindex("\n", 0, _MOST) + 1]
        text += f"\n{_LEFT_OUT}\n"
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
        lines += ["<details><summary>Ids, fingerprints and places</summary>", ""]
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
        for f, *others in _alike(shown):
            places = ", ".join(_code(each.place) for each in (f, *others))
            what = _cell(f"{f.message}; {f.hint}" if f.hint else f.message)
            yield f"| {f.kind.severity} | {places} | {what} |"
    if accepted:
        yield from ("", "| accepted | where | why |", "|---|---|---|")
        for finding in accepted:
            why = _code(finding.accepted)
            yield f"| {finding.kind.id} | {_code(finding.place)} | {why} |"


def _detail(finding: Finding) -> str:
    places = f"{_code(str(finding.old))} | {_code(str(finding.new))}"
    return f"| {finding.kind.id} | {finding.fingerprint} | {places} |"


def _code(text: str) -> str:
    """Foreign text as a code span within a table: it can end neither."""
    return f"`{_cell(text.replace('`', chr(39)))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

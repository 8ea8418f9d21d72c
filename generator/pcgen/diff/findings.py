"""The findings of a comparison, and the report that they make up."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pcgen.diagnostics import printable, shorten
from pcgen.diff.changes import CHANGES, Change, Level, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from pcgen.diagnostics import Location

    Message = tuple[str, str]


class Finding(Struct, frozen=True):
    """One change.

    Args:
        change: Its row in the table of changes.
        subject: What has changed: an operation, a schema or a Python name. The configuration and
            JSON call it `place`.
        message: What has changed about it.
        old: The location in the old document, of the subject or of the nearest node around it.
        new: The location in the new document.
        accepted: The reason why the configuration accepts it; empty if it does not.
        hint: A setting that would keep callers working; empty if there is none.
    """

    change: Change
    subject: str
    message: str
    old: Location
    new: Location
    accepted: str = ""
    hint: str = ""

    @property
    def fingerprint(self) -> str:
        """A hash that is the same wherever the subject is in the file."""
        text = f"{self.change.id}\n{self.subject}\n{self.message}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class Findings(Struct):
    """Collects findings without duplicates."""

    items: dict[Finding, None] = field(default_factory=dict)
    _messages: dict[str, set[Message]] = field(default_factory=dict)

    def add(
        self,
        id_: str,
        subject: str,
        old: Location,
        new: Location,
        /,
        hint: str = "",
        known: Container[Message] = (),
        **values: Any,
    ) -> None:
        """Add a finding, unless it is known; `values` complete the sentence of the change."""
        change = CHANGES[id_]
        quoted_values = {name: quoted(value) for name, value in values.items()}
        message = change.sentence.format(**quoted_values)
        if (id_, message) not in known:
            self._messages.setdefault(subject, set()).add((id_, message))
            self.items[Finding(change, subject, message, old, new, hint=hint)] = None

    def about(self, subject: str) -> frozenset[Message]:
        """The ids and messages of the changes of a subject that have been added."""
        return frozenset(self._messages.get(subject, ()))


class Report(Struct, frozen=True):
    """The comparison of two versions of a package.

    Args:
        name: The name of the package; empty for documents without a configuration.
        old: The files of the old documents.
        new: The files of the new documents.
        findings: What has changed.
    """

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    findings: tuple[Finding, ...]

    def at(self, level: Level) -> tuple[Finding, ...]:
        """The findings of one level."""
        return tuple(finding for finding in self.findings if finding.change.level is level)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that the configuration does not accept."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    @property
    def verdict(self) -> Verdict:
        """The release that all open findings require together."""
        return max((finding.change.verdict for finding in self.open), default=Verdict.NONE)

    @property
    def reasons(self) -> list[str]:
        """The ids of the changes that require this verdict."""
        if self.verdict is Verdict.NONE:
            return []
        changes = [finding.change for finding in self.open]
        return list(dict.fromkeys(each.id for each in changes if each.verdict is self.verdict))


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by level, severity and subject; independent of locations."""
    severities = list(Severity)

    def key(finding: Finding) -> tuple[object, ...]:
        change = finding.change
        severity = severities.index(change.severity)
        return change.level, severity, finding.subject, change.id, finding.message

    return tuple(sorted(findings, key=key))


def quoted(value: Any) -> str:
    """A value in backticks, without backticks and line breaks."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{shorten(printable(text).replace(chr(10), ' ').replace('`', chr(39)), 240)}`"

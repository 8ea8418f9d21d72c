"""What a comparison found, and what it adds up to."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pcgen.diagnostics import printable, shorten
from pcgen.diff.kinds import KINDS, Kind, Level, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.diagnostics import Location


class Finding(Struct, frozen=True):
    """One change.

    Args:
        kind: What kind of change it is.
        place: What it happened to, in words that stay the same wherever it stands in the file.
        message: What happened, as a sentence.
        old: Where that stands in the old document, or what is nearest to it.
        new: The same for the new document.
        accepted: Why it is accepted; empty when it is not.
        hint: What the configuration could say for callers not to break; empty when nothing.
    """

    kind: Kind
    place: str
    message: str
    old: Location
    new: Location
    accepted: str = ""
    hint: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same change, whatever else changes around it."""
        text = f"{self.kind.id}\n{self.place}\n{self.message}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class Findings(Struct):
    """Collects findings, each of them once."""

    items: dict[Finding, None] = field(default_factory=dict)

    def add(
        self, id_: str, place: str, old: Location, new: Location, /, hint: str = "", **values: Any
    ) -> None:
        """Note a change of the kind; `values` complete its sentence."""
        kind = KINDS[id_]
        shown = {name: quoted(value) for name, value in values.items()}
        message = kind.sentence.format(**shown)
        self.items[Finding(kind, place, message, old, new, hint=hint)] = None


class Report(Struct, frozen=True):
    """All that is to be said of two versions of a package.

    Args:
        name: What the package is called; empty for bare documents.
        old: The files of its documents before.
        new: Those of today.
        findings: What has changed.
    """

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    findings: tuple[Finding, ...]

    def at(self, level: Level) -> tuple[Finding, ...]:
        """The findings of one level."""
        return tuple(finding for finding in self.findings if finding.kind.level is level)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    @property
    def verdict(self) -> Verdict:
        """What a release with all these changes is."""
        return max((finding.kind.verdict for finding in self.open), default=Verdict.NONE)

    @property
    def reasons(self) -> list[str]:
        """The ids of what makes the verdict what it is."""
        found = (f.kind for f in self.open if f.kind.verdict is self.verdict)
        return list(dict.fromkeys(kind.id for kind in found if kind.verdict is not Verdict.NONE))


_ORDER = list(Severity)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By level, the gravest first, then by place: never by where something stands in a file."""
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                f.kind.level,
                _ORDER.index(f.kind.severity),
                f.place,
                f.kind.id,
                f.message,
            ),
        )
    )


def quoted(value: Any) -> str:
    """A value of a document within a sentence; it can neither end its quotes nor the line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{shorten(printable(text).replace(chr(10), ' ').replace('`', chr(39)), 240)}`"

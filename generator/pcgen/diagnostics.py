"""Diagnostics: what is wrong, where, and what to do about it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from enum import IntEnum, StrEnum
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable


class Exit(IntEnum):
    """The exit codes of `pcgen`, as documented in the README."""

    OK = 0
    DIFFERENT = 1
    USAGE = 2
    SPEC = 3
    FAULT = 4
    INTERRUPTED = 130


class Severity(StrEnum):
    """An error stops the build; a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """The codes of all diagnostics; `tests/cases/errors/<code>` has a case for each."""

    ALIAS_LIMIT = "alias-limit"
    CONFIG_ACCEPT_UNUSED = "config-accept-unused"
    CONFIG_INVALID = "config-invalid"
    CONFIG_MISSING = "config-missing"
    CONFIG_UNKNOWN_KEY = "config-unknown-key"
    CONFIG_WAIVER_UNUSED = "config-waiver-unused"
    DISK = "disk"
    DOWNLOAD_FAILED = "download-failed"
    DUPLICATE_KEY = "duplicate-key"
    EDITED_BY_HAND = "edited-by-hand"
    FAULT = "fault"
    FILE_UNREADABLE = "file-unreadable"
    INVALID_DOCUMENT = "invalid-document"
    NAME_COLLISION = "name-collision"
    NEWER_PCGEN = "newer-pcgen"
    NOT_LOCKED = "not-locked"
    NOT_OPENAPI = "not-openapi"
    OUT_OF_DATE = "out-of-date"
    OUTPUT_UNSAFE = "output-unsafe"
    OVERLAY_INVALID = "overlay-invalid"
    OVERLAY_UNMATCHED = "overlay-unmatched"
    REFERENCE_CYCLE = "reference-cycle"
    REFERENCE_EXTERNAL = "reference-external"
    REFERENCE_MISSING = "reference-missing"
    REVISION_UNREADABLE = "revision-unreadable"
    SYNTAX = "syntax"
    TEMPLATE_INVALID = "template-invalid"
    TOO_DEEP = "too-deep"
    UNSAFE_TEXT = "unsafe-text"
    UNSUPPORTED = "unsupported"
    UNSUPPORTED_VERSION = "unsupported-version"
    VALUE_NOT_JSON = "value-not-json"


# The build can continue after these, without the part that is invalid or unsupported.
WAIVABLE = frozenset(
    (
        Code.INVALID_DOCUMENT,
        Code.REFERENCE_CYCLE,
        Code.REFERENCE_EXTERNAL,
        Code.REFERENCE_MISSING,
        Code.UNSAFE_TEXT,
        Code.UNSUPPORTED,
    )
)


class Location(Struct, frozen=True, order=True):
    """A location in an input file.

    `line` and `column` count from 1, and are 0 if unknown; `pointer` is a JSON pointer with `#`.
    """

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        """`file:line:column`, which editors and terminals turn into a link."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Diagnostic(Struct, frozen=True):
    """One finding: a code, a location, a sentence, and a hint that says what to do."""

    code: Code
    location: Location
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """The text as compilers print it; pointer and hint are on separate lines."""
        lines = [f"{self.location}: {self.severity}[{self.code}]: {self.message}"]
        pointer = shorten(self.location.pointer, 2000)
        lines += [f"    at {pointer}"] if pointer else []
        lines += [f"    hint: {self.hint}"] if self.hint else []
        return "\n".join(printable(line).replace("\n", "\\n") for line in lines)


class Waiver(Struct, frozen=True):
    """A decision of the user to build despite some findings.

    Args:
        code: The code of the findings.
        at: Their JSON pointer: `*` matches one segment, `**` any number of segments.
        reason: Why they are acceptable.
        line: The line of the waiver in the configuration.
    """

    code: str
    at: str
    reason: str
    line: int = 0

    def covers(self, item: Diagnostic) -> bool:
        """Whether this waives a finding."""
        return item.code == self.code and bool(_glob(self.at).fullmatch(item.location.pointer))


@cache
def _glob(text: str) -> re.Pattern[str]:
    """The pattern of the pointers that a glob matches."""
    wild = {"*": "/[^/]*", "**": "(?:/[^/]*)*"}
    first, *parts = text.split("/")
    return re.compile(re.escape(first) + "".join(wild.get(p, "/" + re.escape(p)) for p in parts))


class Diagnostics(Struct):
    """Collects findings, so that a run reports several at once.

    Args:
        waivers: The waivers of the configuration.
        config: The name of the configuration file.
        lenient: Whether findings that can be waived do not stop the run.
    """

    waivers: tuple[Waiver, ...] = ()
    config: str = ""
    lenient: bool = False
    items: list[Diagnostic] = field(default_factory=list)

    def error(self, code: Code, location: Location, message: str, hint: str = "") -> None:
        """Add an error."""
        self.items.append(Diagnostic(code, location, message, hint))

    def warning(self, code: Code, location: Location, message: str, hint: str = "") -> None:
        """Add a warning."""
        self.items.append(Diagnostic(code, location, message, hint, Severity.WARNING))

    def note(self, code: Code, location: Location, message: str, hint: str = "") -> None:
        """Add a note."""
        self.items.append(Diagnostic(code, location, message, hint, Severity.NOTE))

    @property
    def remaining(self) -> list[Diagnostic]:
        """The findings that no waiver covers."""
        return [item for item in self.items if not self._is_waived(item)]

    @property
    def failed(self) -> bool:
        """Whether an error has been collected that no waiver covers; if lenient, that none can."""
        errors = (item for item in self.remaining if item.severity is Severity.ERROR)
        return any(not (self.lenient and item.code in WAIVABLE) for item in errors)

    def stop_on_errors(self) -> None:
        """Raise `Failure` when the run has failed."""
        if self.failed:
            raise Failure(self.remaining)

    def finish(self) -> tuple[Diagnostic, ...]:
        """The warnings and notes to report, and a note for each waiver.

        Raises:
            Failure: There are errors, or a waiver covers no finding.
        """
        self.stop_on_errors()
        found = dict.fromkeys(self.items)
        waived = {one: [item for item in found if one.covers(item)] for one in self.waivers}
        unused = [self._unused(waiver) for waiver, items in waived.items() if not items]
        if unused:
            raise Failure(unused)
        return (
            *dict.fromkeys(self.remaining),
            *(self._waived(one, items) for one, items in waived.items()),
        )

    def _is_waived(self, item: Diagnostic) -> bool:
        return any(waiver.covers(item) for waiver in self.waivers)

    def _unused(self, waiver: Waiver) -> Diagnostic:
        message = f"the waiver covers no finding: {waiver.code} at {shorten(waiver.at)}"
        pointers = {item.location.pointer for item in self.items if item.code == waiver.code}
        similar = f"; {close(waiver.at, pointers)}" if pointers else ""
        hint = f"remove it, or correct its code or pointer{similar}"
        location = Location(self.config, waiver.line, int(waiver.line > 0))
        return Diagnostic(Code.CONFIG_WAIVER_UNUSED, location, message, hint)

    def _waived(self, waiver: Waiver, items: list[Diagnostic]) -> Diagnostic:
        findings = "1 finding is" if len(items) == 1 else f"{len(items)} findings are"
        message = f"{findings} waived: {waiver.reason}"
        location = Location(self.config, waiver.line, int(waiver.line > 0), waiver.at)
        return Diagnostic(items[0].code, location, message, severity=Severity.NOTE)


class Failure(Exception):
    """The command cannot continue; the findings say why."""

    def __init__(self, items: list[Diagnostic], status: Exit | None = None) -> None:
        self.items = in_order(items)
        usage = all(item.code.startswith("config-") for item in items)
        self.status = status or (Exit.USAGE if usage else Exit.SPEC)
        super().__init__("\n".join(map(str, self.items)))


def in_order(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Different findings, by location."""
    return sorted(
        set(items),
        key=lambda item: (item.location, item.code, item.message, item.hint, item.severity),
    )


def failure(
    code: Code, location: Location, message: str, hint: str = "", status: Exit = Exit.SPEC
) -> Failure:
    """Make a `Failure` of a single error."""
    return Failure([Diagnostic(code, location, message, hint)], status)


def close(text: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: the most similar known one, or the five nearest."""
    names = sorted(set(known))
    found = get_close_matches(text, names, n=1)
    if found:
        return f"did you mean `{shorten(found[0])}`?"
    nearest = ", ".join(map(shorten, sorted(get_close_matches(text, names, n=_NEAREST, cutoff=0))))
    if len(names) > _NEAREST:
        return f"the nearest of {len(names):,}: {nearest}"
    return f"known: {nearest}" if names else ""


_NEAREST = 5


def shorten(text: str, limit: int = 80) -> str:
    """Shorten a value of the user for a message."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def printable(text: str) -> str:
    """Escape control characters, which could change the terminal; line breaks stay."""
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in text)

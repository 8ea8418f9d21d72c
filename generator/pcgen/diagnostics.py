"""What went wrong, where, and what to do about it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from enum import IntEnum, StrEnum
from functools import lru_cache
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
    """How much a diagnostic weighs: an error stops the build, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """Every diagnostic there is; `tests/cases/errors/<code>` holds a case for each."""

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


# After these there is something to go on with, so a waiver can let the rest be built.
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
    """A place in an input file.

    `line` and `column` count from 1 and are 0 where unknown; `pointer` is a JSON pointer with `#`.
    """

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        """`file:line:column`, as editors and terminals link it."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class Diagnostic(Struct, frozen=True):
    """One finding: a code, a place, a sentence, and what to do."""

    code: Code
    location: Location
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Print as compilers do, with the pointer and the hint on lines of their own."""
        lines = [f"{self.location}: {self.severity}[{self.code}]: {self.message}"]
        pointer = shorten(self.location.pointer, 2000)
        lines += [f"    at {pointer}"] if pointer else []
        lines += [f"    hint: {self.hint}"] if self.hint else []
        return "\n".join(printable(line).replace("\n", "\\n") for line in lines)


class Waiver(Struct, frozen=True):
    """A decision of the user to build in spite of some findings.

    Args:
        code: The code of the findings.
        at: Their JSON pointer, in which `*` is any one segment and `**` any number of them.
        reason: Why that is right.
        line: Where the configuration says so.
    """

    code: str
    at: str
    reason: str
    line: int = 0

    def covers(self, item: Diagnostic) -> bool:
        """Whether a finding is waived by this."""
        return item.code == self.code and bool(_glob(self.at).fullmatch(item.location.pointer))


@lru_cache(maxsize=512)
def _glob(text: str) -> re.Pattern[str]:
    """The pattern of the pointers that a glob means."""
    wild = {"*": "/[^/]*", "**": "(?:/[^/]*)*"}
    first, *parts = text.split("/")
    return re.compile(re.escape(first) + "".join(wild.get(p, "/" + re.escape(p)) for p in parts))


class Diagnostics(Struct):
    """Collects findings, so that a run reports several at once.

    Args:
        waivers: What is let pass.
        config: The name of the file that holds the waivers.
    """

    waivers: tuple[Waiver, ...] = ()
    config: str = ""
    items: list[Diagnostic] = field(default_factory=list)

    def error(self, code: Code, location: Location, message: str, hint: str = "") -> None:
        """Add an error."""
        self.items.append(Diagnostic(code, location, message, hint))

    def warning(self, code: Code, location: Location, message: str, hint: str = "") -> None:
        """Add a warning."""
        self.items.append(Diagnostic(code, location, message, hint, Severity.WARNING))

    def note(self, code: Code, location: Location, message: str, hint: str = "") -> None:
        """Add a remark."""
        self.items.append(Diagnostic(code, location, message, hint, Severity.NOTE))

    @property
    def remaining(self) -> list[Diagnostic]:
        """The findings that no waiver covers."""
        return [item for item in self.items if not self._is_waived(item)]

    @property
    def failed(self) -> bool:
        """Whether an error has been collected that no waiver covers."""
        return any(item.severity is Severity.ERROR for item in self.remaining)

    def stop_on_errors(self) -> None:
        """Raise `Failure` when an error has been collected that no waiver covers."""
        if self.failed:
            raise Failure(self.remaining)

    def finish(self) -> tuple[Diagnostic, ...]:
        """Say what a run leaves to be told: warnings, and what was waived.

        Raises:
            Failure: When there are errors; when a waiver covers nothing.
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
        message = f"nothing is found that this waives: {waiver.code} at {shorten(waiver.at)}"
        hint = "remove the waiver, or mend its code or pointer"
        place = Location(self.config, waiver.line, int(waiver.line > 0))
        return Diagnostic(Code.CONFIG_WAIVER_UNUSED, place, message, hint)

    def _waived(self, waiver: Waiver, items: list[Diagnostic]) -> Diagnostic:
        findings = "1 finding is" if len(items) == 1 else f"{len(items)} findings are"
        message = f"{findings} waived: {waiver.reason}"
        place = Location(self.config, waiver.line, int(waiver.line > 0), waiver.at)
        return Diagnostic(items[0].code, place, message, severity=Severity.NOTE)


class Failure(Exception):
    """The run cannot go on: the findings say why."""

    def __init__(self, items: list[Diagnostic], status: Exit | None = None) -> None:
        unique = dict.fromkeys(items)
        self.items = sorted(unique, key=lambda item: (item.location, item.code, item.message))
        usage = all(item.code.startswith("config-") for item in items)
        self.status = status or (Exit.USAGE if usage else Exit.SPEC)
        super().__init__("\n".join(map(str, self.items)))


def failure(
    code: Code, location: Location, message: str, hint: str = "", status: Exit = Exit.SPEC
) -> Failure:
    """Make a `Failure` of a single error, where nothing more can be found out."""
    return Failure([Diagnostic(code, location, message, hint)], status)


def close(text: str, known: Iterable[str]) -> str:
    """A hint for a name that is not known: the one that is most like it, or all."""
    names = sorted(known)
    found = get_close_matches(text, names, n=1)
    return f"did you mean `{found[0]}`?" if found else f"known: {', '.join(names)}"


def shorten(text: str, limit: int = 80) -> str:
    """Cut a foreign value for use inside a message."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def printable(text: str) -> str:
    """Escape what could steer a terminal; keeps line breaks and printable text."""
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in text)

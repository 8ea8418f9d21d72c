"""Checks that a document is valid OpenAPI, with openapi-spec-validator in a child process.

The validator imports slowly, recurses without bound and follows references. The child is forked
early, works beside the build, has limits of time and memory, and opens no file and no connection.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from msgspec import Struct, json

from pcgen.cache import Cache
from pcgen.diagnostics import Code, Diagnostics, Severity
from pcgen.validate.child import MEGABYTES, SECONDS, Child, OverLimit, UnexpectedError
from pcgen.validate.messages import Finding
from pcgen.validate.rules import check_rules
from pcgen.validate.verdicts import recall, remember

if TYPE_CHECKING:
    from pcgen.spec import Document

_WAIVE = "waive `invalid-document` at `#` to build without validation"
_OVER_LIMIT = Finding(
    (),
    "the document is too complicated to be validated"
    f" within {SECONDS} seconds and {MEGABYTES} MB",
    _WAIVE,
)


class Validator(Struct):
    """Checks one document.

    Args:
        sha256: The digest of the document's own file; if its findings are remembered, there is no
            child.
        cache: Where findings are remembered.
    """

    sha256: str
    cache: Cache
    _document: Document | None = None
    _child: Child | None = None
    _remembered: list[Finding] | None = None

    def __enter__(self) -> Self:
        """Start the child, which imports the validator while the parent reads the document."""
        if hasattr(os, "fork") and recall(self.cache, self.sha256) is None:
            self._child = Child.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Kill the child."""
        if self._child is not None:
            self._child.end()

    def submit(self, document: Document) -> None:
        """Begin to check a document whose references have been checked."""
        self._document = document
        self._remembered = recall(self.cache, document.whole_digest)
        if self._child is not None and self._remembered is None:
            self._child.send(json.encode(document.root))

    def finish(self, diagnostics: Diagnostics) -> None:
        """Wait for the findings and report them, except at locations with an error already."""
        if self._document is None:
            return
        check_rules(self._document, diagnostics)
        reported = {item.location for item in diagnostics.items if item.severity is Severity.ERROR}
        for found in self._findings(self._document):
            location = self._document.location(found.pointer)
            if location not in reported:
                report = diagnostics.error if found.is_error else diagnostics.note
                report(Code.INVALID_DOCUMENT, location, found.message, found.hint)

    def _findings(self, document: Document) -> list[Finding]:
        if self._remembered is not None:
            return self._remembered
        if self._child is not None:
            try:
                found = self._child.findings()
            except OverLimit:
                return [_OVER_LIMIT]
            except UnexpectedError as error:
                message = f"the validation failed with {error}; this is a bug of pcgen or of"
                return [Finding((), f"{message} openapi-spec-validator", f"report it; {_WAIVE}")]
        else:
            from pcgen.validate.findings import findings

            found = findings(json.decode(json.encode(document.root)))
        remember(self.cache, document.whole_digest, found)
        return found

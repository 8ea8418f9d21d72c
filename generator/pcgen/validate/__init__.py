"""Whether a document is valid OpenAPI, by openapi-spec-validator, in a process of its own.

The validator is slow to import, recurses without bound and follows references on its own. So it
runs in a child that is forked early, works while the build goes on, has limits of time and memory,
and may open nothing; and what was found in a document once is remembered.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from pcgen.cache import Cache, digest, sources_digest, version
from pcgen.diagnostics import Code, Diagnostics, Severity
from pcgen.spec import part_texts
from pcgen.validate.child import Child
from pcgen.validate.findings import Finding
from pcgen.validate.parts import answer, question
from pcgen.validate.rules import check_rules

if TYPE_CHECKING:
    from pcgen.spec import Document

_KIND = "validity"
_PARTS = "validity-of-parts"


class Validator(Struct):
    """Checks one document, in a child that gets ready while the document is being read.

    Args:
        sha256: Of the document's bytes; one that was checked before needs no child, unless its
            other files are new.
        cache: Where that is remembered.
    """

    sha256: str
    cache: Cache
    _document: Document | None = None
    _child: Child | None = None

    def __enter__(self) -> Self:
        """Start the child, unless there is nothing to do or no way to have one."""
        if hasattr(os, "fork") and not self._is_known():
            self._child = Child.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End the child, whatever it is doing."""
        if self._child is not None:
            self._child.end()

    def submit(self, document: Document) -> None:
        """Begin to check a document whose references have been checked."""
        self._document = document
        self.sha256 = document.whole_digest
        if self._child is not None:
            self._child.send(part_texts(document), self._remembered(document))

    def finish(self, diagnostics: Diagnostics) -> None:
        """Wait for the verdict, and report what is wrong.

        A value that somebody has complained about already is not reported again.
        """
        if self._document is None:
            return
        check_rules(self._document, diagnostics)
        known = {item.location for item in diagnostics.items if item.severity is Severity.ERROR}
        for pointer, message, hint in self._verdict(self._document):
            place = self._document.location(tuple(pointer))
            if place not in known:
                diagnostics.error(Code.INVALID_DOCUMENT, place, message, hint)

    def _verdict(self, document: Document) -> list[Finding]:
        """What is wrong with a document; remembered for the next time."""
        remembered = self.cache.get(_KIND, self._key()) if self._child is None else None
        if remembered is not None:
            return [Finding(*one) for one in json.loads(remembered)]
        if self._child is not None:
            found, parts = self._child.findings()
        else:
            found, parts = answer(question(part_texts(document), self._remembered(document)))
        if parts:
            self.cache.put(_PARTS, self._key_of_parts(document), parts)
        self.cache.put(_KIND, self._key(), json.dumps(found).encode())
        return found

    def _is_known(self) -> bool:
        return self.cache.get(_KIND, self._key()) is not None

    def _key(self) -> str:
        return digest(*_tools(), self.sha256)

    def _remembered(self, document: Document) -> bytes:
        """What is known of the parts of what a document was before; its file and title tell."""
        return self.cache.get(_PARTS, self._key_of_parts(document)) or b""

    def _key_of_parts(self, document: Document) -> str:
        said = (document.file, document.info.text("title"), str(document.root["openapi"]))
        return digest(*_tools(), *said)


def _tools() -> tuple[str, ...]:
    """All that decides what is found in a document."""
    return sources_digest(), version("openapi_spec_validator")

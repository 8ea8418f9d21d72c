"""Validates a package's documents while the package is built."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from pcgen.validate import Validator

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from pcgen.cache import Cache
    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Document


class Validation:
    """Validates documents during a `with` statement, and reports its findings at the end.

    Args:
        data: The bytes of each document.
        cache: Verdicts of earlier runs.
        diagnostics: Collects findings.
    """

    def __init__(self, data: Iterable[bytes], cache: Cache, diagnostics: Diagnostics) -> None:
        self._validators = [Validator(hashlib.sha256(d).hexdigest(), cache) for d in data]
        self._diagnostics = diagnostics
        self._running = ExitStack()
        self._submitted = False

    def __enter__(self) -> Self:
        """Start the validators."""
        for validator in self._validators:
            self._running.enter_context(validator)
        return self

    def submit(self, documents: Iterable[Document]) -> None:
        """Begin to validate documents whose references have been checked."""
        for validator, document in zip(self._validators, documents, strict=True):
            validator.submit(document)
        self._submitted = True

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        """Wait for the verdicts, unless the user has interrupted the build.

        Raises:
            Failure: The `with` statement failed, and a document is invalid, which explains why.
        """
        with self._running:
            if self._submitted and (error is None or isinstance(error, Exception)):
                for validator in self._validators:
                    validator.finish(self._diagnostics)
                if error is not None:
                    self._diagnostics.stop_on_errors()

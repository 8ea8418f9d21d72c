"""Validates the documents of a service while it is served."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from pcgen import documents
from pcgen.diagnostics import Diagnostics, Failure
from pcgen.mock.service import serve
from pcgen.validate.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Callable

    from pcgen import config
    from pcgen.cache import Cache
    from pcgen.mock.service import Service


class Checked:
    """A service whose documents are validated in another process.

    Args:
        settings: The package.
        cache: Verdicts of earlier runs.
        lenient: Whether findings that can be waived are ignored.

    Raises:
        Failure: A document cannot be read, or has an error that shows at once.
    """

    def __init__(self, settings: config.Package, cache: Cache, *, lenient: bool) -> None:
        self._diagnostics = Diagnostics(settings.waive, settings.source.file, lenient)
        data = documents.read(settings)
        with ExitStack() as stack:
            validation = stack.enter_context(Validation(data, cache, self._diagnostics))
            parsed = documents.parse(data, settings, self._diagnostics)
            validation.submit(parsed)
            self._pending = stack.pop_all()
        self.service: Service = serve(parsed, settings)

    def watch(self, stop: Callable[[], None]) -> None:
        """Call `stop` once the documents turn out to be invalid; returns at once."""

        def wait() -> None:
            self._pending.close()
            if self._diagnostics.failed:
                stop()

        threading.Thread(target=wait, name="validation", daemon=True).start()

    def finish(self) -> None:
        """Report the errors that were found.

        Raises:
            Failure: There are some.
        """
        if self._diagnostics.failed:
            raise Failure(self._diagnostics.remaining)

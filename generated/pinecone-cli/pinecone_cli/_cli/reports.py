"""Words exceptions of the client, and unexpected ones."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from .failures import Failure

if TYPE_CHECKING:
    from .program import Program


def failure_of(error: Exception, program: Program) -> Failure:
    """Turn an exception into a sentence: those of the client explain themselves."""
    known = import_module(f"{program.package}._client.errors")
    if isinstance(error, known.APIConnectionError):
        text = re.sub(r"\[Errno -?\d+\] ", "", _sentence(error))
        return Failure(text, "Check the network and the URL of the service.")
    if isinstance(error, known.APIError):
        return Failure(_sentence(error), " ".join(getattr(error, "__notes__", ())))
    if isinstance(error, (known.ConfigurationError, TypeError, ValueError)) and _is_of_client(
        error, program
    ):
        return Failure(_sentence(error))
    debug = program.env("DEBUG")
    message = f"Something went wrong in {program.name}: {type(error).__name__}: {error}"
    return Failure(message, f"Set {debug}=1 to see the traceback.")


def _is_of_client(error: Exception, program: Program) -> bool:
    """Return whether the client raised an error, which is about an argument."""
    name, trace = "", error.__traceback__
    while trace is not None:
        found = str(trace.tb_frame.f_globals.get("__name__", ""))
        name = name if found == "contextlib" else found  # It only passes errors on.
        trace = trace.tb_next
    return name.startswith(f"{program.package}._client.")


def _sentence(error: Exception) -> str:
    text = str(error).rstrip()
    return text if text.endswith((".", "!", "?")) else f"{text}."

"""Finds the caller of the package, to which warnings point."""

from __future__ import annotations

from inspect import currentframe

from .log import PACKAGE


def caller() -> int:
    """Return the stack level of the first frame outside of the package."""
    level = 1
    frame = currentframe()
    while frame is not None and (frame.f_globals.get("__name__", "") + ".").startswith(
        f"{PACKAGE}."
    ):
        frame = frame.f_back
        level += 1
    # `currentframe` counted this function, which `warn` does not see.
    return level - 1

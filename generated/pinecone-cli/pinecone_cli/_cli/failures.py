"""How a command ends early: with a failure, or because the user left a question."""

from __future__ import annotations


class Failure(Exception):
    """A command cannot do what it was asked to.

    Attributes:
        message: What is wrong, and where. Commands to run stand in backticks.
        hint: What to do, or "".
        code: The exit code.
    """

    def __init__(self, message: str, hint: str | None = "", code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or ""
        self.code = code


class Cancelled(Exception):
    """The user declined a question. The exit code is 0."""

    def __init__(self, notice: str = "Cancelled.") -> None:
        super().__init__(notice)
        self.notice = notice

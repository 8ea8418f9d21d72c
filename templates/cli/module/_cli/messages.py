"""What a program says on stderr: messages, questions, and why it fails."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from .failures import Cancelled, Failure
from .output.text import visible, visible_lines
from .terminal import write, write_message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .terminal import Terminal

_COLORS = {"SUCCESS": "green", "WARN": "yellow", "INFO": "blue", "ERROR": "red"}
_COMMAND = re.compile(r"`([^`\n]+)`")
_LEAVES = ("q", "quit", "\x1b")


def mask(secret: str) -> str:
    """The ends of a secret, enough to recognize it; nothing of one with 8 characters or fewer."""
    return "***" if len(secret) <= 8 else f"{secret[:4]}***{secret[-4:]}"


class Messages:
    """Messages and questions for people.

    Args:
        terminal: What the standard streams are.
        json: Whether failures are also printed on stdout, as JSON.
        quiet: Whether only warnings, errors and questions appear.
    """

    def __init__(self, terminal: Terminal, *, json: bool = False, quiet: bool = False) -> None:
        self._terminal = terminal
        self._json = json
        self._quiet = quiet

    @property
    def is_interactive(self) -> bool:
        """Whether people can answer questions."""
        return self._terminal.reads

    def success(self, text: str) -> None:
        """Print what was done."""
        if not self._quiet:
            self._print("SUCCESS", text)

    def info(self, text: str) -> None:
        """Print what is good to know."""
        if not self._quiet:
            self._print("INFO", text)

    def hint(self, text: str) -> None:
        """Print what to do next."""
        if not self._quiet:
            self._print_hint(text)

    def warn(self, text: str) -> None:
        """Print what may surprise."""
        self._print("WARN", text)

    def error(self, text: str) -> None:
        """Print what failed, of several things. To end the command, raise `Failure`."""
        self._print("ERROR", text)

    def end(self, error: Failure | Cancelled) -> int:
        """Print why the command ended, and return the exit code."""
        if isinstance(error, Cancelled):
            self.info(error.notice)
            return 0
        if not error.message:
            return error.code
        if self._json:
            from .output.formats import json_text

            plain = click.unstyle(error.message).replace("`", "")
            with suppress(Failure):  # The message on stderr remains.
                write(json_text({"error": plain}))
        self._print("ERROR", error.message)
        if error.hint:
            self._print_hint(error.hint)
        return error.code

    def confirm(self, question: str, *warnings: str) -> None:
        """Ask whether to go on.

        Raises:
            Cancelled: The answer is not yes.
            Failure: There is no answer.
        """
        for warning in warnings:
            self.warn(warning)
        answer = _asked(lambda: self._answer(f"{question} (y/N): "))
        if answer.lower() not in {"y", "yes"}:
            raise Cancelled("Cancelled. Nothing was changed.")

    def select(self, question: str, choices: Sequence[str], flag: str) -> int:
        """Let the user choose, and return the index of the choice.

        Args:
            question: What to choose.
            choices: The choices, at least one.
            flag: The option that makes the choice without a question.

        Raises:
            Cancelled: The user left.
            Failure: There is no terminal, or no answer.
        """
        self._need_terminal(question, flag)
        digits = len(str(len(choices)))
        for number, choice in enumerate(choices, 1):
            write_message(f"  {number:{digits}}) {visible(choice)}\n")
        while True:
            prompt = f"{question} (1-{len(choices)}, q to leave): "
            answer = _asked(lambda: self._answer(prompt))  # noqa: B023
            if answer.lower() in _LEAVES:
                raise Cancelled("Left without a choice. Nothing was changed.")
            if answer in choices:
                return list(choices).index(answer)
            if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(choices):
                return int(answer) - 1
            self.warn(f"Type a number from 1 to {len(choices)}, or q to leave.")

    def secret(self, question: str, flag: str) -> str:
        """Ask for a secret, which the terminal does not show.

        Raises:
            Cancelled: The user left.
            Failure: There is no terminal, or no answer.
        """
        self._need_terminal(question, flag)

        def ask() -> str:
            import getpass

            try:
                return getpass.getpass(f"{question}: ", sys.stderr)
            except EOFError:
                write_message("\n")
                raise _no_answer() from None

        return _asked(ask).strip()

    def _need_terminal(self, question: str, flag: str) -> None:
        if not self.is_interactive:
            raise Failure(f"{question}: there is no terminal to ask on.", f"Use `{flag}`.")

    def _answer(self, prompt: str) -> str:
        write_message(visible(prompt))
        line = sys.stdin.readline() if sys.stdin else ""
        if not line.endswith("\n") or not self.is_interactive:
            write_message("\n")  # No terminal has shown the end of the answer.
        if not line.endswith("\n"):
            raise _no_answer()
        return line.strip()

    def _print(self, kind: str, text: str) -> None:
        prefix = f"[{kind}]"
        if self._terminal.color:
            prefix = click.style(prefix, fg=_COLORS[kind], bold=True)
        write_message(f"{prefix} {self._styled(text)}\n")

    def _print_hint(self, text: str) -> None:
        prefix = click.style("Hint:", bold=True) if self._terminal.color else "Hint:"
        write_message(f"{prefix} {self._styled(text)}\n")

    def _styled(self, text: str) -> str:
        """Text without control characters; backticks become a colour where there are colours."""
        text = visible_lines(text)
        if not self._terminal.color:
            return text
        first, *rest = text.split("\n")  # What follows is quoted, and may hold backticks itself.
        colored = _COMMAND.sub(lambda match: click.style(match[1], fg="cyan"), first)
        return "\n".join([colored, *rest])


def _asked(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except KeyboardInterrupt:
        write_message("\n")
        raise Cancelled("Interrupted. Nothing was changed.") from None


def _no_answer() -> Failure:
    return Failure("The input ended before the answer. Nothing was changed.")

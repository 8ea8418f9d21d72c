"""The output of commands: findings as text, as JSON lines or as annotations for GitHub."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from pcgen.diagnostics import Diagnostic, Severity, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.write import Changes

_MOST = 100
_PATIENCE = 2.0  # Seconds after which a build on a terminal shows that it goes on.
_root: ContextVar[Path] = ContextVar("_root")  # Files in findings are relative to this folder.
EXIT_CODES = """\b
Exit codes:
  0    success
  1    files differ, or were edited since pcgen wrote them; pcgen lint found warnings
  2    a mistake in the command or the configuration, or a missing file
  3    the document is invalid, or has something unsupported
  4    a fault of pcgen, of the disk or of the network
  130  interrupted
"""


FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="How to print findings: as text, as JSON lines, or as GitHub annotations.",
)


def within(root: Path) -> None:
    """Set the folder that files in findings are relative to."""
    _root.set(root)


def from_here(file: str) -> str:
    """The path of a file in a finding, relative to the current folder."""
    path = _known(file)
    if path is None or Path(file).is_absolute():
        return file
    return Path(os.path.relpath(path)).as_posix()


def _known(file: str) -> Path | None:
    """The path of a file in a finding; None for other names, which must stay as they are."""
    path = _root.get() / file
    exists = os.path.exists  # Unlike `Path.exists`, it is False for names that are too long.
    is_file = exists(path) or (exists(path.parent) and not exists(file))
    return path if is_file and not file.startswith("-") else None


@contextmanager
def progress(name: str) -> Iterator[None]:
    """Show on a terminal that a long build goes on."""
    if not (sys.stderr.isatty() and hasattr(signal, "setitimer")) or os.environ.get("CI"):
        yield
        return
    start, stderr = time.monotonic(), sys.stderr.fileno()

    def show(*_: object) -> None:  # A signal may interrupt a write to `sys.stderr`.
        text = f"\r{printable(name)}: building, {time.monotonic() - start:.0f} s"
        os.write(stderr, text.encode(errors="replace"))

    before = signal.signal(signal.SIGALRM, show)
    signal.setitimer(signal.ITIMER_REAL, _PATIENCE, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if time.monotonic() - start > _PATIENCE:
            os.write(stderr, b"\r\x1b[K")


def say(text: str, format_: str) -> None:
    """Print a line for people; on stderr if the format of stdout is for programs."""
    click.echo(text, err=format_ != "text")


def summary(changes: Changes, count: int) -> str:
    """A summary of changes to a folder that now has `count` files."""
    if not changes:
        return "up to date"
    if len(changes.missing) == count:
        return "created"
    counts = {"new": changes.missing, "changed": changes.different, "removed": changes.extra}
    return ", ".join(f"{len(paths)} {what}" for what, paths in counts.items() if paths)


def counted(items: Sequence[Diagnostic]) -> str:
    """The number of findings of each severity; empty if there are none."""
    counts = Counter(item.severity for item in items)
    texts = (
        f"{counts[kind]:,} {kind}{'s' * (counts[kind] > 1)}" for kind in Severity if counts[kind]
    )
    return ", ".join(texts)


def report(items: Sequence[Diagnostic], format_: str) -> None:
    """Print findings; formats other than JSON are limited to the first `_MOST`."""
    left_out = 0 if format_ == "json" else max(len(items) - _MOST, 0)
    for item in items[: len(items) - left_out]:
        if format_ == "json":
            click.echo(_as_json(item))
        elif format_ == "github":
            click.echo(_as_github(item))
        else:
            location = replace(item.location, file=from_here(item.location.file))
            click.echo(str(replace(item, location=location)), err=True)
    if left_out:
        click.echo(f"... and {left_out:,} more; --format json prints all", err=True)


def _as_json(item: Diagnostic) -> str:
    import json

    location = item.location
    return json.dumps(
        {
            "severity": item.severity,
            "code": item.code,
            "file": from_here(location.file),
            "line": location.line,
            "column": location.column,
            "pointer": location.pointer,
            "message": item.message,
            "hint": item.hint,
        }
    )


def _as_github(item: Diagnostic) -> str:
    def escape(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    location = item.location
    file = escape(from_workspace(location.file)).replace(",", "%2C").replace(":", "%3A")
    where = f"file={file}"
    where += f",line={location.line},col={location.column}" if location.line else ""
    parts = (item.message, location.pointer, item.hint)
    text = ". ".join(part.removesuffix(".") for part in parts if part)
    kind = "notice" if item.severity is Severity.NOTE else item.severity
    return f"::{kind} {where},title={item.code}::{escape(printable(text))}"


def from_workspace(file: str) -> str:
    """The path of a file relative to the checkout, as GitHub needs it."""
    workspace, path = os.environ.get("GITHUB_WORKSPACE"), _known(file)
    if not workspace or path is None:
        return from_here(file)
    found = Path(os.path.relpath(path, workspace))
    return from_here(file) if found.parts[0] == ".." else found.as_posix()


def format_of(arguments: list[str]) -> str:
    """The value of --format, for failures before the options are parsed."""
    for index, argument in enumerate(arguments):
        value = (
            argument.partition("=")[2] if "=" in argument else "".join(arguments[index + 1 :][:1])
        )
        if argument.partition("=")[0] == "--format" and value in ("json", "github"):
            return value
    return "text"

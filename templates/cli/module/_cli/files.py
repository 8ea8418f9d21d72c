"""Reads what users name on the command line; failures name the file, the line and the column."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .failures import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

STDIN = "-"


def shown(file: str) -> str:
    """A file in messages."""
    return "stdin" if file == STDIN else file


def read_bytes(file: str) -> bytes:
    """Read a file, or stdin for `-`.

    Raises:
        Failure: It cannot be read.
    """
    with opened(file) as stream:
        try:
            return stream.read()
        except OSError as error:
            raise _unreadable(file, error) from None


def read_text(file: str) -> str:
    """Read UTF-8 text.

    Raises:
        Failure: It cannot be read, or is not UTF-8.
    """
    data = read_bytes(file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, start) + 1
        raise _not_utf8(file, line, error.start - start) from None


def read_json(text: str, where: str, line: int = 1) -> Any:
    """Read a JSON value.

    Args:
        text: The JSON.
        where: The file or option that it comes from.
        line: The line of the file where it starts.

    Raises:
        Failure: It is not JSON.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        position = f"{line + error.lineno - 1}:{error.colno}"
        raise Failure(f"{where}:{position}: this is not JSON: {error.msg}.") from None
    except RecursionError:
        raise Failure(f"{where}:{line}: the JSON is nested too deeply.") from None
    except ValueError as error:
        raise Failure(f"{where}:{line}: this is not JSON: {error}.") from None


def lines(file: str) -> Iterator[tuple[int, str]]:
    """Read the numbered lines of a UTF-8 text, one at a time.

    Raises:
        Failure: The file cannot be read, or a line is not UTF-8.
    """
    with opened(file) as stream:
        number = 0
        while True:
            try:
                line = stream.readline()
            except OSError as error:
                raise _unreadable(file, error) from None
            if not line:
                return
            number += 1
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise _not_utf8(file, number, error.start) from None
            yield number, text.rstrip("\r\n")


def opened(file: str) -> BinaryIO:
    """Open a file to read bytes.

    Raises:
        Failure: It cannot be opened.
    """
    if file == STDIN:
        stdin: TextIO | None = sys.stdin
        if stdin is None:
            raise Failure("stdin is closed.")
        return open(stdin.fileno(), "rb", closefd=False)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise _unreadable(file, error) from None
    except ValueError as error:  # A null character.
        raise Failure(f"`{shown(file)}` cannot be read: {error}.") from None


def _unreadable(file: str, error: OSError) -> Failure:
    if isinstance(error, FileNotFoundError):
        return Failure(f"`{file}` does not exist.")
    if isinstance(error, IsADirectoryError):
        return Failure(f"`{file}` is a directory, not a file.")
    return Failure(f"`{shown(file)}` cannot be read: {error.strerror}.")


def _not_utf8(file: str, line: int, before: int) -> Failure:
    return Failure(f"{shown(file)}:{line}: byte {before + 1} is not UTF-8.")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no `{name}`")

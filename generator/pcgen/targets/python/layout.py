"""Breaks statements as black does, if they have one of the forms that templates print.

Black would take half of the time of a build for lines that are too long. For a statement of another
form, `lay_out` returns None, and the formatter calls black.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100
"""Columns of a line of generated Python."""
_STEP = 4
_ARROW = ") -> "
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|[][(){},#]'
    r"| (?:[-+*/%<>&^@]|\*\*|//|<<|>>|[=!<>]=|:=|if|else|for|and|or|not|in|is|lambda) | \| "
)
_OPENING, _CLOSING = "([{", ")]}"
_DEFINITION = re.compile(r"(async )?def \w+\(")
_VALUE = re.compile(r"return (await )?|[\w.]+ = ")
_NAME = re.compile(r"\w+: ")
_CALL = re.compile(r"\w+\([\w.]+\)")


class _Unsure(Exception):
    """Only black can break the statement."""


def lay_out(statement: str) -> str | None:
    """Break a statement that is too long for a line.

    Args:
        statement: A line with its indentation and without its line end.

    Returns:
        The lines that black would make of it, or None if only black can break it.
    """
    text = statement.lstrip(" ")
    try:
        return "\n".join(_statement(text, len(statement) - len(text)))
    except _Unsure:
        return None


def _statement(text: str, indent: int) -> list[str]:
    if not text.isascii():
        raise _Unsure  # Black measures the width of characters.
    if _DEFINITION.match(text):
        return _definition(text, indent)
    if text.startswith("from "):
        return _import(text, indent)
    if text.startswith(("class ", '"')):  # A string is the key of a dict entry.
        return _inside(text, indent)
    found = _VALUE.match(text)
    if found:
        return _value(found[0], text[found.end() :], indent)
    return _annotated(text, indent)


def _definition(text: str, indent: int) -> list[str]:
    """Break `def name(parameters) -> type:` at its first brackets."""
    before, arrow, after = text.partition(_ARROW)
    name, opening, body = before.partition("(")
    if not body or body.endswith(",") or not arrow or _ARROW in after:
        raise _Unsure
    head, tail = name + opening, arrow + after
    parts = _Scan.of(body).parts()
    one = body if len(parts) > 1 else f"{body},"
    if _fits(one, indent + _STEP):
        lines = [" " * (indent + _STEP) + one]
    else:
        lines = [line for part in parts for line in _parameter(f"{part},", indent + _STEP)]
    return [*_lines_that_fit([head], indent), *lines, *_result(tail, indent)]


def _result(tail: str, indent: int) -> list[str]:
    """Break what follows the parameters; a union that is too long gets parentheses."""
    type_ = tail.removeprefix(_ARROW).removesuffix(":")
    if _fits(tail, indent) or tail != f"{_ARROW}{type_}:":
        return [*_lines_that_fit([tail], indent)]
    if set(_Scan.of(type_).operators) != {" | "}:
        raise _Unsure
    lines = _inside(type_, indent + _STEP)
    return [
        *_lines_that_fit([") -> ("], indent),
        *_lines_that_fit(lines, 0),
        *_lines_that_fit(["):"], indent),
    ]


def _parameter(text: str, indent: int) -> list[str]:
    return [" " * indent + text] if _fits(text, indent) else _typed(text, indent)


def _import(text: str, indent: int) -> list[str]:
    """Break `from module import names` into a line for each name."""
    head, _, names = text.partition(" import ")
    lines = [f"{name}," for name in names.split(", ")]
    return [
        *_lines_that_fit([f"{head} import ("], indent),
        *_lines_that_fit(lines, indent + _STEP),
        *_lines_that_fit([")"], indent),
    ]


def _annotated(text: str, indent: int) -> list[str]:
    """Break `name: type` or `name: type = value`."""
    if not _NAME.match(text):
        raise _Unsure
    start = _Scan.of(text).find(" = ")
    if start < 0 or text.endswith(","):  # A comma ends a parameter.
        return _typed(text, indent)
    head, value = text[:start] + " = ", text[start + len(" = ") :]
    if _fits(f"{head}(", indent) or _Scan.of(value).groups:
        return _value(head, value, indent)
    return _typed(text, indent)


def _typed(text: str, indent: int) -> list[str]:
    """Break the type of `name: type`, and keep what follows it."""
    found = _NAME.match(text)
    if found is None:
        raise _Unsure
    head, rest = found[0], text[found.end() :]
    end = _Scan.of(rest).find(" = ")
    if end < 0:
        end = len(rest) - rest.endswith(",")
    type_, tail = rest[:end], rest[end:]
    scan = _Scan.of(type_)
    if set(scan.operators) == {" | "}:
        return [
            *_lines_that_fit([f"{head}("], indent),
            *_inside(type_, indent + _STEP),
            *_lines_that_fit([f"){tail}"], indent),
        ]
    if scan.operators or not scan.groups or _Scan.of(tail).groups:
        raise _Unsure
    return _bracketed(_Scan.of(text), indent)


def _value(head: str, value: str, indent: int) -> list[str]:
    """Break a value that is returned or assigned; it may get parentheses."""
    scan = _Scan.of(value)
    if scan.parts() != [value] or set(scan.operators) - {" | "}:
        raise _Unsure
    if scan.operators:
        if value[0] in _OPENING or (len(scan.operators) == 1 and value[-1] in ")}"):
            raise _Unsure
    elif scan.groups:
        opening = scan.groups[-1][0]
        if scan.groups[-1][1] == opening + 1:
            raise _Unsure
        if _fits(head + value[: opening + 1], indent):
            return _bracketed(_Scan.of(head + value), indent)
        if opening == 0:
            raise _Unsure
        if not _fits(f"{head}(", indent):
            return _type_first(head, scan, indent)
    elif not _NAME.match(head) or not _fits(value, indent + _STEP):
        raise _Unsure
    lines = _inside(value, indent + _STEP)
    if scan.groups and any(len(line) > WIDTH for line in lines):
        if _CALL.fullmatch(value):  # Parentheses would not shorten the line.
            return _bracketed(_Scan.of(head + value), indent, is_long=True)
        raise _Unsure
    return [*_lines_that_fit([f"{head}("], indent), *lines, " " * indent + ")"]


def _type_first(head: str, value: _Scan, indent: int) -> list[str]:
    """Break the type of `name: type = value`, and the value if it is still too long."""
    [(opening, closing), *others] = _Scan.of(head).groups or [(0, 0)]
    body, rest, start = head[opening + 1 : closing], head[closing:], value.groups[-1][0]
    if others or not _NAME.match(head) or _Scan.of(body).parts() != [body]:
        raise _Unsure
    before = [
        *_lines_that_fit([head[: opening + 1]], indent),
        *_lines_that_fit([body], indent + _STEP),
    ]
    if _fits(rest + value.text, indent):
        return [*before, " " * indent + rest + value.text]
    first = _lines_that_fit([rest + value.text[: start + 1]], indent)
    return [*before, *first, *_bracketed(value, indent)[1:]]


def _operands(scan: _Scan, indent: int) -> list[str]:
    """Break a union into a line for each member."""
    if set(scan.operators) != {" | "}:
        raise _Unsure
    return [line for one in scan.operands() for line in _inside(one, indent)]


def _inside(text: str, indent: int) -> list[str]:
    """Break a line inside brackets, which may end with a comma."""
    if _fits(text, indent):
        return [" " * indent + text]
    scan = _Scan.of(text)
    parts = scan.parts()
    if len(parts) > 1:
        return [line for part in parts for line in _inside(f"{part},", indent)]
    if scan.operators:
        return _operands(scan, indent)
    if not scan.groups:
        return [" " * indent + text]  # It cannot be broken.
    return _bracketed(scan, indent)


def _bracketed(scan: _Scan, indent: int, *, is_long: bool = False) -> list[str]:
    """Break a line at its last brackets; with `is_long`, the first line may remain too long."""
    text = scan.text
    opening, closing = scan.groups[-1]
    head, body, tail = text[: opening + 1], text[opening + 1 : closing], text[closing:]
    if not body:
        raise _Unsure
    parts = _Scan.of(body).parts()
    # A list or a dict gets a line for each element; arguments may share a line.
    display = opening == 0 or not (text[opening - 1].isalnum() or text[opening - 1] in "_)]")
    if len(parts) > 1 and (display or body.endswith(",")):
        lines = [line for part in parts for line in _inside(f"{part},", indent + _STEP)]
    else:
        lines = _inside(body, indent + _STEP)
    first = [" " * indent + head] if is_long else _lines_that_fit([head], indent)
    return [*first, *lines, *_lines_that_fit([tail], indent)]


def _lines_that_fit(lines: list[str], indent: int) -> Iterator[str]:
    """Indent lines that must fit."""
    for line in lines:
        if not _fits(line, indent):
            raise _Unsure
        yield " " * indent + line


def _fits(text: str, indent: int) -> bool:
    return indent + len(text) <= WIDTH


class _Scan(Struct, frozen=True):
    """The tokens of a line outside of brackets.

    Args:
        text: The line.
        groups: The columns of opening and closing brackets.
        spans: The columns of brackets and strings, with their content.
        commas: The columns of commas.
        operators: Words and signs that black may break at.
        columns: The columns of the operators.
    """

    text: str
    groups: tuple[tuple[int, int], ...]
    spans: tuple[tuple[int, int], ...]
    commas: tuple[int, ...]
    operators: tuple[str, ...]
    columns: tuple[int, ...]

    @classmethod
    @lru_cache(maxsize=1 << 14)  # Sync and async methods share lines.
    def of(cls, text: str) -> _Scan:
        groups, spans, commas, operators, columns = [], [], [], [], []
        depth = start = 0
        for found in _TOKEN.finditer(text):
            sign = found[0]
            if sign in _OPENING:
                start = start if depth else found.start()
                depth += 1
            elif sign in _CLOSING:
                depth -= 1
                if depth == 0:
                    groups.append((start, found.start()))
                    spans.append((start, found.end()))
                    _expect_end(text, found.end(), ".")
            elif sign == "#":
                raise _Unsure
            elif sign[0] in "\"'":
                _expect_end(text, found.end(), " '", ' "', ".", "[", "(")
                if depth == 0:
                    spans.append(found.span())
            elif depth == 0 and sign == ",":
                commas.append(found.start())
            elif depth == 0:
                operators.append(sign)
                columns.append(found.start())
        if depth:
            raise _Unsure
        return cls(
            text, tuple(groups), tuple(spans), tuple(commas), tuple(operators), tuple(columns)
        )

    def find(self, sign: str) -> int:
        """The first column of a sign outside of brackets and strings, or -1."""
        start = self.text.find(sign)
        while start >= 0 and any(a < start < b for a, b in self.spans):
            start = self.text.find(sign, start + 1)
        return start

    def parts(self) -> list[str]:
        """The parts between commas, without an empty part at the end."""
        return [part.strip() for part in _cut(self.text, self.commas, 1) if part.strip()]

    def operands(self) -> list[str]:
        """The members of a union, each but the first with its sign."""
        return [part.strip() for part in _cut(self.text, self.columns, 0)]


def _cut(text: str, columns: tuple[int, ...], skip: int) -> Iterator[str]:
    start = 0
    for column in columns:
        yield text[start:column]
        start = column + skip
    yield text[start:]


def _expect_end(text: str, end: int, *unexpected: str) -> None:
    """Expect nothing that black breaks or joins after a token."""
    if text.startswith(unexpected, end):
        raise _Unsure

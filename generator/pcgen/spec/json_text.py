"""Reads JSON with the standard library; finds positions in the text on demand."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from pcgen.diagnostics import Code, Diagnostic, Failure, Location, failure, shorten
from pcgen.spec.document import Pointer, Position, format_pointer

MAX_DEPTH = 800
MAX_DIGITS = 400
MAX_SEARCHED = 100  # Numbers out of range to report: each takes a search of the text.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_TRAILING = re.compile(r",\s*[\]}]")
_HOLDERS = frozenset((dict, list))
_AGAIN = "\0again"
_PROSE = ("description", "summary")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def parse(text: str, shown: str) -> tuple[Any, Callable[[Pointer], Position]]:
    """Read JSON text.

    Returns:
        The values, and a function from a pointer to the line and column of its value.

    Raises:
        Failure: The text is not JSON (RFC 8259), repeats a key or nests too deeply.
    """
    repeated: list[str] = []
    bad_numbers: list[str] = []

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(members)
        if len(result) != len(members):
            repeated.extend(
                key for key, times in Counter(k for k, _ in members).items() if times > 1
            )
        return result

    def integer(digits: str) -> int:
        if len(digits) <= MAX_DIGITS:
            return int(digits)
        bad_numbers.append(digits)
        return 0

    def number(digits: str) -> float:
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            bad_numbers.append(digits)
        return value

    try:
        root = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=integer,
            parse_float=number,
            parse_constant=bad_numbers.append,
        )
    except json.JSONDecodeError as error:
        raise _syntax_failure(error, shown) from None
    findings = list(_repeated(text, shown)) if repeated else []
    numbers = list(dict.fromkeys(bad_numbers))[:MAX_SEARCHED]
    findings += [_out_of_range(text, shown, digits) for digits in numbers]
    if _SURROGATE.search(text):
        findings += _lone_surrogates(text, shown, root)
    if findings:
        raise Failure(findings)
    if _is_too_deep(root):
        raise too_deep(text, shown)
    return root, _Positions(text)


def _syntax_failure(error: json.JSONDecodeError, shown: str) -> Failure:
    """The failure for text that is not JSON; Python versions word a trailing comma differently."""
    comma = error.doc.rfind(",", 0, error.pos + 1)
    found = _TRAILING.match(error.doc, max(comma, 0))
    if found and found.end() > error.pos:
        location = Location(shown, *_line_column(error.doc, comma))
        message = "not valid JSON: trailing comma"
        return failure(Code.SYNTAX, location, message, "remove the comma")
    problem = error.msg.removesuffix(" starting at")
    message = f"not valid JSON: {problem[:1].lower()}{problem[1:]}"
    is_comment = error.doc.startswith(("//", "/*", "#"), error.pos)
    hint = "remove the comment: JSON does not support comments" if is_comment else ""
    return failure(Code.SYNTAX, Location(shown, error.lineno, error.colno), message, hint)


def _is_too_deep(root: Any) -> bool:
    level = [root] if type(root) in _HOLDERS else []
    for _ in range(MAX_DEPTH - 1):
        if not level:
            return False
        level = [
            item
            for value in level
            for item in (value.values() if type(value) is dict else value)
            if type(item) in _HOLDERS
        ]
    return any(level)  # These are at the limit, so their members exceed it.


def too_deep(text: str, shown: str) -> Failure:
    """The failure for text that nests too deeply, located at the first value beyond the limit."""
    steps = ((path, line, column) for path, line, column in _walk(text) if len(path) > MAX_DEPTH)
    path, line, column = next(steps, ((), 0, 0))
    hint = "flatten the document; fewer than 100 levels are usual"
    message = f"values nest more than {MAX_DEPTH} levels deep"
    location = Location(shown, line, column, format_pointer(path[:8]) if path else "")
    return failure(Code.TOO_DEEP, location, message, hint)


def _lone_surrogates(text: str, shown: str, root: Any) -> list[Diagnostic]:
    """Replace unpaired surrogates in prose, since UTF-8 cannot hold them; report the rest."""
    findings, positions = [], _Positions(text)
    for path, value, holder in _strings(root):
        if not any("\ud800" <= character <= "\udfff" for character in value):
            continue
        if path[-1] in _PROSE and isinstance(holder, dict):
            holder[path[-1]] = value.encode(errors="replace").decode()
            continue
        location = Location(shown, *positions(path), format_pointer(path))
        message = f"{shorten(value)!a} contains an unpaired surrogate"
        hint = "write the complete surrogate pair"
        findings.append(Diagnostic(Code.VALUE_NOT_JSON, location, message, hint))
    return findings


def _strings(root: Any) -> Iterator[tuple[Pointer, str, Any]]:
    """Every string with its pointer and holder, and every key with None as its holder."""
    stack: list[tuple[Pointer, Any, Any]] = [((), root, None)]
    while stack:
        path, value, holder = stack.pop()
        if isinstance(value, str):
            yield path, value, holder
        elif isinstance(value, dict):
            yield from [((*path, key), key, None) for key in value]
            stack += [((*path, key), item, value) for key, item in value.items()]
        elif isinstance(value, list):
            stack += [((*path, str(index)), item, value) for index, item in enumerate(value)]


def _repeated(text: str, shown: str) -> Iterator[Diagnostic]:
    """A diagnostic for each key that an object repeats."""
    reported: set[str] = set()
    for pointer, line, column in _walk(text):
        key = pointer[-1].removesuffix(_AGAIN)
        if key != pointer[-1] and key not in reported:
            reported.add(key)
            location = Location(shown, line, column, format_pointer((*pointer[:-1], key)))
            message = f"the key {shorten(key)!a} appears twice in one object"
            yield Diagnostic(Code.DUPLICATE_KEY, location, message, "remove one")


def _out_of_range(text: str, shown: str, digits: str) -> Diagnostic:
    offset = max(text.find(digits), 0)
    line, column = _line_column(text, offset)
    before = [
        path for path, *position in _walk(text[: offset + 1]) if tuple(position) <= (line, column)
    ]
    pointer = format_pointer(before[-1]) if before else ""
    is_number = not digits.lstrip("-").isalpha()
    message = f"{shorten(digits)!a} is {'out of range' if is_number else 'not a JSON number'}"
    location = Location(shown, line, column, pointer)
    return Diagnostic(Code.VALUE_NOT_JSON, location, message, "write a finite number, or a string")


class _Entry(NamedTuple):
    """A member or an item: the offsets of its key and of its value, and the value's text."""

    offset: int
    start: int
    value: Raw


class _Positions:
    """Finds positions in JSON text; it reads only the objects and arrays on the way to each."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[int, dict[str, _Entry]] = {}

    def __call__(self, pointer: Pointer) -> Position:
        """Line and column of the key (or item) that a pointer names, or of its nearest ancestor."""
        here = _Entry(0, len(self._data) - len(self._data.lstrip()), self._whole)
        for part in pointer:
            if here.start not in self._known:
                self._known[here.start] = dict(self._within(here))
            if part not in self._known[here.start]:
                break
            here = self._known[here.start][part]
        block = here.offset // _BLOCK
        line = self._lines[block] + self._data.count(b"\n", block * _BLOCK, here.offset) + 1
        before = self._data[self._data.rfind(b"\n", 0, here.offset) + 1 : here.offset]
        return line, len(before.decode()) + 1

    @cached_property
    def _data(self) -> bytes:
        return self._text.encode()

    @cached_property
    def _whole(self) -> Raw:
        """The text without surrogates, which msgspec refuses if unpaired; offsets stay the same."""
        return Raw(_HALF.sub(rb"\\u4\1", self._data))

    @cached_property
    def _lines(self) -> list[int]:
        """The number of lines that end before each block of the text."""
        starts = range(0, len(self._data), _BLOCK)
        return [0, *accumulate(self._data.count(b"\n", i, i + _BLOCK) for i in starts)]

    def _within(self, holder: _Entry) -> Iterator[tuple[str, _Entry]]:
        """The entries of an object or an array, by key or index."""
        end = holder.start + 1
        if self._data.startswith(b"{", holder.start):
            for key, value in msgspec.json.decode(holder.value, type=dict[str, Raw]).items():
                found = _KEY.match(self._data, end)
                if found is None:
                    return
                own = (
                    json.loads(found[1]) if b"\\" in found[1] else key
                )  # `key` has replaced surrogates.
                yield own, _Entry(found.start(1), found.end(), value)
                end = found.end() + len(memoryview(value))
        elif self._data.startswith(b"[", holder.start):
            for index, value in enumerate(msgspec.json.decode(holder.value, type=list[Raw])):
                found = _NEXT.match(self._data, end)
                start = found.end() if found else end
                yield str(index), _Entry(start, start, value)
                end = start + len(memoryview(value))


_BLOCK = 1 << 16
_HALF = re.compile(rb"\\u[dD]([89a-fA-F])")
_NEXT = re.compile(rb"[\s,]*")
_KEY = re.compile(rb'[\s,]*("(?:[^"\\]|\\.)*")\s*:\s*')


def _walk(text: str) -> Any:
    """Yield (pointer, line, column) of every member and item, in the order of the text.

    A repeated key is yielded with `_AGAIN` appended.
    """
    stack: list[tuple[str, Any]] = []  # ("{", keys seen) or ("[", next index)
    path: list[str] = []
    line, start, expect_key = 1, 0, False
    done = 0
    for match in _TOKEN.finditer(text):
        newlines = text.count("\n", done, match.start())
        if newlines:
            line, start = line + newlines, text.rfind("\n", done, match.start()) + 1
        done = match.start()
        lexeme, column = match.group(), match.start() - start + 1
        if lexeme in "]}":
            stack.pop()
            expect_key = False
            path[len(stack) :] = []
            continue
        if lexeme == ":":
            continue
        if lexeme == ",":
            expect_key = stack[-1][0] == "{"
            continue
        if expect_key:
            key, seen = json.loads(lexeme), stack[-1][1]
            path[len(stack) - 1 :] = [key]
            yield (*path[:-1], key + _AGAIN if key in seen else key), line, column
            seen.add(key)
            expect_key = False
            continue
        if stack and stack[-1][0] == "[":
            index = stack[-1][1]
            stack[-1] = ("[", index + 1)
            path[len(stack) - 1 :] = [str(index)]
            yield tuple(path), line, column
        if lexeme in "{[":
            stack.append((lexeme, set() if lexeme == "{" else 0))
            expect_key = lexeme == "{"


def _line_column(text: str, offset: int) -> Position:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)

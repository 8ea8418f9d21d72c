"""Reads YAML with libyaml in one pass, and keeps its marks to find positions.

Scalars follow the JSON schema of YAML 1.2, so dates, `no`, `on`, `12:30` and `010` are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from pcgen.diagnostics import Code, Diagnostic, Failure, Location, failure, shorten
from pcgen.spec.document import Pointer, Position, format_pointer

MAX_VALUES = 1_000_000
MAX_ALIASED = 20_000  # Values in excess of the characters; aliases can make so many.
MAX_DEPTH = 800
MAX_DIGITS = 400
MAX_NESTING = 1000

_TAG = "tag:yaml.org,2002:"
_PLAIN = "plain"
_TAGS = {ScalarNode: _TAG + "str", SequenceNode: _TAG + "seq", MappingNode: _TAG + "map"}
_FLOAT = re.compile(r"-?(0|[1-9]\d*)(\.\d*)?([eE][-+]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INT = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
_HINTS = {
    "undefined": "an alias (`*name`) needs its anchor (`&name`) before it",
    "mapping values are not allowed": "put text that holds `: ` in quotes, and align keys",
    "cannot start any token": "indent by spaces, and quote text that starts with punctuation",
    "another document": "put each document into a separate file",
}
_BRACKET = re.compile(r"[\[\]{}]")
_TOO_INDENTED = re.compile(rf"^[ \t?:-]{{{MAX_NESTING + 1}}}", re.MULTILINE)
_CONSTANTS: dict[str, bool | None] = {"true": True, "True": True, "TRUE": True}
_CONSTANTS |= {"false": False, "False": False, "FALSE": False}
_CONSTANTS |= dict.fromkeys(("", "~", "null", "Null", "NULL"))


class _Resolver(BaseResolver):
    """Tags unquoted scalars as plain, unless they have a tag; `_Builder` reads them as JSON."""

    def resolve(self, kind: type[Node], value: Any, implicit: Any) -> str:
        """The tag for a node without one."""
        del value
        return _PLAIN if kind is ScalarNode and implicit[0] else _TAGS[kind]


class _DeepLoader(Reader, Scanner, Parser, Composer, _Resolver):
    """The loader in Python: slow, but it raises an exception if text nests too deeply."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        _Resolver.__init__(self)


_FastLoader: type[Any] = _DeepLoader
if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _WithC(CParser, _Resolver):
        """The loader in C, which crashes the process if text nests too deeply."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _Resolver.__init__(self)

    _FastLoader = _WithC


def parse(text: str, shown: str) -> tuple[Any, Callable[[Pointer], Position]]:
    """Read YAML text.

    Returns:
        The values, and a function from a pointer to the line and column of its value.

    Raises:
        Failure: The text is not YAML, or holds what JSON cannot (tags, repeated keys, ...).
    """
    loader = (_DeepLoader if _may_nest_deeply(text) else _FastLoader)(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _syntax_failure(error, shown) from None
    except ReaderError as error:
        # libyaml gives a code point and an offset in bytes.
        character = error.character if isinstance(error.character, str) else chr(error.character)
        offset = max(text.find(character), 0)
        location = Location(
            shown, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
        )
        message = f"the character {character!a} is not allowed in YAML"
        raise failure(Code.SYNTAX, location, message, "remove or escape it") from None
    if root is None:
        return None, lambda _: (1, 1)
    most = min(MAX_VALUES, MAX_ALIASED + len(text))
    builder = _Builder(shown, most)
    try:
        value = builder.build(root)
    except _Overflow:
        raise _too_many(root, shown, most) from None
    if builder.findings:
        raise Failure(builder.findings)
    return value, lambda pointer: _position(root, pointer)


def too_deep(text: str, shown: str) -> Failure:
    """The failure for text that nests too deeply for the loader."""
    del text
    hint = "flatten the document; fewer than 100 levels are usual"
    return failure(Code.TOO_DEEP, Location(shown), "values nest too deeply", hint)


def _may_nest_deeply(text: str) -> bool:
    """Whether values may nest deeper than `MAX_NESTING`, by an estimate that is never too low."""
    if _TOO_INDENTED.search(text):
        return True
    depth = 0
    for sign in _BRACKET.findall(text):
        depth = depth + 1 if sign in "[{" else max(depth - 1, 0)
        if depth > MAX_NESTING:
            return True
    return False


class _Overflow(Exception):
    """The document exceeds the limit of values."""


def _too_many(root: Node, shown: str, most: int) -> Failure:
    """The failure for a document with too many values, located at its largest member."""
    sizes: dict[int, float] = {}
    entries = root.value if isinstance(root, MappingNode) else [(root, root)]
    key, _ = max(entries, key=lambda entry: _size(entry[1], sizes))
    pointer = format_pointer((key.value,) if isinstance(key, ScalarNode) else ())
    location = Location(shown, key.start_mark.line + 1, key.start_mark.column + 1, pointer)
    message = f"the aliases of the document expand to more than {most:,} values"
    return failure(
        Code.ALIAS_LIMIT, location, message, "replace aliases by references to components"
    )


def _size(node: Node, sizes: dict[int, float]) -> float:
    """The number of values in a node, aliases expanded; infinite if it contains itself."""
    if id(node) not in sizes:
        sizes[id(node)] = float("inf")
        inner = [] if isinstance(node, ScalarNode) else node.value
        nodes = [part for entry in inner for part in (entry if type(entry) is tuple else (entry,))]
        sizes[id(node)] = 1 + sum(_size(part, sizes) for part in nodes)
    return sizes[id(node)]


class _Builder:
    """Turns nodes into values; each use of an alias counts."""

    def __init__(self, shown: str, most: int) -> None:
        self.shown = shown
        self._most = most
        self.findings: list[Diagnostic] = []
        self._count = 0
        self._path: list[str] = []

    def build(self, node: Node) -> Any:
        """The value of the node at the current path."""
        self._count += 1
        if self._count > self._most:
            raise _Overflow
        if len(self._path) > MAX_DEPTH:
            message = f"values nest more than {MAX_DEPTH} levels deep"
            hint = "flatten the document, and remove aliases that contain themselves"
            raise failure(Code.TOO_DEEP, self._location(node, self._path[:8]), message, hint)
        if isinstance(node, MappingNode):
            return self._mapping(node)
        if isinstance(node, SequenceNode):
            self._expect_tag(node, "seq")
            return [self._member(str(index), item) for index, item in enumerate(node.value)]
        return self._scalar(cast("ScalarNode", node))

    def _member(self, key: str, node: Node) -> Any:
        self._path.append(key)
        value = self.build(node)
        self._path.pop()
        return value

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        self._expect_tag(node, "map")
        result: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._report(key_node, "a key must be a string", "replace the list or mapping")
                continue
            key = key_node.value
            if key == "<<" and key_node.tag == _PLAIN:
                merged = self._merge(value_node) | merged
                continue
            if key in result:
                self._report_repeated(node, key_node)
            result[key] = self._member(key, value_node)
        return (
            {key: merged[key] for key in merged if key not in result} | result if merged else result
        )

    def _merge(self, node: Node) -> dict[str, Any]:
        """The members that `<<` adds; of several mappings, earlier ones take precedence."""
        parts = node.value if isinstance(node, SequenceNode) else [node]
        members: dict[str, Any] = {}
        for part in parts:
            if not isinstance(part, MappingNode):
                self._report(part, "`<<` must be a mapping or a list of mappings")
                continue
            members = self.build(part) | members
        return members

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        if node.tag == _PLAIN:
            return self._plain(node, text)
        if node.tag in (_TAG + "str", "!"):
            return text
        kind = node.tag.removeprefix(_TAG)
        value = self._plain(node, text)
        fits: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,)}
        fits["null"] = (type(None),)
        if kind not in fits or not isinstance(value, fits[kind]):
            self._expect_tag(node, "str")
        return value

    def _plain(self, node: ScalarNode, text: str) -> Any:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _NOT_FINITE.fullmatch(text):
            self._report(node, f"{text!a} is not a JSON number", "put it in quotes")
        if not _FLOAT.fullmatch(text):
            return text
        value = None if len(text) > MAX_DIGITS else float(text)
        if value is None or value in (float("inf"), float("-inf")):
            self._report(node, "the number is out of range", "put it in quotes")
            return 0
        return int(text) if _INT.fullmatch(text) else value

    def _expect_tag(self, node: Node, kind: str) -> None:
        if node.tag not in (_TAG + kind, "!"):
            tag = ascii(shorten(node.tag.replace(_TAG, "!!")))
            self._report(node, f"the tag {tag} does not yield a JSON value", "remove the tag")

    def _report_repeated(self, node: MappingNode, key_node: ScalarNode) -> None:
        key = key_node.value
        line = next(k.start_mark.line for k, _ in node.value if k.value == key) + 1
        message = f"the key {shorten(key)!a} is already on line {line}"
        location = self._location(key_node, [*self._path, key])
        self.findings.append(Diagnostic(Code.DUPLICATE_KEY, location, message, "remove one"))

    def _report(self, node: Node, message: str, hint: str = "") -> None:
        location = self._location(node, self._path)
        self.findings.append(Diagnostic(Code.VALUE_NOT_JSON, location, message, hint))

    def _location(self, node: Node, path: list[str]) -> Location:
        mark = node.start_mark
        return Location(self.shown, mark.line + 1, mark.column + 1, format_pointer(tuple(path)))


def _position(node: Node, pointer: Pointer) -> Position:
    """Line and column of the key (or item) that a pointer names, or of its nearest ancestor."""
    mark = node.start_mark
    for part in pointer:
        if isinstance(node, MappingNode):
            found = _entry(node, part)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, SequenceNode) and part.isdecimal() and int(part) < len(node.value):
            node = node.value[int(part)]
            mark = node.start_mark
        else:
            break
    return mark.line + 1, mark.column + 1


def _entry(node: MappingNode, name: str) -> tuple[Node, Node] | None:
    """The key and the value of a member, which may come from a merged mapping."""
    for key, value in node.value:
        if key.value == name and (name != "<<" or key.tag != _PLAIN):
            return key, value
    for key, value in node.value:
        if key.value == "<<" and key.tag == _PLAIN:
            for part in value.value if isinstance(value, SequenceNode) else [value]:
                found = _entry(part, name) if isinstance(part, MappingNode) else None
                if found is not None:
                    return found
    return None


def _syntax_failure(error: yaml.MarkedYAMLError, shown: str) -> Failure:
    mark = error.problem_mark or error.context_mark
    location = Location(shown, mark.line + 1, mark.column + 1) if mark else Location(shown)
    parts = [part for part in (error.context, error.problem) if part]
    message = "not valid YAML: " + ", ".join(parts)
    hint = next((hint for part, hint in _HINTS.items() if part in message), "")
    return failure(Code.SYNTAX, location, message, hint)

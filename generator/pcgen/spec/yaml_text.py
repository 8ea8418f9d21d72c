"""YAML with marks: one pass of libyaml gives values and, later, the place of any of them.

Scalars follow the JSON schema of YAML 1.2, so dates, `no`, `on`, `12:30` and `010` stay text,
as a reader of the same document in JSON would see it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import BaseResolver

from pcgen.diagnostics import Code, Diagnostic, Failure, Location, failure, shorten
from pcgen.spec.document import Pointer, Position, format_pointer

MAX_VALUES = 1_000_000
MAX_DEPTH = 400
MAX_DIGITS = 400

_TAG = "tag:yaml.org,2002:"
_FLOAT = re.compile(r"-?(0|[1-9]\d*)(\.\d*)?([eE][-+]?\d+)?", re.ASCII)
_INT = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
_CONSTANTS: dict[str, bool | None] = {"true": True, "True": True, "TRUE": True}
_CONSTANTS |= {"false": False, "False": False, "FALSE": False}
_CONSTANTS |= dict.fromkeys(("", "~", "null", "Null", "NULL"))


class _Resolver(BaseResolver):
    """Leaves every plain scalar a string; `_Builder` reads them by the rules of JSON."""


_Parser: Any = getattr(yaml, "CParser", None)
if _Parser is None:  # A PyYAML without libyaml: slower, same marks.

    class _PurePython(
        yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer
    ):
        def __init__(self, stream: str) -> None:
            yaml.reader.Reader.__init__(self, stream)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)
            yaml.composer.Composer.__init__(self)

    _Parser = _PurePython


class _Loader(_Parser, _Resolver):  # type: ignore[misc]
    def __init__(self, text: str) -> None:
        _Parser.__init__(self, text)
        _Resolver.__init__(self)


def parse(text: str, shown: str) -> tuple[Any, Callable[[Pointer], Position]]:
    """Read YAML text.

    Returns:
        The values, and a function from a pointer to the line and column of its value.

    Raises:
        Failure: When the text is not YAML, or holds what JSON cannot (tags, repeated keys, ...).
    """
    try:
        root = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _syntax_failure(error, shown) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"the character {error.character!a} is not allowed in YAML"
        raise failure(Code.SYNTAX, Location(shown, line), message) from None
    if root is None:
        return None, lambda _: (1, 1)
    builder = _Builder(shown)
    value = builder.build(root, ())
    if builder.findings:
        raise Failure(builder.findings)
    return value, lambda pointer: _position(root, pointer)


class _Builder:
    """Turns nodes into values; aliases count every time they are used."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.findings: list[Diagnostic] = []
        self._count = 0

    def build(self, node: Node, pointer: Pointer) -> Any:
        self._count += 1
        if self._count > MAX_VALUES:
            message = (
                f"the document holds more than {MAX_VALUES:,} values once aliases are expanded"
            )
            raise failure(Code.ALIAS_LIMIT, self._place(node, pointer), message)
        if len(pointer) > MAX_DEPTH:
            message = f"values nest more than {MAX_DEPTH} levels deep"
            hint = "flatten the document; an alias that contains itself does this, too"
            raise failure(Code.TOO_DEEP, self._place(node, pointer[:8]), message, hint)
        if isinstance(node, MappingNode):
            return self._mapping(node, pointer)
        if isinstance(node, SequenceNode):
            self._expect_tag(node, pointer, "seq")
            return [self.build(item, (*pointer, str(i))) for i, item in enumerate(node.value)]
        return self._scalar(cast("ScalarNode", node), pointer)

    def _mapping(self, node: MappingNode, pointer: Pointer) -> dict[str, Any]:
        self._expect_tag(node, pointer, "map")
        result: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._report(key_node, pointer, "a key must be a plain string")
                continue
            key = key_node.value
            if key == "<<" and key_node.style is None:
                hint = "write the merged members out"
                self._report(key_node, pointer, "merge keys (`<<`) are not part of JSON", hint)
                continue
            if key in result:
                message = f"the key {shorten(key)!a} is already on line {lines[key]}"
                place = self._place(key_node, (*pointer, key))
                self.findings.append(Diagnostic(Code.DUPLICATE_KEY, place, message, "remove one"))
            lines.setdefault(key, key_node.start_mark.line + 1)
            result[key] = self.build(value_node, (*pointer, key))
        return result

    def _scalar(self, node: ScalarNode, pointer: Pointer) -> Any:
        text: str = node.value
        if node.tag == _TAG + "str":
            return text if node.style is not None else self._plain(node, text, pointer)
        if node.tag == "!":
            return text
        kind = node.tag.removeprefix(_TAG)
        value = self._plain(node, text, pointer)
        fits: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,)}
        fits["null"] = (type(None),)
        if kind not in fits or not isinstance(value, fits[kind]):
            self._expect_tag(node, pointer, "str")
        return value

    def _plain(self, node: ScalarNode, text: str, pointer: Pointer) -> Any:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if not _FLOAT.fullmatch(text):
            return text
        value = None if len(text) > MAX_DIGITS else float(text)
        if value is None or value in (float("inf"), float("-inf")):
            self._report(node, pointer, "the number is out of range", "put it in quotes")
            return 0
        return int(text) if _INT.fullmatch(text) else value

    def _expect_tag(self, node: Node, pointer: Pointer, kind: str) -> None:
        if node.tag not in (_TAG + kind, "!"):
            tag = ascii(shorten(node.tag.replace(_TAG, "!!")))
            message = f"the tag {tag} does not make a JSON value"
            self._report(node, pointer, message, "remove the tag")

    def _report(self, node: Node, pointer: Pointer, message: str, hint: str = "") -> None:
        place = self._place(node, pointer)
        self.findings.append(Diagnostic(Code.VALUE_NOT_JSON, place, message, hint))

    def _place(self, node: Node, pointer: Pointer) -> Location:
        mark = node.start_mark
        return Location(self.shown, mark.line + 1, mark.column + 1, format_pointer(pointer))


def _position(node: Node, pointer: Pointer) -> Position:
    """Line and column of the key (or item) that a pointer names, or of its nearest ancestor."""
    mark = node.start_mark
    for part in pointer:
        if isinstance(node, MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, SequenceNode) and part.isdecimal() and int(part) < len(node.value):
            node = node.value[int(part)]
            mark = node.start_mark
        else:
            break
    return mark.line + 1, mark.column + 1


def _syntax_failure(error: yaml.MarkedYAMLError, shown: str) -> Failure:
    mark = error.problem_mark or error.context_mark
    place = Location(shown, mark.line + 1, mark.column + 1) if mark else Location(shown)
    parts = [part for part in (error.context, error.problem) if part]
    message = "not valid YAML: " + ", ".join(parts)
    hint = "undefined" in message and "an alias (`*name`) needs its anchor (`&name`) before it"
    return failure(Code.SYNTAX, place, message, hint or "")

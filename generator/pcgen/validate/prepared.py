"""Prepares a document for the validator, which misreads some valid documents."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pcgen.diagnostics import Failure
from pcgen.spec import Document, format_pointer, objects
from pcgen.spec.document import Pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.spec import Node

MASK = "$ref (data)"
_MAX_EXPANDED = 10_000
_LISTS = ("allOf", "anyOf", "oneOf")


class Prepared(Struct):
    """A document for the validator.

    - Data and properties called `$ref` are called `MASK`: the validator takes them for references.
    - There are no extensions beside the paths and the URLs of callbacks: the validator reads them
      as paths.
    - A chain of references is as short as it can be: the validator follows all of it each time.
    - There is no `pattern` that is a regular expression: the validator matches defaults against
      it, which may take forever, and it knows the expressions of Python only.
    - An `allOf` becomes a union if it is recursive or leads to very many schemas: the validator
      collects their properties again on each path.

    Args:
        document: It has no positions.
        renamed: The original names of members, by their pointers in `document`.
    """

    document: Document
    renamed: dict[Pointer, str] = field(default_factory=dict)

    def original(self, pointer: Pointer) -> Pointer:
        """Return the pointer of a value in the document as it was."""
        names = (self.renamed.get(pointer[: i + 1], name) for i, name in enumerate(pointer))
        return tuple(name.replace(MASK, "$ref") for name in names)


def prepare(root: Any) -> Prepared:
    """Prepare a document whose references have been checked; its values are changed."""
    document = Document("", "", root, lambda _: (0, 0))
    _drop_extensions(document.node)
    references = [*objects(document.node, ("$ref",))]
    _mask(root, {id(node.value) for node in references})
    _shorten(references)
    prepared = Prepared(document)
    for node in objects(document.node, ("pattern", "patternProperties")):
        prepared.renamed |= _drop_patterns(node)
    holders = [*objects(document.node, ("allOf",))]
    endless = set[int]()
    for node in [node for node in holders if _is_endless(node, endless)]:
        prepared.renamed |= _rename_all_of(node)
    return prepared


def _drop_extensions(top: Node) -> None:
    holders = [node for node in objects(top, ("callbacks",)) if node.pointer != ("components",)]
    callbacks = [callback for node in holders for _, callback in node.members("callbacks")]
    for node in filter(None, (top.get("paths"), *callbacks)):
        for key in [key for key, _ in node.members() if key.startswith("x-")]:
            del node.value[key]


def _mask(root: Any, references: set[int]) -> None:
    stack = [root]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if "$ref" in value and id(value) not in references:
                value[MASK] = value.pop("$ref")
            stack += value.values()
        elif isinstance(value, list):
            stack += value


def _shorten(references: Iterable[Node]) -> None:
    for node in references:
        with suppress(Failure):  # Nothing uses this reference, so `link` has not checked it.
            end = node.step().follow_bare()
            node.value["$ref"] = format_pointer(end.pointer).replace("%", "%25")


# --- Regular expressions ------------------------------------------------------------------------


def _drop_patterns(schema: Node) -> Iterator[tuple[Pointer, str]]:
    """Drop `pattern`, and quote the `patternProperties` that Python does not understand."""
    pattern = schema.value.get("pattern")
    if isinstance(pattern, str) and _is_regex(pattern):
        del schema.value["pattern"]
    by_pattern = schema.value.get("patternProperties")
    if isinstance(by_pattern, dict):
        for key in [key for key in by_pattern if not _is_python_regex(key) and _is_regex(key)]:
            quoted = re.escape(key)
            by_pattern[quoted] = by_pattern.pop(key)
            yield (*schema.pointer, "patternProperties", quoted), key


def _is_regex(text: str) -> bool:
    """Whether a text is a regular expression of ECMAScript or of Python."""
    is_ecma: bool = _ecma_format().is_valid(text)
    return is_ecma or _is_python_regex(text)


def _is_python_regex(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


@cache
def _ecma_format() -> Any:
    validator_for = import_module("jsonschema_rs").validator_for
    return validator_for({"format": "regex"}, validate_formats=True)


# --- Recursion ----------------------------------------------------------------------------------


def _is_endless(schema: Node, endless: set[int]) -> bool:
    """Whether the `allOf` of a schema leads to too many schemas, counted once for each path.

    Args:
        schema: A schema with `allOf`.
        endless: The identities of schemas that are known to be endless; this one is added.
    """
    count, stack = 0, [*schema.entries("allOf")]
    while stack:
        with suppress(Failure):
            node = stack.pop().follow()
            count += 1
            if count > _MAX_EXPANDED or id(node.value) in endless:
                endless.add(id(schema.value))
                return True
            stack += _members(node)
    return False


def _members(schema: Node) -> Iterator[Node]:
    for key in _LISTS:
        yield from schema.entries(key)
    for key in ("items", "not"):
        member = schema.get(key)
        if member is not None:
            yield member


def _rename_all_of(schema: Node) -> Iterator[tuple[Pointer, str]]:
    for key in _LISTS:
        if key not in schema.value:
            schema.value[key] = schema.value.pop("allOf")
            yield (*schema.pointer, key), "allOf"
            return
    del schema.value["allOf"]

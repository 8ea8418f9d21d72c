"""The document and a cursor into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pcgen.diagnostics import Code, Location, failure, shorten

Pointer = tuple[str, ...]
Position = tuple[int, int]


def format_pointer(pointer: Pointer) -> str:
    """Write a pointer as the fragment of a reference: `#/paths/~1embed/post`."""
    return "#" + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def parse_pointer(text: str) -> Pointer | None:
    """Read `#/a/b~1c` (RFC 6901, percent-decoded); None when it is not a JSON pointer."""
    if text == "#":
        return ()
    if not text.startswith("#/"):
        return None
    parts = [unquote(part) for part in text[2:].split("/")]
    if any(re.search(r"~(?![01])", part) for part in parts):
        return None
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


@dataclass(frozen=True, slots=True)
class Document:
    """One OpenAPI document.

    Args:
        file: The name to show in messages, as the user gave it.
        digest: The sha256 of the file's bytes, in hexadecimal.
        root: The content as plain JSON values.
        position: Finds the line and column of the nearest value that a pointer names.
    """

    file: str
    digest: str
    root: dict[str, Any]
    position: Callable[[Pointer], Position] = field(repr=False, compare=False)

    def location(self, pointer: Pointer) -> Location:
        """Where the value stands, or the nearest value around it that is in the file."""
        line, column = self.position(pointer)
        return Location(self.file, line, column, format_pointer(pointer))

    @property
    def node(self) -> Node:
        """The cursor at the top of the document."""
        return Node(self, (), self.root)

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor version of OpenAPI, such as `(3, 0)`."""
        major, minor = str(self.root["openapi"]).split(".")[:2]
        return int(major), int(minor)


@dataclass(frozen=True, slots=True)
class Node:
    """A value together with its place; the translator reads documents only through nodes."""

    document: Document = field(repr=False)
    pointer: Pointer
    value: Any = field(repr=False)

    @property
    def location(self) -> Location:
        """Where the value stands in the file."""
        return self.document.location(self.pointer)

    def child(self, key: str | int) -> Node:
        """The member of an object or the item of an array."""
        return Node(self.document, (*self.pointer, str(key)), self.value[key])

    def get(self, key: str) -> Node | None:
        """The member of an object, None when it is absent."""
        if isinstance(self.value, dict) and key in self.value:
            return self.child(key)
        return None

    def text(self, key: str) -> str:
        """A member that is a string, empty when absent or something else."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else ""

    def members(self, key: str | None = None) -> Iterator[tuple[str, Node]]:
        """The members of this object, or of the object at `key`, in the author's order."""
        node = self.get(key) if key is not None else self
        if node is not None and isinstance(node.value, dict):
            for name in node.value:
                yield name, node.child(name)

    def entries(self, key: str | None = None) -> Iterator[Node]:
        """The items of this array, or of the array at `key`."""
        node = self.get(key) if key is not None else self
        if node is not None and isinstance(node.value, list):
            for index in range(len(node.value)):
                yield node.child(index)

    @property
    def reference(self) -> str | None:
        """The text of `$ref`, None when this is not a reference."""
        ref = self.value.get("$ref") if isinstance(self.value, dict) else None
        return ref if isinstance(ref, str) else None

    def step(self) -> Node:
        """The value that this reference names; `check_references` has made sure it exists."""
        pointer = parse_pointer(self.reference or "")
        target = None if pointer is None else lookup(self.document, pointer)
        if target is None:
            ref = shorten(str(self.reference))
            raise failure(Code.REFERENCE_MISSING, self.location, f"nothing stands at `{ref}`")
        return target

    def follow(self) -> Node:
        """The value at the end of a chain of references, this node itself if it is none."""
        node, seen = self, {self.pointer}
        while node.reference is not None:
            node = node.step()
            if node.pointer in seen:
                message = "the reference leads back to itself"
                raise failure(Code.REFERENCE_CYCLE, self.location, message)
            seen.add(node.pointer)
        return node


def lookup(document: Document, pointer: Pointer) -> Node | None:
    """The node that a pointer names, None when there is nothing."""
    node = document.node
    for part in pointer:
        value = node.value
        if isinstance(value, dict) and part in value:
            node = node.child(part)
        elif isinstance(value, list) and re.fullmatch(r"0|[1-9]\d{0,8}", part):
            if int(part) >= len(value):
                return None
            node = node.child(int(part))
        else:
            return None
    return node

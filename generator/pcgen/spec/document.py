"""The document and a cursor into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import unquote

from msgspec import Struct, field

from pcgen.diagnostics import Code, Location, failure, shorten

Pointer = tuple[str, ...]
Position = tuple[int, int]
Origin = tuple["Document", Pointer]
Result = TypeVar("Result")


def format_pointer(pointer: Pointer) -> str:
    """Write a pointer as the fragment of a reference: `#/paths/~1embed/post`."""
    return "#" + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)


def parse_pointer(text: str) -> Pointer | None:
    """Read `#/a/b~1c` (RFC 6901, percent-decoded); None if it is not a JSON pointer."""
    if text == "#":
        return ()
    if not text.startswith("#/"):
        return None
    parts = text[2:].split("/")
    if "%" not in text and "~" not in text:
        return tuple(parts)
    parts = [unquote(part) for part in parts]
    if any(re.search(r"~(?![01])", part) for part in parts):
        return None
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


class Document(Struct, frozen=True, eq=False):
    """An OpenAPI document, with the content of the files that it refers to.

    Args:
        file: The name for messages, as the user gives it.
        digest: The sha256 of the file's bytes, in hexadecimal.
        root: The content as plain JSON values.
        position: Returns the line and column of the value at a pointer, or of its nearest ancestor.
        mounts: For each pointer at which content of another file is inserted, that file and the
            pointer there.
        others: The other files that it is made from, overlays included.
        ends: The ends of the chains of references that have been followed, by their start.
        bare_ends: The same for chains of bare references.
        memo: The results of `Node.memoized`.
    """

    file: str
    digest: str
    root: Any
    position: Callable[[Pointer], Position]
    mounts: Mapping[Pointer, Origin] = field(default_factory=dict)
    others: tuple[Document, ...] = ()
    ends: dict[Pointer, Node] = field(default_factory=dict)
    bare_ends: dict[Pointer, Node] = field(default_factory=dict)
    memo: dict[Any, tuple[Node, Any]] = field(default_factory=dict)

    @property
    def whole_digest(self) -> str:
        """The digest of all files; the document's own if there is only one."""
        parts = [self.digest, *(f"{other.file}\n{other.digest}" for other in self.others)]
        return sha256("\n".join(parts).encode()).hexdigest() if self.others else self.digest

    def origin(self, pointer: Pointer) -> Origin:
        """The file that holds a value, and its pointer there."""
        for length in range(len(pointer), 0, -1) if self.mounts else ():
            if pointer[:length] in self.mounts:
                document, start = self.mounts[pointer[:length]]
                return document, (*start, *pointer[length:])
        return self, pointer

    def location(self, pointer: Pointer) -> Location:
        """The location of a value, or of its nearest ancestor in the file."""
        document, inner = self.origin(pointer)
        line, column = document.position(inner)
        return Location(document.file, line, column, format_pointer(inner))

    def address(self, pointer: Pointer) -> str:
        """The pointer as a reference from this file."""
        document, inner = self.origin(pointer)
        return format_pointer(inner) if document is self else document.file + format_pointer(inner)

    @property
    def node(self) -> Node:
        """The node of the whole document."""
        return Node(self, (), self.root)

    @property
    def info(self) -> Node:
        """The `info` object; empty if it is missing, which a waiver may allow."""
        return self.node.get("info") or Node(self, ("info",), {})

    @property
    def version(self) -> tuple[int, int]:
        """Major and minor version of OpenAPI, such as `(3, 0)`."""
        major, minor = str(self.root["openapi"]).split(".")[:2]
        return int(major), int(minor)


class Node(Struct, frozen=True):
    """A value with its document and pointer; `translate` reads documents through nodes only."""

    document: Document
    pointer: Pointer
    value: Any

    def __repr__(self) -> str:
        return f"Node({self.address!r})"

    @property
    def location(self) -> Location:
        """The location of the value in its file."""
        return self.document.location(self.pointer)

    @property
    def address(self) -> str:
        """The pointer of the value, after the name of the file if it is in another file."""
        return self.document.address(self.pointer)

    def memoized(self, make: Callable[[Node], Result]) -> Result:
        """Return `make(self)`, which is called once for each node; callers must not change it."""
        key = make, self.pointer, id(self.value)  # Other values are made for the same pointer.
        found = self.document.memo.get(key)
        if found is None:  # The stored node keeps its `id` in use.
            found = self.document.memo[key] = self, make(self)
        result: Result = found[1]
        return result

    def child(self, key: str | int) -> Node:
        """The member of an object or the item of an array."""
        return Node(self.document, (*self.pointer, str(key)), self.value[key])

    def get(self, key: str) -> Node | None:
        """The member of an object, None if it is absent."""
        if isinstance(self.value, dict) and key in self.value:
            return self.child(key)
        return None

    def text(self, key: str) -> str:
        """A member that is a string, empty if it is absent or of another type."""
        if not isinstance(self.value, dict):
            return ""
        value = self.value.get(key)
        return value if isinstance(value, str) else ""

    def is_true(self, key: str) -> bool:
        """Whether this is an object and the member is `true`."""
        return isinstance(self.value, dict) and self.value.get(key) is True

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
        """The text of `$ref`, None if this is not a reference."""
        ref = self.value.get("$ref") if isinstance(self.value, dict) else None
        return ref if isinstance(ref, str) else None

    def step(self) -> Node:
        """The value that this reference names; `link` has checked that it exists."""
        pointer = parse_pointer(self.reference or "")
        target = None if pointer is None else lookup(self.document, pointer)
        if target is None:
            ref = shorten(str(self.reference))
            raise failure(Code.REFERENCE_MISSING, self.location, f"`{ref}` does not exist")
        return target

    @property
    def is_bare_reference(self) -> bool:
        """Whether this is a reference without other members."""
        return isinstance(self.value, dict) and len(self.value) == 1 and self.reference is not None

    def follow(self) -> Node:
        """The value at the end of a chain of references; this node if it is not one."""
        if self.reference is None:
            return self
        return self._follow_while(self.document.ends, lambda node: node.reference is not None)

    def described(self) -> Node:
        """Like `follow`, with `summary` and `description` from beside references (since 3.1)."""
        end = self.follow()
        if end is self or self.document.version < (3, 1):
            return end
        prose: dict[str, str] = {}
        node = self.follow_bare()
        while node.reference is not None:
            own = {key: text for key in ("summary", "description") if (text := node.text(key))}
            prose = own | prose
            node = node.step().follow_bare()
        return Node(end.document, end.pointer, {**end.value, **prose}) if prose else end

    def follow_bare(self) -> Node:
        """The first node of a chain of references that has other members than `$ref`."""
        if not self.is_bare_reference:
            return self
        return self._follow_while(self.document.bare_ends, lambda node: node.is_bare_reference)

    def _follow_while(self, ends: dict[Pointer, Node], leads_on: Callable[[Node], bool]) -> Node:
        visited, node = dict[Pointer, None](), self
        while leads_on(node) and node.pointer not in ends:
            if node.pointer in visited:
                message = "the reference is cyclic: it leads back to itself"
                raise failure(Code.REFERENCE_CYCLE, self.location, message)
            visited[node.pointer] = None
            node = node.step()
        node = ends.get(node.pointer, node)
        ends.update(dict.fromkeys(visited, node))
        return node


def lookup(document: Document, pointer: Pointer) -> Node | None:
    """The node at a pointer, None if there is none."""
    value = document.root
    for part in pointer:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and re.fullmatch(r"0|[1-9]\d{0,8}", part):
            if int(part) >= len(value):
                return None
            value = value[int(part)]
        else:
            return None
    return Node(document, pointer, value)

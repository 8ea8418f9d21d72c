"""Checks every reference, and joins all files that they lead to into one document.

Each other file is inserted under the key `x-pcgen-files`; a component or a path that only refers to
another file is replaced by the content. So the rest of pcgen, and the validator, see one document.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from msgspec.structs import replace

from pcgen.diagnostics import Code, Diagnostics, Failure, shorten
from pcgen.spec.document import (
    Document,
    Node,
    Origin,
    Pointer,
    format_pointer,
    lookup,
    parse_pointer,
)
from pcgen.spec.identities import Identities
from pcgen.spec.library import Library, Refused, join
from pcgen.spec.references import FILES, NAMED, objects

MAX_COMPARED = 2000  # Names to compare with a wrong one; comparing is slow.
_MAIN = ""
_NAMING = frozenset(("$ref", "$id", "discriminator"))


class _Target(NamedTuple):
    """The location of a value: its file, empty for the main document, and its pointer there."""

    file: str
    pointer: Pointer


class _Link(NamedTuple):
    """A reference: the object and the key that hold its text, its location and its target."""

    holder: dict[str, Any]
    key: str
    source: _Target
    target: _Target


def link(document: Document, library: Library, diagnostics: Diagnostics) -> Document:
    """Follow all references of a document, and join their targets into it.

    Args:
        document: The document; its values are changed.
        library: Reads other files.
        diagnostics: Receives references that have no target, may not be followed, or are cyclic.
    """
    linker = _Linker(document, library, diagnostics)
    linker.collect()
    linker.report_cycles()
    return linker.joined()


class _Linker:
    def __init__(self, document: Document, library: Library, diagnostics: Diagnostics) -> None:
        self._files: dict[str, Document] = {_MAIN: document}
        self._library = library
        self._diagnostics = diagnostics
        self._links: dict[_Target, _Link] = {}
        self._resolved: dict[tuple[str, str, str], _Target] = {}
        self._identities: dict[str, Identities] = {}
        self._identified: list[dict[str, Any]] = []
        self._by_holder: dict[int, _Link] = {}
        self._broken: list[tuple[dict[str, Any], str]] = []
        self._moved: dict[_Target, Pointer] = {}
        self._mounts: dict[Pointer, Origin] = dict(document.mounts)

    def collect(self) -> None:
        """Find all references that can be reached, and their targets."""
        seen, found = set[int](), set[_Target]()
        pending = [_Target(_MAIN, ())]
        for start in pending:
            top = lookup(self._files[start.file], start.pointer)
            for node in objects(top, _NAMING, seen) if top is not None else ():
                if isinstance(node.value.get("$id"), str):
                    self._identified.append(node.value)
                for holder, key, text in self._reference_texts(start.file, node):
                    source = _Target(start.file, (*holder.pointer, key))
                    target = self._resolve_or_report(source, text)
                    if target is None:
                        self._broken.append((holder.value, key))
                    else:
                        link = _Link(holder.value, key, source, target)
                        self._links[source] = link
                        self._by_holder.setdefault(id(holder.value), link)
                        if target not in found:
                            found.add(target)
                            pending.append(target)

    def _reference_texts(self, file: str, node: Node) -> Iterator[tuple[Node, str, str]]:
        """The members of an object in a file that refer to others: the holder, the key, the text.

        `translate` resolves mappings to names, and to local pointers, of the main document.
        """
        if "$ref" in node.value:
            yield node, "$ref", node.value["$ref"]
        discriminator = node.get("discriminator")
        mapping = discriminator.get("mapping") if discriminator is not None else None
        if mapping is None:
            return
        for key, target in mapping.members():
            text = str(target.value)
            uri, _, fragment = text.partition("#")
            if lookup(self._files[_MAIN], ("components", "schemas", text)) is not None:
                continue
            if PurePosixPath(uri).suffix or (fragment and (uri or file)):
                yield mapping, key, text
            elif file:
                pointers = (("components", "schemas", text), (text,))
                known = [p for p in pointers if lookup(self._files[file], p) is not None]
                yield from ((mapping, key, format_pointer(pointer)) for pointer in known[:1])

    def _resolve_or_report(self, source: _Target, text: Any) -> _Target | None:
        """Return the target of a reference; report one that has none."""
        try:
            target = self._resolve(source, text)
            _expect_schema(source, target)
        except Refused as error:
            self._report(error.code, source, str(error), error.hint)
            return None
        except Failure as error:  # The other file cannot be read.
            self._diagnostics.items += error.items
            return None
        return target

    def _resolve(self, source: _Target, text: Any) -> _Target:
        if not isinstance(text, str) or not text:
            raise Refused("a reference must be a non-empty string")
        base = self._identities_of(source.file).base(source.pointer)
        key = (source.file, base, text)
        if key not in self._resolved:
            self._resolved[key] = self._find_target(*key)
        return self._resolved[key]

    def _find_target(self, file: str, base: str, text: str) -> _Target:
        """The target of a reference text in a file, relative to the URI `base`."""
        uri, _, fragment = text.partition("#")
        start = self._identities_of(file).resource(base, uri)
        if start is None:
            start = ()
            if uri:
                file = join(file, uri)
                if file == self._library.document:
                    file = _MAIN
                else:
                    self._files[file] = self._library.read(file)
        inner = parse_pointer("#" + fragment)
        if inner is None:
            found = self._identities_of(file).anchor(start, fragment)
            pointers = [] if found is None else [found]
        else:
            # Below an `$id`, many authors still write pointers from the document's root.
            pointers = [(*start, *inner), inner]
        for pointer in pointers:
            if lookup(self._files[file], pointer) is not None:
                return _Target(file, pointer)
        where = f"in {shorten(file)!a}" if uri else "in this document"
        hint = _nearest(self._files[file], pointers[0]) if pointers else ""
        hint = hint or "correct the reference, or add its target"
        raise Refused(f"the reference {shorten(text)!a} has no target {where}", hint)

    def _identities_of(self, file: str) -> Identities:
        if file not in self._identities:
            self._identities[file] = Identities(self._files[file])
        return self._identities[file]

    def _report(self, code: Code, source: _Target, message: str, hint: str) -> None:
        location = self._files[source.file].location(source.pointer)
        self._diagnostics.error(code, location, message, hint)

    def report_cycles(self) -> None:
        """Report the references that lead back to themselves, directly or through others."""
        ends: dict[_Target, bool] = {}
        for link in self._links.values():
            if link.key == "$ref" and self._is_circular(link.source, ends):
                message = f"the reference {shorten(link.holder['$ref'])!a} is cyclic"
                hint = "give one of the schemas in the cycle a type or properties"
                self._report(Code.REFERENCE_CYCLE, link.source, message, hint)
                self._broken.append((link.holder, link.key))

    def _is_circular(self, source: _Target, ends: dict[_Target, bool]) -> bool:
        visited: dict[_Target, None] = {}
        while source in self._links and source not in ends and source not in visited:
            visited[source] = None
            target = self._links[source].target
            source = _Target(target.file, (*target.pointer, "$ref"))
        circular = source in visited or ends.get(source, False)
        ends.update(dict.fromkeys(visited, circular))
        return circular

    def joined(self) -> Document:
        """The document, joined with the targets of its references."""
        main = self._files[_MAIN]
        self._drop_broken()
        self._insert_texts()
        for pointers in (
            _referring_entries,
            _referring_operations,
        ):  # An inserted path may hold references to operations.
            for pointer in sorted(pointers(main.node)):
                self._inline(main, pointer)
        others = sorted(set(self._files) - {_MAIN})
        for file in others:
            if _Target(file, ()) not in self._moved:
                pointer = _mount(file)
                main.root.setdefault(FILES, {})[file] = {pointer[-1]: self._files[file].root}
                self._mounts[pointer] = (self._files[file], ())
        for link in self._links.values():
            pointer = self._joined_pointer(link.target)
            if parse_pointer(link.holder[link.key]) != pointer:
                link.holder[link.key] = format_pointer(pointer).replace("%", "%25")
        for value in self._identified:  # The validator would use it as a base.
            value.pop("$id", None)
        documents = tuple(self._files[file] for file in others)
        return replace(main, mounts=self._mounts, others=(*main.others, *documents))

    def _drop_broken(self) -> None:
        """Remove references without a target: under a waiver, the members beside them count."""
        for holder, key in self._broken:
            holder.pop(key, None)
        self._links = {s: link for s, link in self._links.items() if link.key in link.holder}

    def _insert_texts(self) -> None:
        """Replace references to plain text by the text; OpenAPI has no such references."""
        for link in self._links.values():
            found = lookup(self._files[link.target.file], link.target.pointer)
            holder = lookup(self._files[link.source.file], link.source.pointer[:-2])
            if found is not None and isinstance(found.value, str) and holder is not None:
                key = link.source.pointer[-2]
                holder.value[int(key) if isinstance(holder.value, list) else key] = found.value

    def _inline(self, main: Document, pointer: Pointer) -> None:
        """Replace an entry that only refers to another file by the content."""
        entry, holder = lookup(main, pointer), lookup(main, pointer[:-1])
        link = None if entry is None else self._by_holder.get(id(entry.value))
        if link is None or holder is None or len(link.holder) > 1 or not link.target.file:
            return
        if pointer[0] == "components" and link.target in self._moved:
            return  # The entry is an alias of one that has been inserted.
        target = link.target
        found = lookup(self._files[target.file], target.pointer)
        if found is not None:
            holder.value[pointer[-1]] = found.value
            self._mounts[pointer] = (self._files[target.file], target.pointer)
            self._moved.setdefault(target, pointer)

    def _joined_pointer(self, target: _Target) -> Pointer:
        if target.file == _MAIN:
            return target.pointer
        for length in range(len(target.pointer), -1, -1):
            start = self._moved.get(_Target(target.file, target.pointer[:length]))
            if start is not None:
                return (*start, *target.pointer[length:])
        return (*_mount(target.file), *target.pointer)


def _expect_schema(source: _Target, target: _Target) -> None:
    """Refuse a reference from a schema to another kind of component."""
    if len(target.pointer) != 3 or target.pointer[0] != "components":
        return
    kind, holder = target.pointer[1], source.pointer[:-1]
    if kind == "schemas":
        return
    in_schema = holder[:2] == ("components", "schemas") or any(
        part == "schema" and before not in NAMED for before, part in pairwise(holder)
    )
    if in_schema:
        message = f"a schema cannot refer to an entry of `components/{shorten(kind)}`"
        hint = "refer to an entry of `components/schemas`"
        raise Refused(message, hint, Code.INVALID_DOCUMENT)


def _referring_entries(top: Node) -> list[Pointer]:
    """The pointers of the paths, the webhooks and the components that are references."""
    holders = [top.get("paths"), top.get("webhooks")]
    holders += [node for _, node in top.members("components")]
    nodes = (node for holder in holders if holder for _, node in holder.members())
    return [node.pointer for node in nodes if node.reference is not None]


def _referring_operations(top: Node) -> list[Pointer]:
    """The pointers of the members of paths and webhooks that are references."""
    items = [item for key in ("paths", "webhooks") for _, item in top.members(key)]
    nodes = (node for item in items for _, node in item.members())
    return [node.pointer for node in nodes if node.reference is not None]


def _mount(file: str) -> Pointer:
    """The pointer at which a file is inserted; if it is a schema, the last key names it."""
    return (FILES, file, PurePosixPath(file).name.partition(".")[0])


def _nearest(document: Document, pointer: Pointer) -> str:
    parent = lookup(document, pointer[:-1]) if pointer else None
    names = list(parent.value) if parent is not None and isinstance(parent.value, dict) else []
    if len(names) > MAX_COMPARED:
        return ""
    close = get_close_matches(pointer[-1], names, n=1) if pointer else []
    return f"did you mean `{format_pointer((*pointer[:-1], close[0]))}`?" if close else ""

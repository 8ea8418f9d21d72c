"""The parts of a document: paths, webhooks, components, other files; and what they lead to."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec import json

from pcgen.spec.document import Pointer, parse_pointer
from pcgen.spec.references import FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_Graph = dict[Pointer, set[Pointer]]

_HOLDERS = ("paths", "webhooks", FILES, "components")
_ABOUT = ("info", "tags")  # Of the whole alone.
_SCHEMAS = ("components", "schemas")
_LOCAL = re.compile(rb'"#/(?:[^"\\]|\\.)*"')
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')


def part_of(pointer: Pointer) -> Pointer:
    """The part that a place belongs to; what is in none, belongs to itself."""
    return pointer[:3] if pointer[:1] == ("components",) else pointer[:2]


def prints(root: Mapping[str, Any], own: Mapping[Pointer, str]) -> dict[Pointer, str]:
    """For each part a hash of all that it is made from: itself, and all that it leads to.

    Args:
        root: A document whose references have been followed.
        own: What counts besides the text of a part.

    Returns:
        Nothing when what leads where cannot be told.
    """
    texts = {pointer: json.encode(value) for pointer, value in _parts(root)}
    if any(b'"$dynamicRef"' in text for text in texts.values()):
        return {}  # What that leads to depends on the way to it.
    graph = _graph(texts)
    found: dict[Pointer, str] = {}
    around = _around(root, texts)
    for circle in _circles(graph):
        inside = (texts[part] + own.get(part, "").encode() for part in sorted(circle))
        behind = {found[other] for part in circle for other in graph[part] if other in found}
        whole = _hash((around, *map(_hash_of, inside), *sorted(behind)))
        found.update((part, _hash((whole, *part))) for part in circle)
    return found


def _around(root: Mapping[str, Any], texts: Mapping[Pointer, bytes]) -> str:
    """A hash of what counts for all: the version, and what is known by its name or position."""
    rest = {key: value for key, value in root.items() if key not in (*_HOLDERS, *_ABOUT)}
    schemes = [texts[part] for part in sorted(texts) if part[1:2] == ("securitySchemes",)]
    return _hash(map(_hash_of, (json.encode(rest), *schemes)))


def _hash(parts: Iterable[str]) -> str:
    return _hash_of("\n".join(parts).encode())


def _hash_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def _parts(root: Mapping[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    for holder in _HOLDERS:
        for key, value in _members(root.get(holder)):
            if holder != "components":
                yield (holder, key), value
                continue
            for name, component in _members(value):
                yield (holder, key, name), component


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, dict) else ()


def _graph(texts: Mapping[Pointer, bytes]) -> _Graph:
    """Where the parts may lead: by references, by discriminators, and from parents to children.

    More than is so costs time only; what looks like a reference counts as one.
    """
    known = dict[bytes, Pointer]()
    graph: _Graph = {part: set() for part in texts}
    for part, text in texts.items():
        for found in set(_LOCAL.findall(text)):
            if found not in known:
                known[found] = part_of(parse_pointer(json.decode(found)) or ())
            graph[part].add(known[found])
        graph[part] &= graph.keys()
    _add_families(graph, texts)
    return graph


def _add_families(graph: _Graph, texts: Mapping[Pointer, bytes]) -> None:
    """A discriminator may name schemas, and the schemas made from its own are its cases."""
    schemas = [part for part in texts if part[:2] == _SCHEMAS]
    by_name = {json.encode(part[2]): part for part in schemas}
    children: _Graph = {}
    for part in schemas:
        if b'"allOf"' in texts[part] or texts[part].startswith(b'{"$ref"'):
            for parent in graph[part]:
                children.setdefault(parent, set()).add(part)
    for part, text in texts.items():
        if b'"discriminator"' in text:
            graph[part].update(by_name[name] for name in _TEXT.findall(text) if name in by_name)
            graph[part] |= _reached(part, children)


def _reached(start: Pointer, graph: _Graph) -> set[Pointer]:
    found, pending = set[Pointer](), [start]
    while pending:
        more = graph.get(pending.pop(), set()) - found
        found |= more
        pending += more
    return found


def _circles(graph: _Graph) -> Iterator[list[Pointer]]:
    """Groups of parts that lead to each other, each after those that it leads to (Tarjan)."""
    numbers, lowest = dict[Pointer, int](), dict[Pointer, int]()
    open_: dict[Pointer, None] = {}
    for start in graph:
        way = [] if start in numbers else [start]
        rest: dict[Pointer, Iterator[Pointer]] = {}
        while way:
            here = way[-1]
            if here not in numbers:
                numbers[here] = lowest[here] = len(numbers)
                open_[here] = None
                rest[here] = iter(graph[here])
            for other in rest[here]:
                if other not in numbers:
                    way.append(other)
                    break
                if other in open_:
                    lowest[here] = min(lowest[here], lowest[other])
            else:
                way.pop()
                if way:
                    lowest[way[-1]] = min(lowest[way[-1]], lowest[here])
                if lowest[here] == numbers[here]:
                    yield _closed(here, open_)


def _closed(first: Pointer, open_: dict[Pointer, None]) -> list[Pointer]:
    """Take a group off the parts that are open: all that were opened since its first."""
    group = list[Pointer]()
    while not group or group[-1] != first:
        group.append(open_.popitem()[0])
    return group

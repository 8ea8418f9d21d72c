"""The parts of a document: paths, webhooks, components, other files; and what they lead to."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec import json

from pcgen.spec.document import Document, Node, Pointer, parse_pointer
from pcgen.spec.references import FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_Graph = dict[Pointer, set[Pointer]]

# How deep the parts are that do not stand at the top.
_DEPTHS = {"paths": 2, "webhooks": 2, FILES: 3, "components": 3}
_ABOUT = ("info", "tags")  # Of the whole alone.
_LOCAL = re.compile(rb'"#(?:/[^"\\]*(?:\\.[^"\\]*)*|(?<="\$ref":"#))"')
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')


def part_of(pointer: Pointer) -> Pointer:
    """The part that a place belongs to."""
    return pointer[: _DEPTHS.get(pointer[0], 1) if pointer else 0]


def is_named_schema(pointer: Pointer) -> bool:
    """Whether a place is that of a schema among the components."""
    return len(pointer) == 3 and pointer[:2] == ("components", "schemas")


def part_texts(document: Document) -> Mapping[Pointer, bytes]:
    """All parts as JSON by their pointers, as they are ordered; an empty holder of some is one.

    Args:
        document: A document whose references have been followed: it changes no more.
    """
    return document.node.memoized(_texts)


def _texts(top: Node) -> dict[Pointer, bytes]:
    return {
        pointer: json.encode(part)
        for key, value in top.value.items()
        for pointer, part in _parts_below((key,), value, _DEPTHS.get(key, 1))
    }


def _parts_below(pointer: Pointer, value: Any, depth: int) -> Iterator[tuple[Pointer, Any]]:
    if len(pointer) < depth and isinstance(value, dict) and value:
        for key, member in value.items():
            yield from _parts_below((*pointer, key), member, depth)
    else:
        yield pointer, value


def prints(
    texts: Mapping[Pointer, bytes],
    own: Mapping[Pointer, str],
    more: Iterable[tuple[Pointer, Pointer]],
) -> dict[Pointer, str]:
    """For each part a hash of all that it is made from: itself, and all that it leads to.

    Args:
        texts: All parts of a document.
        own: What counts besides the text of a part.
        more: Places, and places that they lead to by something else than a reference.

    Returns:
        Nothing when what leads where cannot be told.
    """
    if any(b'"$dynamicRef"' in text for text in texts.values()):
        return {}  # What that leads to depends on the way to it.
    graph = _graph(texts)
    for start, end in more:
        for part in _covered(start, texts):
            graph[part] |= _covered(end, texts)
    found: dict[Pointer, str] = {}
    around = _around(texts)
    for circle in _circles(graph):
        inside = (texts[part] + own.get(part, "").encode() for part in sorted(circle))
        behind = {found[other] for part in circle for other in graph[part] if other in found}
        whole = _hash((around, *map(_hash_of, inside), *sorted(behind)))
        found.update((part, _hash((whole, repr(part)))) for part in circle)
    return found


def _around(texts: Mapping[Pointer, bytes]) -> str:
    """A hash of what counts for all: the version, and what is known by its name or position."""
    rest = [part for part in texts if part[0] not in (*_DEPTHS, *_ABOUT)]
    schemes = [part for part in sorted(texts) if part[1:2] == ("securitySchemes",)]
    return _hash(f"{part} {_hash_of(texts[part])}" for part in (*rest, *schemes))


def _hash(parts: Iterable[str]) -> str:
    return _hash_of("\n".join(parts).encode())


def _hash_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def _graph(texts: Mapping[Pointer, bytes]) -> _Graph:
    """Where the parts may lead: what looks like a reference counts as one; it costs time only."""
    known = dict[bytes, set[Pointer]]()
    graph: _Graph = {part: set() for part in texts}
    for part, text in texts.items():
        for found in set(_LOCAL.findall(text)):
            if found not in known:
                known[found] = _covered(parse_pointer(json.decode(found)) or (), texts)
            graph[part] |= known[found]
    _add_named(graph, texts)
    return graph


def _covered(place: Pointer, texts: Mapping[Pointer, bytes]) -> set[Pointer]:
    """The part that a place belongs to, or those below it."""
    own = part_of(place)
    return {own} if own in texts else {part for part in texts if part[: len(own)] == own}


def _add_named(graph: _Graph, texts: Mapping[Pointer, bytes]) -> None:
    """A discriminator may name schemas without a reference."""
    by_name = {json.encode(part[-1]): part for part in texts if is_named_schema(part)}
    for part, text in texts.items():
        if b'"discriminator"' in text:
            graph[part].update(by_name[name] for name in _TEXT.findall(text) if name in by_name)


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

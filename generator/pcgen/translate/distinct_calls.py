"""Gives operations different call paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen.translate.endpoints import CallPath
from pcgen.translate.operation_ids import lower_words, repeats_path, versions_of, without_resource
from pcgen.translate.path_names import METHODS
from pcgen.translate.vocabulary import VERBS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen.translate.endpoints import Endpoint


def distinct(endpoints: Sequence[Endpoint], found: Sequence[CallPath]) -> list[CallPath]:
    """Give another method to operations whose call path is that of another, or of a resource.

    An operation keeps its method if its operationId says no more, else if its path is shortest.
    """
    chosen: dict[int, CallPath] = {}
    taken = {
        _key(path.resource[:n]): "" for path in found for n in range(1, len(path.resource) + 1)
    }
    for index in sorted(range(len(found)), key=lambda n: _claim(endpoints[n], found[n])):
        path = found[index]
        other = taken.get(_key((*path.resource, path.method)), "")
        candidates = [path.method, *_other_methods(endpoints[index], path, other)]
        calls = [CallPath(path.resource, method) for method in candidates]
        free = (c for c in calls if _key((*c.resource, c.method)) not in taken)
        chosen[index] = next(free, calls[-1])
        taken[_key((*path.resource, chosen[index].method))] = endpoints[index].path
    return [chosen[index] for index in range(len(found))]


def _key(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("".join(lower_words(text)) for text in texts)


def _claim(endpoint: Endpoint, path: CallPath) -> tuple[bool, int, int, str]:
    """The order in which operations claim their methods."""
    says_more = len(without_resource(endpoint.own, path.resource)) > 1
    rank = list(METHODS).index(endpoint.method) if endpoint.method in METHODS else len(METHODS)
    return says_more, len(endpoint.segments), rank, endpoint.path


def _other_methods(endpoint: Endpoint, path: CallPath, other: str) -> Iterator[str]:
    """Yield methods for an operation whose first one is taken by that of the path `other`."""
    own = without_resource(endpoint.own, path.resource)
    if len(own) > 1 and own[0] in VERBS and not repeats_path(own, endpoint.path, endpoint.method):
        yield " ".join(own)
    if said := re.search(r"[?#]([\w-]+=(?!true\b|1\b))?([\w-]+)", endpoint.path):
        yield f"{path.method} {said[2]}"
    versions = set(versions_of(endpoint.path)).difference(versions_of(other)) if other else ()
    yield from (f"{path.method} {version}" for version in sorted(versions))
    if lower_words(path.method)[0] not in VERBS:
        yield f"{METHODS.get(endpoint.method, endpoint.method)} {path.method}"
    if endpoint.method == "patch":
        yield "patch"
    given = re.findall(r"\{([^{}]*)\}", endpoint.path)
    if given:
        yield f"{path.method} by {given[-1]}"
        yield f"{path.method} by {' and '.join(given)}"
    yield f"{path.method} {endpoint.method}"
    yield f"{path.method} {endpoint.method} {endpoint.path}"

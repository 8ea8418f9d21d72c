"""The paths of resources: how tags nest, how paths are spelled, and unique names of classes."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcgen.names import Name

Path = tuple[str, ...]
"""The texts of the names from the client to a resource."""

_MOST_LEVELS = 10
"""Deeper tags stay whole, so that their names have a sensible length."""
_MAX_LENGTH = 150
"""Longer names are numbered: file systems allow 255 bytes, which include suffixes."""
_ARROW = " > "
_SEPARATOR = re.compile(r"(?<=\S)[./:](?=\S)")


def levels(tag: str) -> list[tuple[str, str]]:
    """Split a tag such as `beta.chat`, `Beta/Chat` or `beta > chat` into the levels of a path.

    Other separators than ` > ` split only without spaces around them, and only into parts that
    begin with a letter and have two characters or more: not `v1.2`, `e.g. pets` or `A/B tests`.
    Tags in capitals (`CI/CD`) and names with a dot (`Node.js`, `example.com users`) stay whole.

    Returns:
        For each level the tag that ends there, and its own part: `beta` for both, then `beta.chat`
        and `chat`.
    """
    if _ARROW in tag:
        parts = tag.split(_ARROW)
        return [(_ARROW.join(parts[: n + 1]), part) for n, part in enumerate(parts)]
    parts = _SEPARATOR.split(tag)
    has_words = all(len(part) > 1 and part[0].isalpha() for part in parts)
    if len(parts) > _MOST_LEVELS or not has_words or tag.isupper():
        return [(tag, tag)]
    if "." in tag and (" " in tag or len({part[0].isupper() for part in parts}) > 1):
        return [(tag, tag)]
    ends = accumulate(len(part) + 1 for part in parts)
    return [(tag[: end - 1], part) for end, part in zip(ends, parts, strict=True)]


def path_of(tag: str) -> Path:
    """The path that a tag names, one text for each level."""
    return tuple(own for _, own in levels(tag))


def keys(path: Iterable[str]) -> Path:
    """The keys of a path's names; paths with the same keys, such as `Users` and `users`, are one.

    (Their identifiers would be the same.)
    """
    return tuple(names.name_of(text, "resource").key for text in path)


def spellings(paths: Iterable[Path]) -> dict[Path, Path]:
    """The spelling of each path: on every level, that of the first path with the same keys."""
    texts: dict[Path, str] = {}
    found: dict[Path, Path] = {}
    for path in paths:
        key = keys(path)
        starts = [key[: depth + 1] for depth in range(len(path))]
        for start, text in zip(starts, path, strict=True):
            texts.setdefault(start, text)
        found[path] = tuple(texts[start] for start in starts)
    return found


def parents_of(path: Path) -> Iterator[Path]:
    """The paths of a resource's parents, the outermost first."""
    return (path[:depth] for depth in range(1, len(path)))


def order(path: Path) -> tuple[Path, Path]:
    """The sort key of a path: parents before their children, ignoring case."""
    return tuple(text.casefold() for text in path), path


def with_unique_names(resources: Sequence[ir.Resource], taken: set[str]) -> tuple[ir.Resource, ...]:
    """Give resources unique modules and classes; those with the fewest parents keep their names.

    Args:
        resources: The resources of a package.
        taken: The keys of the names of models and clients, which classes of resources avoid.
    """
    modules: set[str] = set()
    classes: set[str] = set()
    found: dict[ir.Path, ir.Resource] = {}
    for resource in sorted(resources, key=lambda resource: (len(resource.parents), resource.path)):
        module, class_name = resource.module, resource.class_name
        while module.key in modules:
            module = _longer(module)
        if not taken.isdisjoint(class_keys(class_name)):
            class_name = _longer(class_name)
        while not classes.isdisjoint(class_keys(class_name)):
            class_name = _longer(class_name)
        modules.add(module.key)
        classes.update(class_keys(class_name))
        found[resource.path] = replace(resource, module=module, class_name=class_name)
    return tuple(found[resource.path] for resource in resources)


def _longer(name: Name) -> Name:
    """Append `resource` to a name, or count where a file could not have the name any more."""
    if len(name) < _MAX_LENGTH:
        return names.Name(f"{name} resource")
    start, _, number = name.rpartition(" ")
    return names.Name(f"{start} {int(number) + 1}" if number.isdigit() else f"{name} 2")


def class_keys(name: Name) -> tuple[str, str]:
    """The keys of the names of the sync and async classes of a client or a resource."""
    return name.key, f"async{name.key}"

"""What an operationId says: its words, and the parts of a structured one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen.names import singular, words
from pcgen.translate.vocabulary import FILLERS, VERBS

if TYPE_CHECKING:
    from collections.abc import Iterable

_JOINS = frozenset(("a", "and", "by", "for", "from", "in", "of", "or", "the", "to", "with"))
_SEPARATORS = (" > ", " / ", ".", ":", "/")
_AZURE = re.compile(r"([A-Z][A-Za-z0-9]*)_([A-Z][A-Za-z0-9]*)")  # `Groups_List`
_VERSION = re.compile(
    r"v\{.*\}|v\d+([._-]?\d+)*((alpha|beta|rc|preview)\d*)?|\d+\.\d+|\d{4}-\d{2}(-\d{2})?",
    re.IGNORECASE,
)


def is_version(text: str) -> bool:
    """Whether a segment of a path, or a part of an operationId, is a version such as `v1`."""
    return _VERSION.fullmatch(text) is not None


def versions_of(path: str) -> list[str]:
    """The segments of a path that are versions, in lower case."""
    return [part.lower() for part in path.split("/") if "{" not in part and is_version(part)]


def parts(text: str) -> tuple[str, ...]:
    """The parts of a structured operationId: `users.list` has two, `list_users` none.

    Templates of paths have none, and neither have phrases such as `and/or something`.
    """
    if azure := _AZURE.fullmatch(text):
        return azure.groups()
    separator = next((s for s in _SEPARATORS if s in text), "")
    if not separator or is_version(text) or "{" in text or (" " in text and " " not in separator):
        return ()
    found = tuple(part.strip() for part in text.split(separator))
    return found if all(any(c.isalnum() for c in part) for part in found) else ()


def lower_words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [word.lower() for word in words(text)]


def singulars(text: str) -> list[str]:
    """The words of a text in lower case and singular."""
    return [singular(word) if len(word) > 2 else word for word in lower_words(text)]


def all_singulars(texts: Iterable[str]) -> list[str]:
    """The `singulars` of several texts."""
    return [word for text in texts for word in singulars(text)]


def without_fillers(tag: str) -> str:
    """A tag without words such as `operations` or `manage`."""
    found = words(tag)
    kept = [word for word in found if word.lower() not in FILLERS]
    return " ".join(kept) if kept and len(kept) < len(found) else tag


def without_resource(own: list[str], resource: tuple[str, ...]) -> list[str]:
    """The words of an operationId without those of its resource, at the start or the end.

    At least one word stays.
    """
    known, single = all_singulars(resource), all_singulars(own)
    for count in range(min(len(known), len(own) - 1), 0, -1):
        for run in (known[-count:], known[:count]):
            if single[:count] == run:
                return own[count:]
            if single[-count:] == run and own[-count - 1] not in _JOINS:
                return own[:-count]
    return own


def behind_resource(own: list[str], resource: tuple[str, ...]) -> list[str]:
    """The words behind the last noun of the resource: `start` of `agents_api_threads_start`.

    With a verb before the noun, as in `get_thread_messages`, only the resource is left out.
    """
    last, single = singulars(resource[-1]), all_singulars(own)
    for start in range(len(own) - len(last) - 1, 0, -1):
        before, behind = own[:start], own[start + len(last) :]
        is_noun = single[start : start + len(last)] == last and behind[0] not in _JOINS
        if is_noun and VERBS.isdisjoint(before):
            return behind
    return without_resource(own, resource)


def repeats_path(own: list[str], path: str, method: str) -> bool:
    """Whether an operationId has no other words than its method and its path."""
    said = {method, "a", "and", "by", "for", "id", "of", "the", *singulars(path)}
    joined = "".join(lower_words(path))
    return all(word in said or set(singulars(word)) <= said or word in joined for word in own)

"""Which operations of a document are wanted, and which schemas these need."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.diagnostics import Code, Diagnostics, Location, shorten
from pcgen.spec import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen import config
    from pcgen.spec import Document, Node

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
DEFAULT_TAG = "default"
_IGNORE = "x-pcgen-ignore"


class Entry(Struct, frozen=True, dict=True):
    """An operation of the document: its path, its method, its node and that of its path.

    That of a webhook has its name for a path.
    """

    path: str
    method: str
    node: Node
    item: Node

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags; an operation without has one all the same."""
        tags = self.node.value.get("tags")
        return tuple(map(str, tags)) if isinstance(tags, list) and tags else (DEFAULT_TAG,)

    @cached_property
    def parameters(self) -> tuple[Node, ...]:
        """Its parameters: its own take the place of those of its path."""
        merged: dict[tuple[str, str], Node] = {}
        for holder in (self.item, self.node):
            for parameter in holder.entries("parameters"):
                parameter = parameter.described()
                name, place = parameter.text("name"), parameter.text("in")
                merged[name.lower() if place == "header" else name, place] = parameter
        return tuple(merged.values())


class Selection(Struct, frozen=True):
    """What to translate; `schemas` are the pointers of the components, None for all."""

    entries: tuple[Entry, ...]
    webhooks: tuple[Entry, ...]
    schemas: frozenset[tuple[str, ...]] | None


def operation_id(entry: Entry) -> str:
    """What the document calls an operation; its method and path when it says nothing."""
    return entry.node.text("operationId") or f"{entry.method} {entry.path}"


def select(document: Document, spec: config.Spec, diagnostics: Diagnostics) -> Selection:
    """Choose what the configuration and the document want, in the order of the paths."""
    operations = list(entries(document))
    webhooks = sorted(requests_of(document.node, "webhooks"), key=lambda entry: entry.path)
    every = [*operations, *webhooks]
    for chosen, key in ((spec.include, "include"), (spec.exclude, "exclude")):
        if chosen:
            _check_patterns(chosen, key, every, spec, diagnostics)
    included = [e for e in operations if _included(spec, e)]
    kept = [e for e in included if not _excluded(spec, e)]
    if included and not kept:
        place = spec.source.place("exclude")
        message = "no operation is left: all that are included are excluded, too"
        diagnostics.error(Code.CONFIG_INVALID, place, message)
    told = [e for e in webhooks if _included(spec, e) and not _excluded(spec, e)]
    if not kept or len(kept) + len(told) == len(every):
        return Selection(tuple(operations), tuple(webhooks), None)
    return Selection(tuple(kept), tuple(told), _needed([*kept, *told]))


def entries(document: Document) -> Iterator[Entry]:
    """Every operation of the document, in the order of the paths."""
    for path, item in sorted(document.node.members("paths"), key=lambda pair: pair[0]):
        if not path.startswith("x-"):
            yield from _entries(path, item)


def requests_of(holder: Node, key: str) -> Iterator[Entry]:
    """What a service sends by itself, in the author's order.

    Args:
        holder: A document, or an operation.
        key: `webhooks` of the first, `callbacks` of the second.
    """
    for name, node in holder.members(key):
        items = [node] if key == "webhooks" else [item for _, item in node.follow().members()]
        for item in items:
            yield from _entries(name, item)


def _entries(path: str, item: Node) -> Iterator[Entry]:
    item = item.follow()
    found = [(method, item.get(method)) for method in METHODS]
    found += sorted(item.members("additionalOperations"))
    for method, node in found:
        if node is not None and isinstance(node.value, dict):  # Else the validator has told.
            yield Entry(path, method, node, item)


def _included(spec: config.Spec, entry: Entry) -> bool:
    return not spec.include or _has(spec.include, entry)


def _excluded(spec: config.Spec, entry: Entry) -> bool:
    ignored = (node.is_true(_IGNORE) for node in (entry.node, entry.item))
    return _has(spec.exclude, entry) or any(ignored)


def _has(chosen: config.Filter, entry: Entry) -> bool:
    return any(
        fnmatchcase(text, pattern)
        for texts, patterns in _compared(chosen, entry)
        for text in texts
        for pattern in patterns
    )


def _compared(
    chosen: config.Filter, entry: Entry
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    yield entry.tags, chosen.tags
    yield (entry.path,), chosen.paths
    yield (entry.node.text("operationId"),), chosen.operations


def _check_patterns(
    chosen: config.Filter,
    key: str,
    every: Iterable[Entry],
    spec: config.Spec,
    diagnostics: Diagnostics,
) -> None:
    """A pattern that matches nothing is a mistake, or what it meant is gone."""
    kinds = ("tag", "path", "operationId")
    known: list[set[str]] = [set() for _ in kinds]
    patterns: list[tuple[str, ...]] = [chosen.tags, chosen.paths, chosen.operations]
    for entry in every:
        for texts, (found, _) in zip(known, _compared(chosen, entry), strict=True):
            texts.update(found)
    for kind, texts, wanted in zip(kinds, known, patterns, strict=True):
        for pattern in wanted:
            if not any(fnmatchcase(text, pattern) for text in texts):
                message = f"`{key}`: no {kind} of the document is {shorten(pattern)!a}"
                report_unmatched(spec.source.place(pattern), message, pattern, texts, diagnostics)


def report_unmatched(
    place: Location, message: str, text: str, known: Iterable[str], diagnostics: Diagnostics
) -> None:
    """Report a text of the configuration that matches nothing, with what is nearest to it."""
    close = get_close_matches(text, sorted(known), n=1)
    hint = f"did you mean {shorten(close[0])!a}?" if close else ""
    diagnostics.error(Code.CONFIG_INVALID, place, message, hint)


def _needed(entries: Iterable[Entry]) -> frozenset[tuple[str, ...]]:
    """The pointers of all that the operations refer to, by whatever way."""
    found: set[tuple[str, ...]] = set()
    pending = [entry.node for entry in entries]
    pending += [p for entry in entries for p in entry.item.entries("parameters")]
    while pending:
        for target in targets(pending.pop()):
            if target.pointer not in found:
                found.add(target.pointer)
                pending.append(target)
    return frozenset(found)

"""The selected operations of a document, and the schemas that they use."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.diagnostics import Code, Diagnostics, Location, close, shorten
from pcgen.spec import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pcgen import config
    from pcgen.spec import Document, Node

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
DEFAULT_TAG = "default"
_IGNORE = "x-pcgen-ignore"


class Entry(Struct, frozen=True, dict=True):
    """An operation: its path, its method, its node and that of its path item.

    The path of a webhook or a callback is its name.
    """

    path: str
    method: str
    node: Node
    item: Node

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags; `default` if there are none."""
        tags = self.node.value.get("tags")
        return tuple(map(str, tags)) if isinstance(tags, list) and tags else (DEFAULT_TAG,)

    @cached_property
    def parameters(self) -> tuple[Node, ...]:
        """The parameters; those of the operation override those of its path."""
        merged: dict[tuple[str, str], Node] = {}
        for holder in (self.item, self.node):
            for parameter in holder.entries("parameters"):
                parameter = parameter.described()
                name, place = parameter.text("name"), parameter.text("in")
                merged[name.lower() if place == "header" else name, place] = parameter
        return tuple(merged.values())


class Selection(Struct, frozen=True):
    """What to translate; `schemas` are the pointers of components, None for all."""

    entries: tuple[Entry, ...]
    webhooks: tuple[Entry, ...]
    schemas: frozenset[tuple[str, ...]] | None


def operation_id(entry: Entry) -> str:
    """The operationId of an operation, else its method and path."""
    return entry.node.text("operationId") or f"{entry.method} {entry.path}"


def select(document: Document, spec: config.Spec, diagnostics: Diagnostics) -> Selection:
    """Apply `include`, `exclude` and `x-pcgen-ignore`; operations are in the order of the paths."""
    operations = list(operations_of(document))
    webhooks = sorted(requests_of(document.node, "webhooks"), key=lambda entry: entry.path)
    every = [*operations, *webhooks]
    for patterns, key in ((spec.include, "include"), (spec.exclude, "exclude")):
        if patterns:
            _check_patterns(patterns, key, every, spec, diagnostics)
    included = [e for e in operations if _is_included(spec, e)]
    kept = [e for e in included if not _is_excluded(spec, e)]
    if included and not kept:
        message = "`exclude` excludes every included operation"
        diagnostics.error(Code.CONFIG_INVALID, spec.source.location("exclude"), message)
    kept_hooks = [e for e in webhooks if _is_included(spec, e) and not _is_excluded(spec, e)]
    if not kept or len(kept) + len(kept_hooks) == len(every):
        return Selection(tuple(operations), tuple(webhooks), None)
    return Selection(tuple(kept), tuple(kept_hooks), _referenced([*kept, *kept_hooks]))


def component_schemas(document: Document, selection: Selection) -> dict[str, Node]:
    """The component schemas that the selected operations refer to, sorted by key."""
    components = document.node.get("components")
    found = sorted(components.members("schemas")) if components is not None else ()
    wanted = selection.schemas
    return {key: node for key, node in found if wanted is None or node.pointer in wanted}


def operations_of(document: Document) -> Iterator[Entry]:
    """Every operation of the document, in the order of the paths."""
    for path, item in sorted(document.node.members("paths"), key=lambda pair: pair[0]):
        if not path.startswith("x-"):
            yield from _entries(path, item)


def requests_of(holder: Node, key: str) -> Iterator[Entry]:
    """Yield the requests that a service sends, in the author's order.

    Args:
        holder: A document, or an operation.
        key: `webhooks` for a document, `callbacks` for an operation.
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
        if node is not None and isinstance(node.value, dict):  # The validator reports others.
            yield Entry(path, method, node, item)


def _is_included(spec: config.Spec, entry: Entry) -> bool:
    return not spec.include or _matches(spec.include, entry)


def _is_excluded(spec: config.Spec, entry: Entry) -> bool:
    ignored = (node.is_true(_IGNORE) for node in (entry.node, entry.item))
    return _matches(spec.exclude, entry) or any(ignored)


def _matches(patterns: config.Filter, entry: Entry) -> bool:
    return any(
        fnmatchcase(text, pattern)
        for texts, wanted in zip(_texts(entry), _patterns(patterns), strict=True)
        for text in texts
        for pattern in wanted
    )


def _texts(entry: Entry) -> tuple[tuple[str, ...], ...]:
    """The texts to match with the `_patterns` at the same index."""
    return entry.tags, (entry.path,), (entry.node.text("operationId"),)


def _patterns(patterns: config.Filter) -> tuple[tuple[str, ...], ...]:
    return patterns.tags, patterns.paths, patterns.operations


def _check_patterns(
    patterns: config.Filter,
    key: str,
    every: Sequence[Entry],
    spec: config.Spec,
    diagnostics: Diagnostics,
) -> None:
    """Report patterns that match nothing."""
    kinds = ("tag", "path", "operationId")
    for index, wanted in enumerate(_patterns(patterns)):
        texts = {text for entry in every for text in _texts(entry)[index]}
        for pattern in wanted:
            if not any(fnmatchcase(text, pattern) for text in texts):
                message = f"`{key}`: no {kinds[index]} of the document matches {shorten(pattern)!a}"
                report_unmatched(
                    spec.source.location(pattern), message, pattern, texts, diagnostics
                )


def report_unmatched(
    location: Location, message: str, text: str, known: Iterable[str], diagnostics: Diagnostics
) -> None:
    """Report a text of the configuration that matches nothing, with the most similar ones."""
    diagnostics.error(Code.CONFIG_INVALID, location, message, close(text, known))


def _referenced(entries: Iterable[Entry]) -> frozenset[tuple[str, ...]]:
    """The pointers of all values that the operations refer to, directly or not."""
    found: set[tuple[str, ...]] = set()
    pending = [entry.node for entry in entries]
    pending += [p for entry in entries for p in entry.item.entries("parameters")]
    while pending:
        for target in targets(pending.pop()):
            if target.pointer not in found:
                found.add(target.pointer)
                pending.append(target)
    return frozenset(found)

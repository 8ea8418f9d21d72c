"""Compares OpenAPI documents, for those who call the API over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.diff.contract.operations import (
    compare_incoming,
    compare_operation,
    incoming,
    name_of,
    template_of,
)
from pcgen.diff.contract.pairs import Pair, components, section
from pcgen.diff.contract.schemas import Schemas
from pcgen.diff.contract.security import compare_security
from pcgen.diff.contract.servers import compare_servers
from pcgen.translate.inheritance import Inheritance
from pcgen.translate.selection import operations_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from pcgen.diff.findings import Findings
    from pcgen.spec import Document, Node
    from pcgen.translate.selection import Entry

    _Pairs = list[tuple[Entry, Entry]]


def compare_contract(
    old: Document,
    new: Document,
    selected: tuple[Container[str], Container[str]],
    findings: Findings,
) -> None:
    """Report what changed from one document to the other.

    Args:
        old: The old document.
        new: The new document.
        selected: For each document, the addresses of the package's operations, and its webhooks.
        findings: Where to report changes.
    """
    versions = old.info.text("version"), new.info.text("version")
    info = Pair(findings, "API", section(old, "info", "version"), section(new, "info", "version"))
    info.report_text("api-version-changed", *versions)
    before, after = (
        [entry for entry in operations_of(document) if entry.node.address in addresses]
        for document, addresses in zip((old, new), selected, strict=True)
    )
    pairs = _matched(before, after)
    api = Pair(findings, "API", old.node, new.node)
    for holder in _holders("servers", api, pairs):
        compare_servers(holder)
    compare_security(old, new, _holders("security", api, pairs), findings)
    parents = (Inheritance(components(document, "schemas")) for document in (old, new))
    schemas = Schemas(findings, (next(parents), next(parents)))
    for one, other in pairs:
        compare_operation(one, other, schemas)
    webhooks = (
        incoming(old.node, "webhooks", selected[0]),
        incoming(new.node, "webhooks", selected[1]),
    )
    compare_incoming("webhook", *webhooks, schemas)
    _report_operations(before, after, pairs, api)
    _compare_components(api)


def _matched(old: list[Entry], new: list[Entry]) -> _Pairs:
    """The operations that are in both documents: by path, else by operationId."""
    pairs: _Pairs = []
    for key in (name_of, template_of, _id_of):
        rest = {key(entry): entry for entry in new if all(entry is not b for _, b in pairs)}
        for entry in old:
            if key(entry) in rest and all(entry is not a for a, _ in pairs):
                pairs.append((entry, rest.pop(key(entry))))
    return pairs


def _id_of(entry: Entry) -> str:
    return entry.node.text("operationId") or name_of(entry)


def _holders(key: str, api: Pair, pairs: _Pairs) -> Iterator[Pair]:
    """Yield where a keyword is set: the documents, and operations or paths that override it."""
    pairs_of_nodes = [
        Pair(api.findings, name_of(new), _holder(old, key), _holder(new, key)) for old, new in pairs
    ]
    overrides = [pair for pair in pairs_of_nodes if pair.old.pointer or pair.new.pointer]
    if not pairs or len(overrides) < len(pairs):
        yield api
    yield from overrides


def _holder(entry: Entry, key: str) -> Node:
    nodes = (entry.node, entry.item)
    return next((node for node in nodes if node.get(key) is not None), entry.node.document.node)


def _report_operations(old: list[Entry], new: list[Entry], pairs: _Pairs, api: Pair) -> None:
    """Report the operations that only one document has."""
    paths = section(api.old.document, "paths"), section(api.new.document, "paths")
    for entry in old:
        if all(entry is not matched for matched, _ in pairs):
            Pair(api.findings, name_of(entry), entry.node, paths[1]).report("operation-removed")
    for entry in new:
        if all(entry is not matched for _, matched in pairs):
            Pair(api.findings, name_of(entry), paths[0], entry.node).report("operation-added")


def _compare_components(api: Pair) -> None:
    """Report added and removed component schemas; their impact is reported at their uses."""
    documents = api.old.document, api.new.document
    old, new = (section(document, "components", "schemas") for document in documents)
    before, after = (components(document, "schemas") for document in documents)
    for name in before.keys() - after.keys():
        Pair(api.findings, name, before[name], new).report("schema-removed")
    for name in after.keys() - before.keys():
        Pair(api.findings, name, old, after[name]).report("schema-added")

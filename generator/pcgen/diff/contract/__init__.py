"""Two documents compared, in the terms of those who speak the API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen.diff.contract.operations import Operations, key_of, name_of, sent_by
from pcgen.diff.contract.schemas import Schemas
from pcgen.diff.contract.security import Security, renamed_schemes
from pcgen.translate.selection import entries

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from pcgen.diff.findings import Findings
    from pcgen.spec import Document, Node
    from pcgen.translate.selection import Entry

    _Pairs = list[tuple[Entry, Entry]]


def compare_contract(
    old: Document, new: Document, wanted: tuple[Container[str], Container[str]], findings: Findings
) -> None:
    """Note what changed from one document to the other.

    Args:
        old: The document as it was.
        new: The document as it is.
        wanted: For each, the addresses of the operations that the package has, and its webhooks.
        findings: Where findings go.
    """
    _compare_info(old, new, findings)
    before, after = (
        [entry for entry in entries(document) if entry.node.address in addresses]
        for document, addresses in zip((old, new), wanted, strict=True)
    )
    pairs = _matched(before, after)
    _compare_servers(old, new, pairs, findings)
    _compare_security(old, new, pairs, findings)
    operations = Operations(findings, Schemas(findings))
    for one, other in pairs:
        operations.compare(one, other)
    sides = zip((old, new), wanted, strict=True)
    hooks = (sent_by(document.node, "webhooks", names) for document, names in sides)
    operations.sent("webhook", *hooks)
    for operation in before:
        if all(operation is not one for one, _ in pairs):
            place = operation.node.location
            findings.add("operation-removed", name_of(operation), place, new.location(("paths",)))
    for operation in after:
        if all(operation is not other for _, other in pairs):
            place = operation.node.location
            findings.add("operation-added", name_of(operation), old.location(("paths",)), place)
    _compare_components(old, new, findings)


def _own_id(entry: Entry) -> str:
    return entry.node.text("operationId") or name_of(entry)


def _matched(old: list[Entry], new: list[Entry]) -> _Pairs:
    """Operations that are the same in both: by path, else by operationId."""
    pairs: _Pairs = []
    for key in (name_of, key_of, _own_id):
        rest = {key(entry): entry for entry in new if all(entry is not b for _, b in pairs)}
        for entry in old:
            if key(entry) in rest and all(entry is not a for a, _ in pairs):
                pairs.append((entry, rest.pop(key(entry))))
    return pairs


def _compare_info(old: Document, new: Document, findings: Findings) -> None:
    places = old.location(("info", "version")), new.location(("info", "version"))
    before, after = (document.info.text("version") for document in (old, new))
    if before != after:
        findings.add("api-version-changed", "API", *places, old=before, new=after)


def _compare_security(old: Document, new: Document, pairs: _Pairs, findings: Findings) -> None:
    """Compare the schemes, and what operations ask for, wherever that is said."""
    security = Security(findings, renamed_schemes(old, new))
    security.schemes(old, new)
    for place, one, other in _holders("security", old, new, pairs):
        security.requirements(place, one, other)


def _compare_servers(old: Document, new: Document, pairs: _Pairs, findings: Findings) -> None:
    """Compare the servers that operations are at, wherever that is said."""
    for place, one, other in _holders("servers", old, new, pairs):
        _compare_addresses(place, one, other, findings)


def _holders(
    key: str, old: Document, new: Document, pairs: _Pairs
) -> Iterator[tuple[str, Node, Node]]:
    """What says something for operations: the documents for most, once; else what is nearest."""
    own = [(name_of(other), _holder(one, key), _holder(other, key)) for one, other in pairs]
    if not own or any(one.pointer == () == other.pointer for _, one, other in own):
        yield "API", old.node, new.node
    yield from (each for each in own if each[1].pointer or each[2].pointer)


def _holder(entry: Entry, key: str) -> Node:
    nodes = (entry.node, entry.item)
    return next((node for node in nodes if node.get(key) is not None), entry.node.document.node)


def _compare_addresses(place: str, old: Node, new: Node, findings: Findings) -> None:
    before, after = (
        {_address(server.text("url")): server for server in side.entries("servers")}
        or {"/": side}  # As OpenAPI has it where none is named.
        for side in (old, new)
    )
    for url, server in before.items():
        if url not in after:
            findings.add("server-removed", place, server.location, new.location, old=url)
        else:
            _compare_variables(place, server, after[url], findings)
    for url, server in after.items():
        if url not in before:
            findings.add("server-added", place, old.location, server.location, new=url)
    first, now = next(iter(before)), next(iter(after))
    if first != now:
        places = before[first].location, after[now].location
        findings.add("default-server-changed", place, *places, old=first, new=now)


def _address(url: str) -> str:
    """A server's URL, written in one way."""
    head = re.match(r"https?://[^/{]*", url, re.IGNORECASE)
    if head is None:
        return url.rstrip("/") or "/"
    host, rest = head[0].lower(), url[head.end() :].rstrip("/")
    usual = ":443" if host.startswith("https") else ":80"
    return (host if rest.startswith("{") else host.removesuffix(usual)) + rest


def _compare_variables(place: str, old: Node, new: Node, findings: Findings) -> None:
    after = dict(new.members("variables"))
    for name, variable in old.members("variables"):
        other = after.get(name)
        if other is None:
            continue
        places = variable.location, other.location
        was, is_ = variable.text("default"), other.text("default")
        if was != is_:
            findings.add("server-variable-changed", place, *places, name=name, old=was, new=is_)
        values, others = ({str(e.value) for e in v.entries("enum")} for v in (variable, other))
        if values != others:
            texts = {"old": _one_of(values), "new": _one_of(others)}
            narrower = others and not (values and others >= values)
            id_ = f"server-variable-{'narrowed' if narrower else 'widened'}"
            findings.add(id_, place, *places, name=name, **texts)


def _one_of(values: set[str]) -> str:
    return " or ".join(sorted(values)) or "any"


def _compare_components(old: Document, new: Document, findings: Findings) -> None:
    """Which schemas have a name; whether that matters, other findings tell."""
    before, after = (
        dict(node.members("schemas"))
        for node in (document.node.get("components") or document.node for document in (old, new))
    )
    for name in before.keys() - after.keys():
        place = new.location(("components", "schemas"))
        findings.add("schema-removed", name, before[name].location, place)
    for name in after.keys() - before.keys():
        place = old.location(("components", "schemas"))
        findings.add("schema-added", name, place, after[name].location)

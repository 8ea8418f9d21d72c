"""Compares the security schemes and the security requirements of two documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen.diff.contract.equality import canonical
from pcgen.diff.contract.pairs import Pair, components, section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcgen.diff.findings import Findings
    from pcgen.spec import Document, Node

_Requirements = dict[tuple[str, ...], dict[str, set[str]]]
_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl")


def compare_security(
    old: Document, new: Document, holders: Iterable[Pair], findings: Findings
) -> None:
    """Compare the security schemes, and the requirements of each pair of holders."""
    before, after = _schemes(old), _schemes(new)
    renamed = _renamed(before, after)
    for name in sorted(before.keys() | after.keys() - set(renamed.values())):
        now = renamed.get(name, name)
        scheme = Pair(
            findings,
            f"security scheme {now}",
            before.get(name) or section(old, "components", "securitySchemes"),
            after.get(now) or section(new, "components", "securitySchemes"),
        )
        if now not in after:
            scheme.report("security-scheme-removed", old=name)
        elif name not in before:
            scheme.report("security-scheme-added", new=name)
        else:
            scheme.report_text("security-scheme-renamed", name, now)
            _compare_scheme(scheme)
    for holder in holders:
        _compare_requirements(holder, renamed)


def _schemes(document: Document) -> dict[str, Node]:
    found = components(document, "securitySchemes")
    return {name: node.follow() for name, node in found.items()}


def _renamed(before: dict[str, Node], after: dict[str, Node]) -> dict[str, str]:
    """The new names of removed schemes for which an equal scheme was added."""
    added = {_fingerprint(node): name for name, node in after.items() if name not in before}
    removed = {_fingerprint(node): name for name, node in before.items() if name not in after}
    return {removed[known]: added[known] for known in removed if known in added}


def _fingerprint(scheme: Node) -> str:
    flows = {name: [flow.text(url) for url in _URLS] for name, flow in scheme.members("flows")}
    return canonical([_settings(scheme), flows])


def _settings(scheme: Node) -> dict[str, str]:
    """The texts of a scheme, in lower case where HTTP ignores case."""
    keys = ("type", "in", "name", "scheme", "openIdConnectUrl")
    settings = {key: scheme.text(key) for key in keys}
    if settings["in"] == "header":
        settings["name"] = settings["name"].lower()
    return {**settings, "scheme": settings["scheme"].lower()}


def _compare_scheme(scheme: Pair) -> None:
    before, after = _settings(scheme.old), _settings(scheme.new)
    for key in before:
        if before[key] != after[key]:
            _compare_text(scheme, key)
            if key == "type":
                return  # Another type has other settings anyway.
    old, new = (dict(node.members("flows")) for node in (scheme.old, scheme.new))
    scheme.report_names("security-flow", old, new, "flows")
    for name in sorted(old.keys() & new.keys()):
        _compare_flow(name, replace(scheme, old=old[name], new=new[name]))


def _compare_flow(name: str, flow: Pair) -> None:
    for key in _URLS:
        _compare_text(flow, key)
    old, new = (dict(node.members("scopes")) for node in (flow.old, flow.new))
    flow.report_names("security-scheme-scope", old, new, "scopes", name=name)


def _compare_text(pair: Pair, key: str) -> None:
    texts = pair.old.text(key), pair.new.text(key)
    pair.report_text("security-scheme-changed", *texts, key, name=key)


def _compare_requirements(holder: Pair, renamed: Mapping[str, str]) -> None:
    """Compare the alternatives that a document or an operation accepts as credentials."""
    before, after = _requirements(holder.old, renamed), _requirements(holder.new, {})
    if (() in before) is not (() in after):
        change = "security-lifted" if () in after else "security-required"
        holder.report(change, "security")
    for names in sorted((before.keys() | after.keys()) - {()}):
        if names in before and names in after:
            for name in names:
                scopes = before[names][name], after[names][name]
                holder.report_names("security-scope", *scopes, "security", name=name)
        elif names in before and () not in after:
            holder.report("security-alternative-removed", "security", old=" and ".join(names))
        elif names in after and () not in before:
            holder.report("security-alternative-added", "security", new=" and ".join(names))


def _requirements(node: Node, renamed: Mapping[str, str]) -> _Requirements:
    """The alternatives, each with its scopes by scheme; an empty one needs no credentials."""
    found: _Requirements = {}
    for requirement in [entry.value for entry in node.entries("security")] or [{}]:
        if isinstance(requirement, dict):
            scopes = {renamed.get(name, name): set(names) for name, names in requirement.items()}
            found[tuple(sorted(scopes))] = scopes
    return found

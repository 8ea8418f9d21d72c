"""Who may call: the security of two documents compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pcgen.diff.findings import Findings
    from pcgen.spec import Document, Node

_Requirements = dict[tuple[str, ...], dict[str, set[str]]]


def compare_security(old: Document, new: Document, findings: Findings) -> None:
    """Compare the security schemes and what the API asks for by default."""
    _compare_schemes(old, new, findings)
    compare_requirements("API", old.node, new.node, findings)


def compare_requirements(place: str, old: Node, new: Node, findings: Findings) -> None:
    """Compare what the API, or an operation of its own, asks for."""
    before, after = _requirements(old), _requirements(new)
    places = (old.get("security") or old).location, (new.get("security") or new).location
    if (() in before) is not (() in after):
        id_ = "security-lifted" if () in after else "security-required"
        findings.add(id_, place, *places)
    named = sorted((before.keys() | after.keys()) - {()})
    for names in named:
        if names not in after and () not in after:
            id_ = "security-alternative-removed"
            findings.add(id_, place, *places, old=" and ".join(names))
        elif names not in before and () not in before:
            id_ = "security-alternative-added"
            findings.add(id_, place, *places, new=" and ".join(names))
        elif names in before and names in after:
            for name in names:
                scopes = before[names][name], after[names][name]
                for scope in sorted(scopes[1] - scopes[0]):
                    findings.add("security-scope-added", place, *places, name=name, new=scope)
                for scope in sorted(scopes[0] - scopes[1]):
                    findings.add("security-scope-removed", place, *places, name=name, old=scope)


def _requirements(node: Node) -> _Requirements:
    """The alternatives by the schemes that each needs; the empty one means that all may call."""
    entries = [entry.value for entry in node.entries("security")]
    found: _Requirements = {}
    for entry in entries or [{}]:
        if isinstance(entry, dict):
            found[tuple(sorted(entry))] = {name: set(scopes) for name, scopes in entry.items()}
    return found


def _compare_schemes(old: Document, new: Document, findings: Findings) -> None:
    before, after = _schemes(old), _schemes(new)
    nowhere = ("components", "securitySchemes")
    for name in sorted(before.keys() | after.keys()):
        place = f"security scheme {name}"
        if name not in after:
            places = before[name].location, new.location(nowhere)
            findings.add("security-scheme-removed", place, *places, old=name)
        elif name not in before:
            places = old.location(nowhere), after[name].location
            findings.add("security-scheme-added", place, *places, new=name)
        else:
            _compare_scheme(place, before[name], after[name], findings)


def _compare_scheme(place: str, old: Node, new: Node, findings: Findings) -> None:
    places = old.location, new.location
    for key in ("type", "in", "name", "scheme", "flows", "openIdConnectUrl"):
        before, after = _told(old, key), _told(new, key)
        if before != after:
            id_ = "security-scheme-changed"
            findings.add(id_, place, *places, name=key, old=before, new=after)


def _told(scheme: Node, key: str) -> str:
    """What a scheme says, without the prose about its scopes."""
    value: Any = scheme.value.get(key, "")
    if key == "flows" and isinstance(value, dict):
        value = {
            name: {k: sorted(v) if k == "scopes" else v for k, v in flow.items()}
            for name, flow in value.items()
            if isinstance(flow, dict)
        }
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _schemes(document: Document) -> dict[str, Node]:
    components = document.node.get("components")
    found = components.members("securitySchemes") if components is not None else ()
    return {name: node.follow() for name, node in found}

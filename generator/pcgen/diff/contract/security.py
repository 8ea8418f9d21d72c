"""Who may call: the security of two documents compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.diff.contract.values import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.diagnostics import Location
    from pcgen.diff.findings import Findings
    from pcgen.spec import Document, Node

_Requirements = dict[tuple[str, ...], dict[str, set[str]]]
_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl")


class Security(Struct, frozen=True):
    """Compares what callers have to show; `renamed` are schemes that only have another name."""

    findings: Findings
    renamed: Mapping[str, str]

    def requirements(self, place: str, old: Node, new: Node) -> None:
        """Compare what the API, or an operation of its own, asks for."""
        before, after = _requirements(old, self.renamed), _requirements(new, {})
        places = (old.get("security") or old).location, (new.get("security") or new).location
        if (() in before) is not (() in after):
            id_ = "security-lifted" if () in after else "security-required"
            self.findings.add(id_, place, *places)
        named = sorted((before.keys() | after.keys()) - {()})
        for names in named:
            if names not in after and () not in after:
                id_ = "security-alternative-removed"
                self.findings.add(id_, place, *places, old=" and ".join(names))
            elif names not in before and () not in before:
                id_ = "security-alternative-added"
                self.findings.add(id_, place, *places, new=" and ".join(names))
            elif names in before and names in after:
                for name in names:
                    scopes = before[names][name], after[names][name]
                    self._note_keys("security-scope", place, places, scopes, name)

    def schemes(self, old: Document, new: Document) -> None:
        """Compare the security schemes that the documents define."""
        before, after = _schemes(old), _schemes(new)
        nowhere = ("components", "securitySchemes")
        for name, scheme in sorted(before.items()):
            now = self.renamed.get(name, name)
            place = f"security scheme {now}"
            if now not in after:
                places = scheme.location, new.location(nowhere)
                self.findings.add("security-scheme-removed", place, *places, old=name)
                continue
            if now != name:
                places = scheme.location, after[now].location
                self.findings.add("security-scheme-renamed", place, *places, old=name, new=now)
            self._scheme(place, scheme, after[now])
        for name in sorted(after.keys() - before.keys() - set(self.renamed.values())):
            places = old.location(nowhere), after[name].location
            self.findings.add("security-scheme-added", f"security scheme {name}", *places, new=name)

    def _scheme(self, place: str, old: Node, new: Node) -> None:
        before, after = _told(old), _told(new)
        if before["type"] != after["type"]:  # The rest follows from that.
            self._note_changed(place, "type", old, new)
            return
        for key in before:
            if before[key] != after[key] and old.text(key) != new.text(key):
                self._note_changed(place, key, old, new)
        flows, others = (dict(scheme.members("flows")) for scheme in (old, new))
        places = (old.get("flows") or old).location, (new.get("flows") or new).location
        self._note_keys("security-flow", place, places, (set(flows), set(others)))
        for name in sorted(flows.keys() & others.keys()):
            self._flow(place, name, flows[name], others[name])

    def _flow(self, place: str, name: str, old: Node, new: Node) -> None:
        for key in _URLS:
            if old.text(key) != new.text(key):
                self._note_changed(place, key, old, new)
        scopes = set(dict(old.members("scopes"))), set(dict(new.members("scopes")))
        places = (old.get("scopes") or old).location, (new.get("scopes") or new).location
        self._note_keys("security-scheme-scope", place, places, scopes, name)

    def _note_changed(self, place: str, key: str, old: Node, new: Node) -> None:
        places = (old.get(key) or old).location, (new.get(key) or new).location
        told = {"name": key, "old": old.text(key), "new": new.text(key)}
        self.findings.add("security-scheme-changed", place, *places, **told)

    def _note_keys(
        self,
        what: str,
        place: str,
        places: tuple[Location, Location],
        sides: tuple[set[str], set[str]],
        holder: str = "",
    ) -> None:
        """Note which names are gone from what they belong to, and which have come."""
        for name in sorted(sides[1] - sides[0]):
            self.findings.add(f"{what}-added", place, *places, name=holder, new=name)
        for name in sorted(sides[0] - sides[1]):
            self.findings.add(f"{what}-removed", place, *places, name=holder, old=name)


def renamed_schemes(old: Document, new: Document) -> dict[str, str]:
    """What became of schemes that are gone, where one that is new says the same."""
    before, after = _schemes(old), _schemes(new)
    known = {_wire(node): name for name, node in after.items() if name not in before}
    gone = {_wire(node): name for name, node in before.items() if name not in after}
    return {gone[said]: known[said] for said in gone if said in known}


def _wire(scheme: Node) -> str:
    flows = {name: [flow.text(url) for url in _URLS] for name, flow in scheme.members("flows")}
    return canonical([_told(scheme), flows])


def _requirements(node: Node, renamed: Mapping[str, str]) -> _Requirements:
    """The alternatives by the schemes that each needs; the empty one means that all may call."""
    entries = [entry.value for entry in node.entries("security")]
    found: _Requirements = {}
    for entry in entries or [{}]:
        if isinstance(entry, dict):
            named = {renamed.get(name, name): set(scopes) for name, scopes in entry.items()}
            found[tuple(sorted(named))] = named
    return found


def _told(scheme: Node) -> dict[str, str]:
    """What a scheme says; where the case means nothing, in lower case."""
    told = {key: scheme.text(key) for key in ("type", "in", "name", "scheme", "openIdConnectUrl")}
    if told["in"] == "header":
        told["name"] = told["name"].lower()
    return {**told, "scheme": told["scheme"].lower()}


def _schemes(document: Document) -> dict[str, Node]:
    components = document.node.get("components")
    found = components.members("securitySchemes") if components is not None else ()
    return {name: node.follow() for name, node in found}

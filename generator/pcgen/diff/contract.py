"""Two documents compared, in the terms of those who speak the API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pcgen.diff.schemas import Schemas, flag
from pcgen.diff.security import compare_requirements, compare_security
from pcgen.translate.parameters import constant_value, parameters_of
from pcgen.translate.selection import entries

if TYPE_CHECKING:
    from pcgen.diff.findings import Findings
    from pcgen.spec import Document, Node
    from pcgen.translate.selection import Entry


def compare_contract(old: Document, new: Document, findings: Findings) -> None:
    """Note what changed from one document to the other."""
    contract = _Contract(findings, Schemas(findings))
    _compare_info(old, new, findings)
    _compare_servers("API", old.node, new.node, findings)
    compare_security(old, new, findings)
    before, after = list(entries(old)), list(entries(new))
    pairs = _matched(before, after)
    for one, other in pairs:
        contract.operation(one, other)
    for operation in before:
        if all(operation is not one for one, _ in pairs):
            place = operation.node.location
            findings.add("operation-removed", _name(operation), place, new.location(("paths",)))
    for operation in after:
        if all(operation is not other for _, other in pairs):
            place = operation.node.location
            findings.add("operation-added", _name(operation), old.location(("paths",)), place)
    _compare_components(old, new, findings)


def _name(entry: Entry) -> str:
    """`POST /embed`."""
    return f"{entry.method.upper()} {entry.path}"


def _key(entry: Entry) -> str:
    """The name without what the parameters of the path are called."""
    return re.sub(r"{[^{}]*}", "{}", _name(entry))


def _own_id(entry: Entry) -> str:
    return entry.node.text("operationId") or _name(entry)


def _matched(old: list[Entry], new: list[Entry]) -> list[tuple[Entry, Entry]]:
    """Operations that are the same in both: by path, else by operationId."""
    pairs: list[tuple[Entry, Entry]] = []
    for key in (_name, _key, _own_id):
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


def _compare_servers(place: str, old: Node, new: Node, findings: Findings) -> None:
    """Compare the servers of the API, of a path or of an operation."""
    before = {server.text("url"): server for server in old.entries("servers")}
    after = {server.text("url"): server for server in new.entries("servers")}
    for url, server in before.items():
        if url not in after:
            findings.add("server-removed", place, server.location, new.location, old=url)
        else:
            _compare_variables(place, server, after[url], findings)
    for url, server in after.items():
        if url not in before:
            findings.add("server-added", place, old.location, server.location, new=url)
    first, now = next(iter(before), ""), next(iter(after), "")
    if first != now and first and now:
        places = before[first].location, after[now].location
        findings.add("default-server-changed", place, *places, old=first, new=now)


def _compare_variables(place: str, old: Node, new: Node, findings: Findings) -> None:
    after = dict(new.members("variables"))
    for name, variable in old.members("variables"):
        other = after.get(name)
        if other is not None and variable.text("default") != other.text("default"):
            values = {"old": variable.text("default"), "new": other.text("default")}
            places = variable.location, other.location
            findings.add("server-variable-changed", place, *places, name=name, **values)


def _compare_components(old: Document, new: Document, findings: Findings) -> None:
    """Which schemas have a name; whether that matters, other findings tell."""
    before, after = (
        dict(node.members("schemas"))
        for node in (document.node.get("components") or document.node for document in (old, new))
    )
    for name in before.keys() - after.keys():
        place = new.location(("components", "schemas"))
        findings.add("schema-removed", name, before[name].location, place, old=name)
    for name in after.keys() - before.keys():
        place = old.location(("components", "schemas"))
        findings.add("schema-added", name, place, after[name].location, new=name)


@dataclass(frozen=True, slots=True)
class _Contract:
    """Compares operations."""

    findings: Findings
    schemas: Schemas

    def operation(self, old: Entry, new: Entry) -> None:
        """Compare two operations that are meant to be the same."""
        place = _name(new)
        places = old.node.location, new.node.location
        if _key(old) != _key(new):
            values = {"old": _name(old), "new": _name(new)}
            self.findings.add("operation-moved", place, *places, **values)
        ids = old.node.text("operationId"), new.node.text("operationId")
        if ids[0] != ids[1]:
            self.findings.add("operation-id-changed", place, *places, old=ids[0], new=ids[1])
        tags = [side.tags[0] for side in (old, new)]
        if tags[0] != tags[1]:
            self.findings.add("operation-tag-changed", place, *places, old=tags[0], new=tags[1])
        if flag(old.node, "deprecated") is not flag(new.node, "deprecated"):
            word = "deprecated" if flag(new.node, "deprecated") else "undeprecated"
            self.findings.add(f"operation-{word}", place, *places)
        _compare_servers(place, old.item, new.item, self.findings)
        _compare_servers(place, old.node, new.node, self.findings)
        if old.node.get("security") or new.node.get("security"):
            holders = [
                x.node if x.node.get("security") else x.node.document.node for x in (old, new)
            ]
            compare_requirements(place, holders[0], holders[1], self.findings)
        self._parameters(place, old, new)
        self._body(place, old.node, new.node)
        self._responses(place, old.node, new.node)

    # --- Parameters ----------------------------------------------------------------------------

    def _parameters(self, place: str, old: Entry, new: Entry) -> None:
        renamed = _path_names(old, new)
        before = {_identity(p, renamed): p for p in parameters_of(old)}
        after = {_identity(p): p for p in parameters_of(new)}
        pairs = [(p, after.pop(key)) for key, p in list(before.items()) if key in after]
        gone = [p for key, p in before.items() if all(p is not one for one, _ in pairs)]
        for parameter in gone:
            moved = [p for p in after.values() if p.text("name") == parameter.text("name")]
            if moved:
                pairs.append((parameter, after.pop(_identity(moved[0]))))
                values = {"old": parameter.text("in"), "new": moved[0].text("in")}
                self._note("parameter-moved", place, *pairs[-1], **values)
            elif constant_value(parameter) is not None:
                self._note("header-constant-removed", place, parameter, new.node)
            else:
                self._note("parameter-removed", place, parameter, new.node)
        for parameter in after.values():
            self._added(place, old.node, parameter)
        for one, other in pairs:
            self._parameter(place, one, other)

    def _added(self, place: str, old: Node, parameter: Node) -> None:
        value = constant_value(parameter)
        if value is not None:
            self._note("header-constant-added", place, old, parameter, new=value)
        elif parameter.value.get("required") is True:
            self._note("required-parameter-added", place, old, parameter)
        else:
            self._note("parameter-added", place, old, parameter)

    def _parameter(self, place: str, old: Node, new: Node) -> None:
        names = old.text("name"), new.text("name")
        if new.text("in") == "path" and names[0] != names[1]:
            self._note("path-parameter-renamed", place, old, new, old=names[0], new=names[1])
        constants = constant_value(old), constant_value(new)
        if all(constants):
            if constants[0] != constants[1]:
                values = {"old": constants[0], "new": constants[1]}
                self._note("header-constant-changed", place, old, new, **values)
            return
        if flag(old, "required") is not flag(new, "required") and not any(constants):
            became = "required" if flag(new, "required") else "optional"
            self._note(f"parameter-became-{became}", place, old, new)
        if flag(old, "deprecated") is not flag(new, "deprecated"):
            word = "deprecated" if flag(new, "deprecated") else "undeprecated"
            self._note(f"parameter-{word}", place, old, new)
        styles = _style(old), _style(new)
        if styles[0] != styles[1] and old.text("in") == new.text("in"):
            self._note("parameter-style-changed", place, old, new, old=styles[0], new=styles[1])
        before, after = _schema(old), _schema(new)
        if before is not None and after is not None:
            where = f"{place} {new.text('in')} parameter {new.text('name')}"
            self.schemas.compare("request", where, before, after)

    def _note(self, id_: str, place: str, old: Node, new: Node, /, **values: Any) -> None:
        """A finding about a parameter, which stands in one of the nodes at least."""
        known = new if "in" in new.value else old
        values |= {"name": known.text("name"), "where": known.text("in")}
        self.findings.add(id_, place, old.location, new.location, **values)

    # --- Bodies and answers --------------------------------------------------------------------

    def _body(self, place: str, old: Node, new: Node) -> None:
        before, after = old.get("requestBody"), new.get("requestBody")
        if before is None and after is None:
            return
        if before is None or after is None:
            required = "required-" if after is not None and flag(after, "required") else ""
            id_ = "request-body-removed" if after is None else f"{required}request-body-added"
            places = (before or old).location, (after or new).location
            self.findings.add(id_, place, *places)
            return
        if flag(before, "required") is not flag(after, "required"):
            became = "required" if flag(after, "required") else "optional"
            places = before.location, after.location
            self.findings.add(f"request-body-became-{became}", place, *places)
        self._contents("request", f"{place} body", before.follow(), after.follow())

    def _contents(self, direction: str, place: str, old: Node, new: Node) -> None:
        """Compare what is sent or answered, for each media type."""
        before, after = _media_types(old), _media_types(new)
        for name in sorted(before.keys() | after.keys()):
            if name not in after:
                id_ = f"{direction}-media-type-removed"
                self.findings.add(id_, place, before[name].location, new.location, old=name)
            elif name not in before:
                id_ = f"{direction}-media-type-added"
                self.findings.add(id_, place, old.location, after[name].location, new=name)
            else:
                self._content(direction, place, before[name], after[name])

    def _content(self, direction: str, place: str, old: Node, new: Node) -> None:
        if direction == "request" and old.value.get("encoding") != new.value.get("encoding"):
            self.findings.add("request-encoding-changed", place, old.location, new.location)
        before, after = old.get("schema"), new.get("schema")
        if before is not None and after is not None:
            self.schemas.compare(direction, place, before, after)

    def _responses(self, place: str, old: Node, new: Node) -> None:
        before, after = (
            {s.upper(): n.follow() for s, n in x.members("responses")} for x in (old, new)
        )
        for status in sorted(before.keys() | after.keys()):
            kind = "success" if status.startswith("2") else "error"
            if status not in after:
                id_ = f"response-{kind}-removed"
                self.findings.add(id_, place, before[status].location, new.location, old=status)
            elif status not in before:
                id_ = f"response-{kind}-added"
                self.findings.add(id_, place, old.location, after[status].location, new=status)
            else:
                self._response(f"{place} {status.lower()}", before[status], after[status])

    def _response(self, place: str, old: Node, new: Node) -> None:
        places = old.location, new.location
        headers = [
            {name.lower(): name for name, _ in side.members("headers")} for side in (old, new)
        ]
        for key in sorted(headers[0].keys() - headers[1].keys()):
            self.findings.add("response-header-removed", place, *places, old=headers[0][key])
        for key in sorted(headers[1].keys() - headers[0].keys()):
            self.findings.add("response-header-added", place, *places, new=headers[1][key])
        empty = [not side.value.get("content") for side in (old, new)]
        if empty[0] is not empty[1]:
            id_ = "response-body-removed" if empty[1] else "response-body-added"
            self.findings.add(id_, place, *places)
        else:
            self._contents("response", place, old, new)


def _path_names(old: Entry, new: Entry) -> dict[str, str]:
    """What the parameters of the old path are called in the new one, told by their places."""
    if _key(old) != _key(new):
        return {}
    names = [re.findall(r"{([^{}]*)}", side.path) for side in (old, new)]
    return dict(zip(*names, strict=True))


def _identity(parameter: Node, renamed: dict[str, str] | None = None) -> tuple[str, str]:
    """Place and name; the case of a header's name means nothing."""
    where, name = parameter.text("in"), parameter.text("name")
    if where == "path":
        name = (renamed or {}).get(name, name)
    return where, name.lower() if where == "header" else name


def _schema(parameter: Node) -> Node | None:
    found = parameter.get("schema")
    contents = [content.get("schema") for _, content in parameter.members("content")]
    return found if found is not None else next(iter(contents), None)


def _style(parameter: Node) -> str:
    """How a parameter is written, with what holds where nothing is said."""
    place = parameter.text("in")
    style = parameter.text("style") or ("form" if place in ("query", "cookie") else "simple")
    explode = parameter.value.get("explode", style == "form")
    content = next((name for name, _ in parameter.members("content")), "")
    return content or f"{style}{', exploded' if explode else ''}"


def _media_types(holder: Node) -> dict[str, Node]:
    """Contents by media type without its parameters, so that a charset makes no difference."""
    return {
        name.partition(";")[0].strip().lower(): content
        for name, content in holder.members("content")
    }

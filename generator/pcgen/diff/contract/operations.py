"""Operations of two documents compared: what they take and what they answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen.diff.contract.schemas import Schemas
from pcgen.diff.contract.sides import absent, flag, is_object, is_single, side_of, type_names
from pcgen.translate.parameters import constant_value, parameters_of
from pcgen.translate.selection import requests_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from pcgen.diff.findings import Findings
    from pcgen.spec import Node
    from pcgen.translate.selection import Entry

    _Sent = tuple[Node, list[Entry]]


def name_of(entry: Entry) -> str:
    """`POST /embed`."""
    return f"{entry.method.upper()} {entry.path}"


def key_of(entry: Entry) -> str:
    """The name without what the parameters of the path are called."""
    return re.sub(r"{[^{}]*}", "{}", name_of(entry))


class Operations(Struct, frozen=True):
    """Compares operations, and what a service sends by itself."""

    findings: Findings
    schemas: Schemas

    def compare(self, old: Entry, new: Entry) -> None:
        """Compare two operations that are meant to be the same."""
        place = name_of(new)
        places = old.node.location, new.node.location
        if key_of(old) != key_of(new):
            values = {"old": name_of(old), "new": name_of(new)}
            self.findings.add("operation-moved", place, *places, **values)
        ids = old.node.text("operationId"), new.node.text("operationId")
        if ids[0] != ids[1]:
            self.findings.add("operation-id-changed", place, *places, old=ids[0], new=ids[1])
        tags = [side.tags[0] for side in (old, new)]
        if tags[0] != tags[1]:
            self.findings.add("operation-tag-changed", place, *places, old=tags[0], new=tags[1])
        for tag in sorted(set(old.tags) - set(new.tags) - {tags[0]}):
            self.findings.add("operation-tag-removed", place, *places, old=tag)
        for tag in sorted(set(new.tags) - set(old.tags) - {tags[1]}):
            self.findings.add("operation-tag-added", place, *places, new=tag)
        if flag(old.node, "deprecated") is not flag(new.node, "deprecated"):
            word = "deprecated" if flag(new.node, "deprecated") else "undeprecated"
            self.findings.add(f"operation-{word}", place, *places)
        self._parameters(place, old, new)
        self._body(place, old.node, new.node)
        self._responses(place, old.node, new.node)
        self.sent(f"{place} callback", *(sent_by(e.node, "callbacks") for e in (old, new)))

    def sent(self, what: str, old: _Sent, new: _Sent) -> None:
        """Compare what a service sends by itself: webhooks and callbacks, which callers read."""
        before, after = ({name_of(e): e.node for e in side[1]} for side in (old, new))
        for name in sorted(before.keys() | after.keys()):
            place = f"{what} {name}"
            if name not in after:
                self.findings.add("webhook-removed", place, before[name].location, new[0].location)
            elif name not in before:
                self.findings.add("webhook-added", place, old[0].location, after[name].location)
            else:
                bodies = [
                    x.get("requestBody") or absent(x, "requestBody")
                    for x in (before[name], after[name])
                ]
                self._contents("response", place, *(body.follow() for body in bodies))

    # --- Parameters ----------------------------------------------------------------------------

    def _parameters(self, place: str, old: Entry, new: Entry) -> None:
        renamed = _path_names(old, new)
        before = {_identity(p, renamed): p for p in parameters_of(old) if is_object(p)}
        after = {_identity(p): p for p in parameters_of(new) if is_object(p)}
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
        elif parameter.is_true("required"):
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
        where = f"{place} {new.text('in')} parameter {new.text('name')}"
        self.schemas.compare("request", _place(where, old, new), _schema(old), _schema(new))

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
        before, after = before.follow(), after.follow()
        self._contents("request", _place(f"{place} body", before, after), before, after)

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
        if direction == "request" and _encodings(old) != _encodings(new):
            self.findings.add("request-encoding-changed", place, old.location, new.location)
        self.schemas.compare(direction, place, _schema(old), _schema(new))

    def _responses(self, place: str, old: Node, new: Node) -> None:
        before, after = _answers(old), _answers(new)
        for status in sorted(before.keys() | after.keys()):
            kind = "success" if status.startswith("2") else "error"
            was, is_ = _answer(before, status), _answer(after, status)
            if is_ is None:
                id_ = f"response-{kind}-removed"
                self.findings.add(id_, place, before[status].location, new.location, old=status)
            elif status not in before:
                id_ = f"response-{kind}-added"
                self.findings.add(id_, place, old.location, after[status].location, new=status)
            if was is not None and is_ is not None:
                self._response(_place(f"{place} {status}", was, is_), was, is_)

    def _response(self, place: str, old: Node, new: Node) -> None:
        self._headers(place, old, new)
        empty = [not side.value.get("content") for side in (old, new)]
        if empty[0] is not empty[1]:
            id_ = "response-body-removed" if empty[1] else "response-body-added"
            self.findings.add(id_, place, old.location, new.location)
        else:
            self._contents("response", place, old, new)

    def _headers(self, place: str, old: Node, new: Node) -> None:
        before, after = _headers(old), _headers(new)
        for key in sorted(before.keys() - after.keys()):
            name, header = before[key]
            places = header.location, new.location
            self.findings.add("response-header-removed", place, *places, old=name)
        for key in sorted(after.keys() - before.keys()):
            name, header = after[key]
            places = old.location, header.location
            self.findings.add("response-header-added", place, *places, new=name)
        for key in sorted(before.keys() & after.keys()):
            (name, was), (_, is_) = before[key], after[key]
            if flag(was, "required") is not flag(is_, "required"):
                became = "required" if flag(is_, "required") else "optional"
                id_ = f"response-header-became-{became}"
                self.findings.add(id_, place, was.location, is_.location, name=name)
            where = _place(f"{place} header {name}", was, is_)
            self.schemas.compare("response", where, _schema(was), _schema(is_))


def _place(usual: str, old: Node, new: Node) -> str:
    """What a part of an operation is called: by its own name where operations share it."""
    pointers = old.pointer, new.pointer
    shared = all(len(pointer) == 3 and pointer[0] == "components" for pointer in pointers)
    return f"{_SHARED[pointers[1][1]]} {pointers[1][2]}" if shared else usual


_SHARED = {
    "headers": "header",
    "parameters": "parameter",
    "requestBodies": "request body",
    "responses": "response",
}


def sent_by(holder: Node, key: str, wanted: Container[str] | None = None) -> _Sent:
    """Where webhooks or callbacks stand, and which of them count; without a choice, all do."""
    found = [e for e in requests_of(holder, key) if wanted is None or e.path in wanted]
    return holder.get(key) or holder, found


def _answers(operation: Node) -> dict[str, Node]:
    """The answers by their status, `default` or a range such as `4XX`."""
    found = {s.upper(): answer.follow() for s, answer in operation.members("responses")}
    answers = {s: answer for s, answer in found.items() if is_object(answer)}
    return {_DEFAULT if s == "DEFAULT" else s: answer for s, answer in answers.items()}


_DEFAULT = "default"


def _answer(answers: Mapping[str, Node], status: str) -> Node | None:
    """What is said of a status: of itself, of its range, or of all that nothing is said of."""
    return answers.get(status) or answers.get(f"{status[0]}XX") or answers.get(_DEFAULT)


def _headers(answer: Node) -> dict[str, tuple[str, Node]]:
    return {name.lower(): (name, node.follow()) for name, node in answer.members("headers")}


def _path_names(old: Entry, new: Entry) -> dict[str, str]:
    """What the parameters of the old path are called in the new one, told by their places."""
    if key_of(old) != key_of(new):
        return {}
    names = [re.findall(r"{([^{}]*)}", side.path) for side in (old, new)]
    return dict(zip(*names, strict=True))


def _identity(parameter: Node, renamed: dict[str, str] | None = None) -> tuple[str, str]:
    """Place and name; the case of a header's name means nothing."""
    where, name = parameter.text("in"), parameter.text("name")
    if where == "path":
        name = (renamed or {}).get(name, name)
    return where, name.lower() if where == "header" else name


def _schema(holder: Node) -> Node:
    """The schema of a parameter, a header or a content; without one, any value will do."""
    contents = [content.get("schema") for _, content in holder.members("content")]
    found = holder.get("schema") or next(iter(contents), None)
    return absent(holder, "schema") if found is None else found


def _style(parameter: Node) -> str:
    """How a parameter is written, with what holds where nothing is said."""
    content = next(iter(_media_types(parameter)), "")
    default = "form" if parameter.text("in") in ("query", "cookie") else "simple"
    return content or _way(parameter, default, is_single=is_single(_schema(parameter)))


def _way(node: Node, default: str, *, is_single: bool = False) -> str:
    style = node.text("style") or default
    told = node.value if is_object(node) else {}
    exploded = not is_single and told.get("explode", style == "form")
    reserved = node.is_true("allowReserved")
    return f"{style}{', exploded' if exploded else ''}{', reserved' if reserved else ''}"


def _encodings(content: Node) -> dict[str, tuple[str, str]]:
    """How the parts of a form are written, where that is not the usual way."""
    schemas = side_of(_schema(content)).properties
    found = {}
    for name, part in content.members("encoding"):
        schema = schemas.get(name) or absent(part, "schema")
        media_type = part.text("contentType").strip().lower()
        told = "" if media_type == _usual_type(schema) else media_type
        single = is_single(schema)
        way = _way(part, "form", is_single=single)
        if told or way != ("form" if single else "form, exploded"):
            found[name] = told, way
    return found


def _usual_type(schema: Node) -> str:
    """The media type of a part of a form where nothing is said; empty where that is not clear."""
    side = side_of(schema)
    if side.items is not None and side.items.pointer != schema.pointer:
        return _usual_type(side.items)
    names = type_names(side)
    if side.format in ("binary", "byte"):
        return "application/octet-stream"
    if names == {"object"}:
        return "application/json"
    return "text/plain" if is_single(schema) else ""


def _media_types(holder: Node) -> dict[str, Node]:
    """Contents by media type without its parameters, so that a charset makes no difference."""
    return {
        name.partition(";")[0].strip().lower(): content
        for name, content in holder.members("content")
    }

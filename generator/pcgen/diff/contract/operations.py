"""Compares operations, webhooks and callbacks: parameters, request bodies and responses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen.diff.contract.encodings import encodings_of, media_types_of, schema_of
from pcgen.diff.contract.pairs import Pair, flag
from pcgen.diff.contract.parameters import compare_parameters
from pcgen.diff.contract.shapes import absent, is_object
from pcgen.translate.selection import requests_of

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from pcgen.diff.contract.schemas import Schemas
    from pcgen.spec import Node
    from pcgen.translate.selection import Entry


def name_of(entry: Entry) -> str:
    """Method and path: `POST /embed`."""
    return f"{entry.method.upper()} {entry.path}"


def template_of(entry: Entry) -> str:
    """Method and path without the names of path parameters: `GET /pets/{}`."""
    return re.sub(r"{[^{}]*}", "{}", name_of(entry))


def compare_operation(old: Entry, new: Entry, schemas: Schemas) -> None:
    """Compare two versions of an operation."""
    pair = Pair(schemas.findings, name_of(new), old.node, new.node)
    if template_of(old) != template_of(new):
        pair.report("operation-moved", old=name_of(old), new=name_of(new))
    ids = old.node.text("operationId"), new.node.text("operationId")
    pair.report_text("operation-id-changed", *ids)
    pair.report_text("operation-tag-changed", old.tags[0], new.tags[0])
    first = {old.tags[0], new.tags[0]}
    pair.report_names("operation-tag", {*old.tags} - first, {*new.tags} - first)
    pair.report_flag("deprecated", "operation-deprecated", "operation-undeprecated")
    path_names = _path_names(old, new) if template_of(old) == template_of(new) else {}
    compare_parameters(pair, old, new, path_names, schemas)
    _compare_request_body(pair, schemas)
    _compare_responses(pair, schemas)
    callbacks = incoming(old.node, "callbacks"), incoming(new.node, "callbacks")
    compare_incoming(f"{pair.subject} callback", *callbacks, schemas)


def _path_names(old: Entry, new: Entry) -> dict[str, str]:
    """The new names of path parameters by their old ones; position identifies them."""
    names = (re.findall(r"{([^{}]*)}", entry.path) for entry in (old, new))
    return dict(zip(*names, strict=True))


# --- Webhooks and callbacks ----------------------------------------------------------------------


class Incoming(Struct, frozen=True):
    """The requests that a service sends to its callers, and the node that contains them."""

    holder: Node
    requests: dict[str, Node]


def incoming(node: Node, key: str, selected: Container[str] | None = None) -> Incoming:
    """The webhooks of a document or the callbacks of an operation; all, or those `selected`."""
    requests = {
        name_of(entry): entry.node
        for entry in requests_of(node, key)
        if selected is None or entry.path in selected
    }
    return Incoming(node.get(key) or node, requests)


def compare_incoming(what: str, old: Incoming, new: Incoming, schemas: Schemas) -> None:
    """Compare webhooks or callbacks; callers read their bodies as they read responses."""
    holders = Pair(schemas.findings, what, old.holder, new.holder)
    for name, request in holders.members(old.requests, new.requests):
        request = replace(request, subject=f"{what} {name}")
        if name not in new.requests:
            request.report("webhook-removed")
        elif name not in old.requests:
            request.report("webhook-added")
        else:
            bodies = [
                (node.get("requestBody") or absent(node, "requestBody")).follow()
                for node in (request.old, request.new)
            ]
            _compare_contents("response", replace(request, old=bodies[0], new=bodies[1]), schemas)


# --- Request bodies and responses ----------------------------------------------------------------


def _compare_request_body(pair: Pair, schemas: Schemas) -> None:
    old, new = pair.old.get("requestBody"), pair.new.get("requestBody")
    if new is None:
        if old is not None:
            replace(pair, old=old).report("request-body-removed")
    elif old is None:
        required = "required-" * flag(new, "required")
        replace(pair, new=new).report(f"{required}request-body-added")
    else:
        body = replace(pair, old=old, new=new)
        names = "request-body-became-required", "request-body-became-optional"
        body.report_flag("required", *names)
        body = replace(body, old=old.follow(), new=new.follow())
        _compare_contents("request", body.named(f"{pair.subject} body"), schemas)


def _compare_responses(pair: Pair, schemas: Schemas) -> None:
    before, after = _responses(pair.old), _responses(pair.new)
    for status, response in pair.members(before, after):
        kind = "success" if status.startswith("2") else "error"
        old, new = _response(before, status), _response(after, status)
        if new is None:
            response.report(f"response-{kind}-removed", old=status)
        elif status not in before:
            response.report(f"response-{kind}-added", new=status)
        if old is not None and new is not None:
            response = replace(pair, old=old, new=new)
            _compare_response(response.named(f"{pair.subject} {status}"), schemas)


_DEFAULT = "default"


def _responses(operation: Node) -> dict[str, Node]:
    """The responses by status, by range such as `4XX`, or by `default`."""
    found = {status.upper(): node.follow() for status, node in operation.members("responses")}
    return {
        _DEFAULT if status == "DEFAULT" else status: node
        for status, node in found.items()
        if is_object(node)
    }


def _response(responses: Mapping[str, Node], status: str) -> Node | None:
    """The response that describes a status: its own, that of its range, or the default."""
    keys = (status, f"{status[0]}XX", _DEFAULT)
    return next((responses[key] for key in keys if key in responses), None)


def _compare_response(response: Pair, schemas: Schemas) -> None:
    _compare_headers(response, schemas)
    empty = [not node.value.get("content") for node in (response.old, response.new)]
    if empty[0] is not empty[1]:
        response.report("response-body-removed" if empty[1] else "response-body-added")
    else:
        _compare_contents("response", response, schemas)


def _compare_headers(response: Pair, schemas: Schemas) -> None:
    before, after = (
        {name.lower(): node for name, node in node.members("headers")}
        for node in (response.old, response.new)
    )
    for key, header in response.members(before, after):
        name = (before.get(key) or after[key]).pointer[-1]
        header = replace(header, old=header.old.follow(), new=header.new.follow())
        if key not in after:
            header.report("response-header-removed", old=name)
        elif key not in before:
            header.report("response-header-added", new=name)
        else:
            changes = "response-header-became-required", "response-header-became-optional"
            header.report_flag("required", *changes, name=name)
            subject = header.named(f"{response.subject} header {name}").subject
            schemas.compare("response", subject, schema_of(header.old), schema_of(header.new))


def _compare_contents(direction: str, pair: Pair, schemas: Schemas) -> None:
    """Compare the contents of a body for each media type."""
    before, after = media_types_of(pair.old), media_types_of(pair.new)
    for _, content in pair.common_members(f"{direction}-media-type", before, after):
        if direction == "request" and encodings_of(content.old) != encodings_of(content.new):
            content.report("request-encoding-changed")
        schemas.compare(direction, content.subject, schema_of(content.old), schema_of(content.new))

"""Checks rules of OpenAPI that openapi-spec-validator does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import json

from pcgen.diagnostics import Code, close, shorten
from pcgen.spec import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.diagnostics import Diagnostics
    from pcgen.spec import Document, Node


_OURS = "x-pcgen-"
_EXTENSIONS = frozenset(
    (
        "x-pcgen-discriminator",
        "x-pcgen-examples",
        "x-pcgen-files",
        "x-pcgen-ignore",
        "x-pcgen-name",
    )
)


def check_rules(document: Document, diagnostics: Diagnostics) -> None:
    """Report each value that breaks a rule."""
    _check_paths(document.node, diagnostics)
    for server in _servers(document.node):
        _check_server(server, diagnostics)
    _check_security(document.node, diagnostics)
    text = json.encode(document.root)  # To search it is much faster than to visit each object.
    if f'"{_OURS}'.encode() in text or b'"enum":[]' in text:
        for node in objects(document.node):
            _check_extensions(node, diagnostics)
            _check_enum(node, diagnostics)


def _check_enum(node: Node, diagnostics: Diagnostics) -> None:
    if node.value.get("enum") == []:
        location = node.child("enum").location
        if node.document.version >= (3, 1):  # JSON Schema only recommends that it has a value.
            message = "`enum` is empty: it is ignored"
            diagnostics.note(Code.INVALID_DOCUMENT, location, message)
            return
        message = "`enum` is empty, so it allows no value"
        diagnostics.error(Code.INVALID_DOCUMENT, location, message, "list the values")


def _check_extensions(node: Node, diagnostics: Diagnostics) -> None:
    for key in node.value:
        if key.startswith(_OURS) and key not in _EXTENSIONS:
            message = f"`{shorten(key)}` is not an extension of pcgen"
            location = node.child(key).location
            diagnostics.warning(Code.UNSUPPORTED, location, message, close(key, _EXTENSIONS))


def _check_paths(top: Node, diagnostics: Diagnostics) -> None:
    seen: dict[str, str] = {}
    for path, node in top.members("paths"):
        other = seen.setdefault(re.sub(r"{[^{}]*}", "{}", path), path)
        if other != path:
            message = f"the path matches the same URLs as {shorten(other)!a}"
            hint = "merge the operations of both into one path"
            diagnostics.error(Code.INVALID_DOCUMENT, node.location, message, hint)


def _check_security(top: Node, diagnostics: Diagnostics) -> None:
    """Warn of undefined security schemes; since 3.2 a scheme may be a URI, which has a `/`."""
    components = top.get("components")
    known = dict(components.members("securitySchemes")) if components is not None else {}
    operations = (node for _, item in top.members("paths") for _, node in item.members())
    requirements = (one for holder in (top, *operations) for one in holder.entries("security"))
    for name, node in (member for one in requirements for member in one.members()):
        if name not in known and "/" not in name:
            message = f"the security scheme {shorten(name)!a} is not defined"
            hint = "define it under `components/securitySchemes`; requests lack its credentials"
            diagnostics.warning(Code.INVALID_DOCUMENT, node.location, message, hint)


def _servers(top: Node) -> Iterator[Node]:
    """The servers of the document, of its paths and of its operations."""
    yield from top.entries("servers")
    for _, item in top.members("paths"):
        yield from item.entries("servers")
        for _, operation in item.members():
            yield from operation.entries("servers")


def _check_server(server: Node, diagnostics: Diagnostics) -> None:
    variables = dict(server.members("variables"))
    for name in re.findall(r"{([^{}]*)}", server.text("url")):
        if name not in variables:
            message = f"`{{{shorten(name)}}}` in the URL is not defined"
            location = server.child("url").location
            diagnostics.error(Code.INVALID_DOCUMENT, location, message, "define it in `variables`")
    for variable in variables.values():
        enum, default = variable.get("enum"), variable.get("default")
        values = enum.value if enum is not None else None
        if default is not None and isinstance(values, list) and default.value not in values:
            message = "`default` must be one of the values of `enum`"
            diagnostics.error(
                Code.INVALID_DOCUMENT, default.location, message, "choose one of them"
            )

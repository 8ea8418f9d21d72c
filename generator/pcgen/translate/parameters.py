"""Which parameters an operation has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten

if TYPE_CHECKING:
    from pcgen.names import Identifier
    from pcgen.spec import Node
    from pcgen.translate.selection import Entry

_IGNORED_HEADERS = frozenset(("accept", "authorization", "content-type"))
_UNSAFE_HEADERS = frozenset(("host", "content-length", "transfer-encoding", "connection"))
_PLACES = frozenset(place.value for place in ir.Place)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def is_usable(node: Node, diagnostics: Diagnostics) -> bool:
    """Whether a parameter can be one; says so of those that are left out."""
    name, place = node.text("name"), node.text("in")
    given = node.get("name")
    if given is None or given.value != name or place not in _PLACES | {"querystring"}:
        return False  # The validator has said what is wrong.
    if place == "querystring":
        message = "parameters that are the whole query string are not supported"
        diagnostics.error(Code.UNSUPPORTED, node.location, message)
    elif place in ("header", "cookie") and not _TOKEN.fullmatch(name):
        message = f"{shorten(name)!a} is not a name that a header or cookie can have"
        hint = "under a waiver, the parameter is left out"
        diagnostics.error(Code.UNSUPPORTED, given.location, message, hint)
    elif place == "header" and name.lower() in _UNSAFE_HEADERS:
        message = f"the header `{name}` belongs to the transport: the parameter is left out"
        diagnostics.warning(Code.UNSAFE_TEXT, node.location, message)
    else:
        return True
    return False


def undescribed(path: str, parameters: list[ir.Parameter]) -> list[ir.Parameter]:
    """The parts of a path that no parameter describes, as text; the validator has told."""
    given = {p.wire_name for p in parameters if p.place is ir.Place.PATH}
    names_ = [name for name in re.findall(r"{([^{}]+)}", path) if name not in given]
    return [
        ir.Parameter(
            name=parameter_name(name),
            wire_name=name,
            place=ir.Place.PATH,
            type=ir.Scalar(ir.Kind.STRING),
            presence=ir.Required(),
            style="",
            explode=None,
            content_type="",
            doc=ir.Doc(),
            facts=ir.Facts(),
            deprecated=False,
        )
        for name in dict.fromkeys(names_)
    ]


def parameters_of(entry: Entry) -> list[Node]:
    """The parameters of an operation: its own before those of its path."""
    merged: dict[tuple[str, str], Node] = {}
    for holder in (entry.item, entry.node):
        for parameter in holder.entries("parameters"):
            parameter = parameter.follow()
            key = (parameter.text("name"), parameter.text("in"))
            if not (key[1] == "header" and key[0].lower() in _IGNORED_HEADERS):
                merged[key] = parameter
    return list(merged.values())


def constant_value(node: Node) -> str | None:
    """The one value that a required header parameter can have."""
    schema = node.get("schema")
    if node.text("in") != "header" or node.value.get("required") is not True or schema is None:
        return None
    value = schema.follow().value
    if not isinstance(value, dict):
        return None
    values = value.get("enum", [value.get("const", value.get("default"))])
    sole = values[0] if isinstance(values, list) and len(values) == 1 else None
    return sole if isinstance(sole, str) else None


def parameter_name(text: str) -> Identifier:
    """The argument of a parameter."""
    return names.attribute(text, names.METHOD_NAMES, "parameter")

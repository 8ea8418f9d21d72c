"""What the document says of a value besides its type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.spec import Node
from pcgen.translate.scalars import possible_values
from pcgen.translate.shapes import listed, shape, sole_case, sole_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Pointer = tuple[str, ...]
_WEB = re.compile(r"https?://[!-~]+", re.ASCII)


def doc(node: Node) -> ir.Doc:
    """The prose of a node, with where there is more."""
    description = node.text("description").strip()
    more = node.get("externalDocs")
    url = more.text("url") if more is not None else ""
    if more is not None and _WEB.fullmatch(url) and url not in description:
        label = " ".join(more.text("description").split()).rstrip(".:")
        description = f"{description}\n\n{label or 'More'}: {url}.".strip()
    return ir.Doc(node.text("summary").strip(), description)


def layers(node: Node) -> Iterable[Node]:
    """A schema, and those that it only stands for: by reference, or as the one case beside null."""
    return node.once(_layers)


def _layers(node: Node) -> list[Node]:
    found: dict[Pointer, Node] = {}
    layer: Node | None = node
    while layer is not None and layer.pointer not in found:
        found[layer.pointer] = layer
        inner = layer.step().telling() if layer.reference is not None else None
        layer = inner or sole_part(layer) or sole_case(layer)
    return list(found.values())


def value_doc(node: Node) -> ir.Doc:
    """The prose of a schema, else of what it stands for, but for models: these tell their own."""
    by_name = False
    for layer in layers(node):
        if by_name and shape(layer, Diagnostics()).is_model:
            break
        found = doc(layer)
        if found.description:
            return found
        by_name = by_name or layer.reference is not None
    return doc(node)


def enum_doc(node: Node) -> ir.Doc:
    """The prose of a schema, with what the document says of the values of an enumeration."""
    own = doc(node)
    lines = []
    for value, name, meaning in _told_values(node):
        known_as = f" ({name})" if name not in ("", value) else ""
        meant = f": {meaning}" if meaning else ""
        if known_as or meant:
            lines.append(f"- `{value}`{known_as}{meant}")
    parts = (own.description or own.summary or "Known values:", "\n".join(lines))
    return replace(own, description="\n\n".join(filter(None, parts))) if lines else own


def _told_values(node: Node) -> Iterator[tuple[Any, str, str]]:
    """Known values, each with its name and its meaning.

    They are told by `x-` keywords, or by each case of a union that only lists values.
    """
    told = node.value if isinstance(node.value, dict) else {}
    values = told.get("enum", told.get("x-enum"))
    values = values if isinstance(values, list) else []
    names, meanings = (_by_value(told, keys, values) for keys in (_VALUE_NAMES, _VALUE_MEANINGS))
    for value in values:
        yield value, names.get(str(value), ""), meanings.get(str(value), "")
    cases = [*node.entries("oneOf"), *node.entries("anyOf")]
    if cases and shape(node, Diagnostics()).values is not None:
        for case in cases:
            values, _ = listed(case) or ([], False)
            if len(values) == 1:
                yield values[0], _line(case.text("title")), _line(case.text("description"))


def _line(text: str) -> str:
    return " ".join(text.split())


def _by_value(told: dict[str, Any], keys: tuple[str, ...], values: list[Any]) -> dict[str, str]:
    """Texts by the values that they are about, from a list in their order or from a map."""
    texts = next((told[key] for key in keys if key in told), None)
    if isinstance(texts, list):
        texts = {str(value): text for value, text in zip(values, texts, strict=False)}
    members = texts.items() if isinstance(texts, dict) else ()
    return {key: _line(text) for key, text in members if isinstance(text, str)}


_VALUE_NAMES = ("x-enum-varnames", "x-enumNames", "x-enum-names")
_VALUE_MEANINGS = ("x-enum-descriptions", "x-enumDescriptions")


def presence(node: Node, *, required: bool) -> ir.Presence:
    """Whether a value may be absent, and what the server takes then."""
    if required:
        return ir.Required()
    value = next(filter(_is_there, _members(node, "default")), None)
    return ir.Optional() if value is None else ir.Default(value)


def access(node: Node) -> ir.Access:
    """Who gives a property its value; one that is marked as both is taken as neither."""
    read, write = (has_flag(node, key) for key in ("readOnly", "writeOnly"))
    if read == write:
        return ir.Access.BOTH
    return ir.Access.READ_ONLY if read else ir.Access.WRITE_ONLY


def facts(node: Node, diagnostics: Diagnostics) -> ir.Facts:
    """The constraints and the example of a schema."""
    held = (list(_held(layer, diagnostics)) for layer in layers(node))
    constraints = (*_limits(node, diagnostics), *next(filter(None, held), ()))
    example = next(filter(_is_there, _members(node, "example")), None)
    return ir.Facts(constraints, example)


def _limits(node: Node, diagnostics: Diagnostics) -> ir.Constraints:
    """What a schema asks of a value, or else what it stands for."""
    found = (_constraints(layer, diagnostics) for layer in layers(node))
    return next(filter(None, found), ())


def _constraints(node: Node, diagnostics: Diagnostics) -> ir.Constraints:
    """What a schema itself asks of a value."""
    content = shape(node, Diagnostics())
    constraints = content.constraints
    if not constraints and content.values is None:
        return ()
    for keyword, value in constraints.items():
        wanted = str if keyword == "pattern" else bool if keyword == "uniqueItems" else (int, float)
        if not isinstance(value, wanted) and not isinstance(value, bool):
            diagnostics.error(Code.UNSUPPORTED, node.location, f"`{keyword}` has the wrong type")
    values = possible_values(content)
    is_told = all(isinstance(value, str | int) for value in values)  # By the type.
    return (*constraints.items(), *(() if is_told else (("enum", values),)))


def _held(node: Node, diagnostics: Diagnostics) -> Iterator[tuple[str, ir.Json]]:
    """What it asks of the items of an array, and of the names and values of an object."""
    content = shape(node, Diagnostics())
    if not (content.is_array or content.is_object or content.names):
        return
    values = content.additional if isinstance(content.additional, Node) else None
    schemas = {"items": content.items, "additionalProperties": values}
    for key, inner in {**schemas, "propertyNames": content.names}.items():
        constraints = _limits(inner, diagnostics) if inner else ()
        if constraints:
            yield key, constraints
    if content.patterns:
        yield "patternProperties", tuple(inner.pointer[-1] for inner in content.patterns)


def has_flag(node: Node, key: str) -> bool:
    """Whether a member is true in a schema, or in what it stands for."""
    return any(layer.is_true(key) for layer in layers(node))


def _members(node: Node, key: str) -> Iterator[Any]:
    return (layer.value.get(key) for layer in layers(node) if isinstance(layer.value, dict))


def _is_there(value: object) -> bool:
    return value is not None

"""What the document says of a value besides its type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.spec import Node
from pcgen.translate.scalars import possible_values
from pcgen.translate.shapes import listed, shape, sole_case, sole_part

if TYPE_CHECKING:
    from collections.abc import Iterator

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


class Annotations(Struct, frozen=True):
    """What a schema says besides the type, itself or by way of the schemas it stands for."""

    doc: ir.Doc
    facts: ir.Facts
    default: ir.Json
    access: ir.Access
    deprecated: bool

    def presence(self, *, required: bool) -> ir.Presence:
        """Return whether the value may be absent, and which one the server then takes."""
        if required:
            return ir.Required()
        return ir.Optional() if self.default is None else ir.Default(self.default)


def annotations_of(node: Node, diagnostics: Diagnostics) -> Annotations:
    """Collect the annotations of the schema of a property or parameter.

    A schema's own annotation takes precedence over the annotations of those it stands for.
    """
    layers = _layers(node)
    read, write = (any(layer.is_true(key) for layer in layers) for key in _ACCESS)
    return Annotations(
        doc=_value_doc(node, layers),
        facts=_facts(layers, diagnostics),
        default=_first(layers, "default"),
        # A property that is marked as both is taken as neither.
        access=ir.Access.BOTH if read == write else _ACCESS["readOnly" if read else "writeOnly"],
        deprecated=any(layer.is_true("deprecated") for layer in layers),
    )


def facts(node: Node, diagnostics: Diagnostics) -> ir.Facts:
    """Collect the constraints and the example of a schema."""
    return _facts(_layers(node), diagnostics)


_ACCESS = {access.value: access for access in (ir.Access.READ_ONLY, ir.Access.WRITE_ONLY)}


def _layers(node: Node) -> list[Node]:
    """List a schema and those it stands for: by reference, or as the one case beside null."""
    found: dict[Pointer, Node] = {}
    layer: Node | None = node
    while layer is not None and layer.pointer not in found:
        found[layer.pointer] = layer
        inner = layer.step().follow_bare() if layer.reference is not None else None
        layer = inner or sole_part(layer) or sole_case(layer)
    return list(found.values())


def _value_doc(node: Node, layers: list[Node]) -> ir.Doc:
    """Find the prose of a value; a model documents itself, so its prose is not repeated."""
    is_referenced = False
    for layer in layers:
        if is_referenced and shape(layer).is_model:
            break
        found = doc(layer)
        if found.description:
            return found
        is_referenced = is_referenced or layer.reference is not None
    return doc(node)


def _first(layers: list[Node], key: str) -> ir.Json:
    """Return the first value of a keyword that is not null."""
    values = (layer.value.get(key) for layer in layers if isinstance(layer.value, dict))
    return next((value for value in values if value is not None), None)


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
    if cases and shape(node).values is not None:
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


def _facts(layers: list[Node], diagnostics: Diagnostics) -> ir.Facts:
    limits = next(filter(None, (_constraints(layer, diagnostics) for layer in layers)), ())
    held = next(filter(None, (tuple(_held(layer, diagnostics)) for layer in layers)), ())
    return ir.Facts((*limits, *held), _first(layers, "example"))


def _constraints(node: Node, diagnostics: Diagnostics) -> ir.Constraints:
    """What a schema itself asks of a value."""
    content = shape(node)
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
    content = shape(node)
    if not (content.is_array or content.is_object or content.names):
        return
    values = content.additional if isinstance(content.additional, Node) else None
    schemas = {"items": content.items, "additionalProperties": values}
    for key, inner in {**schemas, "propertyNames": content.names}.items():
        layers = _layers(inner) if inner else ()
        constraints = next(filter(None, (_constraints(layer, diagnostics) for layer in layers)), ())
        if constraints:
            yield key, constraints
    if content.patterns:
        yield "patternProperties", tuple(inner.pointer[-1] for inner in content.patterns)

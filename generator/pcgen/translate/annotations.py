"""The annotations of schemas: prose, constraints, examples, defaults and access."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.spec import Node
from pcgen.translate.enumerations import listed
from pcgen.translate.scalars import possible_values
from pcgen.translate.shapes import shape, sole_non_null_member, sole_part

if TYPE_CHECKING:
    from collections.abc import Iterator

Pointer = tuple[str, ...]
_WEB = re.compile(r"https?://[!-~]+", re.ASCII)


def doc(node: Node) -> ir.Doc:
    """The prose of a node, with a link to its external documentation."""
    description = node.text("description").strip()
    external = node.get("externalDocs")
    url = external.text("url") if external is not None else ""
    if external is not None and _WEB.fullmatch(url) and url not in description:
        label = _line(external.text("description")).rstrip(".:")
        description = f"{description}\n\n{label or 'More'}: {url}.".strip()
    return ir.Doc(node.text("summary").strip(), description)


class Annotations(Struct, frozen=True):
    """The annotations of a schema, or of the schemas that it refers to or wraps."""

    doc: ir.Doc
    facts: ir.Facts
    default: ir.Json
    access: ir.Access
    deprecated: bool

    def presence(self, *, required: bool) -> ir.Presence:
        """The presence of a property or parameter."""
        if required:
            return ir.Required()
        return ir.Optional() if self.default is None else ir.Default(self.default)


def annotations_of(node: Node, diagnostics: Diagnostics) -> Annotations:
    """Collect the annotations of the schema of a property or parameter.

    A schema's own annotation takes precedence over those of the schemas that it refers to.
    """
    layers = _layers(node)
    read, write = (any(layer.is_true(key) for layer in layers) for key in _ACCESS)
    return Annotations(
        doc=_value_doc(node, layers),
        facts=_facts(layers, diagnostics),
        default=_first(layers, "default"),
        # The two contradict each other, so both together count as neither.
        access=ir.Access.BOTH if read == write else _ACCESS["readOnly" if read else "writeOnly"],
        deprecated=any(layer.is_true("deprecated") for layer in layers),
    )


def facts(node: Node, diagnostics: Diagnostics) -> ir.Facts:
    """Collect the constraints and the example of a schema."""
    return _facts(_layers(node), diagnostics)


_ACCESS = {access.value: access for access in (ir.Access.READ_ONLY, ir.Access.WRITE_ONLY)}


def _layers(node: Node) -> list[Node]:
    """List a schema, the schema that it refers to or wraps, and so on."""
    layers: dict[Pointer, Node] = {}
    layer: Node | None = node
    while layer is not None and layer.pointer not in layers:
        layers[layer.pointer] = layer
        target = layer.step().follow_bare() if layer.reference is not None else None
        layer = target or sole_part(layer) or sole_non_null_member(layer)
    return list(layers.values())


def _value_doc(node: Node, layers: list[Node]) -> ir.Doc:
    """The prose of a value; that of a referenced model stays with the model."""
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
    """The first value of a keyword that is not null."""
    values = (layer.value.get(key) for layer in layers if isinstance(layer.value, dict))
    return next((value for value in values if value is not None), None)


def enum_doc(node: Node) -> ir.Doc:
    """The prose of a schema, with that of the values of an enumeration."""
    own = doc(node)
    lines = []
    for value, name, description in _described_values(node):
        named = f" ({name})" if name not in ("", value) else ""
        described = f": {description}" if description else ""
        if named or described:
            lines.append(f"- `{value}`{named}{described}")
    if not lines:
        return own
    intro = own.description or own.summary or "Known values:"
    return replace(own, description="\n\n".join((intro, "\n".join(lines))))


def _described_values(node: Node) -> Iterator[tuple[Any, str, str]]:
    """Yield the values of an enumeration, each with its name and its description.

    These come from `x-` keywords, or from the members of a union of single values.
    """
    keywords = node.value if isinstance(node.value, dict) else {}
    values = keywords.get("enum", keywords.get("x-enum"))
    values = values if isinstance(values, list) else []
    names = _by_value(keywords, _VALUE_NAMES, values)
    descriptions = _by_value(keywords, _VALUE_DESCRIPTIONS, values)
    for value in values:
        yield value, names.get(str(value), ""), descriptions.get(str(value), "")
    members = [*node.entries("oneOf"), *node.entries("anyOf")]
    if members and shape(node).values is not None:
        for member in members:
            values, _ = listed(member) or ([], False)
            if len(values) == 1:
                yield values[0], _line(member.text("title")), _line(member.text("description"))


def _line(text: str) -> str:
    return " ".join(text.split())


def _by_value(keywords: dict[str, Any], keys: tuple[str, ...], values: list[Any]) -> dict[str, str]:
    """The texts at the first of some keys, by value; a map, or a list in the order of values."""
    texts = next((keywords[key] for key in keys if key in keywords), None)
    if isinstance(texts, list):
        texts = {str(value): text for value, text in zip(values, texts, strict=False)}
    members = texts.items() if isinstance(texts, dict) else ()
    return {key: _line(text) for key, text in members if isinstance(text, str)}


_VALUE_NAMES = ("x-enum-varnames", "x-enumNames", "x-enum-names")
_VALUE_DESCRIPTIONS = ("x-enum-descriptions", "x-enumDescriptions")


def _facts(layers: list[Node], diagnostics: Diagnostics) -> ir.Facts:
    nested = (tuple(_nested_constraints(layer, diagnostics)) for layer in layers)
    own = _first_constraints(layers, diagnostics)
    return ir.Facts((*own, *next(filter(None, nested), ())), _first(layers, "example"))


def _first_constraints(layers: list[Node], diagnostics: Diagnostics) -> ir.Constraints:
    """The constraints of the first layer that has any."""
    return next(filter(None, (_constraints(layer, diagnostics) for layer in layers)), ())


def _constraints(node: Node, diagnostics: Diagnostics) -> ir.Constraints:
    """The constraints of a value; also its possible values if no type lists them."""
    merged = shape(node)
    constraints = merged.constraints
    if not constraints and merged.values is None:
        return ()
    for keyword, value in constraints.items():
        wanted = str if keyword == "pattern" else bool if keyword == "uniqueItems" else (int, float)
        if not isinstance(value, wanted) and not isinstance(value, bool):
            diagnostics.error(Code.UNSUPPORTED, node.location, f"`{keyword}` has the wrong type")
    values = possible_values(merged)
    is_listed_by_type = all(isinstance(value, str | int) for value in values)
    return (*constraints.items(), *(() if is_listed_by_type else (("enum", values),)))


def _nested_constraints(node: Node, diagnostics: Diagnostics) -> Iterator[tuple[str, ir.Json]]:
    """Yield the constraints of the items of an array, of the names and values of an object."""
    merged = shape(node)
    if not (merged.is_array or merged.is_object or merged.names):
        return
    values = merged.additional if isinstance(merged.additional, Node) else None
    schemas = {"items": merged.items, "additionalProperties": values}
    for key, inner in {**schemas, "propertyNames": merged.names}.items():
        constraints = _first_constraints(_layers(inner), diagnostics) if inner else ()
        if constraints:
            yield key, constraints
    if merged.patterns:
        yield "patternProperties", tuple(inner.pointer[-1] for inner in merged.patterns)

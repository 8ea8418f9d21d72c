"""The annotations of schemas: prose, constraints, examples, defaults and access."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics
from pcgen.spec import Node
from pcgen.translate.enumerations import listed
from pcgen.translate.html import markdown_of
from pcgen.translate.keywords import CONSTRAINTS, type_keywords
from pcgen.translate.scalars import possible_values
from pcgen.translate.shapes import Shape, shape, sole_non_null_member, wrapped_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

Pointer = tuple[str, ...]
_WEB = re.compile(r"https?://[!-~]+", re.ASCII)


def doc(node: Node) -> ir.Doc:
    """The prose of a node, with a link to its external documentation."""
    description = markdown_of(node.text("description").strip())
    external = node.get("externalDocs")
    url = external.text("url") if external is not None else ""
    if external is not None and _WEB.fullmatch(url) and url not in description:
        label = _line(external.text("description")).rstrip(".:")
        description = f"{description}\n\n{label or 'More'}: {url}.".strip()
    return ir.Doc(markdown_of(node.text("summary").strip()), description)


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
            return ir.Required(self.default)
        return ir.Optional() if self.default is None else ir.Default(self.default)


def annotations_of(node: Node, diagnostics: Diagnostics) -> Annotations:
    """Collect the annotations of the schema of a property or parameter.

    A schema's own annotation takes precedence over those of the schemas that it refers to.
    """
    found = layers(node)
    read, write = (_is_true(found, key) for key in _ACCESS)
    return Annotations(
        doc=_value_doc(node, found),
        facts=_facts(found, diagnostics),
        default=_first(found, "default"),
        # Both flags contradict each other, so they count as neither.
        access=ir.Access.BOTH if read == write else _ACCESS["readOnly" if read else "writeOnly"],
        deprecated=_is_true(found, "deprecated"),
    )


def facts(node: Node, diagnostics: Diagnostics) -> ir.Facts:
    """Collect the constraints and the example of a schema."""
    return _facts(layers(node), diagnostics)


_ACCESS = {access.value: access for access in (ir.Access.READ_ONLY, ir.Access.WRITE_ONLY)}


class Layer(NamedTuple):
    """A schema on the way from a value to its type: itself, its keywords, and its shape."""

    node: Node
    keywords: dict[str, Any]
    merged: Shape


def layers(node: Node) -> list[Layer]:
    """List a schema, the schema that it refers to or wraps, and so on."""
    found: dict[Pointer, Layer] = {}
    layer: Node | None = node
    while layer is not None and layer.pointer not in found:
        keywords = layer.value if isinstance(layer.value, dict) else {}
        found[layer.pointer] = Layer(layer, keywords, shape(layer))
        target = layer.step().follow_bare() if layer.reference is not None else None
        layer = target or wrapped_schema(layer) or sole_non_null_member(layer)
    return list(found.values())


def _value_doc(node: Node, layers: list[Layer]) -> ir.Doc:
    """The prose of a value; that of a referenced model stays with the model."""
    is_referenced = False
    for layer in layers:
        if is_referenced and layer.merged.is_model:
            break
        parts = (part for part in layer.node.entries("allOf") if _is_prose(part))
        for found in map(doc, (layer.node, *parts)):
            if found.description:
                return found
        is_referenced = is_referenced or layer.node.reference is not None
    return doc(node)


def _is_prose(part: Node) -> bool:
    """Whether a part of `allOf` describes a value without affecting its type."""
    return not type_keywords(part) - {"nullable"}


def _first(layers: list[Layer], key: str) -> ir.Json:
    """The first value of a keyword that is not null."""
    for layer in layers:
        if layer.keywords.get(key) is not None:
            return layer.keywords[key]
    return None


def _is_true(layers: list[Layer], key: str) -> bool:
    """Whether a keyword is true in any of the layers."""
    return True in [layer.keywords.get(key) is True for layer in layers]


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
    """The texts at the first of `keys` by value; a list has them in the order of `values`."""
    texts = next((keywords[key] for key in keys if key in keywords), None)
    if isinstance(texts, list):
        texts = {str(value): text for value, text in zip(values, texts, strict=False)}
    members = texts.items() if isinstance(texts, dict) else ()
    return {key: _line(text) for key, text in members if isinstance(text, str)}


_VALUE_NAMES = ("x-enum-varnames", "x-enumNames", "x-enum-names")
_VALUE_DESCRIPTIONS = ("x-enum-descriptions", "x-enumDescriptions")


def _facts(layers: list[Layer], diagnostics: Diagnostics) -> ir.Facts:
    nested: ir.Constraints = ()
    for layer in layers:
        nested = nested or tuple(_nested_constraints(layer.merged, diagnostics))
    return ir.Facts((*_constraints(layers, diagnostics), *nested), _first(layers, "example"))


def _constraints(layers: list[Layer], diagnostics: Diagnostics) -> ir.Constraints:
    """The constraints of the first layer that has any."""
    for layer in layers:
        if layer.merged.constraints or layer.merged.values is not None:
            constraints = _own_constraints(layer.node, layer.merged, diagnostics)
            if constraints:
                return constraints
    return ()


def _own_constraints(node: Node, merged: Shape, diagnostics: Diagnostics) -> ir.Constraints:
    """The constraints of a schema; also its possible values if no type lists them."""
    known: list[tuple[str, ir.Json]] = []
    for keyword, value in merged.constraints.items():
        if isinstance(value, CONSTRAINTS[keyword]):
            known.append((keyword, value))
        else:
            diagnostics.error(Code.UNSUPPORTED, node.location, f"`{keyword}` has the wrong type")
    values = possible_values(merged)
    is_listed_by_type = all(isinstance(value, str | int) for value in values)
    return (*known, *(() if is_listed_by_type else (("enum", values),)))


def _nested_constraints(merged: Shape, diagnostics: Diagnostics) -> Iterator[tuple[str, ir.Json]]:
    """Yield the constraints of an array's items, and of an object's names and values."""
    if not (merged.is_array or merged.is_object or merged.names):
        return
    values = merged.additional if isinstance(merged.additional, Node) else None
    schemas = {"items": merged.items, "additionalProperties": values}
    for key, inner in {**schemas, "propertyNames": merged.names}.items():
        constraints = _constraints(layers(inner), diagnostics) if inner else ()
        if constraints:
            yield key, constraints
    if merged.patterns:
        yield "patternProperties", tuple(inner.pointer[-1] for inner in merged.patterns)

"""Unions, their discriminators, and the labels of their inline members."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir, names
from pcgen.translate.shapes import Shape, non_null_members, refines_reference, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pcgen.names import Name
    from pcgen.spec import Node


class Variant(Struct, frozen=True):
    """A model that is a union member: its name, its schema and its shape."""

    name: Name
    schema: Node
    shape: Shape


def union(members: Sequence[ir.Type], discriminator: ir.Discriminator | None = None) -> ir.Type:
    """A union without repeated members and nested unions; null makes it nullable."""
    if len(members) == 1 and not isinstance(members[0], ir.Nullable | ir.Union):
        return members[0]
    flat: list[ir.Type] = []
    nullable = False
    for member in members:
        nullable = nullable or isinstance(member, ir.Nullable)
        bare = member.inner if isinstance(member, ir.Nullable) else member
        is_nested = isinstance(bare, ir.Union) and bare.discriminator is None
        flat += bare.cases if isinstance(bare, ir.Union) and is_nested else (bare,)
    null = ir.Scalar(ir.Kind.NULL)
    nullable = nullable or (null in flat and len(flat) > 1)
    unique = tuple(dict.fromkeys(type_ for type_ in flat if not (nullable and type_ == null)))
    if ir.ANY in unique:
        return ir.ANY
    if not unique:
        return null
    type_ = unique[0] if len(unique) == 1 else ir.Union(unique, discriminator)
    return ir.Nullable(type_) if nullable else type_


def declared_discriminator(
    property_name: str, mapping: Mapping[str, Node], default: Node | None, variants: list[Variant]
) -> ir.Discriminator:
    """The discriminator of a document, with the values of each variant.

    These are listed in the mapping, else by the property of the variant, else they are its name.

    Args:
        property_name: The property.
        mapping: The schemas that the document maps values to.
        default: The schema of objects with other values.
        variants: The union members.
    """
    by_pointer = {variant.schema.pointer: variant.name for variant in variants}
    mapped = {value: by_pointer.get(schema.pointer) for value, schema in mapping.items()}
    models: dict[str | int, Name] = {v: name for v, name in mapped.items() if name}
    for variant in variants:
        if variant.name not in mapped.values():
            values = known_values(variant.shape, property_name) or (variant.schema.pointer[-1],)
            models |= dict.fromkeys(values, variant.name)
    other = by_pointer.get(default.pointer) if default is not None else None
    return ir.Discriminator(property_name, tuple(models.items()), other)


def inferred_discriminator(variants: list[Variant]) -> ir.Discriminator | None:
    """The first property that all variants require, with distinct values; None without one."""
    if len(variants) < 2:
        return None
    for wire_name in variants[0].shape.properties:
        pairs = []
        for variant in variants:
            is_required = wire_name in variant.shape.required
            values = known_values(variant.shape, wire_name) if is_required else ()
            if not values:
                break
            pairs += [(value, variant.name) for value in values]
        else:
            if len(dict(pairs)) == len(pairs):
                return ir.Discriminator(wire_name, tuple(pairs))
    return None


def known_values(merged: Shape, wire_name: str) -> tuple[str | int, ...]:
    """The values of a property that is a closed enumeration of strings or integers."""
    node = merged.properties.get(wire_name)
    found = shape(node) if node is not None else None
    if found is None or found.values is None or found.open_values or found.nullable:
        return ()
    if all(isinstance(v, str) for v in found.values):
        return found.values
    integers = all(isinstance(v, int) and not isinstance(v, bool) for v in found.values)
    return found.values if integers else ()


def labels(members: Sequence[Node]) -> tuple[str, ...]:
    """Unique suffixes for the names of the inline members of a union.

    They are the first of these that differ: the values of a property, the kinds of schema, the
    names of properties, the indices. A single inline member needs no suffix if it has no value.
    """
    inline = {i: shape(member) for i, member in enumerate(members) if _is_inline(member)}
    named = {i: merged for i, merged in inline.items() if not _is_plain(merged)}
    single = [""] if len(named) == 1 else []
    found = single if len(non_null_members(members)) == 1 else []
    shapes = list(named.values())
    found = found or _unique_values(shapes) or single
    found = found or _unique_kinds(shapes) or _unique_properties(shapes)
    chosen = dict(zip(named, found, strict=True)) if found else {}
    return tuple(chosen.get(i, f"option {i + 1}") for i in range(len(members)))


def labels_within(union: Node) -> tuple[str, ...]:
    """The labels of the members of a `oneOf` or `anyOf` list."""
    return labels(list(union.entries()))


def _is_inline(member: Node) -> bool:
    return member.reference is None or refines_reference(member)


def _is_plain(merged: Shape) -> bool:
    """Whether a type needs no name, like a string or a list of strings."""
    while merged.items is not None and _is_inline(merged.items) and not merged.prefix:
        merged = shape(merged.items)
    subschemas = merged.properties or merged.unions or merged.value_schemas or merged.prefix
    return not subschemas and not merged.is_enum


def _unique_values(shapes: Sequence[Shape]) -> list[str]:
    """The single values of a property, if they differ in all schemas."""
    for wire_name in shapes[0].properties if shapes else ():
        values = [known_values(merged, wire_name) for merged in shapes]
        texts = [str(value) for known in values if len(known) == 1 for value in known]
        if len(texts) == len(shapes) == len({names.name_of(text, "model").key for text in texts}):
            return texts
    return []


def _unique_kinds(shapes: Sequence[Shape]) -> list[str]:
    kinds = [_kind(merged) for merged in shapes]
    return kinds if len(set(kinds)) == len(kinds) else []


def _kind(merged: Shape) -> str:
    if merged.is_enum:
        return "value"
    return "items" if merged.is_array else "object" if merged.is_object else "choice"


def _unique_properties(shapes: Sequence[Shape]) -> list[str]:
    counts = Counter(key for merged in shapes for key in merged.properties)
    own = [[key for key in merged.properties if counts[key] == 1] for merged in shapes]
    return [f"with {keys[0]}" for keys in own] if all(own) else []


def tags(discriminators: Iterable[ir.Discriminator]) -> dict[Name, tuple[str, str | int]]:
    """The tag, a property and value, of each model that has the same tag in all discriminators."""
    found: dict[Name, set[tuple[str, str | int]]] = {}
    defaults = set()
    for discriminator in discriminators:
        defaults.add(discriminator.default)
        for value, name in discriminator.models:
            found.setdefault(name, set()).add((discriminator.wire_name, value))
    return {
        name: next(iter(pairs))
        for name, pairs in found.items()
        if len(pairs) == 1 and name not in defaults
    }


def tagged(model: ir.Model, wire_name: str, value: str | int) -> ir.Model:
    """Turn the discriminator property of a model into its tag."""
    field = next((f for f in model.fields if f.wire_name == wire_name), None)
    name = field.name if field else names.name_of(wire_name, "field")
    rest = tuple(f for f in model.fields if f is not field)
    prose = field.doc if field else ir.Doc()
    return replace(model, fields=rest, tag=ir.Tag(name, wire_name, value, prose))

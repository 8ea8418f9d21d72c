"""Unions, their discriminators, and the labels of their inline members."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir, names
from pcgen.translate.shapes import Shape, besides_null, refines_reference, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pcgen.names import Name
    from pcgen.spec import Node


class Variant(Struct, frozen=True):
    """A model that is a union member: its name, its schema and the shape of that."""

    name: Name
    schema: Node
    content: Shape


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
            values = known_values(variant.content, property_name) or (variant.schema.pointer[-1],)
            models |= dict.fromkeys(values, variant.name)
    other = by_pointer.get(default.pointer) if default is not None else None
    return ir.Discriminator(property_name, tuple(models.items()), other)


def inferred_discriminator(variants: list[Variant]) -> ir.Discriminator | None:
    """The first property that all variants require, with distinct values; None without one."""
    if len(variants) < 2:
        return None
    for wire_name in variants[0].content.properties:
        pairs = []
        for variant in variants:
            is_required = wire_name in variant.content.required
            values = known_values(variant.content, wire_name) if is_required else ()
            if not values:
                break
            pairs += [(value, variant.name) for value in values]
        else:
            if len(dict(pairs)) == len(pairs):
                return ir.Discriminator(wire_name, tuple(pairs))
    return None


def known_values(content: Shape, wire_name: str) -> tuple[str | int, ...]:
    """The values of a property that is a closed enumeration of strings or integers."""
    node = content.properties.get(wire_name)
    found = shape(node) if node is not None else None
    if found is None or found.values is None or found.open_values or found.nullable:
        return ()
    if all(isinstance(v, str) for v in found.values):
        return found.values
    integers = all(isinstance(v, int) and not isinstance(v, bool) for v in found.values)
    return found.values if integers else ()


def labels(members: Sequence[Node]) -> tuple[str, ...]:
    """Unique suffixes for the names of the inline members of a union.

    The first that is unique of: the value of a property, the kind of schema, the name of a
    property, the index. A single inline member has no suffix, unless it has such a value.
    """
    inline = {i: shape(member) for i, member in enumerate(members) if _is_inline(member)}
    named = {i: content for i, content in inline.items() if not _is_plain(content)}
    single = [""] if len(named) == 1 else []
    found = single if len(besides_null(members)) == 1 else []
    contents = list(named.values())
    found = found or _unique_values(contents) or single
    found = found or _unique_kinds(contents) or _unique_properties(contents)
    chosen = dict(zip(named, found, strict=True)) if found else {}
    return tuple(chosen.get(i, f"option {i + 1}") for i in range(len(members)))


def labels_within(union: Node) -> tuple[str, ...]:
    """The labels of the members of a `oneOf` or `anyOf` list."""
    return labels(list(union.entries()))


def _is_inline(member: Node) -> bool:
    return member.reference is None or refines_reference(member)


def _is_plain(content: Shape) -> bool:
    """Whether a type needs no name, like a string or a list of strings."""
    while content.items is not None and _is_inline(content.items) and not content.prefix:
        content = shape(content.items)
    subschemas = content.properties or content.unions or content.value_schemas or content.prefix
    return not subschemas and not content.is_enum


def _unique_values(contents: Sequence[Shape]) -> list[str]:
    """The single values of a property, if they differ in all schemas."""
    for wire_name in contents[0].properties if contents else ():
        values = [known_values(content, wire_name) for content in contents]
        texts = [str(value) for known in values if len(known) == 1 for value in known]
        if len(texts) == len(contents) == len({names.name(text, "model").key for text in texts}):
            return texts
    return []


def _unique_kinds(contents: Sequence[Shape]) -> list[str]:
    kinds = [_kind(content) for content in contents]
    return kinds if len(set(kinds)) == len(kinds) else []


def _kind(content: Shape) -> str:
    if content.is_enum:
        return "value"
    return "items" if content.is_array else "object" if content.is_object else "choice"


def _unique_properties(contents: Sequence[Shape]) -> list[str]:
    counts = Counter(key for content in contents for key in content.properties)
    own = [[key for key in content.properties if counts[key] == 1] for content in contents]
    return [f"with {keys[0]}" for keys in own] if all(own) else []


def tags(discriminators: Iterable[ir.Discriminator]) -> dict[Name, tuple[str, str | int]]:
    """The property and value of each model that has the same ones in all discriminators."""
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
    name = field.name if field else names.name(wire_name, "field")
    rest = tuple(f for f in model.fields if f is not field)
    prose = field.doc if field else ir.Doc()
    return replace(model, fields=rest, tag=ir.Tag(name, wire_name, value, prose))

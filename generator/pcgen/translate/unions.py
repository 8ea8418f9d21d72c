"""Unions, their discriminators, and the labels of their inline members."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.translate.shapes import Shape, non_null_members, refines_reference, shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    if ir.ANY in unique or not members:
        return ir.ANY
    if not unique:
        return null
    type_ = unique[0] if len(unique) == 1 else ir.Union(unique, discriminator)
    return ir.Nullable(type_) if nullable else type_


def declared_discriminator(
    property_name: str,
    mapping: Sequence[tuple[Node, Node]],
    default: Node | None,
    variants: list[Variant],
    diagnostics: Diagnostics,
) -> ir.Discriminator:
    """The discriminator of a document, with the values of each variant.

    These are listed in the mapping, else by the property of the variant, else they are its name.

    Args:
        property_name: The property.
        mapping: The entries of the mapping, each with its schema.
        default: The schema of objects with other values.
        variants: The union members.
        diagnostics: Collects findings.
    """
    by_pointer = {variant.schema.pointer: variant for variant in variants}
    models: dict[str | float, Name] = {}
    for entry, schema in mapping:
        variant = by_pointer.get(schema.pointer)
        if variant is not None:
            values = _mapped_values(entry, variant.shape, property_name, diagnostics)
            models |= dict.fromkeys(values, variant.name)
        else:
            message = f"{shorten(entry.pointer[-1])!a} maps to a schema outside the union"
            hint = "add the schema to the union; until then, the entry is ignored"
            diagnostics.warning(Code.UNSUPPORTED, entry.location, message, hint)
    mapped = set(models.values())
    for variant in variants:
        if variant.name not in mapped:
            values = _listed_values(variant.shape, property_name) or (variant.schema.pointer[-1],)
            models |= dict.fromkeys(values, variant.name)
    other = by_pointer.get(default.pointer) if default is not None else None
    return ir.Discriminator(property_name, tuple(models.items()), other.name if other else None)


def report_ignored_discriminator(node: Node | None, diagnostics: Diagnostics) -> None:
    """Note a discriminator of a union whose members are not all objects with properties."""
    if node is not None:
        message = "the discriminator is ignored, as a member of the union has no fields"
        hint = "responses become the member that fits best"
        diagnostics.note(Code.UNSUPPORTED, node.location, message, hint)


def _mapped_values(
    entry: Node, merged: Shape, property_name: str, diagnostics: Diagnostics
) -> tuple[str | float, ...]:
    """The values of the property that an entry of a mapping means for a variant.

    The key of an entry is always text, so it is compared as the type of the property. A schema that
    contradicts the key is reported; if it allows a single value, that one is recognized as well.
    """
    key, node = entry.pointer[-1], merged.properties.get(property_name)
    listed = _listed_values(merged, property_name)
    types = {_JSON_TYPES[type(value)] for value in listed} or set(shape(node).types if node else ())
    value = _typed_key(key, types)
    if listed and value not in listed:
        shown = shorten(" or ".join(map(json.dumps, listed)))
    elif isinstance(value, str) and types and "string" not in types:
        shown = " or ".join(sorted(types))
    else:
        return (value,)
    message = f"the schema for {shorten(key)!a} has another `{shorten(property_name)}`: {shown}"
    hint = "correct the key, or the schema"
    diagnostics.warning(Code.INVALID_DOCUMENT, entry.location, message, hint)
    return (value, *listed) if len(listed) == 1 else (value,)


def _typed_key(key: str, types: set[str]) -> str | float:
    """The key of a mapping as a value of one of the types; the text if it is none."""
    if not types or "string" in types:
        return key
    try:
        value = json.loads(key.lower())  # YAML also writes `True`.
    except ValueError:
        return key
    found = _JSON_TYPES.get(type(value), "")
    is_typed = found in types or (found == "integer" and "number" in types)
    typed: str | float = value if is_typed else key
    return typed


_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


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
    values = _listed_values(merged, wire_name)
    if not values or shape(merged.properties[wire_name]).nullable:
        return ()
    return values if {type(value) for value in values} in ({str}, {int}) else ()


def _listed_values(merged: Shape, wire_name: str) -> tuple[Any, ...]:
    """The values of a property that is a closed enumeration of scalars."""
    node = merged.properties.get(wire_name)
    found = shape(node) if node is not None else None
    if found is None or found.values is None or found.open_values:
        return ()
    return found.values if {*map(type, found.values)} <= _JSON_TYPES.keys() else ()


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
    without = set()
    for discriminator in discriminators:
        without.add(discriminator.default)
        for value, name in discriminator.models:
            if isinstance(value, str | int):
                found.setdefault(name, set()).add((discriminator.wire_name, value))
        if {type(value) for value, _ in discriminator.models} not in ({str}, {int}):
            without |= {name for _, name in discriminator.models}  # msgspec has no such tags.
    return {
        name: next(iter(pairs))
        for name, pairs in found.items()
        if len(pairs) == 1 and name not in without
    }


def tagged(model: ir.Model, wire_name: str, value: str | int) -> ir.Model:
    """Turn the discriminator property of a model into its tag."""
    field = next((f for f in model.fields if f.wire_name == wire_name), None)
    name = field.name if field else names.name_of(wire_name, "field")
    rest = tuple(f for f in model.fields if f is not field)
    prose = field.doc if field else ir.Doc()
    return replace(model, fields=rest, tag=ir.Tag(name, wire_name, value, prose))

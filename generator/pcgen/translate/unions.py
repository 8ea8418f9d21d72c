"""What tells the cases of a union apart."""

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


class Case(Struct, frozen=True):
    """A model that is a case of a union: its name, its schema, and what that says."""

    name: Name
    schema: Node
    content: Shape


def union(cases: Sequence[ir.Type], told_by: ir.Discriminator | None = None) -> ir.Type:
    """A union without repeats and nested unions; a null case makes it nullable."""
    if len(cases) == 1 and not isinstance(cases[0], ir.Nullable | ir.Union):
        return cases[0]
    flat: list[ir.Type] = []
    nullable = False
    for case in cases:
        nullable = nullable or isinstance(case, ir.Nullable)
        bare = case.inner if isinstance(case, ir.Nullable) else case
        nested = isinstance(bare, ir.Union) and bare.discriminator is None
        flat += bare.cases if isinstance(bare, ir.Union) and nested else (bare,)
    null = ir.Scalar(ir.Kind.NULL)
    nullable = nullable or (null in flat and len(flat) > 1)
    unique = tuple(dict.fromkeys(case for case in flat if not (nullable and case == null)))
    if ir.ANY in unique:
        return ir.ANY
    type_ = unique[0] if len(unique) == 1 else ir.Union(unique, told_by)
    return ir.Nullable(type_) if nullable else type_


def discriminator(
    property_name: str, mapping: Mapping[str, Node], default: Node | None, cases: list[Case]
) -> ir.Discriminator:
    """The values that mean each model: as listed, else as its property says, else its name.

    Args:
        property_name: The property that the document names.
        mapping: The schemas that the document lists, by the value that means them.
        default: The schema of objects whose value is not listed.
        cases: The models.
    """
    by_place = {case.schema.pointer: case.name for case in cases}
    listed = {value: by_place.get(schema.pointer) for value, schema in mapping.items()}
    models: dict[str | int, Name] = {v: name for v, name in listed.items() if name}
    for case in cases:
        if case.name not in listed.values():
            values = known_values(case.content, property_name) or (case.schema.pointer[-1],)
            models |= dict.fromkeys(values, case.name)
    other = by_place.get(default.pointer) if default is not None else None
    return ir.Discriminator(property_name, tuple(models.items()), other)


def inferred(cases: list[Case]) -> ir.Discriminator | None:
    """A required property that has other known values in every case, if there is one."""
    if len(cases) < 2:
        return None
    for wire_name in cases[0].content.properties:
        pairs = []
        for case in cases:
            required = wire_name in case.content.required
            values = known_values(case.content, wire_name) if required else ()
            if not values:
                break
            pairs += [(value, case.name) for value in values]
        else:
            if len(dict(pairs)) == len(pairs):
                return ir.Discriminator(wire_name, tuple(pairs))
    return None


def known_values(content: Shape, wire_name: str) -> tuple[str | int, ...]:
    """The values that a property of an object is restricted to, when they can be tags."""
    node = content.properties.get(wire_name)
    found = shape(node) if node is not None else None
    if found is None or found.values is None or found.open_values or found.nullable:
        return ()
    if all(isinstance(v, str) for v in found.values):
        return found.values
    integers = all(isinstance(v, int) and not isinstance(v, bool) for v in found.values)
    return found.values if integers else ()


def labels(cases: Sequence[Node]) -> tuple[str, ...]:
    """What the names of schemas that stand in a union end with, so that no two are alike.

    A value that only that schema has, else its kind, else a property that only it has, else which
    one it is; nothing where there is only one.
    """
    inline = {i: shape(c) for i, c in enumerate(cases) if _is_inline(c)}
    named = {i: content for i, content in inline.items() if not _is_plain(content)}
    alone = [""] if len(named) == 1 else []
    found = alone if len(besides_null(cases)) == 1 else []
    contents = list(named.values())
    found = found or _values_apart(contents) or alone
    found = found or _kinds_apart(contents) or _properties_apart(contents)
    chosen = dict(zip(named, found, strict=True)) if found else {}
    return tuple(chosen.get(i, f"option {i + 1}") for i in range(len(cases)))


def labels_within(union: Node) -> tuple[str, ...]:
    """The labels of the cases that a list holds."""
    return labels(list(union.entries()))


def _is_inline(case: Node) -> bool:
    return case.reference is None or refines_reference(case)


def _is_plain(content: Shape) -> bool:
    """Whether a type needs no name, as a string or a list of strings."""
    while content.items is not None and _is_inline(content.items) and not content.prefix:
        content = shape(content.items)
    parts = content.properties or content.unions or content.value_schemas or content.prefix
    return not parts and not content.is_enum


def _values_apart(contents: Sequence[Shape]) -> list[str]:
    """The values of a property that has one in each of some schemas, and no two the same."""
    for wire_name in contents[0].properties if contents else ():
        values = [known_values(content, wire_name) for content in contents]
        texts = [str(value) for known in values if len(known) == 1 for value in known]
        if len(texts) == len(contents) == len({names.name(text, "model").key for text in texts}):
            return texts
    return []


def _kinds_apart(contents: Sequence[Shape]) -> list[str]:
    kinds = [_kind(content) for content in contents]
    return kinds if len(set(kinds)) == len(kinds) else []


def _kind(content: Shape) -> str:
    if content.is_enum:
        return "value"
    return "items" if content.is_array else "object" if content.is_object else "choice"


def _properties_apart(contents: Sequence[Shape]) -> list[str]:
    counts = Counter(key for content in contents for key in content.properties)
    own = [[key for key in content.properties if counts[key] == 1] for content in contents]
    return [f"with {keys[0]}" for keys in own] if all(own) else []


def tags(unions: Iterable[ir.Discriminator]) -> dict[Name, tuple[str, str | int]]:
    """The property and value of the models that have the same in every union."""
    found: dict[Name, set[tuple[str, str | int]]] = {}
    defaults = set()
    for union in unions:
        defaults.add(union.default)
        for value, name in union.models:
            found.setdefault(name, set()).add((union.wire_name, value))
    return {
        name: next(iter(known))
        for name, known in found.items()
        if len(known) == 1 and name not in defaults
    }


def tagged(model: ir.Model, wire_name: str, value: str | int) -> ir.Model:
    """Turn the property that tells a model from others into its tag."""
    field = next((f for f in model.fields if f.wire_name == wire_name), None)
    name = field.name if field else names.name(wire_name, "field")
    rest = tuple(f for f in model.fields if f is not field)
    note = field.doc if field else ir.Doc()
    return replace(model, fields=rest, tag=ir.Tag(name, wire_name, value, note))

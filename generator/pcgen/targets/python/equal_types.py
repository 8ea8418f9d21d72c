"""Inline types that are equal to the letter are defined once; NAMING.md has the rule."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir, names
from pcgen.targets.python.layout import WIDTH
from pcgen.targets.python.types import Imports, Types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.names import Name
    from pcgen.targets.python.package import PythonPackage


def defined_once(package: PythonPackage) -> PythonPackage:
    """Turn each declaration that shares a definition into an alias of it."""
    shared = definitions(package)
    return replace(
        package,
        declarations=tuple(
            _alias(one, shared[one.name]) if one.name in shared else one
            for one in package.declarations
        ),
    )


def definitions(package: PythonPackage) -> dict[Name, Name]:
    """The shared definitions, by the other names that they have.

    The shortest name is that of the definition.
    """
    groups: dict[tuple[str, ...], list[Name]] = defaultdict(list)
    first: dict[Name, Name] = {}  # The first name of each group.
    # What a schema contains has a longer pointer, so it is compared before the schema.
    for one in sorted(package.declarations, key=lambda one: (-one.origin.count("/"), one.name)):
        if _may_share(one, package):
            group = groups[_key(one, first)]
            group.append(one.name)
            first[one.name] = group[0]
    types = Types(package.declared, Imports())
    found: dict[Name, Name] = {}
    for group in groups.values():
        shortest, *others = sorted(group, key=lambda name: (len(name), name))
        definition = package.declared[shortest]
        if isinstance(definition, ir.Model) or len(types.output(definition.type)) > WIDTH:
            found |= dict.fromkeys(others, shortest)
    return found


def _may_share(one: ir.Declaration, package: PythonPackage) -> bool:
    """Whether a declaration is inline, and neither in a discriminated union nor configured."""
    if one.wire_name or package.old_names_of(one.name):
        return False
    is_variant = isinstance(one, ir.Model) and one.tag is not None
    return not is_variant and all(mixin.target != one.name for mixin in package.mixins)


def _key(one: ir.Declaration, first: Mapping[Name, Name]) -> tuple[str, ...]:
    """What declarations with one definition have in common."""

    def known(type_: ir.Type) -> ir.Type:
        if isinstance(type_, ir.Ref):
            return ir.Ref(first.get(type_.name, type_.name))
        return ir.map_nested(type_, known)

    plain = replace(one, name="", origin="", example=None, given=None)
    if isinstance(plain, ir.Alias):
        plain = replace(plain, type=known(plain.type))
    else:
        fields = tuple(replace(field, type=known(field.type)) for field in plain.fields)
        extra = None if plain.extra is None else known(plain.extra)
        items = None if plain.items is None else replace(plain.items, type=ir.ANY)  # A field, too.
        plain = replace(plain, fields=fields, extra=extra, items=items)
    return names.words(one.name)[-1], _place(one.origin), repr(plain)


def _place(origin: str) -> str:
    """The property with a schema; for a body, its path item or component."""
    document, _, pointer = origin.partition("#/")
    steps = pointer.split("/")
    if "properties" in steps[:-1]:
        return steps[len(steps) - steps[::-1].index("properties", 1)]
    if "parameters" in steps:
        return ""  # The last word of the declaration's name is the parameter's.
    return "/".join((document, *steps[: 3 if steps[0] == "components" else 2]))


def _alias(one: ir.Declaration, definition: Name) -> ir.Alias:
    return ir.Alias(
        name=one.name,
        wire_name="",
        doc=ir.Doc(),
        facts=ir.Facts(),
        type=ir.Ref(definition),
        text_key="",
        origin=one.origin,
    )

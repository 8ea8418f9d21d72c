"""Types and declarations of schemas."""

from __future__ import annotations

from collections import deque
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.spec import Node, lookup, parse_pointer
from pcgen.translate import unions
from pcgen.translate.annotations import annotations_of, doc, enum_doc, facts
from pcgen.translate.component_texts import component_texts
from pcgen.translate.dynamic_references import Anchors
from pcgen.translate.enumerations import is_null, says_null
from pcgen.translate.inheritance import Inheritance
from pcgen.translate.keywords import report_reference, report_undescribed
from pcgen.translate.naming import ClassNames, can_be_field, field_names, item_name, reference_name
from pcgen.translate.recursion import expand_recursive_aliases
from pcgen.translate.scalars import choice, implied_types, report_type, scalar, with_null
from pcgen.translate.selection import report_unmatched
from pcgen.translate.shapes import (
    Shape,
    combined,
    refines_reference,
    shape,
    wrapped_schema,
    wraps_itself,
)
from pcgen.translate.unions import Variant, union
from pcgen.translate.untyped import NO_TYPE, ONLY_ITSELF, OPEN_MEMBER, Untyped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pcgen import config
    from pcgen.names import Name
    from pcgen.spec import Document
    from pcgen.translate.dynamic_references import Bindings
    from pcgen.translate.renames import Renames

Pointer = tuple[str, ...]

_NULL = ir.Scalar(ir.Kind.NULL)

_MAX_DEPTH = 30
"""The nesting of types in one annotation; deeper schemas are declared."""

_MAX_COMBINATIONS = 500
"""The combinations of the members of several unions."""


class Schemas:
    """Translates schemas to types, and declares those that need a name.

    Args:
        document: The document.
        spec: Its settings.
        components: Its selected component schemas.
        renames: Names that override those of the document.
        diagnostics: Collects findings.
    """

    def __init__(
        self,
        document: Document,
        spec: config.Spec,
        components: dict[str, Node],
        renames: Renames,
        diagnostics: Diagnostics,
    ) -> None:
        self._document = document
        self._spec = spec
        self._renames = renames
        self._diagnostics = diagnostics
        self._components = components
        self._inheritance = Inheritance(components)
        self._names = ClassNames(renames, diagnostics)
        self.node = self._names.owner  # The schema of a declaration, by its name.
        self._anchors = Anchors(document)
        self._bases: dict[Pointer, Name] = {}
        self._shapes: dict[Name, Shape] = {}
        self._declarations: dict[Name, ir.Declaration] = {}
        self._discriminators: list[ir.Discriminator] = []
        self._untyped = Untyped()
        self._pending: deque[tuple[Name, Node, Shape, Bindings]] = deque()
        self._depth = 0

    def declare_components(self) -> None:
        """Name and declare all components; call it before any other method."""
        self._check_text_fields()
        self._names.claim_components(self._components, component_texts(self._document))
        self._claim_bases()
        for key, node in self._components.items():
            self._declare_component(node, key)

    # --- Names ---------------------------------------------------------------------------------

    def _check_text_fields(self) -> None:
        """Report schemas and properties of `text-fields` that the document does not have."""
        for name, key in self._spec.text_fields.items():
            location = self._spec.source.location(name)
            if name not in self._components:
                message = f"`text-fields`: the document has no schema {shorten(name)!a}"
                report_unmatched(location, message, name, self._components, self._diagnostics)
                continue
            properties = shape(self._components[name]).properties
            if properties and key not in properties:
                message = f"`text-fields`: `{name}` has no property {shorten(key)!a}"
                report_unmatched(location, message, key, properties, self._diagnostics)

    def _claim_bases(self) -> None:
        """Name the models of parents that are variants; the parent's own name is the union's."""
        for key, node in self._components.items():
            if self._inheritance.is_parent(node) and self._inheritance.is_variant(node):
                text = self._renames.text(node, key)
                base = (names.name_of(f"{text} {word}", "model") for word in ("base", "itself"))
                self._bases[node.pointer] = self._names.take(node, *base)

    # --- Results -------------------------------------------------------------------------------

    def declarations(self, wrappers: set[Name]) -> tuple[ir.Declaration, ...]:
        """All declarations by name; a model in `wrappers` with a single array gets `items`."""
        tags = unions.tags(self._discriminators)
        result = []
        for name in sorted(self._declarations, key=names.pascal):
            declaration = self._declarations[name]
            if isinstance(declaration, ir.Model):
                declaration = self._with_null(declaration)
                if name in tags:
                    declaration = unions.tagged(declaration, *tags[name])
                if name in wrappers:
                    declaration = replace(declaration, items=self.sole_array(declaration))
            result.append(declaration)
        expanded = tuple(expand_recursive_aliases(result))
        for before, after in zip(result, expanded, strict=True):
            if before != after and isinstance(after, ir.Alias) and after.type == ir.ANY:
                self._untyped.add(self._names.owner(after.name), ONLY_ITSELF)
        self._untyped.report(self._diagnostics)
        return expanded

    def type(self, node: Node, name: str) -> ir.Type:
        """The type of a schema; `name` is the name of an inline schema."""
        type_ = self._type(node, name)
        self._declare_pending()
        return type_

    def model(self, type_: ir.Type) -> ir.Model | None:
        """The model that a type refers to, also through aliases; None for other types."""
        plain = self.plain(type_)
        declaration = self._declarations.get(plain.name) if isinstance(plain, ir.Ref) else None
        return self._with_null(declaration) if isinstance(declaration, ir.Model) else None

    def _with_null(self, model: ir.Model) -> ir.Model:
        """Make optional fields nullable if aliases or union members allow null."""
        fields = tuple(
            (
                replace(f, type=ir.Nullable(f.type))
                if not isinstance(f.presence, ir.Required) and self._hides_null(f.type)
                else f
            )
            for f in model.fields
        )
        return replace(model, fields=fields)

    def _hides_null(self, type_: ir.Type) -> bool:
        """Whether a type that is not itself nullable allows null."""
        seen, pending = set[ir.Type](), [type_]
        while pending:
            plain = self.plain(pending.pop())
            if plain in (_NULL, ir.ANY) or (isinstance(plain, ir.Nullable) and plain is not type_):
                return True
            if isinstance(plain, ir.Union) and plain not in seen:
                seen.add(plain)
                pending += plain.cases
        return False

    def sole_array(self, model: ir.Model) -> ir.Field | None:
        """The only field that is an array; None if there are none or several."""
        arrays = [f for f in model.fields if isinstance(self.plain(f.type), ir.Array)]
        return arrays[0] if len(arrays) == 1 else None

    def plain(self, type_: ir.Type) -> ir.Type:
        """Resolve a chain of aliases."""
        seen = set()
        while isinstance(type_, ir.Ref) and type_.name not in seen:
            seen.add(type_.name)
            declaration = self._declarations.get(type_.name)
            if not isinstance(declaration, ir.Alias):
                break
            type_ = declaration.type
        return type_

    # --- Declarations --------------------------------------------------------------------------

    def _declare_component(self, node: Node, key: str) -> None:
        name = self._names.name_of(node)
        if self._names.owner(name) != node:
            return  # The collision has been reported.
        if node.reference is not None and not refines_reference(node):
            report_reference(node, self._diagnostics)
            type_ = self._reference_type(node.follow(), names.pascal(name))
            self._alias(name, key, node, type_)
        else:
            merged = with_null(node)
            self._diagnostics.items += merged.findings.items
            own: Name | None = name
            if self._inheritance.is_parent(node):
                self._alias(name, key, node, self._parent_type(node))
                own = self._bases.get(node.pointer)
            if own is not None:
                self._declare(own, key, node, merged)
        self._declare_pending()

    def _declare_pending(self) -> None:
        """Declare the inline schemas that have been named, and those within them."""
        while self._pending:
            name, node, merged, bindings = self._pending.popleft()
            with self._anchors.binding(bindings):
                self._declare(name, "", node, merged)

    def _declare(self, name: Name, wire_name: str, node: Node, merged: Shape) -> None:
        """Declare a named schema as a model or an alias."""
        if not merged.is_model:
            self._alias(name, wire_name, node, self._merged_type(merged, names.pascal(name)))
            return
        report_undescribed(node, merged.properties, self._diagnostics)
        self._declarations[name] = ir.Model(
            name=name,
            wire_name=wire_name,
            doc=doc(node),
            facts=facts(node, self._diagnostics),
            fields=self._fields(merged, name),
            tag=None,
            items=None,
            extra=self._extra(merged, name),
            closed=merged.additional is False and not merged.patterns,
            deprecated=node.is_true("deprecated"),
            origin=node.address,
        )

    def _alias(self, name: Name, wire_name: str, node: Node, type_: ir.Type) -> None:
        self._declarations[name] = ir.Alias(
            name=name,
            wire_name=wire_name,
            doc=enum_doc(node),
            facts=facts(node, self._diagnostics),
            type=type_,
            text_key=self._spec.text_fields.get(wire_name, ""),
            origin=node.address,
        )

    def _fields(self, merged: Shape, owner: Name) -> tuple[ir.Field, ...]:
        """The fields of a model; a property whose schema is false is always absent."""
        possible = {key: node for key, node in merged.properties.items() if node.value is not False}
        chosen = field_names(possible, self._renames, self._diagnostics)
        return tuple(
            self._field(possible[wire_name], name, wire_name, merged, owner)
            for wire_name, name in chosen.items()
        )

    def _extra(self, merged: Shape, owner: Name) -> ir.Type | None:
        """The type of the properties besides the fields; None if there are none."""
        if not all(map(can_be_field, merged.properties)):
            return ir.ANY
        return self._map_values(merged, names.pascal(owner)) if merged.is_open else None

    def _field(
        self, node: Node, name: Name, wire_name: str, merged: Shape, owner: Name
    ) -> ir.Field:
        type_name = f"{names.pascal(owner)} {self._renames.text(node, wire_name)}"
        type_, annotations = self._type(node, type_name), annotations_of(node, self._diagnostics)
        return ir.Field(
            name=name,
            wire_name=wire_name,
            type=type_,
            presence=annotations.presence(required=wire_name in merged.required),
            doc=annotations.doc,
            facts=annotations.facts,
            deprecated=annotations.deprecated,
            access=annotations.access,
        )

    # --- Types ---------------------------------------------------------------------------------

    def _type(self, node: Node, name: str) -> ir.Type:
        target = self._anchors.target(node)
        if target is not None:
            return self._reference_type(target, name)
        if node.reference is not None and not refines_reference(node):
            report_reference(node, self._diagnostics)
            bindings = self._anchors.bindings(node)
            if not bindings:
                type_ = self._reference_type(node.step(), name)
                return union([type_, _NULL]) if node.is_true("nullable") else type_
            with self._anchors.binding(bindings):
                return self._named_type(node, self._shape(node), name)
        inner = wrapped_schema(node)
        if inner is not None:
            type_ = self._type(inner, name)
            nullable = node.is_true("nullable") or any(map(is_null, node.entries("allOf")))
            return union([type_, _NULL]) if nullable else type_
        return self._named_type(node, self._shape(node), name)

    def _shape(self, node: Node) -> Shape:
        """Return the shape of a schema, and report its findings."""
        merged = shape(node)
        self._diagnostics.items += merged.findings.items
        return merged

    def _reference_type(self, target: Node, name: str) -> ir.Type:
        """The type of the target of a reference, which is a declaration or an inline schema."""
        declared = self._names.find(target)
        if declared is not None:
            is_nullable_model = says_null(target) and shape(target).is_model
            ref = ir.Ref(declared)
            return ir.Nullable(ref) if is_nullable_model else ref  # Aliases include null.
        if wraps_itself(target):
            self._untyped.add(target, ONLY_ITSELF)
            return ir.ANY
        merged = self._shape(target)
        needs_name = merged.is_model or merged.is_enum
        return self._type(target, reference_name(target) or name if needs_name else name)

    def _named_type(self, node: Node, merged: Shape, name: str) -> ir.Type:
        """The type of an inline schema, which is declared if it needs a name."""
        if not merged.is_model and not merged.is_enum and self._depth < _MAX_DEPTH:
            self._depth += 1
            type_ = self._merged_type(merged, name)
            self._depth -= 1
            return type_
        own = self._names.find(node)
        if own is None:
            own = self._names.claim_inline(node, name, "object" if merged.is_model else "value")
            if self._names.owner(own) == node:  # Else the name is that of an equal schema.
                self._shapes[own] = merged
                self._pending.append((own, node, merged, self._anchors.bound))
        return ir.Nullable(ir.Ref(own)) if merged.nullable else ir.Ref(own)

    def _merged_type(self, merged: Shape, name: str) -> ir.Type:
        """The type of a shape that is not a declaration, or the type of an alias."""
        type_ = self._bare_type(merged, name)
        nullable = merged.nullable and type_ not in (ir.ANY, _NULL)
        return ir.Nullable(type_) if nullable and not isinstance(type_, ir.Nullable) else type_

    def _bare_type(self, merged: Shape, name: str) -> ir.Type:
        if merged.unions:
            return self._union(merged, name)
        enumeration = None if merged.values is None else choice(merged, self._diagnostics)
        if enumeration is not None:
            return enumeration
        types = merged.types or implied_types(merged.format)
        if types:
            return union([self._typed(merged, t, name) for t in types])
        if merged.is_object:
            return self._typed(merged, "object", name)
        if merged.is_array:
            return self._typed(merged, "array", name)
        if not merged.findings.failed:
            self._untyped.add(merged.node, NO_TYPE)
        return ir.ANY

    def _typed(self, merged: Shape, type_: str, name: str) -> ir.Type:
        if type_ == "array" and merged.is_tuple:
            names = (f"{item_name(name)} {i}" for i in range(1, len(merged.prefix) + 1))
            return ir.Tuple(tuple(map(self._type, merged.prefix, names)))
        if type_ == "array":
            return ir.Array(self._items(merged, name))
        if type_ == "object" and merged.properties:
            node = replace(merged.node, pointer=(*merged.node.pointer, "object", "+"))
            alone = replace(merged, node=node, types=("object",), nullable=False, values=None)
            return self._named_type(node, alone, f"{name} object")
        if type_ == "object":
            return ir.Map(self._map_values(merged, name))
        found = scalar(type_, merged.format)
        if found is None:
            report_type(merged.node, type_, self._diagnostics)
        return found or ir.ANY

    def _items(self, merged: Shape, name: str) -> ir.Type:
        """The type of an array's items; a union for an array that continues after a tuple."""
        nodes = list(merged.prefix)
        if merged.items is not None and merged.items.value is not False:
            nodes.append(merged.items)
        return union([self._type(node, item_name(name)) for node in nodes]) if nodes else ir.ANY

    def _map_values(self, merged: Shape, name: str) -> ir.Type:
        nodes = merged.value_schemas
        if not nodes or merged.additional is True:
            return ir.ANY
        return union([self._type(node, f"{name} value") for node in nodes])

    # --- Unions --------------------------------------------------------------------------------

    def _union(self, merged: Shape, name: str) -> ir.Type:
        """The type of `oneOf` or `anyOf`, with each member merged with its sibling keywords."""
        groups = [list(zip(unions.labels(u), u, strict=True)) for u in merged.unions]
        count = merged.count * prod(map(len, groups))
        if count > _MAX_COMBINATIONS:
            message = f"the unions here have more than {_MAX_COMBINATIONS} combinations"
            self._diagnostics.error(Code.UNSUPPORTED, merged.node.location, message)
            return ir.ANY
        if merged.refines_unions:
            base = replace(merged, count=count)
            every = list(product(*groups))
            possible = [members for members in every if _is_possible(merged, members)]
            types = [self._refined(base, members, name) for members in possible or every]
        else:
            types = [self._type(member, f"{name} {label}".strip()) for label, member in groups[0]]
        if ir.ANY in types and len(types) > 1:
            self._untyped.add(merged.node, OPEN_MEMBER)
        return union(types, self._discriminator(merged.discriminator, self._variants(types)))

    def _refined(self, base: Shape, members: Sequence[tuple[str, Node]], name: str) -> ir.Type:
        """The type of one member of each union merged with the sibling keywords."""
        first = members[0][1]
        # The member has the keywords.
        if len(members) == 1 and base.node.pointer in shape(first).parts:
            return self._type(first, name)
        merged = combined(base, [node for _, node in members])
        self._diagnostics.items += merged.findings.items
        words = (
            label if node.reference is None else node.follow().pointer[-1]
            for label, node in members
        )
        keys = (key for _, node in members for key in node.pointer[-2:])
        node = replace(first, pointer=(*base.node.pointer, *keys, "+"))
        return self._named_type(node, merged, " ".join((name, *filter(None, words))))

    def _parent_type(self, parent: Node) -> ir.Type:
        """The union of the schemas that inherit from a schema with a discriminator."""
        members = self._inheritance.descendants(parent)
        if parent.pointer in self._bases:
            members.insert(0, parent)
        variants = [
            Variant(self._bases.get(m.pointer) or self._names.name_of(m), m, shape(m))
            for m in members
        ]
        found = self._discriminator(parent.get("discriminator"), variants)
        return union([ir.Ref(variant.name) for variant in variants], found)

    def _variants(self, types: Sequence[ir.Type]) -> list[Variant]:
        """The models of a union; none if it also has other objects."""
        found: dict[Name, Variant] = {}
        for type_ in types:
            bare = type_.inner if isinstance(type_, ir.Nullable) else type_
            if isinstance(bare, ir.Scalar | ir.Choice | ir.Array | ir.Tuple) and bare != ir.ANY:
                continue
            if not isinstance(bare, ir.Ref):
                return []
            schema = self._names.owner(bare.name).follow()
            name, merged = bare.name, self._shapes.get(bare.name)
            if merged is None:  # A component, or an alias of it.
                name, merged = self._names.find(schema) or name, shape(schema)
            if not merged.is_model or self._inheritance.is_parent(schema):
                return []
            found[name] = Variant(name, schema, merged)
        return list(found.values())

    def _discriminator(self, node: Node | None, variants: list[Variant]) -> ir.Discriminator | None:
        """The discriminator that the document declares, else one inferred from the properties."""
        if not variants:
            unions.report_ignored_discriminator(node, self._diagnostics)
            return None
        if node is None:
            found = unions.inferred_discriminator(variants)
        else:
            pairs = ((entry, self.mapped(entry)) for _, entry in node.members("mapping"))
            mapping = [(entry, schema) for entry, schema in pairs if schema is not None]
            other = node.get("defaultMapping")
            default = None if other is None else self.mapped(other)
            found = unions.declared_discriminator(
                node.text("propertyName"), mapping, default, variants, self._diagnostics
            )
        if found is not None:
            self._discriminators.append(found)
        return found

    def mapped(self, target: Node) -> Node | None:
        """The schema that a mapping refers to, by its key in the components or by a reference."""
        text = str(target.value)
        pointer = parse_pointer(text)
        found = self._components.get(text) or (
            lookup(target.document, pointer) if pointer else None
        )
        if found is None:
            message = f"{shorten(text)!a} does not refer to a schema of this document"
            self._diagnostics.error(Code.REFERENCE_MISSING, target.location, message)
        return None if found is None else found.follow()


def _is_possible(base: Shape, members: Sequence[tuple[str, Node]]) -> bool:
    """Whether a value can match one member of each union; true for a single member, except null."""
    nodes = [node for _, node in members]
    is_certain = len(nodes) == 1 and not is_null(nodes[0])
    return is_certain or not combined(base, nodes).findings.failed

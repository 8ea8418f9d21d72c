"""Schemas to types and declarations."""

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
from pcgen.translate.circles import without_circles
from pcgen.translate.describe import annotations_of, doc, enum_doc, facts
from pcgen.translate.dynamic import Anchors
from pcgen.translate.inherit import Family
from pcgen.translate.keywords import says, warn_of_required
from pcgen.translate.naming import ClassNames, can_be_field, field_names, item_name, place_name
from pcgen.translate.scalars import choice, report_type, scalar, with_null
from pcgen.translate.selection import report_unmatched
from pcgen.translate.shapes import (
    Shape,
    combined,
    is_nothing_else,
    is_null,
    refines_reference,
    says_null,
    shape,
    sole_part,
)
from pcgen.translate.unions import Case, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pcgen import config
    from pcgen.names import Name
    from pcgen.spec import Document
    from pcgen.translate.dynamic import Bindings
    from pcgen.translate.renames import Renames
    from pcgen.translate.selection import Selection

Pointer = tuple[str, ...]

_NULL = ir.Scalar(ir.Kind.NULL)

_MOST_LEVELS = 30
"""How deep types nest in one annotation; what is deeper gets a name."""

_MOST_CASES = 500
"""How many combinations of the cases of several unions make models."""


class Schemas:
    """Translates every schema once and gives each its name."""

    def __init__(
        self,
        document: Document,
        spec: config.Spec,
        selection: Selection,
        renames: Renames,
        diagnostics: Diagnostics,
    ) -> None:
        self._document = document
        self._spec = spec
        self._renames = renames
        self._diagnostics = diagnostics
        self._components = dict(sorted(_component_nodes(document, selection)))
        self._family = Family(self._components)
        self._names = ClassNames(renames, diagnostics)
        self._anchors = Anchors(document)
        self._bases: dict[Pointer, Name] = {}
        self._contents: dict[Name, Shape | Node] = {}
        self._declarations: dict[Name, ir.Declaration] = {}
        self._discriminators: list[ir.Discriminator] = []
        self._waiting: deque[tuple[Name, Node, Shape, Bindings]] = deque()
        self._level = 0

    def declare_components(self) -> None:
        """Name all components, then declare each; call it before any other method."""
        self._check_text_fields()
        self._names.claim_components(self._components)
        self._claim_bases()
        for name, node in self._components.items():
            self._declare_component(node, name)

    # --- Names ---------------------------------------------------------------------------------

    def _check_text_fields(self) -> None:
        """What the configuration says of schemas that the document does not have is a mistake."""
        for name, key in self._spec.text_fields.items():
            place = self._spec.source.place(name)
            if name not in self._components:
                message = f"`text-fields` names the schema {shorten(name)!a}, which is not there"
                report_unmatched(place, message, name, self._components, self._diagnostics)
                continue
            properties = shape(self._components[name]).properties
            if properties and key not in properties:
                message = f"`text-fields`: `{name}` has no property {shorten(key)!a}"
                report_unmatched(place, message, key, properties, self._diagnostics)

    def _claim_bases(self) -> None:
        """Parents that values may be of themselves: the name of the parent means all of them."""
        for key, node in self._components.items():
            if self._family.is_parent(node) and self._family.is_member(node):
                text = self._renames.text(node, key)
                base = (names.name(f"{text} {word}", "model") for word in ("base", "itself"))
                self._bases[node.pointer] = self._names.take(node, *base)

    # --- Results -------------------------------------------------------------------------------

    def declarations(self, listed: set[Name]) -> tuple[ir.Declaration, ...]:
        """All declarations by name; those in `listed` may be lists in all but name."""
        tags = unions.tags(self._discriminators)
        result = []
        for name in sorted(self._declarations, key=names.pascal):
            declaration = self._declarations[name]
            if isinstance(declaration, ir.Model):
                declaration = self._with_null(declaration)
                if name in tags:
                    declaration = unions.tagged(declaration, *tags[name])
                if name in listed:
                    declaration = replace(declaration, items=self.sole_array(declaration))
            result.append(declaration)
        return tuple(without_circles(result))

    def type(self, node: Node, name: str) -> ir.Type:
        """The type of a schema; `name` is what an inline schema's own name is made of."""
        type_ = self._type(node, name)
        self._declare_waiting()
        return type_

    def model(self, type_: ir.Type) -> ir.Model | None:
        """The model that a type names, through aliases; None when it names none."""
        plain = self.plain(type_)
        declaration = self._declarations.get(plain.name) if isinstance(plain, ir.Ref) else None
        return self._with_null(declaration) if isinstance(declaration, ir.Model) else None

    def _with_null(self, model: ir.Model) -> ir.Model:
        """The model, with null told from absence where an alias or a case lets it in."""
        fields = tuple(
            (
                replace(f, type=ir.Nullable(f.type))
                if not isinstance(f.presence, ir.Required) and self._takes_null(f.type)
                else f
            )
            for f in model.fields
        )
        return replace(model, fields=fields)

    def _takes_null(self, type_: ir.Type) -> bool:
        """Whether null is one of the values of a type that does not say so itself."""
        seen, waiting = set[ir.Type](), [type_]
        while waiting:
            plain = self.plain(waiting.pop())
            if plain in (_NULL, ir.ANY) or (isinstance(plain, ir.Nullable) and plain is not type_):
                return True
            if isinstance(plain, ir.Union) and plain not in seen:
                seen.add(plain)
                waiting += plain.cases
        return False

    def sole_array(self, model: ir.Model) -> ir.Field | None:
        """The one property that is an array, None when there is none or several."""
        arrays = [f for f in model.fields if isinstance(self.plain(f.type), ir.Array)]
        return arrays[0] if len(arrays) == 1 else None

    def plain(self, type_: ir.Type) -> ir.Type:
        """The type behind a chain of aliases."""
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
        name = self._names.of(node)
        if self._names.owner(name) != node:
            return  # Its name is taken, which has been reported.
        if node.reference is not None and not refines_reference(node):
            self._check_reference(node)
            type_ = self._reference_type(node.follow(), names.pascal(name))
            self._alias(name, key, node, type_)
        else:
            content = with_null(node)
            self._diagnostics.items += content.findings.items
            own: Name | None = name
            if self._family.is_parent(node):
                self._alias(name, key, node, self._family_type(node))
                own = self._bases.get(node.pointer)
            if own is not None:
                self._declare(own, key, node, content)
        self._declare_waiting()

    def _declare_waiting(self) -> None:
        """Declare the inline schemas that were met; doing so meets others, however deep."""
        while self._waiting:
            name, node, content, bindings = self._waiting.popleft()
            with self._anchors.binding(bindings):
                self._declare(name, "", node, content)

    def _declare(self, name: Name, wire_name: str, node: Node, content: Shape) -> None:
        """Declare a named schema as a model or an alias."""
        if not content.is_model:
            self._alias(name, wire_name, node, self._content_type(content, names.pascal(name)))
            return
        warn_of_required(node, content.properties, self._diagnostics)
        self._declarations[name] = ir.Model(
            name=name,
            wire_name=wire_name,
            doc=doc(node),
            facts=facts(node, self._diagnostics),
            fields=self._fields(content, name),
            tag=None,
            items=None,
            extra=self._extra(content, name),
            deprecated=node.is_true("deprecated"),
            origin=node.address,
        )

    def _alias(self, name: Name, wire_name: str, node: Node, type_: ir.Type) -> None:
        text_key = self._spec.text_fields.get(wire_name, "")
        origin = node.address
        type_ = ir.ANY if type_ == ir.Ref(name) else type_
        told = facts(node, self._diagnostics)
        self._declarations[name] = ir.Alias(
            name, wire_name, enum_doc(node), told, type_, text_key, origin
        )

    def _fields(self, content: Shape, owner: Name) -> tuple[ir.Field, ...]:
        """The properties that a class can have as fields; what is never there is none."""
        possible = {
            key: node for key, node in content.properties.items() if node.value is not False
        }
        chosen = field_names(possible, self._renames, self._diagnostics)
        return tuple(
            self._field(possible[wire_name], name, wire_name, content, owner)
            for wire_name, name in chosen.items()
        )

    def _extra(self, content: Shape, owner: Name) -> ir.Type | None:
        """The type of the properties that are no fields, None where there are none."""
        if not all(map(can_be_field, content.properties)):
            return ir.ANY
        return self._map_values(content, names.pascal(owner)) if content.is_open else None

    def _field(
        self, node: Node, name: Name, wire_name: str, content: Shape, owner: Name
    ) -> ir.Field:
        type_name = f"{names.pascal(owner)} {self._renames.text(node, wire_name)}"
        type_, described = self._type(node, type_name), annotations_of(node, self._diagnostics)
        return ir.Field(
            name=name,
            wire_name=wire_name,
            type=type_,
            presence=described.presence(required=wire_name in content.required),
            doc=described.doc,
            facts=described.facts,
            deprecated=described.deprecated,
            access=described.access,
        )

    # --- Types ---------------------------------------------------------------------------------

    def _type(self, node: Node, name: str) -> ir.Type:
        target = self._anchors.target(node)
        if target is not None:
            return self._reference_type(target, name)
        if node.reference is not None and not refines_reference(node):
            self._check_reference(node)
            bindings = self._anchors.bindings(node)
            if not bindings:
                type_ = self._reference_type(node.step(), name)
                return union([type_, _NULL]) if node.is_true("nullable") else type_
            with self._anchors.binding(bindings):
                return self._named_type(node, self._shape(node), name)
        inner = sole_part(node)
        if inner is not None:
            type_ = self._type(inner, name)
            return ir.Nullable(type_) if node.is_true("nullable") else type_
        return self._named_type(node, self._shape(node), name)

    def _shape(self, node: Node) -> Shape:
        """Return what a schema says, and report what is wrong with it."""
        content = shape(node)
        self._diagnostics.items += content.findings.items
        return content

    def _reference_type(self, target: Node, name: str) -> ir.Type:
        """A component's name; another place that needs a name gets one from its own key."""
        known = self._names.find(target)
        if known is not None:
            is_model = says_null(target) and shape(target).is_model
            return ir.Nullable(ir.Ref(known)) if is_model else ir.Ref(known)  # Aliases hold null.
        if is_nothing_else(target):
            return ir.ANY
        content = self._shape(target)
        named = content.is_model or content.is_enum
        return self._type(target, place_name(target) or name if named else name)

    def _check_reference(self, node: Node) -> None:
        """A component that a schema refers to must be a schema, and all that is said of it."""
        place = node.step().pointer
        if len(place) == 3 and place[0] == "components" and place[1] != "schemas":
            message = f"a schema cannot refer to one of the {place[1]}"
            self._diagnostics.error(Code.REFERENCE_MISSING, node.child("$ref").location, message)
        beside = sorted(says(node) - {"$ref", "discriminator", "nullable"})
        if beside:
            told = ", ".join(f"`{key}`" for key in beside)
            message = f"beside `$ref`, OpenAPI 3.0 gives no meaning to {told}"
            hint = "list the reference and the rest in `allOf`"
            self._diagnostics.warning(Code.UNSUPPORTED, node.location, message, hint)

    def _named_type(self, node: Node, content: Shape, name: str) -> ir.Type:
        """The type of an inline schema, which is declared when it needs a name."""
        if not content.is_model and not content.is_enum and self._level < _MOST_LEVELS:
            self._level += 1
            type_ = self._content_type(content, name)
            self._level -= 1
            return type_
        own = self._names.find(node)
        if own is None:
            own = self._names.claim_inline(node, name, "object" if content.is_model else "value")
            if self._names.owner(own) == node:  # Else it is the same as another.
                self._contents[own] = content
                self._waiting.append((own, node, content, self._anchors.bound))
        return ir.Nullable(ir.Ref(own)) if content.nullable else ir.Ref(own)

    def _content_type(self, content: Shape, name: str) -> ir.Type:
        """The type of a schema that has no name, or the meaning of an alias."""
        type_ = self._bare_type(content, name)
        nullable = content.nullable and type_ not in (ir.ANY, _NULL)
        return ir.Nullable(type_) if nullable and not isinstance(type_, ir.Nullable) else type_

    def _bare_type(self, content: Shape, name: str) -> ir.Type:
        if content.unions:
            return self._union(content, name)
        known = None if content.values is None else choice(content, self._diagnostics)
        if known is not None:
            return known
        if content.types:
            return union([self._typed(content, t, name) for t in content.types])
        if content.is_object:
            return self._typed(content, "object", name)
        return self._typed(content, "array", name) if content.is_array else ir.ANY

    def _typed(self, content: Shape, type_: str, name: str) -> ir.Type:
        if type_ == "array" and content.is_tuple:
            names = (f"{item_name(name)} {i}" for i in range(1, len(content.prefix) + 1))
            return ir.Tuple(tuple(map(self._type, content.prefix, names)))
        if type_ == "array":
            return ir.Array(self._items(content, name))
        if type_ == "object" and content.properties:
            place = replace(content.node, pointer=(*content.node.pointer, "object", "+"))
            alone = replace(content, node=place, types=("object",), nullable=False, values=None)
            return self._named_type(place, alone, f"{name} object")
        if type_ == "object":
            return ir.Map(self._map_values(content, name))
        found = scalar(type_, content.format)
        if found is None:
            report_type(content.node, type_, self._diagnostics)
        return found or ir.ANY

    def _items(self, content: Shape, name: str) -> ir.Type:
        """The type of an array's items; where it may go on behind a tuple, of one of its types."""
        nodes = list(content.prefix)
        if content.items is not None and content.items.value is not False:
            nodes.append(content.items)
        return union([self._type(node, item_name(name)) for node in nodes]) if nodes else ir.ANY

    def _map_values(self, content: Shape, name: str) -> ir.Type:
        nodes = content.value_schemas
        if not nodes or content.additional is True:
            return ir.ANY
        return union([self._type(node, f"{name} value") for node in nodes])

    # --- Unions --------------------------------------------------------------------------------

    def _union(self, content: Shape, name: str) -> ir.Type:
        """The type of `oneOf` or `anyOf`, each case merged with what stands beside them."""
        groups = [list(zip(unions.labels(c), c, strict=True)) for c in content.unions]
        count = content.count * prod(map(len, groups))
        if count > _MOST_CASES:
            message = f"the unions here have more than {_MOST_CASES} cases together"
            self._diagnostics.error(Code.UNSUPPORTED, content.node.location, message)
            return ir.ANY
        if content.refines_unions:
            counted = replace(content, count=count)
            possible = [cases for cases in product(*groups) if _is_possible(content, cases)]
            types = [self._refined(counted, cases, name) for cases in possible or product(*groups)]
        else:
            types = [self._type(case, f"{name} {label}".strip()) for label, case in groups[0]]
        return union(types, self._discriminator(content.discriminator, self._cases(types)))

    def _refined(self, base: Shape, cases: Sequence[tuple[str, Node]], name: str) -> ir.Type:
        """The type of one case of each union together with what stands beside them."""
        if len(cases) == 1:
            own = shape(cases[0][1])
            if base.node.pointer in own.parts:  # Made from this schema, as a child of it.
                return self._type(cases[0][1], name)
        content = combined(base, [node for _, node in cases])
        self._diagnostics.items += content.findings.items
        words = (
            label if node.reference is None else node.follow().pointer[-1] for label, node in cases
        )
        keys = (part for _, node in cases for part in node.pointer[-2:])
        place = replace(cases[0][1], pointer=(*base.node.pointer, *keys, "+"))
        return self._named_type(place, content, " ".join((name, *filter(None, words))))

    def _family_type(self, node: Node) -> ir.Type:
        """One of the schemas that are made from a schema with a discriminator."""
        members = self._family.descendants(node)
        if node.pointer in self._bases:
            members.insert(0, node)
        types = [
            ir.Ref(self._bases.get(member.pointer) or self._names.of(member)) for member in members
        ]
        cases = [
            Case(type_.name, member, shape(member))
            for type_, member in zip(types, members, strict=True)
        ]
        return union(types, self._discriminator(node.get("discriminator"), cases))

    def _cases(self, types: Sequence[ir.Type]) -> list[Case]:
        """The models of a union; none if it has other objects too."""
        found: dict[Name, Case] = {}
        for type_ in types:
            bare = type_.inner if isinstance(type_, ir.Nullable) else type_
            if isinstance(bare, ir.Scalar | ir.Choice | ir.Array | ir.Tuple) and bare != ir.ANY:
                continue
            if not isinstance(bare, ir.Ref):
                return []
            schema = self._names.owner(bare.name).follow()
            name, content = bare.name, self._contents.get(bare.name)
            if content is None:  # Not all places have a name.
                name, content = self._names.find(schema) or name, schema
            if isinstance(content, Node):
                content = shape(content)
            if not content.is_model or self._family.is_parent(schema):
                return []
            found[name] = Case(name, schema, content)
        return list(found.values())

    def _discriminator(self, node: Node | None, cases: list[Case]) -> ir.Discriminator | None:
        """What tells models apart, as the document says or as their properties show."""
        if not cases:
            return None
        if node is None:
            found = unions.inferred(cases)
        else:
            pairs = ((value, self._mapped(target)) for value, target in node.members("mapping"))
            mapping = {value: schema for value, schema in pairs if schema is not None}
            other = node.get("defaultMapping")
            default = None if other is None else self._mapped(other)
            found = unions.discriminator(node.text("propertyName"), mapping, default, cases)
        if found is not None:
            self._discriminators.append(found)
        return found

    def _mapped(self, target: Node) -> Node | None:
        """The schema that a mapping's value names, by its key in the components or by reference."""
        text = str(target.value)
        pointer = parse_pointer(text)
        found = self._components.get(text) or (
            lookup(target.document, pointer) if pointer else None
        )
        if found is None:
            message = f"the mapping names no schema of this document: {shorten(text)!a}"
            self._diagnostics.error(Code.REFERENCE_MISSING, target.location, message)
        return None if found is None else found.follow()


def _is_possible(base: Shape, cases: Sequence[tuple[str, Node]]) -> bool:
    """Whether a value can be of one case of each union at once; a sole case is right, or null."""
    nodes = [node for _, node in cases]
    is_certain = len(nodes) == 1 and not is_null(nodes[0])
    return is_certain or not combined(base, nodes).findings.failed


def _component_nodes(document: Document, selection: Selection) -> Iterator[tuple[str, Node]]:
    """The component schemas that the selected operations need."""
    components = document.node.get("components")
    for key, node in components.members("schemas") if components is not None else ():
        if selection.schemas is None or node.pointer in selection.schemas:
            yield key, node

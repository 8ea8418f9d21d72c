"""Schemas to types and declarations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.ir import Kind, Scalar
from pcgen.spec import format_pointer
from pcgen.translate.renames import RENAME_HINT
from pcgen.translate.selection import report_unmatched
from pcgen.translate.shapes import Shape, shape, sole_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen import config
    from pcgen.names import Identifier
    from pcgen.spec import Document, Node
    from pcgen.translate.renames import Renames
    from pcgen.translate.selection import Selection

_SCALARS = {
    "string": Kind.STRING,
    "integer": Kind.INTEGER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "null": Kind.NULL,
}
_FORMATS = {
    "date": Kind.DATE,
    "date-time": Kind.DATE_TIME,
    "uuid": Kind.UUID,
    "byte": Kind.BYTES,
    "binary": Kind.FILE,
}
_JSON_KINDS = {str: Kind.STRING, int: Kind.INTEGER, float: Kind.NUMBER, bool: Kind.BOOLEAN}


@dataclass(frozen=True, slots=True)
class _Discriminated:
    """A union whose cases a property tells apart: the values that mean each model."""

    property: str
    values: dict[Identifier, tuple[str, ...]]


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
        self._names: dict[tuple[str, ...], Identifier] = {}
        self._origins: dict[str, Node] = {}
        self._declarations: dict[Identifier, ir.Declaration] = {}
        self._discriminated: list[_Discriminated] = []
        self._components = sorted(self._component_nodes(selection.schemas))
        self._check_text_fields()
        for name, node in self._components:
            self._claim(node, names.class_name(renames.text(node, name)))
        for name, node in self._components:
            self._declare(node, name)

    # --- Names ---------------------------------------------------------------------------------

    def _component_nodes(
        self, wanted: frozenset[tuple[str, ...]] | None
    ) -> Iterator[tuple[str, Node]]:
        components = self._document.node.get("components")
        for name, node in components.members("schemas") if components is not None else ():
            if wanted is None or node.pointer in wanted:
                yield name, node

    def _check_text_fields(self) -> None:
        """What the configuration says of schemas that the document does not have is a mistake."""
        known = dict(self._components)
        for name, key in self._spec.text_fields.items():
            place = self._spec.source.place(name)
            if name not in known:
                message = f"`text-fields` names the schema {shorten(name)!a}, which is not there"
                report_unmatched(place, message, name, known, self._diagnostics)
                continue
            properties = shape(known[name], Diagnostics()).properties
            if properties and key not in properties:
                message = f"`text-fields`: `{name}` has no property {shorten(key)!a}"
                report_unmatched(place, message, key, properties, self._diagnostics)

    def _claim(self, node: Node, *candidates: Identifier) -> Identifier:
        """Give a schema the first of its candidate names that is free."""
        if node.pointer in self._names:
            return self._names[node.pointer]
        for name in candidates:
            if name not in self._origins:
                self._origins[name] = node
                self._names[node.pointer] = name
                return name
        name = self._names[node.pointer] = candidates[0]
        other = format_pointer(self._origins[name].pointer)
        message = f"the name `{name}` is also that of {other}"
        self._diagnostics.error(Code.NAME_COLLISION, node.location, message, RENAME_HINT)
        return name

    def _claim_inline(self, node: Node, name: str, kind: str) -> Identifier:
        chosen = self._renames.text(node, "")
        if chosen and node.pointer[-2:-1] != ("properties",):  # That renames the property.
            return self._claim(node, names.class_name(chosen))
        return self._claim(node, names.class_name(name), names.class_name(f"{name} {kind}"))

    # --- Results -------------------------------------------------------------------------------

    def declarations(self, listed: set[Identifier]) -> tuple[ir.Declaration, ...]:
        """All declarations by name; those in `listed` may be lists in all but name."""
        tags = self._tags()
        result = []
        for name in sorted(self._declarations):
            declaration = self._declarations[name]
            if isinstance(declaration, ir.Model):
                if name in tags:
                    declaration = _tagged(declaration, tags[name])
                if name in listed:
                    declaration = replace(declaration, items=self.sole_array(declaration))
            result.append(declaration)
        return tuple(result)

    def model(self, type_: ir.Type) -> ir.Model | None:
        """The model that a type names, through aliases; None when it names none."""
        while isinstance(type_, ir.Ref):
            declaration = self._declarations.get(type_.name)
            if isinstance(declaration, ir.Model):
                return declaration
            type_ = declaration.type if isinstance(declaration, ir.Alias) else ir.ANY
        return None

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

    def _tags(self) -> dict[Identifier, tuple[str, str]]:
        """The property and value that mean a model in every union that it is a case of."""
        found: dict[Identifier, set[tuple[str, str]]] = {}
        for union in self._discriminated:
            for name, values in union.values.items():
                found.setdefault(name, set()).update((union.property, v) for v in values)
        return {name: next(iter(tags)) for name, tags in found.items() if len(tags) == 1}

    # --- Declarations --------------------------------------------------------------------------

    def _declare(self, node: Node, wire_name: str) -> None:
        """Declare a named schema as a model or an alias."""
        name = self._names[node.pointer]
        if name in self._declarations or self._origins[name] != node:
            return
        origin = format_pointer(node.pointer)
        content = shape(node, self._diagnostics) if node.reference is None else None
        if content is not None and self._is_model(content):
            self._declarations[name] = model = ir.Model(
                name=name,
                wire_name=wire_name,
                doc=doc(node),
                fields=(),
                tag=None,
                items=None,
                deprecated=node.value.get("deprecated") is True,
                origin=origin,
            )
            fields = self._fields(content, name)
            self._declarations[name] = replace(model, fields=fields)
            return
        self._declarations[name] = alias = ir.Alias(
            name, wire_name, doc(node), ir.ANY, self._spec.text_fields.get(wire_name, ""), origin
        )
        type_ = self.type(node, name) if content is None else self._content_type(content, name)
        self._declarations[name] = replace(alias, type=type_)

    def _is_model(self, content: Shape) -> bool:
        return bool(content.properties) and not content.unions and content.values is None

    def _fields(self, content: Shape, owner: Identifier) -> tuple[ir.Field, ...]:
        taken: dict[Identifier, str] = {}
        texts = {wire: self._renames.text(node, wire) for wire, node in content.properties.items()}
        chosen = _field_names(texts)
        fields = []
        for wire_name, node in content.properties.items():
            self._check_wire_name(wire_name, node)
            name = chosen[wire_name]
            if name in taken:
                message = f"the property `{wire_name}` gets the name `{name}` of `{taken[name]}`"
                self._diagnostics.error(Code.NAME_COLLISION, node.location, message, RENAME_HINT)
            taken[name] = wire_name
            type_name = f"{owner} {texts[wire_name]}"
            fields.append(self._field(content, name, wire_name, type_name))
        return tuple(fields)

    def _check_wire_name(self, name: str, node: Node) -> None:
        """JSON libraries cannot rename a field to a text that would need escaping."""
        if not name.isprintable() or '"' in name or "\\" in name:
            message = f"the property {shorten(name)!a} has a name that cannot be handled"
            hint = "quotes, backslashes and control characters are not possible"
            self._diagnostics.error(Code.UNSAFE_TEXT, node.location, message, hint)

    def _field(self, content: Shape, name: Identifier, wire_name: str, type_name: str) -> ir.Field:
        node = content.properties[wire_name]
        target = node.follow()
        return ir.Field(
            name=name,
            wire_name=wire_name,
            type=self.type(node, type_name),
            presence=presence(node, required=wire_name in content.required),
            doc=self._field_doc(node),
            facts=facts(node, self._diagnostics),
            deprecated=_flag(node, "deprecated") or _flag(target, "deprecated"),
        )

    def _field_doc(self, node: Node) -> ir.Doc:
        """The description of a property; of what it refers to when that is not a model."""
        own = doc(node)
        if own.description or node.reference is None:
            return own
        target = node.follow()
        content = shape(target, Diagnostics())
        return ir.Doc() if self._is_model(content) else doc(target)

    # --- Types ---------------------------------------------------------------------------------

    def type(self, node: Node, name: str) -> ir.Type:
        """The type of a schema; `name` is what an inline schema's own name is made of."""
        if node.reference is not None:
            target = node.step()
            if target.pointer not in self._names:
                return self._referenced(target, name)
            return ir.Ref(self._names[target.pointer])
        inner = sole_part(node)
        if inner is not None:
            type_ = self.type(inner, name)
            return ir.Nullable(type_) if _flag(node, "nullable") else type_
        content = shape(node, self._diagnostics)
        if self._needs_name(content) and node.pointer not in self._names:
            kind = "object" if self._is_model(content) else "value"
            self._claim_inline(node, name, kind)
            self._declare(node, "")
        if node.pointer in self._names and self._needs_name(content):
            type_ = ir.Ref(self._names[node.pointer])
            return ir.Nullable(type_) if content.nullable else type_
        return self._content_type(content, name)

    def _referenced(self, target: Node, name: str) -> ir.Type:
        """A reference to a place that is no component: it gets a name of its own."""
        content = shape(target, self._diagnostics)
        if not self._needs_name(content):
            return self.type(target, name)
        self._claim_inline(target, target.pointer[-1], "object")
        self._declare(target, "")
        return ir.Ref(self._names[target.pointer])

    def _needs_name(self, content: Shape) -> bool:
        return self._is_model(content) or (content.values is not None and len(content.values) > 1)

    def _content_type(self, content: Shape, name: str) -> ir.Type:
        """The type of a schema that has no name, or the meaning of an alias."""
        type_ = self._bare_type(content, name)
        nullable = content.nullable and type_ != ir.ANY
        return ir.Nullable(type_) if nullable and not isinstance(type_, ir.Nullable) else type_

    def _bare_type(self, content: Shape, name: str) -> ir.Type:
        if content.values is not None:
            return self._choice(content)
        if content.unions:
            return self._union(content, name)
        if len(content.types) > 1:
            return union([self._typed(content, t, name) for t in content.types])
        if content.types:
            return self._typed(content, content.types[0], name)
        if content.is_object:
            return self._typed(content, "object", name)
        return self._typed(content, "array", name) if content.items is not None else ir.ANY

    def _typed(self, content: Shape, type_: str, name: str) -> ir.Type:
        match type_:
            case "string":
                return Scalar(_FORMATS.get(content.format, Kind.STRING))
            case "array":
                if content.items is None:
                    return ir.Array(ir.ANY)
                return ir.Array(self.type(content.items, _item_name(name)))
            case "object":
                values = content.additional
                if values is None or isinstance(values, bool):
                    return ir.Map(ir.ANY)
                return ir.Map(self.type(values, f"{name} value"))
            case _ if type_ in _SCALARS:
                return Scalar(_SCALARS[type_])
        message = f"the type {type_!a} is not one of JSON Schema"
        self._diagnostics.error(Code.UNSUPPORTED, content.node.location, message)
        return ir.ANY

    def _choice(self, content: Shape) -> ir.Type:
        values = content.values or ()
        kinds = {_JSON_KINDS.get(type(value)) for value in values}
        kind = next(iter(kinds)) if len(kinds) == 1 else None
        if kind is None or kind is Kind.NUMBER:
            scalars: list[ir.Type] = [Scalar(k) for k in Kind if k in kinds]
            return union(scalars) if scalars and None not in kinds else ir.ANY
        return ir.Choice(tuple(dict.fromkeys(values)), kind, content.open_values)

    def _union(self, content: Shape, name: str) -> ir.Type:
        """The type of `oneOf` or `anyOf`."""
        if content.properties or len(content.unions) > 1:
            message = "a union beside properties or a second union is not supported"
            hint = "move the shared properties into the cases"
            self._diagnostics.error(Code.UNSUPPORTED, content.unions[-1].location, message, hint)
            return ir.ANY
        node = content.unions[0]
        cases = [self.type(node.child(i), f"{name} option {i + 1}") for i in range(len(node.value))]
        self._note_discriminator(content, cases)
        return union(cases)

    def _note_discriminator(self, content: Shape, cases: list[ir.Type]) -> None:
        models = [m for case in cases if (m := self._declared_model(case)) is not None]
        if content.discriminator is None or len(models) != len(cases):
            return
        property_name = content.discriminator.text("propertyName")
        mapping: dict[Identifier, tuple[str, ...]] = {}
        for value, target in content.discriminator.members("mapping"):
            name = self._mapped(target)
            if name is not None:
                mapping[name] = (*mapping.get(name, ()), value)
        for model in models:
            mapping.setdefault(model.name, (model.wire_name,))
        self._discriminated.append(_Discriminated(property_name, mapping))

    def _declared_model(self, case: ir.Type) -> ir.Model | None:
        """The model of a case, which may be declared only later."""
        if not isinstance(case, ir.Ref):
            return None
        node = self._origins[case.name]
        if case.name not in self._declarations:
            self._declare(node, node.pointer[-1])
        return self.model(case)

    def _mapped(self, target: Node) -> Identifier | None:
        """The model that a mapping's value names, by reference or by the component's name."""
        text = str(target.value)
        for name, node in self._components:
            if text in (name, format_pointer(node.pointer)):
                return self._names[node.pointer]
        message = f"the mapping names no schema of this document: {text!a}"
        self._diagnostics.error(Code.REFERENCE_MISSING, target.location, message)
        return None


def union(cases: list[ir.Type]) -> ir.Type:
    """A union without repeats and nested unions; a null case makes it nullable."""
    flat: list[ir.Type] = []
    nullable = False
    for case in cases:
        nullable = nullable or isinstance(case, ir.Nullable)
        bare = case.inner if isinstance(case, ir.Nullable) else case
        flat += bare.cases if isinstance(bare, ir.Union) else (bare,)
    null = Scalar(Kind.NULL)
    nullable = nullable or (null in flat and len(flat) > 1)
    unique = tuple(dict.fromkeys(case for case in flat if not (nullable and case == null)))
    if ir.ANY in unique:
        return ir.ANY
    type_ = unique[0] if len(unique) == 1 else ir.Union(unique)
    return ir.Nullable(type_) if nullable else type_


def doc(node: Node) -> ir.Doc:
    """The prose of a node."""
    return ir.Doc(node.text("summary").strip(), node.text("description").strip())


def presence(node: Node, *, required: bool) -> ir.Presence:
    """Whether a value may be absent, and what the server takes then."""
    if required:
        return ir.Required()
    value = node.value.get("default") if isinstance(node.value, dict) else None
    if value is None and node.reference is not None:
        target = node.follow()
        value = target.value.get("default") if isinstance(target.value, dict) else None
    return ir.Optional() if value is None else ir.Default(value)


def facts(node: Node, diagnostics: Diagnostics) -> ir.Facts:
    """The constraints and the example of a schema."""
    constraints = shape(node, Diagnostics()).constraints
    for keyword, value in constraints.items():
        wanted = str if keyword == "pattern" else bool if keyword == "uniqueItems" else (int, float)
        if not isinstance(value, wanted) and not isinstance(value, bool):
            diagnostics.error(Code.UNSUPPORTED, node.location, f"`{keyword}` has the wrong type")
    example = node.value.get("example") if isinstance(node.value, dict) else None
    return ir.Facts(tuple(constraints.items()), example)


def _tagged(model: ir.Model, tag: tuple[str, str]) -> ir.Model:
    """Turn the property that tells the model from others into its tag."""
    wire_name, value = tag
    field = next((f for f in model.fields if f.wire_name == wire_name), None)
    name = field.name if field else names.attribute(wire_name, names.MODEL_MEMBERS)
    rest = tuple(f for f in model.fields if f is not field)
    note = field.doc if field else ir.Doc()
    return replace(model, fields=rest, tag=ir.Tag(name, wire_name, value, note))


def _field_names(texts: Mapping[str, str]) -> dict[str, Identifier]:
    """Names for properties: one that is its own Python name keeps it, another gets `_` behind.

    A name that somebody chose instead (`texts` differs from the wire) is not made another one.
    """
    reserved = names.MODEL_MEMBERS | names.ANNOTATION_NAMES | {"self"}
    chosen = {wire: names.attribute(text, reserved) for wire, text in texts.items()}
    exact = {name for wire, name in chosen.items() if texts[wire] == name}
    for wire, name in chosen.items():
        if texts[wire] == wire != name and name in exact:
            chosen[wire] = names.extend(name, "_")
    return chosen


def _item_name(name: str) -> str:
    """`EmbedRequest inputs` -> `EmbedRequest input`."""
    head, _, last = name.rpartition(" ")
    return f"{head} {names.singular(last)}" if head else f"{last} item"


def _flag(node: Node, key: str) -> bool:
    return isinstance(node.value, dict) and node.value.get(key) is True

"""Views of models and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.ir.types import mentioned
from pcgen.targets.code import call, code, join, literal
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.equal_types import defined_once
from pcgen.targets.python.types import Imports, Types, absent_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import OldName, PythonPackage


class FieldView(Struct, frozen=True):
    """A field of a model; `doc` may be empty."""

    name: Name
    annotation: Code
    default: Code
    doc: Code


class OldFieldView(Struct, frozen=True):
    """An old name of a field; `text` and `now_text` are the names as strings."""

    name: Name
    now: Name
    annotation: Code
    doc: Code
    text: Code
    now_text: Code


class DeclarationView(Struct, frozen=True):
    """A class with `bases` and `fields`, or an alias with a `type`."""

    name: Name
    bases: Code
    doc: Code
    fields: tuple[FieldView, ...]
    type: Code
    is_recursive: bool = False
    old_fields: tuple[OldFieldView, ...] = ()


class VariableView(Struct, frozen=True):
    """A type variable of a model; `bound` is the union that it stands for."""

    name: Name
    value: Code


class ModelsView(Struct, frozen=True):
    """The module `models`."""

    doc: Code
    use: Imports
    variables: tuple[VariableView, ...]
    declarations: tuple[DeclarationView, ...]
    old_names: tuple[OldName, ...]
    renames: Code


def models_view(package: PythonPackage) -> ModelsView:
    """Make the view of the module."""
    package = defined_once(package)
    old_names = tuple(old for old in package.old_names_of("") if old.now in package.declared)
    use = Imports((*package.declared, *(old.name for old in old_names)))
    types = Types(package.declared, use)
    models = [one for one in package.declarations if isinstance(one, ir.Model)]
    aliases = _ordered_aliases(package.declared)
    declarations = [_model(model, package, types) for model in models]
    declarations += [_alias(alias, package, types) for alias in aliases]
    if old_names:
        use.need("TYPE_CHECKING", "renamed_names")
    return ModelsView(
        doc=prose_docstring(f"The data that the {package.title} takes and returns.", 0),
        use=use,
        variables=tuple(_variable(model, package, types) for model in sorted(package.generics)),
        declarations=tuple(declarations),
        old_names=old_names,
        renames=renames_code(old_names),
    )


def _variable_name(model: Name) -> Name:
    return names.known(f"_{model}T")


def _variable(model: Name, package: PythonPackage, types: Types) -> VariableView:
    """The type variable of a model; it may be the whole union, which is its default."""
    name, union = _variable_name(model), literal(types.output(package.generics[model]))
    keywords = code("bound={}, default={}, covariant=True", union, union)
    return VariableView(name, call(types.use.TypeVar, [literal(str(name)), keywords]))


def hand_written_bases(package: PythonPackage, model: Name) -> Iterator[tuple[str, Name]]:
    """Yield the module and the name of each hand-written base of a model."""
    for mixin in package.mixins:
        if mixin.target == model:
            yield from ((f".{mixin.module}", name) for name in mixin.members)


def renames_code(old_names: Iterable[OldName]) -> Code:
    """A dict of the current names by the old ones."""
    return literal({str(old.name): str(old.now) for old in old_names})


def _ordered_aliases(by_name: Mapping[Name, ir.Declaration]) -> list[ir.Alias]:
    """Sort aliases so that each comes after those that it refers to: imports evaluate them."""
    done: dict[Name, ir.Alias] = {}
    open_: set[Name] = set()  # In progress; a reference to one of them is cyclic.
    stack: list[tuple[Name, bool]] = [(name, False) for name in sorted(by_name, reverse=True)]
    while stack:
        name, ready = stack.pop()
        alias = by_name[name]
        if name in done or not isinstance(alias, ir.Alias):
            continue
        if ready:
            done[name] = alias
            continue
        stack.append((name, True))
        open_.add(name)
        stack += [(n, False) for n in sorted(mentioned(alias.type)) if n not in open_]
    return list(done.values())


def reachable(type_: ir.Type, by_name: Mapping[Name, ir.Declaration]) -> set[Name]:
    """The aliases that a type refers to, directly or through other aliases."""
    found: set[Name] = set()
    stack = [type_]
    while stack:
        for name in mentioned(stack.pop()) - found:
            declaration = by_name[name]
            if isinstance(declaration, ir.Alias):
                found.add(name)
                stack.append(declaration.type)
    return found


def _model(model: ir.Model, package: PythonPackage, types: Types) -> DeclarationView:
    use = types.use
    union, variable = package.generics.get(model.name), code("{}", _variable_name(model.name))
    if union is not None:
        types = Types(package.declared, use, variables={types.resolve(union): variable})
    bases = [use.declaration(home, name) for home, name in hand_written_bases(package, model.name)]
    if model.extra not in (None, ir.ANY):
        bases.append(code("{}[{}]", use.Extra, literal(types.output(model.extra))))
    fields = []
    if model.items is not None:
        array = types.resolve(model.items.type)
        item = types.output(array.items) if isinstance(array, ir.Array) else use.Any
        bases.append(code("{}[{}]", use.Items, item if item == variable else literal(item)))
        text = code("{}[str]", use.ClassVar)
        paths = {"_items": (model.items.name,), "_more": model.more, "_done": model.done}
        fields += [
            FieldView(names.known(key), text, code(" = {}", literal(".".join(path))), code(""))
            for key, path in paths.items()
            if path
        ]
        if model.item_name is not None:
            bases.append(use.Named)
            value = code(" = {}", literal(str(model.item_name.name)))
            fields.append(FieldView(names.known("_name"), text, value, code("")))
    bases.append(_base(model, use))
    if union is not None and not any(variable in base for base in bases):
        bases.append(code("{}[{}]", use.Generic, variable))
    bases.append(code("kw_only=True"))
    if model.tag is not None:
        bases.append(code("tag_field={}", literal(model.tag.wire_name)))
        bases.append(code("tag={}", literal(model.tag.value)))
        fields.append(_tag_field(model.tag, use))
    fields += [_field(field, types) for field in model.fields]
    return DeclarationView(
        model.name,
        join(bases),
        prose_docstring(descriptions.declaration_text(model), 4),
        tuple(fields),
        code(""),
        old_fields=tuple(_old_fields(model, package, types)),
    )


def _base(model: ir.Model, use: Imports) -> Code:
    if model.extra is not None:
        return use.OpenModel
    return use.ClosedModel if model.closed else use.Model


def _old_fields(model: ir.Model, package: PythonPackage, types: Types) -> Iterator[OldFieldView]:
    fields = {field.name: field for field in model.fields}
    for old in package.old_names_of(model.name):
        types.use.need("renamed_value")
        yield OldFieldView(
            name=old.name,
            now=old.now,
            annotation=annotation(fields[old.now], types),
            doc=prose_docstring(f"Old name of `{old.now}`.", 8),
            text=literal(str(old.name)),
            now_text=literal(str(old.now)),
        )


def or_absent(annotation: Code, type_: ir.Type, use: Imports) -> Code:
    """Add the absent value to an annotation: None, or `UNSET` if null is another value."""
    if use.local("Any") in annotation.split(" | "):
        return annotation
    absent = use.UnsetType if isinstance(type_, ir.Nullable) else code("None")
    known = absent in annotation.split(" | ")
    return annotation if known else code("{} | {}", annotation, absent)


def _tag_field(tag: ir.Tag, use: Imports) -> FieldView:
    value = literal(tag.value)
    constant = code("{}[{}[{}]]", use.ClassVar, use.Literal, value)
    doc = prose_docstring(tag.doc.description, 4)
    return FieldView(tag.name, constant, code(" = {}", value), doc)


def annotation(field: ir.Field, types: Types) -> Code:
    """The annotation of a field."""
    found = types.output(field.type)
    return found if is_always_set(field) else or_absent(found, field.type, types.use)


def is_always_set(field: ir.Field) -> bool:
    """Whether the field is set in every object, or in every object of a response."""
    if not isinstance(field.presence, ir.Required):
        return False
    nullable = isinstance(field.type, ir.Nullable)
    return field.access is ir.Access.BOTH or (field.access is ir.Access.READ_ONLY and not nullable)


def _field(field: ir.Field, types: Types) -> FieldView:
    doc = prose_docstring(descriptions.value_text(field), 4)
    return FieldView(field.name, annotation(field, types), _default(field, types.use), doc)


def _default(field: ir.Field, use: Imports) -> Code:
    renamed = [code("name={}", literal(field.wire_name))] if field.name != field.wire_name else []
    if is_always_set(field):
        if field.access is ir.Access.READ_ONLY:
            return code(" = {}", call(use.read_only, renamed))
        return code(" = {}", call(use.field, renamed)) if renamed else code("")
    absent = absent_value(field.type, use)
    if not renamed:
        return code(" = {}", absent)
    return code(" = {}", call(use.field, [*renamed, code("default={}", absent)]))


def _alias(alias: ir.Alias, package: PythonPackage, types: Types) -> DeclarationView:
    use = types.use
    use.need("TypeAlias")
    type_ = types.output(alias.type)
    if alias.text_key:
        key = call(use.TextKey, [literal(alias.text_key)])
        type_ = code("{}[{}, {}]", use.Annotated, type_, key)
    is_recursive = alias.name in reachable(alias.type, package.declared)
    if is_recursive:  # Only type checkers can follow a recursive alias.
        use.need("TYPE_CHECKING", "Any")
        type_ = literal(type_)
    doc = prose_docstring(descriptions.declaration_text(alias), 0)
    return DeclarationView(alias.name, code(""), doc, (), type_, is_recursive)

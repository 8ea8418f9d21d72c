"""Views of hand-written modules, which `pcgen scaffold` writes, and what these can extend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen import ir
from pcgen.targets.code import code
from pcgen.targets.python import names
from pcgen.targets.python.docstrings import prose_docstring
from pcgen.targets.python.package import Extendable, attribute_path
from pcgen.targets.python.types import Imports, Types
from pcgen.targets.python.views.declarations import FieldView, annotation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.names import Name
    from pcgen.targets.code import Code
    from pcgen.targets.python.package import PythonPackage


class ClassView(Struct, frozen=True):
    """A class: the mixin of a model, with its `fields`, or the subclass of a `base`."""

    name: Name
    doc: Code
    base: Code
    fields: tuple[FieldView, ...]


class HandWrittenView(Struct, frozen=True):
    """A hand-written module before anybody edits it; `lines` are imports for type checkers."""

    doc: Code
    use: Imports
    bases: tuple[Code, ...]
    lines: tuple[Code, ...]
    exports: bool
    mixins: tuple[ClassView, ...]
    classes: tuple[ClassView, ...]


def extendable(package: PythonPackage) -> dict[str, Extendable]:
    """Return the models by name and the resources by attribute that modules can extend."""
    found = {}
    for model in package.declarations:
        if isinstance(model, ir.Model):
            fields = frozenset(str(field.name) for field in model.fields)
            found[str(model.name)] = Extendable((_mixin(model),), is_model=True, fields=fields)
    for resource in package.resources:
        name = resource.class_name
        classes = (name, names.prefixed("Async", name))
        found[attribute_path(resource)] = Extendable(classes, is_model=False)
    return found


def hand_written_view(
    package: PythonPackage, targets: Iterable[str], *, exports: bool
) -> HandWrittenView:
    """Make the view of a hand-written module.

    Args:
        package: The package of the module.
        targets: The models and resources that it extends.
        exports: Whether the package exports the names of its `__all__`.
    """
    chosen = set(targets)
    models = [d for d in package.declarations if isinstance(d, ir.Model) and d.name in chosen]
    resources = [r for r in package.resources if attribute_path(r) in chosen]
    use, typed = Imports(), Imports()
    types = Types(package.declared, typed, ".models")
    mixins = tuple(_mixin_view(model, types) for model in models)
    if any(mixin.fields for mixin in mixins):
        use.need("TYPE_CHECKING")
    extended = ", ".join(f"`{name}`" for name in sorted(chosen))
    return HandWrittenView(
        doc=prose_docstring(f"Hand-written additions to {extended or 'the package'}.", 0),
        use=use,
        bases=tuple(code("from . import {}", r.module) for r in resources),
        lines=typed.statements,
        exports=exports,
        mixins=mixins,
        classes=tuple(c for r in resources for c in _class_views(r)),
    )


def _mixin(model: ir.Model) -> Name:
    return names.known(f"{model.name}Mixin")


def _mixin_view(model: ir.Model, types: Types) -> ClassView:
    doc = prose_docstring(f"Methods of `{model.name}`, which inherits from this class.", 4)
    fields = tuple(
        FieldView(field.name, annotation(field, types), code(""), code(""))
        for field in model.fields
    )
    return ClassView(_mixin(model), doc, code(""), fields)


def _class_views(resource: ir.Resource) -> Iterator[ClassView]:
    module, name = resource.module, resource.class_name
    for class_, which in ((name, ""), (names.prefixed("Async", name), " of the async client")):
        doc = prose_docstring(f"The class of `{attribute_path(resource)}`{which}.", 4)
        yield ClassView(class_, doc, code("{}.{}", module, class_), ())

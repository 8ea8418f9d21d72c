"""Classes that stand in for those of a package, so that the runtime can decode and print examples.

No generated code is imported: the runtime comes from the templates, and the classes are made from
the IR, with the types that `Types.output` writes as annotations.
"""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from functools import cache
from importlib import import_module
from types import GenericAlias, ModuleType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union
from uuid import UUID

import msgspec

from pcgen import ir
from pcgen.ir import Kind
from pcgen.targets.python.types import LITERALS
from pcgen.targets.python.unions import is_decodable
from pcgen.targets.python.views.declarations import is_always_set, reachable
from pcgen.template_files import template_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.names import Name

_TYPES: Mapping[Kind, Any] = {
    Kind.STRING: str,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.BOOLEAN: bool,
    Kind.NULL: None,
    Kind.DATE: dt.date,
    Kind.DATE_TIME: dt.datetime,
    Kind.TIME: dt.time,
    Kind.DURATION: dt.timedelta,
    Kind.DECIMAL: Decimal,
    Kind.UUID: UUID,
    Kind.BYTES: bytes,
}
_UNION: Any = Union
_LITERAL: Any = Literal
_ANNOTATED: Any = Annotated
_RUNTIME = "pcgen._runtime"


@cache
def runtime(module: str) -> Any:
    """A module of the runtime, such as `data.models`."""
    if _RUNTIME not in sys.modules:
        package = ModuleType(_RUNTIME)
        package.__path__ = [str(template_folder() / "python" / "module" / "_runtime")]
        sys.modules[_RUNTIME] = package
    return import_module(f"{_RUNTIME}.{module}")


class StandIns:
    """The classes of a package; each is made when it is needed.

    Args:
        declared: The declarations by name.
        same: The model that defines another one, by the name of that other one.
    """

    def __init__(self, declared: Mapping[Name, ir.Declaration], same: Mapping[Name, Name]) -> None:
        self._declared = declared
        self._same = same
        self._classes: dict[Name, Any] = {}
        self._pending: list[ir.Model] = []
        self._aliases: dict[Name, Any] = {}

    def type(self, type_: ir.Type) -> Any:
        """The type at run time."""
        made = self._type(type_)
        while self._pending:
            model = self._pending.pop()
            self._complete(model, self._classes[model.name])
        return made

    def _type(self, type_: ir.Type) -> Any:
        match type_:
            case ir.Scalar(kind):
                return _TYPES.get(kind, Any)
            case ir.Choice(values, kinds, is_open):
                is_large = any(isinstance(v, int) and v not in LITERALS for v in values)
                bases = tuple(_TYPES[kind] for kind in kinds)
                return _UNION[bases] if is_open or is_large else _LITERAL[values]
            case ir.Array(items):
                return GenericAlias(list, (self._type(items),))
            case ir.Tuple(items):
                return GenericAlias(tuple, tuple(map(self._type, items)))
            case ir.Lines(items):
                return self._type(items)
            case ir.Map(values):
                return GenericAlias(dict, (str, self._type(values)))
            case ir.Nullable(inner):
                return _or_none(self._type(inner))
            case ir.Union():
                return self._union(type_)
            case ir.Ref(name):
                return self._ref(name)

    def _union(self, union: ir.Union) -> Any:
        made = _UNION[tuple(map(self._type, union.cases))]
        found = union.discriminator
        models = [self._declared[name] for _, name in found.models] if found else []
        if found and not all(isinstance(model, ir.Model) and model.tag for model in models):
            by_value = {value: str(name) for value, name in found.models}
            default = found.default and str(found.default)
            variants = runtime("data.variants").Variants(found.wire_name, by_value, default)
            made = _ANNOTATED[made, variants]
        known = is_decodable(union, self._declared)
        return made if known else runtime("data.any_of").AnyOf[made]

    def _ref(self, name: Name) -> Any:
        name = self._same.get(name, name)
        declaration = self._declared[name]
        if isinstance(declaration, ir.Model):
            if name not in self._classes:
                self._classes[name] = _class(declaration)
                self._pending.append(declaration)
            return self._classes[name]
        if name not in self._aliases:
            is_recursive = name in reachable(declaration.type, self._declared)
            self._aliases[name] = Any if is_recursive else self._type(declaration.type)
        return self._aliases[name]

    def _complete(self, model: ir.Model, made: Any) -> None:
        """Set the types of the fields, which may lead to the class itself."""
        types = {str(field.name): self._type(field.type) for field in model.fields}
        always = {str(field.name) for field in model.fields if is_always_set(field)}
        made.__annotations__ = {
            name: type_ if name in always else _or_none(type_) for name, type_ in types.items()
        }
        if model.extra is not None:
            made.__orig_bases__ = (runtime("data.record").Extra[self._type(model.extra)],)


def _or_none(type_: Any) -> Any:
    return _UNION[type_, None]


def _class(model: ir.Model) -> Any:
    """The class of a model, whose fields have no types yet."""
    models = runtime("data.models")
    base = models.Model if model.extra is None else models.OpenModel
    return msgspec.defstruct(
        str(model.name),
        [(str(field.name), Any, _default(field)) for field in model.fields],
        bases=(base,),
        module=__name__,
        namespace={str(model.tag.name): model.tag.value} if model.tag else None,
        tag_field=model.tag.wire_name if model.tag else None,
        tag=model.tag.value if model.tag else None,
        kw_only=True,
    )


def _default(field: ir.Field) -> Any:
    if is_always_set(field) and field.access is not ir.Access.READ_ONLY:
        return msgspec.field(name=field.wire_name)
    is_nullable = isinstance(field.type, ir.Nullable) and not is_always_set(field)
    return msgspec.field(name=field.wire_name, default=msgspec.UNSET if is_nullable else None)

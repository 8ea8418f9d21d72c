"""What a table shows of a response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.targets.cli.options import resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pcgen.names import Name

    Declared = Mapping[Name, ir.Declaration]

_MOST = 7
_FIRST = ("name", "id", "model", "title", "status", "type")


def items(operation: ir.Operation, declared: Declared) -> str:
    """The property with the list that a response merely wraps; empty if there is none."""
    model = _model(operation.result.type, declared)
    wraps = model is not None and model.items is not None and len(model.fields) == 1
    return model.items.wire_name if model is not None and model.items and wraps else ""


def columns(operation: ir.Operation, declared: Declared) -> tuple[str, ...]:
    """The scalar properties of the items of a list, those that identify an item first."""
    if operation.paging is not None:
        type_: ir.Type | None = operation.paging.item_type
    else:
        type_ = operation.result.type
        model = _model(type_, declared)
        type_ = model.items.type if model is not None and model.items is not None else type_
        type_ = resolved(type_, declared) if type_ is not None else None
        if not isinstance(type_, ir.Array):
            return ()
        type_ = type_.items
    model = _model(type_, declared)
    if model is None:
        return ()
    names = [field.wire_name for field in model.fields if _is_scalar(field.type, declared)]
    names = [name for name in names if name.replace("_", "").isalnum()]  # Others need quotes.
    names.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    return tuple(names[:_MOST])


def _model(type_: ir.Type | None, declared: Declared) -> ir.Model | None:
    found = None if type_ is None else resolved(type_, declared)
    model = declared[found.name] if isinstance(found, ir.Ref) else None
    return model if isinstance(model, ir.Model) else None


def _is_scalar(type_: ir.Type, declared: Declared) -> bool:
    return isinstance(resolved(type_, declared), ir.Scalar | ir.Choice)

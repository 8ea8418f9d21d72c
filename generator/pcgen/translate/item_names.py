"""Finds the property that names the items of a list: `name`, or the one that requests name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.names import Name
    from pcgen.translate.schemas import Schemas


def with_item_names(
    declarations: Iterable[ir.Declaration], resources: Iterable[ir.Resource], schemas: Schemas
) -> Iterator[ir.Declaration]:
    """Yield declarations; lists know the required text property that names their items.

    It is `name`. Otherwise, a path parameter of the operation that returns one item leads to it:
    `{model_name}` to `model_name` or `model`.
    """
    parameters: dict[Name, set[str]] = {}
    for operation in (one for resource in resources for one in resource.operations):
        result = None if operation.result.type is None else schemas.model(operation.result.type)
        if operation.method.lower() == "get" and result is not None:
            keys = (p.name.key for p in operation.parameters if p.place is ir.Place.PATH)
            parameters.setdefault(result.name, set()).update(k for k in keys if k[-4:] == "name")
    for declaration in declarations:
        if isinstance(declaration, ir.Model):
            yield replace(declaration, item_name=_item_name(declaration, parameters, schemas))
        else:
            yield declaration


def _item_name(
    model: ir.Model, parameters: dict[Name, set[str]], schemas: Schemas
) -> ir.Field | None:
    """The field that names the items of a list; None if there is none, or a field `names`."""
    array = None if model.items is None else schemas.plain(model.items.type)
    item = schemas.model(array.items) if isinstance(array, ir.Array) else None
    if item is None or any(field.name.key == "names" for field in model.fields):
        return None
    fetched = sorted(parameters.get(item.name, ()))
    keys = ["name", *fetched, *(key.removesuffix("name") for key in fetched)]
    fields = {f.name.key: f for f in item.fields if _is_required_text(f, schemas)}
    return next((fields[key] for key in keys if key in fields), None)


def _is_required_text(field: ir.Field, schemas: Schemas) -> bool:
    plain = schemas.plain(field.type)
    is_text = plain == ir.Scalar(ir.Kind.STRING)
    is_enum = isinstance(plain, ir.Choice) and set(plain.kinds) == {ir.Kind.STRING}
    return isinstance(field.presence, ir.Required) and (is_text or is_enum)

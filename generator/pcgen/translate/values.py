"""Whether the values of a document, such as defaults and examples, fit their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.ir import Kind

if TYPE_CHECKING:
    from pcgen.translate.schemas import Schemas

_PLAIN = (Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)
_PYTHON: dict[Kind, tuple[type, ...]] = {
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
}


def sent(presence: ir.Presence, type_: ir.Type, schemas: Schemas) -> ir.Presence:
    """The presence of an argument: a required one is sent with its default, if that is plain."""
    default = presence.default if isinstance(presence, ir.Required) else None
    if default is None or not fits_plainly(default, type_, schemas):
        return presence
    return ir.Fixed(default)


def fits_plainly(value: ir.Json, type_: ir.Type, schemas: Schemas) -> bool:
    """Whether a value fits a type as it is: text, a number, a Boolean or one of an enumeration."""
    match schemas.plain(type_):
        case ir.Nullable(inner):
            return fits_plainly(value, inner, schemas)
        case ir.Union(cases):
            return any(fits_plainly(value, case, schemas) for case in cases)
        case ir.Choice(values, kinds, is_open):
            known = any(type(one) is type(value) and one == value for one in values)
            return known or (is_open and any(_is_of(value, kind) for kind in kinds))
        case ir.Scalar(kind) if kind in _PLAIN:
            return _is_of(value, kind)
    return False


def _is_of(value: ir.Json, kind: Kind) -> bool:
    return type(value) in _PYTHON.get(kind, (str,))

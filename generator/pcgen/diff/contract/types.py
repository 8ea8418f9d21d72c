"""The JSON types of schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pcgen.translate.shapes import Shape

_EVERY = frozenset(("array", "boolean", "number", "object", "string"))
_STRING_FORMATS = ("binary", "byte")  # `contentMediaType` may stand without a type.
_PYTHON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def type_names(shape: Shape) -> frozenset[str]:
    """The JSON types of values, except null; empty if values may have any type."""
    if shape.types:
        names = frozenset(shape.types)
        names -= {"integer"} if "number" in names else set()
        return frozenset() if shape.nullable and names >= _EVERY else names
    if shape.values is not None:
        names = frozenset(_PYTHON_TYPES.get(type(value), "object") for value in shape.values)
        return names or frozenset(("null",) * shape.nullable)
    if shape.format in _STRING_FORMATS:
        return frozenset(("string",))
    if shape.is_object:
        return frozenset(("object",))
    return frozenset(("array",)) if shape.items is not None else frozenset()


def is_any(shape: Shape) -> bool:
    """Whether a schema does not restrict the types of values, and so allows null."""
    return not type_names(shape) and not shape.unions and shape.values is None


def includes(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether all values of the narrow types are values of the wide ones; no types means any."""
    if not wide or not narrow:
        return not wide
    return all(name in wide or (name == "integer" and "number" in wide) for name in narrow)

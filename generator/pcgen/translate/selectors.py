"""Arguments whose values decide which member of a union a response has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, close, shorten

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas

_NAME = "x-pcgen-discriminator"


class Selectors(Struct, frozen=True):
    """Translates `x-pcgen-discriminator` of operations, which is a Discriminator Object of OpenAPI.

    Its `propertyName` is an argument of the operation, and its `mapping` leads from values of the
    argument to members of a union in the response.

    Args:
        schemas: Translates schemas.
        diagnostics: Collects findings.
    """

    schemas: Schemas
    diagnostics: Diagnostics

    def selector(self, node: Node, operation: ir.Operation) -> ir.Selector | None:
        """Translate the extension of an operation; None if it has none, or a wrong one."""
        given = node.get(_NAME)
        if given is None:
            return None
        fields = (operation.body.fields if operation.body else None) or ()
        in_body = {field.wire_name: field.name for field in fields}
        arguments = {p.wire_name: p.name for p in operation.parameters} | in_body
        wire_name = given.text("propertyName")
        if wire_name not in arguments:
            message = f"{shorten(wire_name)!a} names no argument of the operation"
            self._report(given, "propertyName", message, close(wire_name, arguments))
            return None
        mapped = {value: self.schemas.mapped(entry) for value, entry in given.members("mapping")}
        models = {k: self.schemas.type(node, k) for k, node in mapped.items() if node is not None}
        if len(models) < len(mapped):
            return None
        is_single = operation.paging is None and operation.switch is None
        result = operation.result.type if is_single else None
        unions = dict(self._unions(result, set(models.values()))) if result else {}
        if len(unions) != 1 or result is None:
            message = "the response has no single union of these schemas"
            hint = "list members of one union; streams and lists in pages are not supported"
            self._report(given, "mapping", message, hint)
            return None
        [(union, union_type)] = unions.items()
        cases = {value: self._with(model, union, result) for value, model in models.items()}
        argument, is_field = arguments[wire_name], wire_name in in_body
        other = self._with(union_type, union, result)
        return ir.Selector(argument, is_field, tuple(cases.items()), other)

    def _report(self, given: Node, key: str, message: str, hint: str) -> None:
        location = (given.get(key) or given).location
        message = f"`{key}` of `{_NAME}`: {message}"
        self.diagnostics.error(Code.UNSUPPORTED, location, message, hint)

    def _unions(
        self, type_: ir.Type, models: Collection[ir.Type]
    ) -> Iterator[tuple[ir.Union, ir.Type]]:
        """Yield the unions of these models in a result, and in the fields if it is a model.

        Each comes with the type by which the result refers to it, which may be an alias.
        """
        model = self.schemas.model(type_)
        for held in (field.type for field in model.fields) if model else (type_,):
            for part in ir.nested_types(self.schemas.plain(held)):
                plain = self.schemas.plain(part)
                if isinstance(plain, ir.Union) and models and set(plain.cases).issuperset(models):
                    yield plain, part

    def _with(self, chosen: ir.Type, union: ir.Union, type_: ir.Type) -> ir.Type:
        """A type with one member instead of the union."""
        plain = self.schemas.plain(type_)
        if plain == union:
            return chosen
        if isinstance(plain, ir.Ref):
            return replace(plain, of=chosen)
        return ir.map_nested(plain, lambda inner: self._with(chosen, union, inner))

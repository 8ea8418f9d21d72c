"""Example values of models and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pcgen import ir
from pcgen.ir.references import reachable
from pcgen.translate.examples import NoValueError, Use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pcgen.names import Name
    from pcgen.translate.examples import Examples
    from pcgen.translate.schemas import Schemas

    _Written = tuple[ir.Type, ir.Json]

_MOST_TRIED = 3


def with_examples(
    declarations: Sequence[ir.Declaration],
    resources: Iterable[ir.Resource],
    schemas: Schemas,
    examples: Examples,
) -> Iterator[ir.Declaration]:
    """Yield declarations with an example, and one of a request if a request may have it.

    They are parts of what authors wrote for operations, else they are made.
    """
    operations = [operation for resource in resources for operation in resource.operations]
    declared = {declaration.name: declaration for declaration in declarations}
    sent = reachable((o.body.type for o in operations if o.body is not None), declared)
    received = reachable((type_ for o in operations for type_ in _received(o)), declared)
    written: dict[Use, dict[Name, list[ir.Json]]] = {
        Use.REQUEST: _written(_bodies(operations), declared),
        Use.RESPONSE: _written(_responses(operations), declared),
    }

    def value(one: ir.Declaration, use: Use) -> ir.Json:
        node = schemas.node(one.name)
        for found in written[use].get(one.name, ()):
            if examples.is_valid(node, found, use):
                return found
        try:
            return examples.value(node, use, one.wire_name)
        except NoValueError:
            return None

    for one in declarations:
        use = Use.REQUEST if one.name in sent - received else Use.RESPONSE
        given = value(one, Use.REQUEST) if one.name in sent else None
        yield replace(one, example=value(one, use), given=given)


# --- Values that authors wrote -----------------------------------------------------------------


def _bodies(operations: Iterable[ir.Operation]) -> Iterator[_Written]:
    for operation in operations:
        for scenario in operation.scenarios if operation.body is not None else ():
            if operation.body is not None and not scenario.is_made:
                yield operation.body.type, scenario.body


def _responses(operations: Iterable[ir.Operation]) -> Iterator[_Written]:
    for operation in operations:
        for result in operation.results:
            for example in result.examples if result.type is not None else ():
                if result.type is not None and not example.is_made:
                    yield result.type, example.value


def _written(
    pairs: Iterable[_Written], declared: Mapping[Name, ir.Declaration]
) -> dict[Name, list[ir.Json]]:
    """The first values that may belong to each declaration, in types and their values."""
    found: dict[Name, list[ir.Json]] = {}
    pending = list(pairs)[::-1]
    while pending:
        type_, value = pending.pop()
        match type_:
            case ir.Nullable(inner) if value is not None:
                pending.append((inner, value))
            case ir.Array(inner) | ir.Lines(inner) if isinstance(value, list):
                pending += [(inner, item) for item in reversed(value)]
            case ir.Map(inner) if isinstance(value, dict):
                pending += [(inner, item) for item in reversed(value.values())]
            case ir.Union(cases):
                pending += [(case, value) for case in reversed(cases)]
            case ir.Ref(name):
                known = found.setdefault(name, [])
                if value in known:
                    continue  # So are its parts.
                if len(known) < _MOST_TRIED:
                    known.append(value)
                one = declared[name]
                if isinstance(one, ir.Alias):
                    pending.append((one.type, value))
                elif isinstance(value, dict):
                    fields = [f for f in reversed(one.fields) if f.wire_name in value]
                    pending += [(field.type, value[field.wire_name]) for field in fields]
    return found


# --- What operations use -----------------------------------------------------------------------


def _received(operation: ir.Operation) -> Iterator[ir.Type]:
    """The types of responses."""
    for result in operation.results:
        types = [result.type, result.json, *dict(result.by_status).values()]
        yield from (type_ for type_ in types if type_ is not None)
        yield from dict(result.by_event).values()
    yield from (error.type for error in operation.errors if error.type is not None)

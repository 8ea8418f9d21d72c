"""Whether the values of a document, such as defaults and examples, fit their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.diagnostics import Code, Diagnostics, shorten
from pcgen.ir import Kind
from pcgen.ir.examples import body_values, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pcgen.diagnostics import Location
    from pcgen.names import Name
    from pcgen.spec import Node
    from pcgen.translate.schemas import Schemas

_PLAIN = (Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)
_PYTHON: dict[Kind, tuple[type, ...]] = {
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
}


def note_unfit_examples(
    operations: Iterable[ir.Operation],
    declared: Mapping[Name, ir.Declaration],
    locations: Mapping[str, Location],
    diagnostics: Diagnostics,
) -> None:
    """Note the examples that do not fit their types, so that the documentation omits them.

    Args:
        operations: The operations.
        declared: The declarations by name.
        locations: The locations of operations by their origin.
        diagnostics: Collects findings.
    """
    found = {
        (locations[operation.origin], name): None
        for operation in operations
        for name in _unfit_examples(operation, declared)
    }
    if found:
        location, name = min(found)
        what = f"the example of {name} does not fit its type"
        _note_examples(what, location, len(found), diagnostics)


def note_invalid_examples(nodes: Sequence[Node], diagnostics: Diagnostics) -> None:
    """Note examples that their schemas do not allow, so that the documentation omits them.

    Args:
        nodes: The nodes that hold them.
        diagnostics: Collects findings.
    """
    if nodes:
        what = "the example is not valid against its schema"
        _note_examples(what, nodes[0].location, len(nodes), diagnostics)


def _note_examples(what: str, location: Location, count: int, diagnostics: Diagnostics) -> None:
    """Note the first of some examples, and how many others are alike."""
    others = f", and {count - 1} other{'s' * (count > 2)} likewise" if count > 1 else ""
    hint = "correct the example, or the schema"
    diagnostics.note(Code.UNSUPPORTED, location, f"{what}{others}: it is not shown", hint)


def _unfit_examples(
    operation: ir.Operation, declared: Mapping[Name, ir.Declaration]
) -> Iterator[str]:
    by_name = {parameter.name: parameter for parameter in operation.parameters}
    for scenario in operation.scenarios:
        if scenario.is_made:
            continue
        for name, value in scenario.parameters:
            try:
                typed(value, by_name[name].type, declared)
            except ValueError:
                yield f"`{shorten(by_name[name].wire_name)}`"
        try:
            if operation.body is not None:
                body_values(operation.body, scenario.body, declared)
        except ValueError:
            yield f"the body ({shorten(scenario.name)})" if scenario.name else "the body"


def sent(presence: ir.Presence, type_: ir.Type, schemas: Schemas) -> ir.Presence:
    """The presence of an argument: a required one is sent with its default, if that is plain."""
    default = presence.default if isinstance(presence, ir.Required) else None
    if default is None or not fits_plainly(default, type_, schemas):
        return presence
    return ir.Fixed(default)


def with_default(type_: ir.Type, presence: ir.Presence, schemas: Schemas) -> ir.Type:
    """The type of a parameter; a required date or UUID also takes its default, as text.

    So the signature can show the default, and callers need not give one.
    """
    default = presence.default if isinstance(presence, ir.Required) else None
    plain = schemas.plain(type_)
    if not isinstance(default, str) or not isinstance(plain, ir.Scalar) or plain.kind in _PLAIN:
        return type_
    try:
        typed(default, plain, {})
    except ValueError:
        return type_
    return ir.Union((type_, ir.Choice((default,), (Kind.STRING,), open=False)))


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

"""Methods that return a stream, or either a stream or a single result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.targets.code import code, join, literal, tuple_of
from pcgen.targets.python import descriptions, names
from pcgen.targets.python.types import Types, signature_default
from pcgen.targets.python.views.declarations import or_absent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.targets.code import Code


class FlagForm(Struct, frozen=True):
    """What a method returns for some values of its flag.

    `flag` is the annotation of the flag, with its default. `result` is that of the method, which is
    declared `async` if it `is_coroutine`.
    """

    flag: Code
    result: Code
    is_coroutine: bool


def streamed(operation: ir.Operation, switch: ir.Switch) -> ir.Operation:
    """The operation with the stream as its result, for calls that request it."""
    return replace(operation, result=switch.result, switch=None)


def is_stream(operation: ir.Operation) -> bool:
    """Whether an operation always returns a stream."""
    return operation.result.streaming is not ir.Streaming.NONE


def flag_forms(operation: ir.Operation, switch: ir.Switch, types: Types) -> Iterator[FlagForm]:
    """Yield the forms of a method for the values of its flag: known ones, then all others."""
    use = types.use
    use.need("overload")
    single, stream = types.output(operation.result.type or ir.ANY), _stream(switch.result, types)
    known = [
        FlagForm(_annotation(operation, switch, types, requests=False), single, types.is_async),
        FlagForm(_annotation(operation, switch, types, requests=True), stream, is_coroutine=False),
    ]
    yield from (form for form in (reversed(known) if switch.by_default else known) if form.flag)
    flag = _flag(operation, switch)
    choice = types.bare(flag.type)
    if not isinstance(choice, ir.Choice) or choice.open or len(choice.values) > 1:
        result = either(operation, switch, types)
        yield FlagForm(types.input(flag.type), result, is_coroutine=False)


def either(operation: ir.Operation, switch: ir.Switch, types: Types) -> Code:
    """The annotation of the result of a method if the value of its flag is unknown."""
    single = types.output(operation.result.type or ir.ANY)
    if not types.is_async:
        return code("{} | {}", single, _stream(switch.result, types))
    item = types.output(switch.result.type or ir.ANY)
    return code("{}[{} | {}[{}]]", types.use.Awaitable, single, types.use.AsyncStream, item)


def stream_annotation(operation: ir.Operation, types: Types) -> Code:
    """The annotation of the result of a method that always returns a stream."""
    return _stream(operation.result, types)


def flag_test(operation: ir.Operation, types: Types) -> Code:
    """The condition under which a method returns the stream; empty without a flag."""
    switch = operation.switch
    if switch is None:
        return code("")
    name = names.field_argument(switch.flag)
    if isinstance(switch.value, bool):
        return code("{} is not False", name) if switch.by_default else code("{}", name)
    value = literal(switch.value)
    if not switch.by_default:
        return code("{} == {}", name, value)
    is_nullable = isinstance(_flag(operation, switch).type, ir.Nullable)
    return code(
        "{} in {}", name, tuple_of([code("None"), *([types.use.UNSET] * is_nullable), value])
    )


def _stream(result: ir.Result, types: Types) -> Code:
    kind = types.use.AsyncStreamCall if types.is_async else types.use.Stream
    return code("{}[{}]", kind, types.output(result.type or ir.ANY))


def _flag(operation: ir.Operation, switch: ir.Switch) -> ir.Field | ir.Parameter:
    """The argument that is the flag."""
    name = names.field_argument(switch.flag)
    return next(v for v in descriptions.ordered_values(operation) if v.name == name)


def _annotation(
    operation: ir.Operation, switch: ir.Switch, types: Types, *, requests: bool
) -> Code:
    """The annotation of the flag, with its default, for the values that request the stream or not.

    It is empty if there are none.
    """
    flag, use = _flag(operation, switch), types.use
    values: tuple[bool | str | int, ...] = (switch.value,)
    if not requests:
        choice = types.bare(flag.type)
        every = choice.values if isinstance(choice, ir.Choice) else (switch.value, False)
        values = tuple(value for value in every if value != switch.value)
    known = [code("{}[{}]", use.Literal, join(map(literal, values)))] if values else []
    default = code("")
    if requests is switch.by_default:
        default = signature_default(flag.presence, flag.type, use)
        is_nullable = "None" in types.input(flag.type).split(" | ")
        known += [code("None")] if is_nullable or (default and not known) else []
    annotation = join(known, " | ")
    if not default or isinstance(flag.presence, ir.Fixed):
        return code("{}{}", annotation, default)
    return code("{}{}", or_absent(annotation, flag.type, use), default)

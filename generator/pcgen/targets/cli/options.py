"""The options of a command: from the parameters and the body of an operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.targets.cli.tables import Option
from pcgen.targets.cli.texts import prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.names import Name
    from pcgen.targets.reference import Call

    Declared = Mapping[Name, ir.Declaration]

_MOST_DOTTED = 16
"""Options below one argument; an object with more of them is given as JSON."""
_DEEPEST = 2
_KINDS = {
    ir.Kind.INTEGER: "integer",
    ir.Kind.NUMBER: "number",
    ir.Kind.DECIMAL: "number",
    ir.Kind.BOOLEAN: "boolean",
    ir.Kind.BINARY: "file",
    ir.Kind.FILE: "file",
    ir.Kind.ANY: "any",
    ir.Kind.NULL: "json",
}


def options(
    operation: ir.Operation, call: Call, declared: Declared, chosen: Mapping[str, str]
) -> tuple[Option, ...]:
    """Make the options of a command, the required ones first.

    Args:
        operation: The operation.
        call: How the client calls it.
        declared: The declarations by name.
        chosen: Flags of the configuration by argument.
    """
    count = len(operation.parameters)
    made: list[Option] = []
    for parameter, argument in zip(operation.parameters, call.arguments, strict=False):
        option = _option(parameter, argument, (), declared)
        made.append(_changed(option, positional=parameter.place is ir.Place.PATH))
    fields = (operation.body.fields if operation.body is not None else None) or ()
    for field, argument in zip(fields, call.arguments[count:], strict=False):
        made += _of_field(field, argument, declared)
    switch = operation.switch
    if switch is not None and switch.is_added:
        text = "Receive a stream of results instead of a single one."
        made.append(Option(call.flag, (f"--{flag_of(call.flag)}",), kind="boolean", help=text))
    made = [_named(option, chosen) for option in made]
    made.sort(key=lambda option: (not option.positional, not option.required))
    return tuple(_distinct(made))


def flag_of(argument: str) -> str:
    """The name of the option of an argument: `return-documents`."""
    return argument.strip("_").replace("_", "-")


def resolved(type_: ir.Type, declared: Declared) -> ir.Type:
    """A type without null, and with the type that an alias stands for."""
    seen = set[ir.Type]()
    while type_ not in seen:
        seen.add(type_)
        match type_:
            case ir.Nullable(inner):
                type_ = inner
            case ir.Ref(name) if isinstance(alias := declared[name], ir.Alias):
                type_ = alias.type
    return type_


def _of_field(field: ir.Field, argument: str, declared: Declared) -> Iterator[Option]:
    """Yield the option of a property, and those of the parts of an object."""
    whole = _changed(_option(field, argument, (), declared), wire=field.wire_name)
    yield whole
    parts = list(_parts(field.type, argument, field.wire_name, (), declared))
    if len(parts) <= _MOST_DOTTED:
        yield from parts


def _parts(
    type_: ir.Type, argument: str, wire: str, path: tuple[str, ...], declared: Declared
) -> Iterator[Option]:
    """Yield the options of the scalar parts of an object, and of objects in it."""
    type_ = resolved(type_, declared)
    model = declared[type_.name] if isinstance(type_, ir.Ref) else None
    if not isinstance(model, ir.Model) or len(path) >= _DEEPEST:
        return
    for field in model.fields:
        inner = (*path, field.wire_name)
        option = _changed(_option(field, argument, inner, declared), wire=wire, required=False)
        if option.kind in ("json", "any") and not option.many:
            yield from _parts(field.type, argument, wire, inner, declared)
        elif "." not in field.wire_name:
            yield option


def _option(
    value: ir.Field | ir.Parameter, argument: str, path: tuple[str, ...], declared: Declared
) -> Option:
    type_ = resolved(value.type, declared)
    kind, many = "", isinstance(type_, ir.Array | ir.Lines)
    if isinstance(type_, ir.Array | ir.Lines):
        type_ = _item(type_.items, declared)
    elif isinstance(type_, ir.Union) and (alone := _alone_or_listed(type_, declared)):
        kind, many = alone, True
    choice = type_ if isinstance(type_, ir.Choice) else None
    presence = value.presence
    default = presence.value if isinstance(presence, ir.Default | ir.Fixed) else None
    return Option(
        argument=argument,
        flags=(f"--{'.'.join(map(flag_of, [argument, *path]))}",),
        path=path,
        kind=kind or _kind(type_, declared),
        many=many,
        required=isinstance(presence, ir.Required) and presence.default is None,
        choices=tuple(map(_shown, choice.values)) if choice else (),
        open=choice.open if choice else False,
        default="" if default is None else _shown(default),
        help="\n\n".join(filter(None, [prose(value.doc), "Deprecated." * value.deprecated])),
    )


def _alone_or_listed(union: ir.Union, declared: Declared) -> str:
    """The kind of values that may stand alone or in a list; empty if they may not do both."""
    cases = [resolved(case, declared) for case in union.cases]
    kinds = {_kind(case, declared) for case in cases}
    if not any(isinstance(case, ir.Array) for case in cases):
        return ""
    return "files" if "file" in kinds else "some" if "text" in kinds else ""


def _item(type_: ir.Type, declared: Declared) -> ir.Type:
    """The type of an item; an object that a plain text may replace is anything."""
    if isinstance(type_, ir.Ref):
        found = declared[type_.name]
        if isinstance(found, ir.Alias) and found.text_key:
            return ir.ANY
    return resolved(type_, declared)


def _kind(type_: ir.Type, declared: Declared) -> str:
    match type_:
        case ir.Scalar(kind):
            return _KINDS.get(kind, "text")
        case ir.Choice(_, kinds):
            found = {_KINDS.get(kind, "text") for kind in kinds}
            return found.pop() if len(found) == 1 else "any"
        case ir.Map(values):
            inner = resolved(values, declared)
            return "map" if isinstance(inner, ir.Scalar | ir.Choice) else "json"
        case ir.Union(cases):
            kinds_ = {_kind(resolved(case, declared), declared) for case in cases}
            return kinds_.pop() if len(kinds_) == 1 else "any" if "text" in kinds_ else "json"
    return "json"


def _shown(value: ir.Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _changed(option: Option, **changes: object) -> Option:
    from msgspec.structs import replace

    return replace(option, **changes)


def _named(option: Option, chosen: Mapping[str, str]) -> Option:
    """Give an option the flags that the configuration chooses for its argument."""
    flags = chosen.get(".".join([option.argument, *option.path]), "").split()
    return _changed(option, flags=tuple(flags)) if flags else option


def _distinct(options: list[Option]) -> Iterator[Option]:
    """Leave out the parts of objects whose flag another option has."""
    whole = {flag for option in options if not option.path for flag in option.flags}
    for option in options:
        if not option.path or whole.isdisjoint(option.flags):
            yield option

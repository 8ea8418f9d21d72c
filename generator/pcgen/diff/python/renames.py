"""Finds renamed declarations: a new name is used wherever an old one was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.names import Name
    from pcgen.targets.python.package import PythonPackage

_Pair = tuple[ir.Type, ir.Type]


def renames(
    old: PythonPackage, new: PythonPackage, operations: Iterable[tuple[ir.Operation, ir.Operation]]
) -> dict[Name, Name]:
    """The new names of declarations that the new package does not have under their old names."""
    before, after = (package.declared for package in (old, new))
    known = ((o.name, o.now) for o in new.old_names_of(""))
    found: dict[Name, Name] = {o: now for o, now in known if o in before and now in after}
    pending = [pair for one, other in operations for pair in _operation_types(one, other)]
    pending += [(ir.Ref(name), ir.Ref(name)) for name in sorted(before.keys() & after.keys())]
    seen: set[_Pair] = set()
    while pending:
        pair = pending.pop(0)
        if pair in seen:
            continue
        seen.add(pair)
        match pair:
            case ir.Ref(one), ir.Ref(other):
                if one not in after and other not in before and other not in found.values():
                    found.setdefault(one, other)
                pending += _declared_types(before[one], after[other])
            case _:
                pending += _inner_types(*pair)
    return found


def _operation_types(old: ir.Operation, new: ir.Operation) -> Iterator[_Pair]:
    after = {(p.place, p.wire_name): p for p in new.parameters}
    for parameter in old.parameters:
        other = after.get((parameter.place, parameter.wire_name))
        if other is not None:
            yield parameter.type, other.type
    if old.body is not None and new.body is not None:
        yield old.body.type, new.body.type
    results = [(old.result, new.result)]
    if old.switch is not None and new.switch is not None:
        results.append((old.switch.result, new.switch.result))
    for was, is_ in results:
        if was.type is not None and is_.type is not None:
            yield was.type, is_.type
    errors = {error.status: error.type for error in new.errors}
    for error in old.errors:
        type_ = errors.get(error.status)
        if error.type is not None and type_ is not None:
            yield error.type, type_


def _declared_types(old: ir.Declaration, new: ir.Declaration) -> Iterator[_Pair]:
    if isinstance(old, ir.Model) and isinstance(new, ir.Model):
        after = {field.wire_name: field.type for field in new.fields}
        for field in old.fields:
            if field.wire_name in after:
                yield field.type, after[field.wire_name]
    elif isinstance(old, ir.Alias) and isinstance(new, ir.Alias):
        yield old.type, new.type


def _inner_types(old: ir.Type, new: ir.Type) -> Iterator[_Pair]:
    match old, new:
        case (
            (ir.Array(one), ir.Array(other))
            | (ir.Lines(one), ir.Lines(other))
            | (ir.Map(one), ir.Map(other))
            | (ir.Nullable(one), ir.Nullable(other))
        ):
            yield one, other
        case (ir.Nullable(one), other) | (one, ir.Nullable(other)):
            yield one, other
        case (ir.Union(cases), ir.Union(others)) | (ir.Tuple(cases), ir.Tuple(others)) if len(
            cases
        ) == len(others):
            yield from zip(cases, others, strict=True)

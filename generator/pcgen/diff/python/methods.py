"""Compares the methods of two packages: their arguments, results and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen import ir
from pcgen.diff.python.comparison import Comparison, is_reordered
from pcgen.diff.python.compatibility import Use, compare_types, expanded, is_assignable
from pcgen.diff.python.old_names import old_methods, renaming
from pcgen.targets.python import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.diff.python.comparison import PackageVersion

_READ = Use(is_read=True, is_constructed=False)


def report_method(
    comparison: Comparison,
    change: str,
    name: str,
    old: ir.Operation | None,
    new: ir.Operation | None,
    /,
    **values: Any,
) -> None:
    """Report a change of a method, which callers write as `name`."""
    origins = old.origin if old else None, new.origin if new else None
    comparison.report(change, f"{name}()", *origins, container="#/paths", **values)


def compare_methods(
    comparison: Comparison, name: str, now: str, old: ir.Operation, new: ir.Operation
) -> None:
    """Compare two versions of a method, which callers write as `name` and `now`."""
    if name != now:
        change, hint = renaming("method", name, now, old_methods(comparison.new.package))
        report_method(comparison, change, name, old, new, hint=hint, old=name, new=now)
    methods = _Methods(comparison, now, old, new)
    methods.compare_arguments()
    methods.compare_results()
    methods.compare_errors()


class _Argument(Struct, frozen=True):
    """An argument of a method; `wire` identifies it in requests."""

    name: str
    wire: tuple[str, str]
    type: ir.Type
    is_required: bool
    is_positional: bool


class _Methods(Struct, frozen=True):
    """Two versions of a method."""

    comparison: Comparison
    name: str
    old: ir.Operation
    new: ir.Operation

    def _report(self, change: str, /, **values: Any) -> None:
        report_method(self.comparison, change, self.name, self.old, self.new, **values)

    # --- Arguments -----------------------------------------------------------------------------

    def compare_arguments(self) -> None:
        before, after = list(_arguments(self.old)), list(_arguments(self.new))
        pairs = _matched(before, after)
        for argument in before:
            if argument.name not in pairs:
                self._report("argument-removed", name=argument.name)
            else:
                self._compare_argument(argument, pairs[argument.name])
        matched = [argument.name for argument in pairs.values()]
        for argument in after:
            if argument.name not in matched:
                required = "-required" * argument.is_required
                self._report(f"argument-added{required}", name=argument.name)
        orders = (
            [pairs[a.name].name for a in before if a.is_positional and a.name in pairs],
            [argument.name for argument in after if argument.is_positional],
        )
        if is_reordered(*orders):
            texts = {"old": ", ".join(orders[0]), "new": ", ".join(orders[1])}
            self._report("arguments-reordered", **texts)

    def _compare_argument(self, old: _Argument, new: _Argument) -> None:
        if old.name != new.name:
            self._report("argument-renamed", old=old.name, new=new.name)
        if old.is_required is not new.is_required:
            became = "required" if new.is_required else "optional"
            self._report(f"argument-became-{became}", name=new.name)
        if old.is_positional is not new.is_positional:
            became = "positional" if new.is_positional else "keyword"
            self._report(f"argument-became-{became}", name=new.name)
        sends_null = [isinstance(argument.type, ir.Nullable) for argument in (old, new)]
        if not (old.is_required or new.is_required) and sends_null[0] is not sends_null[1]:
            meaning = "null" if sends_null[1] else "absent"
            self._report(f"argument-none-is-{meaning}", name=new.name)
        before, after = self.comparison.old, self.comparison.new
        target = new.type if new.is_required else ir.Nullable(new.type)
        is_breaking = not is_assignable((before, old.type), (after, target))
        if is_breaking or before.ordered_input(old.type) != after.ordered_input(new.type):
            change = "argument-retyped" if is_breaking else "argument-retyped-compatibly"
            texts = {"old": before.input(old.type), "new": after.input(new.type)}
            self._report(change, name=new.name, **texts)

    # --- Results and errors --------------------------------------------------------------------

    def compare_results(self) -> None:
        is_same_form = _has_form_of(self.new, self.old)
        self._compare_result(self.old.result, self.new.result, is_same_form=is_same_form)
        if self.old.switch is not None and self.new.switch is not None:
            results = self.old.switch.result, self.new.switch.result
            self._compare_result(*results, is_same_form=True)
        self._compare_cases()

    def _compare_cases(self) -> None:
        """Compare the results for values of the argument that selects members of a union."""
        before = _cases(self.old, self.comparison.old)
        after = _cases(self.new, self.comparison.new)
        for value in sorted({*before, *after} - {None}, key=str):
            old = before.get(value, before[None])
            new = after.get(value, after[None])
            if old != new:
                change = f"return-case-changed{'' if value in before else '-compatibly'}"
                self._report(change, name=repr(value), old=old, new=new)

    def _compare_result(self, old: ir.Result, new: ir.Result, *, is_same_form: bool) -> None:
        before, after = self.comparison.old, self.comparison.new
        texts = {
            "old": _return_annotation(self.old, old, before),
            "new": _return_annotation(self.new, new, after),
        }
        if old.type is None:
            if new.type is not None:
                self._report("return-added", new=texts["new"])
        elif new.type is None or not is_same_form:
            self._report("return-retyped", **texts)
        else:
            is_breaking, is_changed = compare_types(self.comparison, old.type, new.type, _READ)
            if is_changed:
                change = "return-retyped" if is_breaking else "return-retyped-compatibly"
                self._report(change, **texts)

    def compare_errors(self) -> None:
        before, after = self.comparison.old, self.comparison.new
        types = {error.status: error.type or ir.ANY for error in self.new.errors}
        for error in self.old.errors:
            old, new = error.type or ir.ANY, types.get(error.status)
            if new is not None and expanded(before, old) != expanded(after, new):
                texts = {"old": before.output(old), "new": after.output(new)}
                self._report("error-retyped", name=error.status, **texts)


def _arguments(operation: ir.Operation) -> Iterator[_Argument]:
    """The arguments of a method; positional ones come first, in their order."""
    for each in operation.parameters:
        is_path = each.place is ir.Place.PATH
        is_required = isinstance(each.presence, ir.Required)
        wire = each.place.value, each.wire_name
        yield _Argument(each.name, wire, each.type, is_required, is_positional=is_path)
    body = operation.body
    if body is not None and body.fields is None:
        name = names.known("body")
        yield _Argument(name, ("", ""), body.type, body.required, is_positional=False)
    elif body is not None and body.fields is not None:
        for field in body.fields:
            is_required = isinstance(field.presence, ir.Required)
            wire = "body", field.wire_name
            yield _Argument(
                names.field_argument(field.name), wire, field.type, is_required, is_positional=False
            )
    switch = operation.switch
    if switch is not None and switch.is_added:
        boolean = ir.Scalar(ir.Kind.BOOLEAN)
        wire = "body", switch.wire_name or "stream"
        yield _Argument(switch.flag, wire, boolean, is_required=False, is_positional=False)


def _matched(old: list[_Argument], new: list[_Argument]) -> dict[str, _Argument]:
    """The new arguments by old names: matched by name, by use in requests, then by position."""
    by_name = {argument.name: argument for argument in new}
    pairs = {a.name: by_name.pop(a.name) for a in old if a.name in by_name}
    by_wire = {argument.wire: argument for argument in by_name.values()}
    for argument in old:
        if argument.name not in pairs and argument.wire in by_wire:
            pairs[argument.name] = by_wire.pop(argument.wire)
    matched = [argument.name for argument in pairs.values()]
    positional = ([a for a in arguments if a.is_positional] for arguments in (old, new))
    for one, other in zip(*positional, strict=False):
        if one.name not in pairs and other.name not in matched:
            pairs[one.name] = other
    return pairs


def _has_form_of(new: ir.Operation, old: ir.Operation) -> bool:
    """Whether a method still returns its result in pages, singly, or as a stream, as before.

    A flag may have been added, if calls without it return the same.
    """
    return (
        (new.paging is None) is (old.paging is None)
        and _usual_form(new) is _usual_form(old)
        and (old.switch is None or new.switch is not None)
    )


def _usual_form(operation: ir.Operation) -> ir.Streaming:
    """How a method returns its result if callers pass no flag."""
    switch = operation.switch
    is_streamed = switch is not None and switch.by_default
    return (switch.result if switch and is_streamed else operation.result).streaming


def _cases(operation: ir.Operation, version: PackageVersion) -> dict[str | None, str]:
    """The annotations of results by the value that selects them; None = every other value."""
    selector, usual = operation.selector, operation.result.type
    if selector is None:
        return {None: "None" if usual is None else version.output(usual)}
    types = (None, selector.other), *selector.cases
    return {value: version.output(type_) for value, type_ in types}


def _return_annotation(operation: ir.Operation, result: ir.Result, version: PackageVersion) -> str:
    if result.type is None:
        return "None"
    text = version.output(result.type)
    if result.streaming is not ir.Streaming.NONE:
        return f"Stream[{text}]"
    if operation.paging is not None:
        return f"Pager[{version.output(operation.paging.item_type)}, {text}]"
    return text

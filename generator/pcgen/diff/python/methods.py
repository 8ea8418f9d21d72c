"""Methods of two packages compared: what they take, return and raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen import ir
from pcgen.diff.python.annotations import goes_on, located
from pcgen.diff.python.old_names import note_renamed, old_methods
from pcgen.targets.python import names

if TYPE_CHECKING:
    from pcgen.diff.findings import Findings
    from pcgen.diff.python.annotations import Side
    from pcgen.names import Name


class Argument(Struct, frozen=True):
    """An argument of a method; `wire` is what it is for, whatever it is called."""

    name: Name
    wire: tuple[str, str]
    type: ir.Type
    required: bool
    by_position: bool


class Methods(Struct, frozen=True):
    """Compares methods."""

    old: Side
    new: Side
    findings: Findings

    def compare(self, name: str, now: str, old: ir.Operation, new: ir.Operation) -> None:
        """Compare two methods, which callers write as `name` and `now`."""
        if name != now:
            self._note_renamed(name, now, old, new)
        self._arguments(now, old, new)
        self._results(now, old, new)
        self._errors(now, old, new)

    def note(
        self,
        id_: str,
        name: str,
        old: ir.Operation | None,
        new: ir.Operation | None,
        /,
        **values: Any,
    ) -> None:
        """Note a finding about a method."""
        places = located(
            self.old, self.new, old.origin if old else None, new.origin if new else None, "#/paths"
        )
        self.findings.add(id_, f"{name}()", *places, **values)

    def _note_renamed(self, name: str, now: str, old: ir.Operation, new: ir.Operation) -> None:
        def note(id_: str, **values: Any) -> None:
            self.note(id_, name, old, new, **values)

        note_renamed(note, "method", name, now, old_methods(self.new.package))

    # --- Arguments -----------------------------------------------------------------------------

    def _arguments(self, name: str, old: ir.Operation, new: ir.Operation) -> None:
        before, after = _arguments(old), _arguments(new)
        pairs = _matched(before, after)
        for argument in before:
            if argument.name not in pairs:
                self.note("argument-removed", name, old, new, name=argument.name)
            else:
                other = pairs[argument.name]
                if argument.name != other.name:
                    self.note("argument-renamed", name, old, new, old=argument.name, new=other.name)
                self._argument(name, old, new, argument, other)
        known = [other.name for other in pairs.values()]
        for argument in after:
            if argument.name not in known:
                id_ = "argument-added-required" if argument.required else "argument-added"
                self.note(id_, name, old, new, name=argument.name)
        orders = (
            [pairs[a.name].name for a in before if a.by_position and a.name in pairs],
            [argument.name for argument in after if argument.by_position],
        )
        common = [name for name in orders[0] if name in orders[1]]
        if common != orders[1][: len(common)]:
            values = {"old": ", ".join(orders[0]), "new": ", ".join(orders[1])}
            self.note("arguments-reordered", name, old, new, **values)

    def _argument(
        self, name: str, old: ir.Operation, new: ir.Operation, one: Argument, other: Argument
    ) -> None:
        if one.required is not other.required:
            word = "required" if other.required else "optional"
            self.note(f"argument-became-{word}", name, old, new, name=other.name)
        if one.by_position is not other.by_position:
            word = "positional" if other.by_position else "keyword"
            self.note(f"argument-became-{word}", name, old, new, name=other.name)
        if not one.required and not other.required:
            nulls = [isinstance(a.type, ir.Nullable) for a in (one, other)]
            if nulls[0] is not nulls[1]:
                word = "null" if nulls[1] else "absent"
                self.note(f"argument-none-is-{word}", name, old, new, name=other.name)
        wanted = other.type if other.required else ir.Nullable(other.type)  # None leaves it out.
        broken = not goes_on((self.old, one.type), (self.new, wanted))
        values = {"old": self.old.input(one.type), "new": self.new.input(other.type)}
        told = self.old.told(one.type, is_given=True), self.new.told(other.type, is_given=True)
        if broken or told[0] != told[1]:
            id_ = "argument-retyped" if broken else "argument-retyped-compatibly"
            self.note(id_, name, old, new, name=other.name, **values)

    # --- Results and errors --------------------------------------------------------------------

    def _results(self, name: str, old: ir.Operation, new: ir.Operation) -> None:
        self._result(name, (old, old.result), (new, new.result), is_same=_form(old) == _form(new))
        if old.switch is not None and new.switch is not None:
            pairs = (old, old.switch.result), (new, new.switch.result)
            self._result(name, *pairs, is_same=True)

    def _result(
        self,
        name: str,
        old: tuple[ir.Operation, ir.Result],
        new: tuple[ir.Operation, ir.Result],
        *,
        is_same: bool,
    ) -> None:
        before, after = old[1].type, new[1].type
        values = {"old": _returned(*old, self.old), "new": _returned(*new, self.new)}
        if before is None:
            if after is not None:
                self.note("return-added", name, old[0], new[0], new=values["new"])
            return
        broken, changed = not is_same, True
        if after is not None:
            broken = broken or not goes_on((self.new, after), (self.old, before), exact=True)
            told = self.old.told(before, is_given=False), self.new.told(after, is_given=False)
            changed = told[0] != told[1]
        if changed or not is_same:
            id_ = "return-retyped" if broken or after is None else "return-retyped-compatibly"
            self.note(id_, name, old[0], new[0], **values)

    def _errors(self, name: str, old: ir.Operation, new: ir.Operation) -> None:
        after = {error.status: error.type for error in new.errors}
        for error in old.errors:
            if error.status not in after:
                continue
            before, now = error.type or ir.ANY, after[error.status] or ir.ANY
            if self.old.plain(before) != self.new.plain(now):
                values = {"old": self.old.output(before), "new": self.new.output(now)}
                self.note("error-retyped", name, old, new, name=error.status, **values)


def _arguments(operation: ir.Operation) -> list[Argument]:
    """The arguments of a method; those by position come first, in their order."""
    found = [
        Argument(
            p.name,
            (p.place.value, p.wire_name),
            p.type,
            isinstance(p.presence, ir.Required),
            p.place is ir.Place.PATH,
        )
        for p in operation.parameters
    ]
    body = operation.body
    if body is not None and body.fields is None:
        found.append(
            Argument(names.known("body"), ("", ""), body.type, body.required, by_position=False)
        )
    elif body is not None and body.fields is not None:
        found += [
            Argument(
                names.field_argument(f.name),
                ("body", f.wire_name),
                f.type,
                isinstance(f.presence, ir.Required),
                by_position=False,
            )
            for f in body.fields
        ]
    return found


def _matched(old: list[Argument], new: list[Argument]) -> dict[Name, Argument]:
    """What became of each argument: by its name, by what it is for, or by its place in the path."""
    by_name = {argument.name: argument for argument in new}
    pairs = {a.name: by_name.pop(a.name) for a in old if a.name in by_name}
    by_wire = {argument.wire: argument for argument in by_name.values()}
    for argument in old:
        if argument.name not in pairs and argument.wire in by_wire:
            pairs[argument.name] = by_wire.pop(argument.wire)
    lists = [[a for a in side if a.by_position] for side in (old, new)]
    matched = [other.name for other in pairs.values()]
    for one, other in zip(*lists, strict=False):
        if one.name not in pairs and other.name not in matched:
            pairs[one.name] = other
    return pairs


def _form(operation: ir.Operation) -> tuple[bool, bool, ir.Streaming]:
    """What a result comes wrapped in."""
    return operation.paging is not None, operation.switch is not None, operation.result.streaming


def _returned(operation: ir.Operation, result: ir.Result, side: Side) -> str:
    """What a method returns, as far as words tell: pages, a stream, or the thing itself."""
    if result.type is None:
        return "None"
    text = side.output(result.type)
    if result.streaming is not ir.Streaming.NONE:
        return f"Stream[{text}]"
    if operation.paging is not None:
        return f"Pager[{side.output(operation.paging.item_type)}, {text}]"
    return text

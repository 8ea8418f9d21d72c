"""Models and aliases of two packages compared, in terms of those who make and read them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pcgen import ir
from pcgen.diff.python.annotations import goes_on, located
from pcgen.diff.python.old_names import note_renamed, old_classes, old_fields
from pcgen.diff.versions import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pcgen.diagnostics import Location
    from pcgen.diff.findings import Findings
    from pcgen.diff.python.annotations import Side
    from pcgen.names import Name


class Uses(Struct):
    """How callers meet the declarations: they read some, make some, and never touch others."""

    read: set[Name] = field(default_factory=set)
    made: set[Name] = field(default_factory=set)


def uses(side: Side) -> Uses:
    """Follow the arguments and the results of all operations."""
    found = Uses()
    bodies: set[Name] = set()
    for resource in side.package.resources:
        for operation in resource.operations:
            given = [parameter.type for parameter in operation.parameters]
            if operation.body is not None and operation.body.fields is not None:
                given += [each.type for each in operation.body.fields]
                bodies |= _mentioned(operation.body.type)
            elif operation.body is not None:
                given.append(operation.body.type)
            results = [operation.result, *((operation.switch.result,) if operation.switch else ())]
            got = [result.type for result in results] + [error.type for error in operation.errors]
            _follow(found.made, given, side)
            _follow(found.read, [type_ for type_ in got if type_ is not None], side)
    unused = side.package.declared.keys() - found.made - found.read - bodies
    _follow(found.read, [ir.Ref(name) for name in unused], side)
    return found


def _follow(found: set[Name], types: Iterable[ir.Type], side: Side) -> None:
    pending = {name for type_ in types for name in _mentioned(type_)}
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            declaration = side.package.declared[name]
            if isinstance(declaration, ir.Alias):
                pending |= _mentioned(declaration.type)
            else:
                inner = [each.type for each in declaration.fields] + [declaration.extra or ir.ANY]
                pending |= {name for type_ in inner for name in _mentioned(type_)}


def _mentioned(type_: ir.Type) -> set[Name]:
    return {part.name for part in ir.parts(type_) if isinstance(part, ir.Ref)}


class Declarations(Struct, frozen=True):
    """Compares models and aliases."""

    old: Side
    new: Side
    findings: Findings

    def compare(self) -> None:
        """Compare all, those that were renamed under the name that they have now."""
        before, after = self.old.package.declared, self.new.package.declared
        used = uses(self.old), uses(self.new)
        read, made = used[0].read | used[1].read, used[0].made | used[1].made
        for name in sorted(before):
            now = self.old.renamed.get(name, name)
            places = self._places(before[name], after.get(now))
            if now not in after:
                self.findings.add("class-removed", name, *places)
                continue
            if now != name:
                self._note_renamed(name, now, places)
            elif _is_inline(before[name]) is not _is_inline(after[now]):
                values = {"old": before[name].origin, "new": after[now].origin}
                self.findings.add("class-kept", name, *places, **values)
            names = {name, now}
            self._declaration(before[name], after[now], bool(names & read), bool(names & made))
        for name in sorted(after.keys() - before.keys() - set(self.old.renamed.values())):
            self.findings.add("class-added", name, *self._places(None, after[name]))

    def _note_renamed(self, name: str, now: str, places: tuple[Location, Location]) -> None:
        def note(id_: str, **values: Any) -> None:
            self.findings.add(id_, name, *places, **values)

        note_renamed(note, "class", name, now, old_classes(self.new.package))

    def _places(
        self, old: ir.Declaration | None, new: ir.Declaration | None
    ) -> tuple[Location, Location]:
        return located(
            self.old,
            self.new,
            None if old is None else old.origin,
            None if new is None else new.origin,
            "#/components/schemas",
        )

    def _declaration(
        self, old: ir.Declaration, new: ir.Declaration, is_read: bool, is_made: bool
    ) -> None:
        if isinstance(old, ir.Model) and isinstance(new, ir.Model):
            _Models(self, old, new, is_read=is_read, is_made=is_made).compare()
        elif isinstance(old, ir.Alias) and isinstance(new, ir.Alias):
            self._alias(old, new, is_read, is_made)
        else:
            words = [self._what(d, s) for d, s in ((old, self.old), (new, self.new))]
            places = self._places(old, new)
            self.findings.add("class-remade", new.name, *places, old=words[0], new=words[1])

    def _what(self, declaration: ir.Declaration, side: Side) -> str:
        if isinstance(declaration, ir.Model):
            return f"class {declaration.name}"
        return side.output(declaration.type)

    def _alias(self, old: ir.Alias, new: ir.Alias, is_read: bool, is_made: bool) -> None:
        broken, changed = self.relation(old.type, new.type, is_read=is_read, is_made=is_made)
        values = {"old": self.old.output(old.type), "new": self.new.output(new.type)}
        if old.text_key != new.text_key and is_made:
            broken, changed = broken or bool(old.text_key), True
            values = {
                "old": self.old.input(ir.Ref(old.name)),
                "new": self.new.input(ir.Ref(new.name)),
            }
        match old.type, new.type:
            case ir.Choice(kinds=was), ir.Choice(kinds=is_) if was == is_ and not broken:
                self._values(old, new, old.type, new.type)
            case _ if changed:
                id_ = "alias-retyped" if broken else "alias-retyped-compatibly"
                self.findings.add(id_, new.name, *self._places(old, new), **values)

    def _values(self, old: ir.Alias, new: ir.Alias, was: ir.Choice, is_: ir.Choice) -> None:
        """Compare the values that are listed; type checkers take others, too."""
        places = self._places(old, new)
        if come := [value for value in is_.values if value not in was.values]:
            self.findings.add("alias-values-added", new.name, *places, new=come)
        if gone := [value for value in was.values if value not in is_.values]:
            self.findings.add("alias-values-removed", new.name, *places, old=gone)
        if was.open is not is_.open:
            id_ = "alias-opened" if is_.open else "alias-closed"
            self.findings.add(id_, new.name, *places)

    def relation(
        self, old: ir.Type, new: ir.Type, *, is_read: bool, is_made: bool
    ) -> tuple[bool, bool]:
        """Whether callers break on the new type, and whether it says anything new."""
        before, after = (self.old, old), (self.new, new)
        broken = (is_read and not goes_on(after, before, exact=True)) or (
            is_made and not goes_on(before, after)
        )
        return broken, self.old.told(old, is_given=False) != self.new.told(new, is_given=False)


class Given(Enum):
    """Whether those who make a model give an attribute."""

    ALWAYS = "required"
    AT_WILL = "omissible"
    NEVER = "fixed"


class Attribute(Struct, frozen=True):
    """A field, or the tag, which those who make a model never give."""

    name: Name
    wire_name: str
    type: ir.Type
    certain: bool
    given: Given


class _Models(Struct, frozen=True):
    """Compares two models."""

    all: Declarations
    old: ir.Model
    new: ir.Model
    is_read: bool
    is_made: bool

    def compare(self) -> None:
        before, after = ({a.name: a for a in _attributes(m)} for m in (self.old, self.new))
        by_wire = {f.wire_name: f for f in after.values() if f.name not in before}
        for name, one in before.items():
            other = after.get(name)
            if other is None and one.wire_name in by_wire:
                other = by_wire.pop(one.wire_name)
                self._note_renamed(one, other)
            if other is None:
                self._note("attribute-removed", one, None, name=name)
            elif self.is_read or self.is_made:
                self._attribute(one, other)
        known = {attribute.wire_name for attribute in before.values()}
        for name, other in after.items():
            if name not in before and other.wire_name not in known:
                needed = self.is_made and other.given is Given.ALWAYS
                id_ = "attribute-added-required" if needed else "attribute-added"
                self._note(id_, None, other, name=name)
        self._extra()
        self._iteration()

    def _note_renamed(self, one: Attribute, other: Attribute) -> None:
        """Note a new name; callers who make such objects cannot give the old one in any case."""
        if self.is_made:
            self._note("attribute-renamed", one, other, old=one.name, new=other.name)
            return

        def note(id_: str, **values: Any) -> None:
            hint = values.get("hint", "")
            self._note(id_, one, other, old=one.name, new=other.name, hint=hint)

        old, new = (f"{self.new.name}.{attribute.name}" for attribute in (one, other))
        kept = old_fields(self.all.new.package, self.new.name)
        note_renamed(note, "attribute", old, new, kept)

    def _extra(self) -> None:
        """Compare what callers find among the properties that have no name."""
        old, new = (ir.Map(model.extra or ir.ANY) for model in (self.old, self.new))
        self._retyped(old, new, None, None, name="extra", is_made=False)

    def _attribute(self, one: Attribute, other: Attribute) -> None:
        if self.is_read and one.certain is not other.certain:
            word = "certain" if other.certain else "optional"
            self._note(f"attribute-became-{word}", one, other, name=other.name)
        if self.is_made and one.given is not other.given:
            self._note(f"attribute-became-{other.given.value}", one, other, name=other.name)
        is_made = self.is_made and other.given is not Given.NEVER
        self._retyped(one.type, other.type, one, other, name=other.name, is_made=is_made)

    def _retyped(
        self,
        old: ir.Type,
        new: ir.Type,
        one: Attribute | None,
        other: Attribute | None,
        *,
        name: str,
        is_made: bool,
    ) -> None:
        broken, changed = self.all.relation(old, new, is_read=self.is_read, is_made=is_made)
        if changed:  # Else it is a class that has become something else, which is told of it.
            values = {"old": self.all.old.output(old), "new": self.all.new.output(new)}
            id_ = "attribute-retyped" if broken else "attribute-retyped-compatibly"
            self._note(id_, one, other, name=name, **values)

    def _iteration(self) -> None:
        items = self.old.items, self.new.items
        if items[0] is not None and items[1] is None:
            self._note("iteration-removed", items[0], None, old=items[0].name)
        elif items[0] is None and items[1] is not None:
            self._note("iteration-added", None, items[1], new=items[1].name)

    def _note(
        self,
        id_: str,
        one: Attribute | ir.Field | None,
        other: Attribute | ir.Field | None,
        /,
        **values: Any,
    ) -> None:
        before, after = (
            side.locate(model.origin + (_step(each) if each else ""))
            for side, model, each in (
                (self.all.old, self.old, one),
                (self.all.new, self.new, other),
            )
        )
        self.all.findings.add(id_, self.new.name, before, after, **values)


def _attributes(model: ir.Model) -> Iterator[Attribute]:
    if model.tag is not None:
        kind = ir.Kind.STRING if isinstance(model.tag.value, str) else ir.Kind.INTEGER
        value = ir.Choice((model.tag.value,), (kind,), open=False)
        yield Attribute(model.tag.name, model.tag.wire_name, value, certain=True, given=Given.NEVER)
    for each in model.fields:
        certain = isinstance(each.presence, ir.Required)
        given = Given.ALWAYS if certain else Given.AT_WILL
        yield Attribute(each.name, each.wire_name, each.type, certain=certain, given=given)


def _step(attribute: Attribute | ir.Field) -> str:
    return "/properties/" + attribute.wire_name.replace("~", "~0").replace("/", "~1")


def _is_inline(declaration: ir.Declaration) -> bool:
    _, pointer = split(declaration.origin)
    return not pointer.startswith("#/components/schemas/") or pointer.count("/") > 3

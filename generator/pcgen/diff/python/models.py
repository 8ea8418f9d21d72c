"""Compares models, for callers who read or construct them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pcgen import ir
from pcgen.diff.python.compatibility import Use, compare_types
from pcgen.diff.python.old_names import old_fields, renaming

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pcgen.diff.python.comparison import Comparison


class _Passed(Enum):
    """Whether callers who construct a model pass an attribute."""

    ALWAYS = "required"
    OPTIONALLY = "omissible"
    NEVER = "fixed"


class _Attribute(Struct, frozen=True):
    """A field, or the discriminator, whose value is fixed."""

    name: str
    wire_name: str
    type: ir.Type
    is_certain: bool
    passed: _Passed


class Models(Struct, frozen=True):
    """Two versions of a model, and how callers use it."""

    comparison: Comparison
    old: ir.Model
    new: ir.Model
    use: Use

    def compare(self) -> None:
        """Compare attributes, additional properties and iteration."""
        before, after = ({a.name: a for a in _attributes(m)} for m in (self.old, self.new))
        added = {a.wire_name: a for name, a in after.items() if name not in before}
        for name, old in before.items():
            new = after.get(name) or added.pop(old.wire_name, None)
            if new is None:
                self._report("attribute-removed", old, None, name=name)
                continue
            if new.name != name:
                self._report_renamed(old, new)
            if self.use.is_read or self.use.is_constructed:
                self._compare_attribute(old, new)
        known = {attribute.wire_name for attribute in before.values()}
        for new in added.values():
            if new.wire_name not in known:
                is_required = self.use.is_constructed and new.passed is _Passed.ALWAYS
                change = f"attribute-added{'-required' * is_required}"
                self._report(change, None, new, name=new.name)
        extra = ir.Map(self.old.extra or ir.ANY), ir.Map(self.new.extra or ir.ANY)
        self._compare_types(*extra, self.use._replace(is_constructed=False), name="extra")
        self._compare_iteration()

    def _report(
        self,
        change: str,
        old: _Attribute | ir.Field | None,
        new: _Attribute | ir.Field | None,
        /,
        **values: Any,
    ) -> None:
        """Report a change at attributes, or at the model where an attribute is None."""
        origins = (
            model.origin + (_pointer(attribute) if attribute else "")
            for model, attribute in ((self.old, old), (self.new, new))
        )
        self.comparison.report(change, self.new.name, *origins, **values)

    def _report_renamed(self, old: _Attribute, new: _Attribute) -> None:
        change, hint = "attribute-renamed", ""
        if not self.use.is_constructed:  # Constructors do not accept old names.
            names = f"{self.new.name}.{old.name}", f"{self.new.name}.{new.name}"
            change, hint = renaming(
                "attribute", *names, old_fields(self.comparison.new.package, self.new.name)
            )
        self._report(change, old, new, hint=hint, old=old.name, new=new.name)

    def _compare_attribute(self, old: _Attribute, new: _Attribute) -> None:
        if self.use.is_read and old.is_certain is not new.is_certain:
            became = "certain" if new.is_certain else "optional"
            self._report(f"attribute-became-{became}", old, new, name=new.name)
        if self.use.is_constructed and old.passed is not new.passed:
            self._report(f"attribute-became-{new.passed.value}", old, new, name=new.name)
        is_passed = self.use.is_constructed and new.passed is not _Passed.NEVER
        use = self.use._replace(is_constructed=is_passed)
        self._compare_types(old.type, new.type, use, old, new, name=new.name)

    def _compare_types(
        self,
        old: ir.Type,
        new: ir.Type,
        use: Use,
        before: _Attribute | None = None,
        after: _Attribute | None = None,
        *,
        name: str,
    ) -> None:
        is_breaking, is_changed = compare_types(self.comparison, old, new, use)
        if is_changed:  # A class that changed under the same name has findings of its own.
            change = "attribute-retyped" if is_breaking else "attribute-retyped-compatibly"
            texts = {"old": self.comparison.old.output(old), "new": self.comparison.new.output(new)}
            self._report(change, before, after, name=name, **texts)

    def _compare_iteration(self) -> None:
        """Compare the items over which callers iterate, and their names."""
        old, new = self.old.items, self.new.items
        if old is not None and new is None:
            self._report("iteration-removed", old, None, old=old.name)
        elif old is None and new is not None:
            self._report("iteration-added", None, new, new=new.name)
        elif old is not None:
            self._compare_names()

    def _compare_names(self) -> None:
        old, new = self.old.item_name, self.new.item_name
        if (old and old.wire_name) != (new and new.wire_name):
            change = "removed" if new is None else "added" if old is None else "changed"
            texts = {"old": old.name if old else "", "new": new.name if new else ""}
            self._report(f"names-{change}", None, None, **texts)


def _attributes(model: ir.Model) -> Iterator[_Attribute]:
    if model.tag is not None:
        kind = ir.Kind.STRING if isinstance(model.tag.value, str) else ir.Kind.INTEGER
        type_ = ir.Choice((model.tag.value,), (kind,), open=False)
        name, wire_name = model.tag.name, model.tag.wire_name
        yield _Attribute(name, wire_name, type_, is_certain=True, passed=_Passed.NEVER)
    for each in model.fields:
        is_required = isinstance(each.presence, ir.Required)
        passed = _Passed.ALWAYS if is_required else _Passed.OPTIONALLY
        yield _Attribute(each.name, each.wire_name, each.type, is_required, passed)


def _pointer(attribute: _Attribute | ir.Field) -> str:
    return "/properties/" + attribute.wire_name.replace("~", "~0").replace("/", "~1")

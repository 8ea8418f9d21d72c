"""Compares the classes and aliases of two packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcgen import ir
from pcgen.diff.python.compatibility import Use, compare_types
from pcgen.diff.python.models import Models
from pcgen.diff.python.old_names import old_classes, renaming
from pcgen.diff.python.usage import usage_of
from pcgen.diff.versions import split_origin
from pcgen.targets.python.equal_types import definitions

if TYPE_CHECKING:
    from pcgen.diff.python.comparison import Comparison, PackageVersion
    from pcgen.names import Name


def compare_declarations(comparison: Comparison) -> None:
    """Compare all classes and aliases; renamed ones with the one of the old name."""
    before, after = comparison.old.package.declared, comparison.new.package.declared
    renamed = comparison.old.renamed
    usage = usage_of(comparison.old.package, comparison.new.package)
    kept = old_classes(comparison.new.package)
    for name in sorted(before):
        now = renamed.get(name, name)
        old, new = before[name], after.get(now)
        if new is None:
            _report(comparison, "class-removed", name, old, None)
            continue
        if now != name:
            change, hint = renaming("class", name, now, kept)
            _report(comparison, change, name, old, new, hint=hint, old=name, new=now)
        elif _is_inline(old) is not _is_inline(new):
            _report(comparison, "class-kept", name, old, new, old=old.origin, new=new.origin)
        _compare_declaration(comparison, old, new, usage.of(name, now))
    for name in sorted(after.keys() - before.keys() - set(renamed.values())):
        _report(comparison, "class-added", name, None, after[name])
    _compare_definitions(comparison)


def _compare_definitions(comparison: Comparison) -> None:
    """Report classes that were other names of one class and are no longer.

    What did not change, and else what most names are left with, counts as the one class.
    """
    before, after = comparison.old.package, comparison.new.package
    was, is_ = definitions(before), definitions(after)
    groups: dict[Name, dict[Name, list[tuple[ir.Declaration, ir.Declaration]]]] = {}
    for name in sorted({*was, *was.values()}):
        old, new = before.declared[name], after.declared.get(comparison.old.renamed.get(name, name))
        if isinstance(old, ir.Model) and new is not None:
            parts = groups.setdefault(was.get(name, name), {})
            parts.setdefault(is_.get(new.name, new.name), []).append((old, new))
    for parts in groups.values():
        ranks = {part: (any(o == n for o, n in pairs), len(pairs)) for part, pairs in parts.items()}
        kept = max(parts, key=lambda part: (*ranks[part], part))
        for old, new in (pair for part in parts if part != kept for pair in parts[part]):
            _report(comparison, "class-parted", new.name, old, new, old=kept)


def _report(
    comparison: Comparison,
    change: str,
    name: str,
    old: ir.Declaration | None,
    new: ir.Declaration | None,
    /,
    **values: Any,
) -> None:
    origins = old.origin if old else None, new.origin if new else None
    comparison.report(change, name, *origins, container="#/components/schemas", **values)


def _is_inline(declaration: ir.Declaration) -> bool:
    _, pointer = split_origin(declaration.origin)
    return not pointer.startswith("#/components/schemas/") or pointer.count("/") > 3


def _compare_declaration(
    comparison: Comparison, old: ir.Declaration, new: ir.Declaration, use: Use
) -> None:
    if isinstance(old, ir.Model) and isinstance(new, ir.Model):
        Models(comparison, old, new, use).compare()
    elif isinstance(old, ir.Alias) and isinstance(new, ir.Alias):
        _compare_alias(comparison, old, new, use)
    else:
        texts = {"old": _text(old, comparison.old), "new": _text(new, comparison.new)}
        _report(comparison, "class-remade", new.name, old, new, **texts)


def _text(declaration: ir.Declaration, version: PackageVersion) -> str:
    if isinstance(declaration, ir.Model):
        return f"class {declaration.name}"
    return version.output(declaration.type)


def _compare_alias(comparison: Comparison, old: ir.Alias, new: ir.Alias, use: Use) -> None:
    before, after = comparison.old, comparison.new
    is_breaking, is_changed = compare_types(comparison, old.type, new.type, use)
    texts = {"old": before.output(old.type), "new": after.output(new.type)}
    if old.text_key != new.text_key and use.is_constructed:
        is_breaking, is_changed = is_breaking or bool(old.text_key), True
        inputs = before.input(ir.Ref(old.name)), after.input(ir.Ref(new.name))
        texts = dict(zip(("old", "new"), inputs, strict=True))
    match old.type, new.type:
        case ir.Choice(kinds=was) as choice, ir.Choice(kinds=is_) as other if (
            was == is_ and not is_breaking
        ):
            _compare_choices(comparison, (old, new), choice, other)
        case _ if is_changed:
            change = "alias-retyped" if is_breaking else "alias-retyped-compatibly"
            _report(comparison, change, new.name, old, new, **texts)


def _compare_choices(
    comparison: Comparison, aliases: tuple[ir.Alias, ir.Alias], old: ir.Choice, new: ir.Choice
) -> None:
    """Compare the values of two enums, which accept other values too."""
    name = aliases[1].name
    if added := [value for value in new.values if value not in old.values]:
        _report(comparison, "alias-values-added", name, *aliases, new=added)
    if removed := [value for value in old.values if value not in new.values]:
        _report(comparison, "alias-values-removed", name, *aliases, old=removed)
    if old.open is not new.open:
        change = "alias-opened" if new.open else "alias-closed"
        _report(comparison, change, name, *aliases)

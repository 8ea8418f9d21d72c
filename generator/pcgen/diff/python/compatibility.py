"""Whether programs written for one type still pass a type checker with another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pcgen import ir
from pcgen.ir import Kind

if TYPE_CHECKING:
    from pcgen.diff.python.comparison import Comparison, PackageVersion
    from pcgen.names import Name

_NULL = ir.Scalar(Kind.NULL)
# Type checkers accept the first where the second is expected.
_PROMOTIONS = frozenset(
    (
        (Kind.INTEGER, Kind.NUMBER),
        (Kind.BOOLEAN, Kind.INTEGER),
        (Kind.BOOLEAN, Kind.NUMBER),
        (Kind.BYTES, Kind.BINARY),
    )
)


class Use(NamedTuple):
    """How callers use a type: they read its values, construct them, or both."""

    is_read: bool
    is_constructed: bool


def compare_types(
    comparison: Comparison, old: ir.Type, new: ir.Type, use: Use
) -> tuple[bool, bool]:
    """Whether the new type breaks callers, and whether its annotation differs at all."""
    before, after = (comparison.old, old), (comparison.new, new)
    is_breaking = (use.is_read and not is_assignable(after, before, is_invariant=True)) or (
        use.is_constructed and not is_assignable(before, after)
    )
    return is_breaking, comparison.old.ordered_output(old) != comparison.new.ordered_output(new)


def is_assignable(
    source: tuple[PackageVersion, ir.Type],
    target: tuple[PackageVersion, ir.Type],
    *,
    is_invariant: bool = False,
) -> bool:
    """Whether a type checker accepts a value of `source` for a variable of `target`.

    Args:
        source: The type of a value; it may be of another version than `target`.
        target: The type of the variable or parameter that the value is assigned to.
        is_invariant: Whether items must have equal types, as in `list`, unlike in `Sequence`.
    """
    return any(
        _is_assignable(
            expanded(*source, keeps_aliases=keeps_aliases),
            expanded(*target, keeps_aliases=keeps_aliases),
            is_invariant=is_invariant,
        )
        for keeps_aliases in (True, False)
    )


def expanded(
    version: PackageVersion,
    type_: ir.Type,
    seen: tuple[Name, ...] = (),
    *,
    keeps_aliases: bool = True,
) -> ir.Type:
    """A type with aliases replaced by their types, and names by those of the new version.

    Args:
        version: The version of the package that has the type.
        type_: The type.
        seen: The aliases around the type.
        keeps_aliases: Whether to keep aliases that both versions have.
    """

    def inner(part: ir.Type) -> ir.Type:
        return expanded(version, part, seen, keeps_aliases=keeps_aliases)

    match type_:
        case ir.Ref(name):
            declaration = version.package.declared[name]
            is_model = isinstance(declaration, ir.Model)
            is_common = name in version.renamed or name in version.shared
            if is_common and (keeps_aliases or is_model):
                return ir.Ref(version.renamed.get(name, name))
            if isinstance(declaration, ir.Model):
                return type_
            if name in seen:
                return ir.ANY
            return expanded(version, declaration.type, (*seen, name), keeps_aliases=keeps_aliases)
        case ir.Choice(values, kinds, is_open) if is_open or len(values) > 1:
            return _scalars(kinds)  # Generated enums accept values that they do not list.
        case ir.Union(cases):
            return ir.Union(tuple(map(inner, cases)))
    return ir.map_nested(type_, inner)


def _scalars(kinds: tuple[Kind, ...]) -> ir.Type:
    cases = tuple(ir.Scalar(kind) for kind in kinds)
    return cases[0] if len(cases) == 1 else ir.Union(cases)


def _is_assignable(source: ir.Type, target: ir.Type, *, is_invariant: bool = False) -> bool:
    match source, target:
        case (ir.Scalar(Kind.ANY), _) | (_, ir.Scalar(Kind.ANY)):
            return True
        case ir.Union(cases), _:
            return all(_is_assignable(case, target, is_invariant=is_invariant) for case in cases)
        case ir.Nullable(inner), _:
            is_inner = _is_assignable(inner, target, is_invariant=is_invariant)
            return is_inner and _is_assignable(_NULL, target)
        case _, ir.Union(cases):
            return any(_is_assignable(source, case, is_invariant=is_invariant) for case in cases)
        case _, ir.Nullable(inner):
            return source == _NULL or _is_assignable(source, inner, is_invariant=is_invariant)
        case (
            (ir.Array(ours), ir.Array(theirs))
            | (ir.Lines(ours), ir.Lines(theirs))
            | (ir.Map(ours), ir.Map(theirs))
        ):
            return _is_assignable(ours, theirs, is_invariant=is_invariant) and (
                not is_invariant or _is_assignable(theirs, ours, is_invariant=True)
            )
        case ir.Tuple(ours), ir.Tuple(theirs) if len(ours) == len(theirs):
            return all(map(_is_assignable, ours, theirs))
        case ir.Choice(kinds=kinds), ir.Scalar():
            return _is_assignable(_scalars(kinds), target)
        case ir.Scalar(source_kind), ir.Scalar(target_kind):
            return source_kind is target_kind or (source_kind, target_kind) in _PROMOTIONS
    return source == target

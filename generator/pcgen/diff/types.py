"""Whether a program that was written for one type goes on with another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.ir import Kind
from pcgen.python import Imports, Types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcgen.diagnostics import Location
    from pcgen.names import Identifier

_NULL = ir.Scalar(Kind.NULL)
# Python takes the one where the other is asked for.
_PROMOTIONS = frozenset(
    (
        (Kind.INTEGER, Kind.NUMBER),
        (Kind.BOOLEAN, Kind.INTEGER),
        (Kind.BOOLEAN, Kind.NUMBER),
        (Kind.BYTES, Kind.BINARY),
    )
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two packages.

    Args:
        package: What is made of its document.
        locate: Finds the place of what a pointer names.
        renamed: What its declarations are called in the other package.
        shared: The names of declarations that both packages have.
    """

    package: ir.Package
    locate: Callable[[str], Location]
    renamed: Mapping[Identifier, Identifier]
    shared: frozenset[Identifier]

    def output(self, type_: ir.Type) -> str:
        """The annotation of what a caller gets."""
        return Types(self.package.declared, Imports(), ".models").output(type_)

    def input(self, type_: ir.Type) -> str:
        """The annotation of what a caller gives."""
        return Types(self.package.declared, Imports(), ".models").input(type_)

    def plain(self, type_: ir.Type, seen: tuple[Identifier, ...] = ()) -> ir.Type:
        """The type in names that both packages have: other aliases mean what they stand for."""
        match type_:
            case ir.Ref(name) if name in self.renamed:
                return ir.Ref(self.renamed[name])
            case ir.Ref(name) if name not in self.shared:
                declaration = self.package.declared[name]
                if isinstance(declaration, ir.Model):
                    return type_
                return ir.ANY if name in seen else self.plain(declaration.type, (*seen, name))
            case ir.Array(inner) | ir.Lines(inner):
                return replace(type_, items=self.plain(inner, seen))
            case ir.Map(inner):
                return ir.Map(self.plain(inner, seen))
            case ir.Nullable(inner):
                return ir.Nullable(self.plain(inner, seen))
            case ir.Union(cases):
                return ir.Union(tuple(self.plain(case, seen) for case in cases))
            case ir.Tuple(items):
                return ir.Tuple(tuple(self.plain(item, seen) for item in items))
            case ir.Choice(values, kinds, is_open) if is_open or len(values) > 1:
                return _scalars(kinds)  # Enums are open: type checkers see what they are made of.
        return type_


def located(
    old: Side, new: Side, was: str | None, now: str | None, holder: str
) -> tuple[Location, Location]:
    """The places of a thing in both packages.

    Args:
        old: The old package.
        new: The new package.
        was: The thing's origin in the old one, None where it is not there.
        now: The same in the new one.
        holder: What holds such things in a document; the place where one is missing.
    """
    namespace = (was or now or "").rpartition(":")[0]
    missing = f"{namespace}:{holder}" if namespace else holder
    return old.locate(was or missing), new.locate(now or missing)


def _scalars(kinds: tuple[Kind, ...]) -> ir.Type:
    cases = tuple(ir.Scalar(kind) for kind in kinds)
    return cases[0] if len(cases) == 1 else ir.Union(cases)


def fits(given: ir.Type, wanted: ir.Type, *, exact: bool = False) -> bool:
    """Whether a type checker takes one plain type where another is asked for.

    Args:
        given: What there is.
        wanted: What is asked for.
        exact: Whether items must be the same, as those of `list` and unlike those of `Sequence`.
    """
    match given, wanted:
        case (ir.Scalar(Kind.ANY), _) | (_, ir.Scalar(Kind.ANY)):
            return True
        case ir.Union(cases), _:
            return all(fits(case, wanted, exact=exact) for case in cases)
        case ir.Nullable(inner), _:
            return fits(inner, wanted, exact=exact) and fits(_NULL, wanted)
        case _, ir.Union(cases):
            return any(fits(given, case, exact=exact) for case in cases)
        case _, ir.Nullable(inner):
            return given == _NULL or fits(given, inner, exact=exact)
        case (
            (ir.Array(one), ir.Array(other))
            | (ir.Lines(one), ir.Lines(other))
            | (ir.Map(one), ir.Map(other))
        ):
            return fits(one, other, exact=exact) and not (
                exact and not fits(other, one, exact=True)
            )
        case ir.Tuple(ours), ir.Tuple(theirs) if len(ours) == len(theirs):
            return all(fits(one, other) for one, other in zip(ours, theirs, strict=True))
        case ir.Choice(kinds=kinds), ir.Scalar():
            return fits(_scalars(kinds), wanted)
        case ir.Scalar(one_kind), ir.Scalar(other_kind):
            return one_kind is other_kind or (one_kind, other_kind) in _PROMOTIONS
    return given == wanted

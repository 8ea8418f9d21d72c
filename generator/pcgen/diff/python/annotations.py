"""Whether a program that was written for one type goes on with another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diff.versions import split
from pcgen.ir import Kind
from pcgen.targets.python.types import Imports, Types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcgen.diagnostics import Location
    from pcgen.names import Name
    from pcgen.targets.python.package import PythonPackage

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


class Side(Struct, frozen=True):
    """One of the two packages.

    Args:
        package: What is made of its document.
        locate: Finds the place of what a pointer names.
        renamed: What its declarations are called in the other package.
        shared: The names of declarations that both packages have, as classes or as aliases.
        ordered: The declarations by name, with values and cases in an order of their own.
    """

    package: PythonPackage
    locate: Callable[[str], Location]
    renamed: Mapping[Name, Name]
    shared: frozenset[Name]
    ordered: Mapping[Name, ir.Declaration]

    def told(self, type_: ir.Type, *, is_given: bool) -> str:
        """An annotation for comparison: the order of values and cases does not matter."""
        types = Types(self.ordered, Imports(), ".models")
        return (types.input if is_given else types.output)(_ordered(type_))

    def output(self, type_: ir.Type) -> str:
        """The annotation of what a caller gets."""
        return Types(self.package.declared, Imports(), ".models").output(type_)

    def input(self, type_: ir.Type) -> str:
        """The annotation of what a caller gives."""
        return Types(self.package.declared, Imports(), ".models").input(type_)

    def plain(self, type_: ir.Type, seen: tuple[Name, ...] = (), *, named: bool = True) -> ir.Type:
        """The type in names that both packages have: other aliases mean what they stand for.

        Args:
            type_: The type.
            seen: The aliases that it is part of.
            named: Whether aliases that both packages have keep their names.
        """

        def inner(part: ir.Type) -> ir.Type:
            return self.plain(part, seen, named=named)

        match type_:
            case ir.Ref(name) if self._is_kept(name, named=named):
                return ir.Ref(self.renamed.get(name, name))
            case ir.Ref(name) if isinstance(alias := self.package.declared[name], ir.Alias):
                if name in seen:
                    return ir.ANY
                return self.plain(alias.type, (*seen, name), named=named)
            case ir.Choice(values, kinds, is_open) if is_open or len(values) > 1:
                return _scalars(kinds)  # Enums are open: type checkers see what they are made of.
            case ir.Union(cases):
                return ir.Union(tuple(map(inner, cases)))
        return ir.rebuilt(type_, inner)

    def _is_kept(self, name: Name, *, named: bool) -> bool:
        known = name in self.renamed or name in self.shared
        return known and (named or isinstance(self.package.declared[name], ir.Model))


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
    namespace, _ = split(was or now or "")
    missing = f"{namespace}:{holder}" if namespace else holder
    return old.locate(was or missing), new.locate(now or missing)


def in_order(package: PythonPackage) -> dict[Name, ir.Declaration]:
    """The declarations of a package, with values and cases in an order that says nothing."""
    return {
        name: known if isinstance(known, ir.Model) else replace(known, type=_ordered(known.type))
        for name, known in package.declared.items()
    }


def _ordered(type_: ir.Type) -> ir.Type:
    match ir.rebuilt(type_, _ordered):
        case ir.Choice(values) as choice:
            return replace(choice, values=tuple(sorted(values, key=repr)))
        case ir.Union(cases) as union:
            return replace(union, cases=tuple(sorted(cases, key=repr)))
        case other:
            return other


def _scalars(kinds: tuple[Kind, ...]) -> ir.Type:
    cases = tuple(ir.Scalar(kind) for kind in kinds)
    return cases[0] if len(cases) == 1 else ir.Union(cases)


def goes_on(
    given: tuple[Side, ir.Type], wanted: tuple[Side, ir.Type], *, exact: bool = False
) -> bool:
    """As `fits`, for types of either package: by the names of aliases, or by what they mean."""
    return any(
        fits(
            given[0].plain(given[1], named=named),
            wanted[0].plain(wanted[1], named=named),
            exact=exact,
        )
        for named in (True, False)
    )


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

"""The two versions of a Python package, and how to report what changed between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pcgen import ir
from pcgen.diff.versions import split_origin
from pcgen.targets.python.types import Imports, Types

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pcgen.diagnostics import Location
    from pcgen.diff.findings import Findings
    from pcgen.names import Name
    from pcgen.targets.python.package import PythonPackage


class PackageVersion(Struct, frozen=True):
    """One version of the package.

    Args:
        package: Its IR.
        locate: Finds the location of an origin in its document.
        renamed: The names of its declarations in the other version, where they differ.
        shared: Its declarations that are classes in both versions, or aliases in both.
        ordered: Its declarations, with values and union members in a fixed order.
    """

    package: PythonPackage
    locate: Callable[[str], Location]
    renamed: Mapping[Name, Name]
    shared: frozenset[Name]
    ordered: Mapping[Name, ir.Declaration]

    def output(self, type_: ir.Type) -> str:
        """The annotation of values that callers get."""
        return Types(self.package.declared, Imports(), ".models").output(type_)

    def input(self, type_: ir.Type) -> str:
        """The annotation of values that callers pass."""
        return Types(self.package.declared, Imports(), ".models").input(type_)

    def ordered_output(self, type_: ir.Type) -> str:
        """Like `output`, but independent of the order of values and union members."""
        return Types(self.ordered, Imports(), ".models").output(in_order(type_))

    def ordered_input(self, type_: ir.Type) -> str:
        """Like `input`, but independent of the order of values and union members."""
        return Types(self.ordered, Imports(), ".models").input(in_order(type_))


def declarations_in_order(package: PythonPackage) -> dict[Name, ir.Declaration]:
    """The declarations of a package, with values and union members in a fixed order."""
    return {
        name: known if isinstance(known, ir.Model) else replace(known, type=in_order(known.type))
        for name, known in package.declared.items()
    }


def in_order(type_: ir.Type) -> ir.Type:
    """A type with values and union members in a fixed order."""
    match ir.map_nested(type_, in_order):
        case ir.Choice(values) as choice:
            return replace(choice, values=tuple(sorted(values, key=repr)))
        case ir.Union(cases) as union:
            return replace(union, cases=tuple(sorted(cases, key=repr)))
        case other:
            return other


class Comparison(Struct, frozen=True):
    """The old and the new version of the package, and where to report changes."""

    old: PackageVersion
    new: PackageVersion
    findings: Findings

    def report(
        self,
        change: str,
        subject: str,
        old: str | None,
        new: str | None,
        /,
        container: str = "",
        **values: Any,
    ) -> None:
        """Report a change.

        Args:
            change: The id of the change.
            subject: What has changed, as callers write it.
            old: The origin of the subject in the old version, None if it is absent there.
            new: The origin of the subject in the new version, None if it is absent there.
            container: The pointer to report where the subject is absent.
            values: Values for the sentence of the change.
        """
        namespace, _ = split_origin(old or new or "")
        absent = f"{namespace}:{container}" if namespace else container
        locations = self.old.locate(old or absent), self.new.locate(new or absent)
        self.findings.add(change, subject, *locations, **values)


def is_reordered(old: list[str], new: list[str]) -> bool:
    """Whether arguments passed by position now reach other parameters."""
    common = [name for name in old if name in new]
    return common != new[: len(common)]

"""Lets search find operations by method, path and call; titles do for other pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.domains import Domain, ObjType

from pcgen.site.navigation import docname

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from pcgen.site.book import Symbols

TOP = "top"
"""The anchor of each page's first section."""


class SymbolDomain(Domain):
    """The operations of a package."""

    name = "pcgen"
    label = "pcgen"
    object_types: ClassVar[dict[str, ObjType]] = {"operation": ObjType("operation")}

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Names, names to show, kinds, pages, anchors, and priorities."""
        symbols: Symbols = self.env.config.pcgen_symbols
        for operation in symbols.operations:
            name = f"{operation.method} {operation.path} · {operation.call}"
            yield name, name, "operation", docname(operation.page), TOP, 0

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:  # noqa: A002, ARG002
        """The kind, as results show it."""
        return str(type.lname)

    def merge_domaindata(self, docnames: AbstractSet[str], otherdata: dict[str, Any]) -> None:
        """Keep what there is: processes have nothing to add to the configuration."""

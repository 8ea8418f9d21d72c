"""Which declarations types refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen import ir
from pcgen.ir.types import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pcgen.names import Name


def reachable(types: Iterable[ir.Type], declared: Mapping[Name, ir.Declaration]) -> set[Name]:
    """The declarations that types refer to, directly or through others."""
    found: set[Name] = set()
    pending = list(types)
    while pending:
        for name in mentioned(pending.pop()) - found:
            found.add(name)
            one = declared[name]
            if isinstance(one, ir.Alias):
                pending.append(one.type)
            else:
                pending += [field.type for field in one.fields]
                pending += [one.extra] if one.extra else []
    return found

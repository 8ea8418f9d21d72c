"""The waivers that would let a failed build continue, as TOML to paste."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from pcgen.config import label
from pcgen.diagnostics import WAIVABLE, Severity
from pcgen.spec import NAMED
from pcgen.targets.code import toml_string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pcgen.config import Package
    from pcgen.diagnostics import Diagnostic

_MANY = 4  # Up to this many shapes of pointers get a waiver each; more get one with `**`.
_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))

_Parts = tuple[str, ...]


def proposal(items: Iterable[Diagnostic], settings: Package) -> str:
    """The text of waivers for all findings that can be waived; empty if there are none.

    Args:
        items: The findings of the failed build.
        settings: The package.
    """
    pointers: dict[tuple[str, str], set[_Parts]] = defaultdict(set)
    for item in items:
        if item.code in WAIVABLE and item.severity is Severity.ERROR and item.location.pointer:
            kind = re.sub(r"'[^']*'|`[^`]*`|\d+", "", item.message)
            pointers[item.code, kind].add(tuple(item.location.pointer.split("/")))
    globs = {(code, glob) for (code, _), found in pointers.items() for glob in _globs(found)}
    if not globs:
        return ""
    table = (
        "tool.pcgen.package.waive" if settings.source.file == "pyproject.toml" else "package.waive"
    )
    where = f"below the package {label(settings)} in {settings.source.file}"
    if not settings.source.file:
        where = f"at the end of the file that `pcgen init {settings.specs[0].spec}` writes"
    lines = [f"# To build all the same, paste this {where}, and give reasons:"]
    for code, glob in sorted(globs):
        lines += [f"[[{table}]]", f"code = {toml_string(code)}", f"at = {toml_string(glob)}"]
        lines += ['reason = ""  # Required: why this is acceptable.', ""]
    return "\n".join(lines).rstrip()


def _globs(pointers: set[_Parts]) -> set[str]:
    """A few globs that cover pointers with the same finding."""
    groups: dict[_Parts, set[_Parts]] = defaultdict(set)
    for parts in pointers:
        groups[_shape(parts)].add(parts)
    by_end: dict[str, list[_Parts]] = defaultdict(list)
    for shape in groups:
        by_end[shape[-1]].append(shape)
    result = set()
    for shapes in by_end.values():
        if len(shapes) > _MANY:
            result.add("/".join((*_common_start(shapes), "**", *_common_end(shapes))))
        else:
            result |= {"/".join(_merged(groups[shape])) for shape in shapes}
    return result


def _shape(parts: _Parts) -> _Parts:
    """A pointer with `*` for names, indices and methods."""
    shape, named = ["#"], False
    for part in parts[1:]:
        if named or part.isdecimal() or part in _METHODS:
            shape.append("*")
            named = False
        else:
            shape.append(part)
            named = part in NAMED
    return tuple(shape)


def _merged(pointers: set[_Parts]) -> _Parts:
    """The pointer that covers pointers of one shape: `*` where they differ."""
    columns = zip(*pointers, strict=True)
    same = (column[0] if len(set(column)) == 1 else "*" for column in columns)
    return tuple(part if part.isprintable() else "*" for part in same)


def _common_start(shapes: list[_Parts]) -> _Parts:
    start = []
    for column in zip(*shapes, strict=False):
        if len(set(column)) > 1:
            break
        start.append(column[0])
    return tuple(start)


def _common_end(shapes: list[_Parts]) -> _Parts:
    """The common last segments that the common start does not include."""
    limit = min(map(len, shapes)) - len(_common_start(shapes))
    reversed_ = [tuple(reversed(shape))[:limit] for shape in shapes]
    return tuple(reversed(_common_start(reversed_)))

"""The waivers that let a build continue, as narrow as possible, and what they mean."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from pcgen.config import label
from pcgen.diagnostics import WAIVABLE, Code, Severity, Waiver, shorten
from pcgen.spec import NAMED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pcgen.config import Package
    from pcgen.diagnostics import Diagnostic

_MANY = 4  # More pointers of one shape get a waiver with `*`, more shapes one with `**`.
_MOST = 300  # More waivers are not printed after the findings; no document known needs as many.
_NO_REASON = '""  # Required: why this is acceptable.'
_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))

_Parts = tuple[str, ...]


def waivers(items: Iterable[Diagnostic]) -> tuple[Waiver, ...]:
    """Waivers for all findings that can be waived; none is broader than a component or operation.

    Args:
        items: The findings of a build.
    """
    groups: dict[tuple[str, _Parts], list[Diagnostic]] = defaultdict(list)
    for item in waivable(items):
        groups[item.code, _owner(_parts(item))].append(item)
    found: dict[tuple[str, str], str] = {}
    for (code, _), members in groups.items():
        for glob in _globs(set(map(_parts, members))):
            covered = [item for item in members if Waiver(code, glob, "").covers(item)]
            found[code, glob] = _reason(covered)
    return tuple(Waiver(code, glob, reason) for (code, glob), reason in sorted(found.items()))


def waivable(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The errors that a waiver can cover."""
    errors = (item for item in items if item.severity is Severity.ERROR)
    return [item for item in errors if item.code in WAIVABLE and item.location.pointer]


def tables(found: Iterable[Waiver], settings: Package, *, reasons: bool) -> str:
    """The text of waivers as TOML; without reasons, it asks for them."""
    table = (
        "tool.pcgen.package.waive" if settings.source.file == "pyproject.toml" else "package.waive"
    )
    lines = []
    for waiver in found:
        reason = _quoted(waiver.reason) if reasons else _NO_REASON
        lines += [f"[[{table}]]", f'code = "{waiver.code}"', f"at = {_quoted(waiver.at)}"]
        lines += [f"reason = {reason}", ""]
    return "\n".join(lines).rstrip()


def _quoted(text: str) -> str:
    """A string of TOML in which all characters are printable."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    characters = (c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped)
    return f'"{"".join(characters)}"'


def proposal(items: Iterable[Diagnostic], settings: Package) -> str:
    """The waivers for all findings that can be waived, to paste; empty if there are none.

    If they would fill many screens, a command that writes them.

    Args:
        items: The findings of a build, with those that other findings hide.
        settings: The package.
    """
    found = waivers(items)
    if not found:
        return ""
    if len(found) > _MOST:
        command = f"`pcgen init {settings.specs[0].spec} --lenient --output -`"
        return f"# {len(found):,} waivers would let the build continue; {command} prints them."
    where = f"below the package {label(settings)} in {settings.source.file}"
    if not settings.source.file:
        where = f"at the end of the file that `pcgen init {settings.specs[0].spec}` writes"
    intro = f"# To build all the same, paste this {where}, and give reasons:"
    return f"{intro}\n{tables(found, settings, reasons=False)}"


def meaning(items: Iterable[Diagnostic]) -> list[str]:
    """Lines that say what waiving all findings means: counts, and an example of each kind."""
    found = waivable(items)
    subjects: dict[str, dict[str, set[_Parts]]] = {verb: defaultdict(set) for verb in _VERBS}
    kinds: dict[tuple[str, str], list[Diagnostic]] = defaultdict(list)
    for item in found:
        what, pointer = _subject(item)
        subjects[_verb(item)][what].add(pointer)
        kinds[_verb(item), _kind(item)].append(item)
    counts = [
        f"{_joined([_counted(len(named[what]), what) for what in _SUBJECTS if named[what]])} {verb}"
        for verb, named in subjects.items()
        if named
    ]
    lines = [f"{_counted(len(found), 'finding')} waived: {'; '.join(counts)}"]
    ordered = sorted(kinds.items(), key=lambda entry: (_VERBS.index(entry[0][0]), -len(entry[1])))
    for (verb, _), members in ordered:
        lines += [f"{len(members):6}  {verb}: {members[0].message}"]
        lines += [f"{'':8}at {shorten(members[0].location.pointer, 200)}"]
    return lines


_VERBS = ("left out", "loosened", "kept as written")
_SUBJECTS = ("operation", "model", "value")
_LOOSENING = (Code.REFERENCE_CYCLE, Code.REFERENCE_EXTERNAL, Code.REFERENCE_MISSING)


def _verb(item: Diagnostic) -> str:
    """What happens under a waiver: hints say so where it differs from findings of the same code."""
    _, _, effect = item.hint.partition("under a waiver, ")
    if item.code is Code.UNSAFE_TEXT or "ignored" in effect:
        return "left out"
    is_loosened = item.code in _LOOSENING or (item.code is Code.UNSUPPORTED and not effect)
    return "loosened" if is_loosened else "kept as written"


def _subject(item: Diagnostic) -> tuple[str, _Parts]:
    """What a finding is about: an operation, a model, or another value."""
    parts = _parts(item)
    owner = _owner(parts)
    if parts[1:3] == ("components", "schemas"):
        return "model", owner
    return ("operation" if _is_operation(parts) and owner == parts else "value"), parts


def _counted(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def _joined(texts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def _parts(item: Diagnostic) -> _Parts:
    return tuple(item.location.pointer.split("/"))


def _owner(parts: _Parts) -> _Parts:
    """The pointer of the component or the operation that holds a value, else its own."""
    is_component = parts[1:2] == ("components",) and len(parts) > 3
    return parts[:4] if is_component or _is_operation(parts) else parts


def _is_operation(parts: _Parts) -> bool:
    return len(parts) > 3 and parts[1] in ("paths", "webhooks") and parts[3] in _METHODS


def _reason(items: Sequence[Diagnostic]) -> str:
    """What was found, to fill the reason of a waiver."""
    messages = list({_kind(item): item.message for item in reversed(items)}.values())
    count = f" ({len(items)} findings)" if len(items) > len(messages) else ""
    return f"found: {shorten('; '.join(reversed(messages)), 300)}{count}"


def _kind(item: Diagnostic) -> str:
    """The message without the names in it."""
    return re.sub(r"'[^']*'|`[^`]*`|\d+", "", item.message)


def _globs(pointers: set[_Parts]) -> list[str]:
    """Globs that cover pointers within one component or operation; few get a glob each."""
    groups: dict[_Parts, set[_Parts]] = defaultdict(set)
    for parts in pointers:
        groups[_shape(parts)].add(parts)
    by_end: dict[str, list[_Parts]] = defaultdict(list)
    for shape in groups:
        by_end[shape[-1]].append(shape)
    result = []
    for shapes in by_end.values():
        if len(shapes) > _MANY:
            start = _common_start(parts[:-1] for shape in shapes for parts in groups[shape])
            end = _common_start(shape[: len(start) - 1 : -1] for shape in shapes)
            result.append((*start, "**", *reversed(end)))
            continue
        for shape in shapes:
            is_many = len(groups[shape]) > _MANY
            result += [_merged(groups[shape])] if is_many else groups[shape]
    return ["/".join(parts) for parts in result]


def _shape(parts: _Parts) -> _Parts:
    """A pointer with `*` for names and indices below its component or operation."""
    start = _owner(parts)
    shape, named = list(start), False
    for part in parts[len(start) :]:
        if named or part.isdecimal():
            shape.append("*")
            named = False
        else:
            shape.append(part)
            named = part in NAMED
    return tuple(shape)


def _merged(pointers: set[_Parts]) -> _Parts:
    """The pointer that covers pointers of one shape: `*` where they differ."""
    columns = zip(*pointers, strict=True)
    return tuple(column[0] if len(set(column)) == 1 else "*" for column in columns)


def _common_start(pointers: Iterable[_Parts]) -> _Parts:
    """The common first segments."""
    columns = zip(*pointers, strict=False)
    same = takewhile(lambda column: len(set(column)) == 1, columns)
    return tuple(column[0] for column in same)

"""Modules that people write beside the generated ones, and what the package exports of them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from pcgen import ir, names
from pcgen.diagnostics import Code, Diagnostics, Location, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class _Export(NamedTuple):
    """A name of an `__all__`, and where it stands there."""

    name: str
    place: Location


def modules(
    files: Iterable[str], folder: Path, shown: str, taken: Iterable[str], diagnostics: Diagnostics
) -> tuple[ir.Module, ...]:
    """What modules export; they are read and never imported.

    Args:
        files: Their names.
        folder: The import package that they belong to.
        shown: What the folder is called in messages.
        taken: What the package has already.
        diagnostics: Where findings go.
    """
    owners = dict.fromkeys(taken, "generated code")
    found = []
    for file in files:
        module, exported = file.removesuffix(".py"), []
        if module in owners:
            message = f"`modules`: `{module}` is also a name of {owners[module]}"
            place = Location(f"{shown}/{file}")
            diagnostics.error(Code.NAME_COLLISION, place, message, "give the file another name")
            continue
        owners[module] = file
        for name, place in _exports(folder / file, f"{shown}/{file}", diagnostics):
            if not names.is_public(name):
                message = f"`__all__`: {shorten(name)!a} is not a name that can be exported"
                diagnostics.error(Code.CONFIG_INVALID, place, message, "leave it out")
            elif name in owners:
                message = f"`__all__`: `{name}` is also a name of {owners[name]}"
                diagnostics.error(Code.NAME_COLLISION, place, message, "choose another name")
            else:
                owners[name] = file
                exported.append(names.known(name))
        found.append(ir.Module(names.known(module), tuple(exported)))
    return tuple(found)


def _exports(path: Path, shown: str, diagnostics: Diagnostics) -> Iterator[_Export]:
    """The names that a module's `__all__` lists."""
    try:
        tree = ast.parse(path.read_bytes(), path.name)
    except OSError as error:
        message = f"cannot read the module: {error.strerror}"
        hint = "write it, with an `__all__`, or leave it out of `modules`"
        diagnostics.error(Code.FILE_UNREADABLE, Location(shown), message, hint)
        return
    except (SyntaxError, ValueError) as error:
        at = (getattr(error, "lineno", 0) or 0, getattr(error, "offset", 0) or 0)
        message = f"not valid Python: {getattr(error, 'msg', error)}"
        diagnostics.error(Code.SYNTAX, Location(shown, *at), message)
        return
    for statement in tree.body:
        listed = _listed(statement)
        if listed is not None:
            for item in listed:
                yield _Export(str(item.value), Location(shown, item.lineno, item.col_offset + 1))
            return
    message = "the module has no `__all__` that lists strings"
    hint = "write `__all__ = (...)` with what the package shall export, or `__all__ = ()`"
    diagnostics.error(Code.CONFIG_INVALID, Location(shown), message, hint)


def _listed(statement: ast.stmt) -> list[ast.Constant] | None:
    """The items of an assignment to `__all__`; None where it is anything else."""
    match statement:
        case ast.Assign([ast.Name("__all__")], ast.List(items) | ast.Tuple(items)):
            texts = [item for item in items if isinstance(item, ast.Constant)]
            return texts if len(texts) == len(items) else None
    return None

"""Reads hand-written modules for what they export and extend; it never imports them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from pcgen.diagnostics import Code, Diagnostics, Location, close, shorten
from pcgen.targets.python import names
from pcgen.targets.python.files import exported, resource_modules
from pcgen.targets.python.package import Mixin, Module
from pcgen.targets.python.views.hand_written import extendable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pcgen.names import Name
    from pcgen.targets.protocol import Settings
    from pcgen.targets.python.package import Extendable, PythonPackage


class Home(NamedTuple):
    """The folder of hand-written modules.

    Args:
        folder: Its path.
        shown: Its name in messages.
        modules: Generated modules in it that import models.
    """

    folder: Path
    shown: str
    modules: frozenset[str]


def attached(package: PythonPackage, settings: Settings) -> PythonPackage:
    """Add the hand-written modules of the configuration to a package."""
    if not settings.modules and not settings.mixins:
        return package
    shown = f"{settings.shown}/{package.module}"
    generated = frozenset({"models", *resource_modules(package)})
    home = Home(settings.folder / package.module, shown, generated)
    found, diagnostics = extendable(package), settings.diagnostics
    extending = mixins(extensions(found, settings), found, home, diagnostics)
    silent = sorted(settings.mixins.values())
    exporting = modules(settings.modules, silent, home, exported(package), diagnostics)
    return replace(package, modules=exporting, mixins=extending)


def additions(package: PythonPackage) -> dict[str, tuple[str, ...]]:
    """The names that hand-written modules add to a package, by the paths of the modules."""
    return {f"{package.module}/{one.name}.py": _added(one, package) for one in package.modules}


def _added(module: Module, package: PythonPackage) -> tuple[str, ...]:
    extending = (mixin.members for mixin in package.mixins if mixin.module == module.name)
    classes = {name: found for members in extending for name, found in members.items()}
    members = (f"{name}.{member}" for name, found in classes.items() for member in found)
    return (*module.exports, *classes, *members)


def wanted(package: PythonPackage, settings: Settings) -> dict[str, list[str]]:
    """The models and resources that each hand-written module extends, by its file name."""
    found: dict[str, list[str]] = {file: [] for file in settings.modules}
    for extended, file in extensions(extendable(package), settings).items():
        found.setdefault(file, []).append(extended)
    return found


class _Export(NamedTuple):
    """A name in an `__all__`, with its location."""

    name: str
    location: Location


def modules(
    exporting: Iterable[str],
    others: Iterable[str],
    home: Home,
    taken: Iterable[str],
    diagnostics: Diagnostics,
) -> tuple[Module, ...]:
    """Read what modules export.

    Args:
        exporting: The names of the files whose `__all__` is exported.
        others: The names of files that export nothing.
        home: The folder of the files.
        taken: The names of the generated code.
        diagnostics: Collects findings.
    """
    owners = dict.fromkeys(taken, "generated code")
    found = []
    listed = tuple(exporting)
    for file in dict.fromkeys((*listed, *others)):
        module, exported = file.removesuffix(".py"), []
        if module in owners:
            message = f"`{module}` is also a name of {owners[module]}"
            location = Location(f"{home.shown}/{file}")
            diagnostics.error(Code.NAME_COLLISION, location, message, "give the file another name")
            continue
        owners[module] = file
        for name, location in _exports(home, file, diagnostics) if file in listed else ():
            if not names.is_public(name):
                message = f"`__all__`: {shorten(name)!a} is not a public name"
                diagnostics.error(Code.CONFIG_INVALID, location, message, "remove it")
            elif name in owners:
                message = f"`__all__`: `{name}` is also a name of {owners[name]}"
                diagnostics.error(Code.NAME_COLLISION, location, message, "choose another name")
            else:
                owners[name] = file
                exported.append(names.known(name))
        found.append(Module(names.known(module), tuple(exported)))
    return tuple(found)


def extensions(extendable: Mapping[str, Extendable], settings: Settings) -> dict[str, str]:
    """Return the file of each model and resource that is extended, and report mistakes.

    Args:
        extendable: The models and resources of the package.
        settings: The configuration's `mixins`.
    """
    files = settings.mixins
    for_models = {f for t, f in files.items() if t in extendable and extendable[t].is_model}
    found = {}
    for target, file in sorted(files.items()):
        location = settings.location("mixins", target)
        if target not in extendable:
            message = f"`mixins`: no model and no resource is called {shorten(target)!a}"
            hint = close(target, extendable)
            settings.diagnostics.error(Code.CONFIG_INVALID, location, message, hint)
        elif file in for_models and not extendable[target].is_model:
            message = f"`mixins`: `{file}` also extends models, and resources import models"
            hint = "extend the resource in another file"
            settings.diagnostics.error(Code.CONFIG_INVALID, location, message, hint)
        else:
            found[target] = file
    return found


def mixins(
    files: Mapping[str, str],
    extendable: Mapping[str, Extendable],
    home: Home,
    diagnostics: Diagnostics,
) -> tuple[Mixin, ...]:
    """Read the classes that extend models and resources.

    Args:
        files: The file of each model and resource that is extended.
        extendable: The models and resources of the package.
        home: The folder of the files.
        diagnostics: Collects findings.
    """
    found = []
    for file in sorted(set(files.values())):
        tree = _parsed(home, file, diagnostics)
        targets = [target for target, other in sorted(files.items()) if other == file]
        if tree is None:
            continue
        location = Location(f"{home.shown}/{file}")
        if any(extendable[target].is_model for target in targets):
            _check_imports(tree, home, location, diagnostics)
        for target in targets:
            classes = _classes(tree, extendable[target], location, diagnostics)
            found.append(Mixin(target, names.known(file.removesuffix(".py")), classes))
    return tuple(mixin for mixin in found if mixin.members)


def _check_imports(tree: ast.Module, home: Home, shown: Location, diagnostics: Diagnostics) -> None:
    """Report imports of a model's mixin that would be cyclic."""
    for statement in tree.body:
        match statement:
            case ast.ImportFrom(str(module), _, 1):
                found = {module}
            case ast.ImportFrom(None, imported, 1):
                found = {alias.name for alias in imported}
            case _:
                continue
        for name in sorted(found & home.modules):
            location = Location(shown.file, statement.lineno, statement.col_offset + 1)
            message = f"`{name}` imports the mixins of models, so they cannot import `{name}`"
            hint = "import it under `if TYPE_CHECKING`, or in the method that uses it"
            diagnostics.error(Code.CONFIG_INVALID, location, message, hint)


def _classes(
    tree: ast.Module, wanted: Extendable, location: Location, diagnostics: Diagnostics
) -> dict[Name, tuple[str, ...]]:
    """The classes of a module that extend a model or resource, with their public names."""
    defined = {s.name: s for s in tree.body if isinstance(s, ast.ClassDef)}
    found = {name: defined[name] for name in wanted.classes if name in defined}
    if not found:
        message = f"the module has no class `{'` or `'.join(wanted.classes)}`"
        hint = "write it, or move the file away and run `pcgen scaffold`, which writes a new one"
        diagnostics.error(Code.CONFIG_INVALID, location, message, hint)
    for class_ in found.values():
        for name, line, column in _members(class_):
            if name in wanted.fields:
                message = f"`{class_.name}.{name}` is also a field of the model"
                where = Location(location.file, line, column)
                diagnostics.error(Code.NAME_COLLISION, where, message, "choose another name")
    return {
        name: tuple(member for member, *_ in _members(class_) if names.is_public(member))
        for name, class_ in found.items()
    }


def _members(class_: ast.ClassDef) -> Iterator[tuple[str, int, int]]:
    """Yield the methods and attributes that a class defines, with line and column."""
    for statement in class_.body:
        match statement:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name):
                yield name, statement.lineno, statement.col_offset + 1
            case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
                yield name, statement.lineno, statement.col_offset + 1


def _exports(home: Home, file: str, diagnostics: Diagnostics) -> Iterator[_Export]:
    """The names that a module's `__all__` lists."""
    shown = f"{home.shown}/{file}"
    tree = _parsed(home, file, diagnostics)
    if tree is None:
        return
    for statement in tree.body:
        listed = _listed(statement)
        if listed is not None:
            for item in listed:
                yield _Export(str(item.value), Location(shown, item.lineno, item.col_offset + 1))
            return
    message = "the module has no `__all__` that lists strings"
    hint = "list the names to export in `__all__ = (...)`, or write `__all__ = ()`"
    diagnostics.error(Code.CONFIG_INVALID, Location(shown), message, hint)


def _parsed(home: Home, file: str, diagnostics: Diagnostics) -> ast.Module | None:
    """Parse a module; return None if it cannot be read or parsed."""
    shown = f"{home.shown}/{file}"
    try:
        return ast.parse((home.folder / file).read_bytes(), file)
    except OSError as error:
        message = f"cannot read the module: {error.strerror}"
        hint = "run `pcgen scaffold`, which writes the file, or remove it from the configuration"
        diagnostics.error(Code.FILE_UNREADABLE, Location(shown), message, hint)
    except (SyntaxError, ValueError) as error:
        at = (getattr(error, "lineno", 0) or 0, getattr(error, "offset", 0) or 0)
        message = f"not valid Python: {getattr(error, 'msg', error)}"
        diagnostics.error(Code.SYNTAX, Location(shown, *at), message)
    return None


def _listed(statement: ast.stmt) -> list[ast.Constant] | None:
    """The items of an assignment to `__all__`; None for another statement."""
    match statement:
        case ast.Assign([ast.Name("__all__")], value) | ast.AnnAssign(
            ast.Name("__all__"), _, value
        ):
            if isinstance(value, ast.List | ast.Tuple):
                texts = [item for item in value.elts if isinstance(item, ast.Constant)]
                return texts if len(texts) == len(value.elts) else None
    return None

"""The settings of a Python package applied to the IR: names, previous names, the import name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pcgen.diagnostics import Code
from pcgen.names import Name, name_of
from pcgen.taken_modules import TAKEN_MODULES
from pcgen.targets.python import names
from pcgen.targets.python.old_names import with_old_names
from pcgen.targets.python.package import PythonPackage, named

if TYPE_CHECKING:
    from pcgen import ir
    from pcgen.targets.code import Identifier
    from pcgen.targets.protocol import Settings


def prepare(package: ir.Package, settings: Settings) -> PythonPackage:
    """Give a package its names in Python, previous ones included, and report wrong settings."""
    _check_arguments(settings)
    return with_old_names(named(package, import_name(package, settings.module)), settings)


def import_name(package: ir.Package, chosen: str = "") -> Identifier:
    """Return the import name, by default that of the distribution unless it hides a module."""
    name = name_of(chosen or package.distribution, "module")
    if not chosen and names.module(name) in TAKEN_MODULES:
        name = Name(f"{name} client")
    return names.module(name)


def _check_arguments(settings: Settings) -> None:
    """Report configured arguments that collide with other arguments of the client."""
    for scheme, arguments in settings.arguments.items():
        for argument in filter(None, arguments):
            free = names.credential(name_of(argument, "credential"))
            if free != argument:
                location = settings.location("credentials", scheme)
                message = f"`{argument}`, the argument for `{scheme}`, is already used or reserved"
                hint = f"choose another name, such as `{free}`"
                settings.diagnostics.error(Code.CONFIG_INVALID, location, message, hint)

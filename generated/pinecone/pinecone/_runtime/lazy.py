"""Names and modules that are imported at first use, and the public modules of names."""

from __future__ import annotations

TYPE_CHECKING: bool = False  # Not a literal, which Jedi would believe.
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


_exported: dict[str, str] = {}
"""The module of each name that the package exports."""


class LazyModule:
    """A module that is imported when one of its names is used.

    It stands for modules that only annotations need, which tools evaluate, and for modules that
    most programs do not use.
    """

    def __init__(self, name: str, package: str | None = None) -> None:
        """Store its name, which may be relative to a package."""
        self._name = name
        self._package = package

    def __getattr__(self, name: str) -> object:
        """Import the module, and return one of its names."""
        from importlib import import_module

        value: object = getattr(import_module(self._name, self._package), name)
        return value


def lazy_exports(
    package: str, exports: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package whose names load on demand (PEP 562).

    Args:
        package: The package's `__name__`.
        exports: The names that each submodule gives to the package, by submodule.

    Returns:
        Two functions, to be assigned to `__getattr__` and `__dir__` in the package.
    """
    homes = {name: module for module, names in exports.items() for name in names}
    _exported.update(homes)

    def __getattr__(name: str) -> Any:
        import sys
        from importlib import import_module

        if name in homes:
            value = getattr(import_module(f"{package}.{homes[name]}"), name)
        elif name in exports:
            value = import_module(f"{package}.{name}")
        else:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=sys.modules.get(package))
        # The next access finds the name in the package itself.
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:
        import sys

        own = (name for name in vars(sys.modules[package]) if name.startswith("__"))
        modules = (name for name in exports if name.isidentifier() and not name.startswith("_"))
        return sorted({*own, *homes, *modules})

    return __getattr__, __dir__


def publish(module: str, *classes: type) -> None:
    """Make public modules those of classes of the runtime, for reprs, tracebacks and pickles.

    Args:
        module: The module that exports the classes: "errors" or "types".
        classes: The classes. The package itself is the module of those that it exports as well.
    """
    package, is_inside, _ = __name__.rpartition("._runtime.")
    for one in classes if is_inside else ():
        is_exported = _exported.get(one.__name__) == module
        one.__module__ = package if is_exported else f"{package}.{module}"

"""Old names, which still work and emit a `DeprecationWarning`."""

from __future__ import annotations

import sys
import warnings
from functools import wraps
from inspect import currentframe
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
F = TypeVar("F", bound="Callable[..., Any]")


def renamed_method(method: F, old: str) -> F:
    """Return `method` with a warning that `old` is its old name."""
    name = method.__name__

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        warnings.warn(f"`{old}` was renamed to `{name}`", DeprecationWarning, stacklevel=2)
        return method(*args, **kwargs)

    call.__doc__ = f"Old name of `{name}`."
    return cast("F", call)


def renamed_value(value: T, old: str, now: str) -> T:
    """Return the value of a property, with a warning that `old` is its old name."""
    warnings.warn(f"`{old}` was renamed to `{now}`", DeprecationWarning, stacklevel=3)
    return value


def renamed_names(
    module: str, names: Mapping[str, str], otherwise: Callable[[str], Any] | None = None
) -> Callable[[str], Any]:
    """Return the `__getattr__` of a module with renamed names (PEP 562).

    Args:
        module: The module's `__name__`.
        names: The current names by their old names.
        otherwise: The `__getattr__` for all other names.
    """

    def __getattr__(name: str) -> Any:
        if name in names:
            if not _is_import():
                text = f"`{module}.{name}` was renamed to `{names[name]}`"
                warnings.warn(text, DeprecationWarning, stacklevel=2)
            return getattr(sys.modules[module], names[name])
        if otherwise is not None:
            return otherwise(name)
        message = f"module {module!r} has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=sys.modules.get(module))

    return __getattr__


def _is_import() -> bool:
    """Whether the import system is the caller; `from package import name` then calls again."""
    frame = currentframe()
    caller = frame and frame.f_back and frame.f_back.f_back
    return bool(caller and caller.f_globals.get("__name__") == "importlib._bootstrap")

"""Finds the methods of a generated client, and which argument goes where in a request."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, get_overloads


class Argument:
    """Stands for the value of an argument, to see where a method passes it."""

    def __init__(self, name: str) -> None:
        self.name = name


@dataclass(frozen=True)
class Call:
    """A method, the operation that it calls, and where its arguments go.

    Args:
        where: The expression that a user writes, such as `client.pets.list`.
        method: The method.
        operation: The `Operation` that the method passes to the runtime.
        params: The argument for each parameter.
        body: The argument for each field of the body, or the one argument that is the body.
        paged: Whether the method returns a pager.
        flag: The argument that decides on streaming, or an empty string, and its value here.
    """

    where: str
    method: Callable[..., Any]
    operation: Any
    params: Mapping[str, str]
    body: Mapping[str, str] | str
    paged: bool
    flag: str
    value: Any


class _Probe:
    """A client that records the arguments of `call`."""

    def call(
        self,
        operation: Any,
        _options: object,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> None:
        """Record the arguments."""
        self.seen = operation, params or {}, body


def calls(client: Any) -> Iterator[Call]:
    """Every method of every resource of a client."""
    pending = [("client", client)]
    for where, holder in pending:
        for name, value in vars(type(holder)).items():
            if type(value).__name__ == "resource_property":
                pending.append((f"{where}.{name}", getattr(holder, name)))
            elif isinstance(value, FunctionType) and name[:1] != "_" and holder is not client:
                for flag, chosen in _flags(value):
                    yield _call(f"{where}.{name}", holder, name, flag, chosen)


def _flags(method: FunctionType) -> list[tuple[str, Any]]:
    """The flag of a method that has overloads, with a value for each of the two results."""
    signatures = [inspect.signature(each).parameters for each in get_overloads(method)[:2]]
    if not signatures:
        return [("", None)]
    first, second = signatures
    flag = next(key for key in first if first[key] != second[key])
    found = [re.search(r"Literal\[([^],]+)", str(each[flag].annotation)) for each in signatures]
    return [(flag, ast.literal_eval(match[1]) if match else None) for match in found]


def _call(where: str, holder: Any, name: str, flag: str, chosen: Any) -> Call:
    """Call a method with an `Argument` for each parameter, and see where they are passed."""
    probe, module = _Probe(), importlib.import_module(type(holder).__module__)
    given = {
        key: Argument(key)
        for key, one in inspect.signature(getattr(holder, name)).parameters.items()
        if one.kind is not one.VAR_KEYWORD
    }
    passed = given | ({flag: chosen} if flag else {})
    names: tuple[str, ...] = ("open_stream", "Pager")
    kept = {key: vars(module)[key] for key in names if key in vars(module)}
    vars(module).update(dict.fromkeys(kept, _forward))
    try:
        getattr(type(holder)(probe), name)(**passed)
    finally:
        vars(module).update(kept)
    operation, params, body = probe.seen
    paged = type(operation).__name__ == "Pages"
    return Call(
        where,
        getattr(holder, name),
        operation.operation if paged else operation,
        _names(params, flag, chosen),
        body.name if isinstance(body, Argument) else _names(body or {}, flag, chosen),
        paged,
        flag,
        chosen,
    )


def _forward(client: _Probe, operation: Any, options: object, **rest: Any) -> None:
    client.call(operation, options, **rest)


def _names(values: Mapping[str, Any], flag: str, chosen: Any) -> dict[str, str]:
    """The arguments that were passed as these values; the flag was passed as its own value."""
    return {
        key: value.name if isinstance(value, Argument) else flag
        for key, value in values.items()
        if isinstance(value, Argument) or (flag and value is chosen)
    }


def find(found: list[Call], method: str, path: str, name: str) -> list[Call]:
    """The calls of an operation, by its path without a fragment, and its name."""
    plain, _, fragment = path.partition("#")
    same = [c for c in found if (c.operation.method, c.operation.path) == (method.upper(), plain)]
    same.sort(key=lambda call: len(call.operation.name))
    alike = [c for c in same if _letters(c.operation.name) == _letters(name)]
    # Names end with the words of a fragment, where it tells operations with one path apart.
    end = _letters(fragment)
    alike += [c for c in reversed(same) if end and _letters(c.operation.name).endswith(end)]
    for chosen in [*alike, *same][:1]:  # Each media type of its body has a method.
        forms = f"{chosen.operation.name}_as_"
        return [c for c in same if c.where == chosen.where or c.operation.name.startswith(forms)]
    return []


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Import every module of a package, except for its runtime."""
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(info.name)

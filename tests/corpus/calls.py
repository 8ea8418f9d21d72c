"""Finds the methods of a generated client, and which argument goes where in a request."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any


class Argument:
    """Stands for the value of an argument, to see where a method passes it."""

    def __init__(self, name: str, probe: _Probe) -> None:
        self.name, self._probe = name, probe

    def __bool__(self) -> bool:
        self._probe.flag = self.name
        return self._probe.streams


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
        flag: The argument that turns on streaming, or an empty string.
    """

    where: str
    method: Callable[..., Any]
    operation: Any
    params: Mapping[str, str]
    body: Mapping[str, str] | str
    paged: bool
    flag: str


class _Probe:
    """A client that records the arguments of `call`."""

    def __init__(self, *, streams: bool) -> None:
        self.streams, self.flag = streams, ""

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
            if isinstance(value, cached_property):
                pending.append((f"{where}.{name}", getattr(holder, name)))
            elif isinstance(value, FunctionType) and name[:1] != "_" and holder is not client:
                found = _call(f"{where}.{name}", holder, name, streams=False)
                yield found
                if found.flag:
                    yield _call(f"{where}.{name}", holder, name, streams=True)


def _call(where: str, holder: Any, name: str, *, streams: bool) -> Call:
    """Call a method with an `Argument` for each parameter, and see where they are passed."""
    probe, module = _Probe(streams=streams), importlib.import_module(type(holder).__module__)
    given = {
        key: Argument(key, probe)
        for key, one in inspect.signature(getattr(holder, name)).parameters.items()
        if one.kind is not one.VAR_KEYWORD
    }
    names: tuple[str, ...] = ("open_stream", "Pager")
    kept = {key: vars(module)[key] for key in names if key in vars(module)}
    vars(module).update(dict.fromkeys(kept, _forward))
    try:
        getattr(type(holder)(probe), name)(**given)
    finally:
        vars(module).update(kept)
    operation, params, body = probe.seen
    paged = type(operation).__name__ == "Pages"
    return Call(
        where,
        getattr(holder, name),
        operation.operation if paged else operation,
        {key: value.name for key, value in params.items()},
        body.name if isinstance(body, Argument) else _names(body or {}),
        paged,
        probe.flag,
    )


def _forward(client: _Probe, operation: Any, options: object, **rest: Any) -> None:
    client.call(operation, options, **rest)


def _names(body: Mapping[str, Any]) -> dict[str, str]:
    return {key: value.name for key, value in body.items() if isinstance(value, Argument)}


def find(found: list[Call], method: str, path: str, name: str) -> list[Call]:
    """The calls of an operation, by its path without a fragment, and its name."""
    plain = path.partition("#")[0]
    same = [c for c in found if (c.operation.method, c.operation.path) == (method.upper(), plain)]
    alike = [c for c in same if _letters(c.operation.name) == _letters(name)]
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

"""Examples of calls, made of the example values of a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from msgspec import Struct

from pcgen import ir
from pcgen.ir.examples import body_values, typed
from pcgen.targets.code import literal
from pcgen.targets.python import names
from pcgen.targets.python.docstrings import fill, section
from pcgen.targets.python.layout import WIDTH
from pcgen.targets.python.package import PythonPackage

_Given = list[tuple[str, Any]]  # Names and values of arguments; positional ones have no name.


class Construction(Struct, frozen=True):
    """The call of a class."""

    name: str
    arguments: Mapping[str, Any]


_LONGEST_EXAMPLE = 30
"""Lines of an example in a docstring; longer ones are in the documentation only."""
_INDENT = 12
"""Columns before an example in a docstring."""


def example_text(
    operation: ir.Operation, resource: ir.Resource, package: PythonPackage, *, is_async: bool
) -> str:
    """The example section of a docstring; empty if there is no example, or only a long one."""
    lines = example_call(operation, resource, package, is_async=is_async, indent=_INDENT)
    if not lines or len(lines) > _LONGEST_EXAMPLE or max(map(len, lines)) > WIDTH - _INDENT:
        return ""
    imports = example_imports(operation, resource, package)
    return section("Example", ["\n".join([*imports, *[""] * bool(imports), *lines])])


def example_imports(
    operation: ir.Operation,
    resource: ir.Resource,
    package: PythonPackage,
    scenario: ir.Scenario | None = None,
) -> list[str]:
    """The lines that import the types of the values of an example, and what reads variables."""
    given = _example_arguments(operation, package, scenario) or ()
    needed = {line for _, value in given for line in imports_of(value)}
    reads = any(_server_variables(holder) for holder in _holders(resource, package))
    needed |= {"import os"} if reads else set()
    return sorted(needed, key=lambda line: (line.startswith("from"), line))


def example_call(
    operation: ir.Operation,
    resource: ir.Resource,
    package: PythonPackage,
    *,
    is_async: bool,
    indent: int = 0,
    scenario: ir.Scenario | None = None,
    streamed: bool = False,
) -> list[str]:
    """The lines of a call; none if a required argument has no example value of its type.

    If `streamed`, the call requests the stream that its operation offers.
    """
    given = _example_arguments(operation, package, scenario)
    if given is None:
        return []
    if operation.switch is not None:
        given = _with_flag(operation.switch, given, streamed=streamed)
    called = _called(operation, resource, package, _from_environment)
    before, after = _around(operation, given, is_async=is_async)
    head = f"{before}{called}("
    flat = f"{head}{', '.join(_argument(name, value) for name, value in given)}){after}"
    if len(flat.partition("\n")[0]) + indent <= 88:
        return flat.split("\n")
    lines = [head]
    for name, value in given:
        prefix = f"{name}=" if name else ""
        text = f"    {prefix}{pretty(value, 4, 100 - indent, len(prefix) + 1)},"
        lines += text.split("\n")
    return [*lines, *f"){after}".split("\n")]


def _with_flag(switch: ir.Switch, given: _Given, *, streamed: bool) -> _Given:
    """Add the flag of a stream; one in the example of a whole body becomes an argument."""
    if not (streamed or switch.is_added):
        return given
    name, kept = str(names.field_argument(switch.flag)), list[tuple[str, Any]]()
    flag = switch.value if streamed else None
    for key, value in given:
        if key == name:
            flag = value if flag is None else flag
        elif key == "body" and switch.carrier is ir.Carrier.BODY and isinstance(value, dict):
            flag = value.get(switch.wire_name) if flag is None else flag
            kept.append((key, {k: v for k, v in value.items() if k != switch.wire_name}))
        else:
            kept.append((key, value))
    return kept if flag is None else [*kept, (name, flag)]


def _around(operation: ir.Operation, given: _Given, *, is_async: bool) -> tuple[str, str]:
    """The code before and after a call in an example."""
    if operation.paging is not None:
        return f"{'async ' if is_async else ''}for item in ", ":\n    print(item)"
    streaming = _streaming(operation, given)
    if streaming is not ir.Streaming.NONE:
        item = "event" if streaming is ir.Streaming.SSE else "item"
        if not is_async:
            return f"for {item} in ", f":\n    print({item})"
        loop = f"    async for {item} in {item}s:\n        print({item})"
        return "async with ", f" as {item}s:\n{loop}"
    result = "result = " if operation.result.type is not None else ""
    return f"{result}{'await ' if is_async else ''}", ""


def _streaming(operation: ir.Operation, given: _Given) -> ir.Streaming:
    """The format of the stream that a call returns; NONE if it returns a single result."""
    switch = operation.switch
    if switch is None:
        return operation.result.streaming
    value = dict(given).get(str(names.field_argument(switch.flag)))
    is_requested = switch.by_default if value is None else value == switch.value
    return switch.result.streaming if is_requested else ir.Streaming.NONE


def call_path(operation: ir.Operation, resource: ir.Resource, package: PythonPackage) -> str:
    """The path from the client to a method, such as `client.preview.things.list`."""
    return _called(operation, resource, package, lambda _: "...")


def _called(
    operation: ir.Operation,
    resource: ir.Resource,
    package: PythonPackage,
    value: Callable[[ir.Variable], str],
) -> str:
    """The path to a method; resources get the values of the variables of their server URL."""
    attributes = list[str]()
    for holder in _holders(resource, package):
        given = ", ".join(f"{v.name}={value(v)}" for v in _server_variables(holder))
        has_variables = holder.service is not None and bool(holder.service.variables)
        attributes.append(f"{holder.name}({given})" if has_variables else holder.name)
    return ".".join((package.variable, *attributes, operation.name))


def _holders(resource: ir.Resource, package: PythonPackage) -> Iterator[ir.Resource]:
    """The resources on the path to a resource, which is the last one."""
    for depth in range(1, len(resource.path) + 1):
        yield package.by_path[resource.path[:depth]]


def _server_variables(resource: ir.Resource) -> list[ir.Variable]:
    """The variables of its server URL that callers must give."""
    variables = resource.service.variables if resource.service else ()
    return [variable for variable in variables if variable.presence == ir.Required()]


def _from_environment(variable: ir.Variable) -> str:
    return f"os.environ[{literal(variable.name.upper())}]"


def _argument(name: str, value: Any) -> str:
    return f"{name}={_code(value)}" if name else _code(value)


def _example_arguments(
    operation: ir.Operation, package: PythonPackage, scenario: ir.Scenario | None = None
) -> _Given | None:
    """Names and typed values of the arguments; None if a required one has no example value.

    A positional argument has an empty name.
    """
    for chosen in (scenario,) if scenario else operation.scenarios:
        try:
            return [
                *_parameters(operation, chosen, package),
                *_body(operation, chosen, package),
            ]
        except ValueError:
            continue
    return None


def _parameters(
    operation: ir.Operation, scenario: ir.Scenario, package: PythonPackage
) -> Iterator[tuple[str, Any]]:
    """The values of parameters, in the order of the signature.

    Raises:
        ValueError: A required one has no value of its type.
    """
    values = dict(scenario.parameters)
    page = operation.paging.argument if operation.paging else None
    for parameter in operation.parameters:
        is_required = isinstance(parameter.presence, ir.Required)
        value = values.get(parameter.name)
        if is_required:
            positional = parameter.place is ir.Place.PATH
            yield "" if positional else parameter.name, typed(
                value, parameter.type, package.declared
            )
        elif value is not None and parameter.name != page and not _is_sent(parameter, value):
            with suppress(ValueError):
                yield parameter.name, typed(value, parameter.type, package.declared)


def _body(
    operation: ir.Operation, scenario: ir.Scenario, package: PythonPackage
) -> Iterator[tuple[str, Any]]:
    """The values of the fields of the body, or of the whole body.

    Raises:
        ValueError: The body does not fit its type.
    """
    body = operation.body
    if body is not None:
        for field, value in body_values(body, scenario.body, package.declared):
            if field is None:
                yield "body", value
            elif not (scenario.is_made and _is_sent(field, value)):
                yield names.field_argument(field.name), value


def _is_sent(argument: ir.Parameter | ir.Field, value: Any) -> bool:
    """Whether calls send a value without being told to."""
    presence = argument.presence
    return isinstance(presence, ir.Fixed | ir.Default) and presence.value == value


# The types of values that an example imports, and those that it writes as `repr` does.
_IMPORTS: dict[type, str] = {
    UUID: "from uuid import UUID",
    Decimal: "from decimal import Decimal",
    PurePosixPath: "from pathlib import Path",
    dt.date: "import datetime",
    dt.datetime: "import datetime",
    dt.time: "import datetime",
    dt.timedelta: "import datetime",
}


def imports_of(value: Any) -> Iterator[str]:
    """The imports of a value, and of the values in it."""
    if type(value) in _IMPORTS:
        yield _IMPORTS[type(value)]
    for item in _parts(value):
        yield from imports_of(item)


def classes_of(value: Any) -> set[str]:
    """The names of the classes that a value calls."""
    own = {value.name} if isinstance(value, Construction) else set[str]()
    return own.union(*map(classes_of, _parts(value)))


def _parts(value: Any) -> list[Any]:
    match value:
        case dict():
            return list(value.values())
        case list() | tuple():
            return list(value)
        case Construction(_, arguments):
            return list(arguments.values())
    return []


def _code(value: Any) -> str:
    """The expression of a value on one line."""
    match value:
        case bytes():
            return "b" + literal(value.decode("latin-1"))
        case UUID() | Decimal():
            return f"{type(value).__name__}({literal(str(value))})"
        case PurePosixPath():
            return f"Path({literal(str(value))})"
        case list():
            return f"[{', '.join(map(_code, value))}]"
        case tuple():
            return f"({', '.join(map(_code, value))}{',' * (len(value) == 1)})"
        case dict():
            pairs = (f"{literal(str(key))}: {_code(item)}" for key, item in value.items())
            return f"{{{', '.join(pairs)}}}"
        case Construction(name, arguments):
            pairs = (_argument(key, item) for key, item in arguments.items())
            return f"{name}({', '.join(pairs)})"
    return repr(value) if type(value) in _IMPORTS else literal(value)


def pretty(value: Any, indent: int = 0, width: int = WIDTH, taken: int = 0) -> str:
    """Lay out a literal over several lines, as black does.

    Args:
        value: A typed value.
        indent: The column where its lines start.
        width: The number of columns.
        taken: The columns of the first line that other code takes.
    """
    flat = _code(value)
    if indent + taken + len(flat) <= width or not value:
        return flat
    pad = " " * (indent + 4)
    match value:
        case dict():
            keys = {literal(str(key)): item for key, item in value.items()}
            parts = [
                f"{pad}{key}: {pretty(item, indent + 4, width, len(key) + 3)},"
                for key, item in keys.items()
            ]
            return "\n".join(["{", *parts, " " * indent + "}"])
        case Construction(name, arguments):
            parts = [
                f"{pad}{key}={pretty(item, indent + 4, width, len(key) + 2)},"
                for key, item in arguments.items()
            ]
            return "\n".join([f"{name}(", *parts, " " * indent + ")"])
        case list():
            parts = [f"{pad}{pretty(item, indent + 4, width, 1)}," for item in value]
            return "\n".join(["[", *parts, " " * indent + "]"])
        case str():
            texts = fill(value.split(" "), width - indent - 7, width - indent - 7, 0)
            parts = [
                pad + literal(text + " " * (i < len(texts) - 1)) for i, text in enumerate(texts)
            ]
            return "\n".join(["(", *parts, " " * indent + ")"])
    return flat

"""Pages show what the generated clients print."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from conftest import APIS
from pcgen import config, ir, pipeline
from pcgen.cache import Cache, folder
from pcgen.diagnostics import Diagnostics
from pcgen.targets.python import examples
from pcgen.targets.python.prepare import prepare
from pcgen.targets.python.printed import Printer
from pcgen.targets.python.views.declarations import models_view

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from pcgen.targets.python.package import PythonPackage

PACKAGES = {settings.name: settings for settings in config.load(APIS / "pcgen.toml").packages}


def _operations(package: PythonPackage, home: str) -> Iterator[tuple[ir.Operation, Any]]:
    """Pair the operations with those of the generated modules."""
    for resource in package.resources:
        module = importlib.import_module(f"{home}.{resource.module}")
        found = {
            (one.method, one.path): one
            for one in vars(module).values()
            if type(one).__name__ == "Operation" and not one.stream
        }
        for operation in resource.operations:
            if operation.result.streaming is ir.Streaming.NONE:
                yield operation, found[operation.method, operation.path]


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest) -> PythonPackage:
    """A package of the API in `apis/`."""
    settings, cache = PACKAGES[request.param], Cache(folder())
    understood = pipeline.understand(settings, cache).package
    return prepare(understood, pipeline.target_settings(settings, cache, Diagnostics()))


def test_pages_show_what_clients_print(package: PythonPackage, apis: dict[str, ModuleType]) -> None:
    name = str(package.module)
    printer = Printer(package, models_view(package).declarations)
    runtime = f"{apis[name].__name__}._runtime"
    decode = importlib.import_module(f"{runtime}.data.decoder").decode
    status_error = importlib.import_module(f"{runtime}.call.error_response").status_error
    response = importlib.import_module(f"{runtime}.http.message").Response
    compared = 0
    for operation, described in _operations(package, name):
        result = operation.result
        if "json" in (result.media_type or "json"):
            for example in result.examples:
                real = decode(json.dumps(example.value), described.result)
                shown = printer.value(result.json or result.type, example.value)
                assert shown == str(real), operation.origin
                compared += 1
        for case in operation.errors:
            if case.example is not None and case.status.isdigit():
                answer = response(int(case.status), (), json.dumps(case.example).encode())
                shown = printer.error(operation, case.status, case.example)
                assert shown == repr(status_error(described, answer, ()))
                compared += 1
    assert compared or name == "styles"  # Its responses have no bodies.


def test_pages_show_how_to_make_models(package: PythonPackage, apis: dict[str, ModuleType]) -> None:
    name = apis[package.module].__name__
    models = importlib.import_module(f"{name}.models")
    decode = importlib.import_module(f"{name}._runtime.data.decoder").decode
    printer = Printer(package, models_view(package).declarations)
    for one in package.declarations:
        made = None if one.given is None else printer.construction(ir.Ref(one.name), one.given)
        if made is not None:
            names: dict[str, Any] = dict(vars(models))
            exec("\n".join(examples.imports_of(made)), names)
            names["Path"] = str  # In JSON, a file is the text of its path.
            value = eval(examples.pretty(made), names)
            assert value == decode(json.dumps(one.given), getattr(models, one.name)), one.origin

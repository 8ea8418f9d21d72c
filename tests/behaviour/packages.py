"""Packages of invented documents, generated and imported in this process."""

from __future__ import annotations

import importlib
import json
import sys
from itertools import count
from typing import TYPE_CHECKING, Any

from pcgen import config, pipeline, spec
from pcgen.cache import Cache
from pcgen.diagnostics import Diagnostics
from pcgen.targets.python.files import render
from pcgen.targets.python.package import named
from pcgen.targets.python.prepare import import_name
from pcgen.translate import translate

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

_numbers = count()


def models_of(schemas: dict[str, Any], folder: Path) -> ModuleType:
    """The module `models` of a package that has these components."""
    data = {
        "openapi": "3.1.0",
        "info": {"title": "Made up", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    name = f"made_up_{next(_numbers)}"
    diagnostics = Diagnostics()
    library = spec.Library.beside(folder / "spec.json", "spec.json")
    document = spec.link(spec.parse(json.dumps(data).encode(), "spec.json"), library, diagnostics)
    settings = config.single("spec.json", "out", name)
    package = translate([document], settings, diagnostics)
    diagnostics.stop_on_errors()
    prepared = named(package, import_name(package))
    given = pipeline.target_settings(settings, Cache(folder / "cache"), diagnostics)
    for path, text in render(prepared, given).texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(f"{name}.models")


def round_trip(models: ModuleType, name: str, data: object) -> tuple[Any, list[str]]:
    """Read JSON as a model or an alias, and write it again; returns drift by location."""
    home = f"{models.__package__}._runtime.data"
    encoder = importlib.import_module(f"{home}.encoder")
    decoder = importlib.import_module(f"{home}.decoder")
    drifts: list[Any] = []
    type_ = getattr(models, name)
    value = decoder.decode(json.dumps(data), type_, on_drift=drifts.append)
    written = json.loads(encoder.encode(value))
    assert written == data, (written, data)
    assert decoder.decode(encoder.encode(value), type_) == value
    return value, [drift.path for drift in drifts]

"""Each target of the table can be built, and their files are merged."""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from common import ROOT
from msgspec.structs import replace
from pcgen import config, pipeline
from pcgen.cache import Cache
from pcgen.diagnostics import Exit, Failure
from pcgen.targets import TARGETS
from pcgen.targets.protocol import Generated
from pcgen.template_files import template_digest

CASE = ROOT / "tests" / "cases" / "packages" / "namespaces"


@pytest.mark.parametrize("name", TARGETS)
def test_has_the_function_that_the_protocol_asks_for(name: str) -> None:
    build = import_module(f"pcgen.targets.{name}.build").build
    assert [*inspect.signature(build).parameters] == ["package", "settings"]


def _generate(monkeypatch: pytest.MonkeyPatch, path: str) -> dict[str, str]:
    """Build the Python package together with a target that generates one file."""
    other: Any = ModuleType("pcgen.targets.other.build")
    other.build = lambda package, settings: Generated({path: f"{package.title}\n"})
    monkeypatch.setitem(sys.modules, other.__name__, other)
    [settings] = config.load(CASE / "pcgen.toml").packages
    settings = replace(settings, targets=("python", "other"))
    return dict(pipeline.generate(settings, Cache(None)).texts)


def test_files_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = _generate(monkeypatch, "other/index.html")
    assert {"README.md", "other/index.html", "pcgen.lock"} < texts.keys()
    assert "other/index.html" in texts["pcgen.lock"]


def test_two_targets_cannot_make_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Failure) as caught:
        _generate(monkeypatch, "README.md")
    assert caught.value.status == Exit.USAGE
    assert "the targets `python` and `other` both generate `README.md`" in str(caught.value)


def test_templates_of_a_program_are_also_those_of_its_client() -> None:
    assert template_digest(("cli",)) == template_digest(("cli", "python"))
    assert template_digest(("cli",)) != template_digest(("docs",))

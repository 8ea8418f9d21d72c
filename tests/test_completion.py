"""Completion in shells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete
from pcgen.cli import commands

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
[[package]]
name = "acme-one"
spec = "one.yaml"
output = "one"

[[package]]
name = "acme-two"
spec = "two.yaml"
output = "two"
"""


def _complete(*words: str, start: str = "") -> list[str]:
    shell = ShellComplete(commands, {}, "pcgen", "_PCGEN_COMPLETE")
    return [item.value for item in shell.get_completions(list(words), start)]


@pytest.mark.parametrize(
    ("words", "start", "found"),
    [
        (("build",), "", ["acme-one", "acme-two"]),
        (("build", "acme-one"), "acme-t", ["acme-two"]),
        (("bump",), "a", ["acme-one", "acme-two"]),
        (("vendor",), "x", []),
        (("diff", "--against", "main"), "", ["acme-one", "acme-two"]),
        (("build", "--config", "other.toml"), "", []),
        (
            ("build", "--spec"),
            "specs/a",
            ["specs/a"],
        ),  # The shell completes files because of the type.
        (("templates", "eject"), "module/cl", ["module/client.py.jinja"]),
    ],
)
def test_packages(
    words: tuple[str, ...],
    start: str,
    found: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "pcgen.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert _complete(*words, start=start) == found


def test_commands() -> None:
    assert "schema" in _complete()
    assert _complete(start="ven") == ["vendor"]


def test_an_invalid_configuration_completes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pcgen.toml").write_text("[[package", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert _complete("build") == []

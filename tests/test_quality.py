"""mypy, ruff and black accept the generator, the tests, the runtime and the generated packages."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from common import ROOT
from pcgen import config

if TYPE_CHECKING:
    from pathlib import Path

GENERATED = [
    f"{package.output}/{package.module or package.name.replace('-', '_')}"
    for package in config.load(ROOT / "pyproject.toml").packages
]
RUNTIME = "templates/python/module/_runtime"
LIBRARY = "templates/cli/module/_cli"
STRICTER = ("--config", "tests/ruff-generated.toml")


def _passes(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy() -> None:
    _passes("mypy", "--strict", "generator", *GENERATED)


@pytest.mark.parametrize(
    ("folder", "options"),
    [
        ("generator", ()),
        ("tests", ()),
        (RUNTIME, STRICTER),
        (LIBRARY, STRICTER),
        *((made, STRICTER) for made in GENERATED),
    ],
)
def test_ruff(folder: str, options: tuple[str, ...]) -> None:
    """`tests/cases` has a ruff.toml for generated code."""
    _passes("ruff", "check", "--output-format", "concise", *options, folder)


def test_black() -> None:
    """`test_golden.py` checks the generated packages; those of cases are what black printed."""
    options = ("--check", "--quiet", "--diff", "--extend-exclude", "/tests/cases/.*/expected/")
    _passes("black", *options, "generator", "tests", RUNTIME, LIBRARY)


def test_pyright(tmp_path: Path) -> None:
    """Of a program; `behaviour/` has what concerns clients."""
    program = ROOT / "generated" / "pinecone-cli" / "pinecone_cli"
    settings = {
        "typeCheckingMode": "strict",
        "include": [str(program / name) for name in ("_cli", "commands", "__main__.py")],
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    _passes("basedpyright", "-p", str(tmp_path), "--pythonpath", sys.executable)

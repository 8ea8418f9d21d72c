"""mypy, ruff and black accept the generator, the tests, the runtime and the generated packages."""

from __future__ import annotations

import subprocess
import sys

import pytest
from common import ROOT
from pcgen import config

GENERATED = [
    f"{package.output}/{package.module or package.name.replace('-', '_')}"
    for package in config.load(ROOT / "pyproject.toml").packages
]
RUNTIME = "templates/python/module/_runtime"
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
        *((made, STRICTER) for made in GENERATED),
    ],
)
def test_ruff(folder: str, options: tuple[str, ...]) -> None:
    """`tests/cases` has a ruff.toml for generated code."""
    _passes("ruff", "check", "--output-format", "concise", *options, folder)


def test_black() -> None:
    """`test_golden.py` checks the generated packages."""
    _passes("black", "--check", "--quiet", "--diff", "generator", "tests", RUNTIME)

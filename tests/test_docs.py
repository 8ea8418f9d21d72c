"""The pages in `docs/` do what they say: every command, one after the other, in a repository."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from common import ROOT
from test_readme import blocks, clean_environment, posix_only, run, same, script

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted((ROOT / "docs").glob("*.md"))
# Blocks of these kinds are files, named in the line before them.
FILES = ("yaml", "toml")


def steps(text: str) -> list[tuple[str, str]]:
    """Each command of a console block, its further lines included, and what it prints."""
    made: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("$ "):
            made.append((line[2:], ""))
        elif line.startswith("> "):
            made[-1] = (made[-1][0] + line[2:], "")
        else:
            made[-1] = (made[-1][0], made[-1][1] + line)
    return made


@posix_only
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page: Path, tmp_path: Path) -> None:
    python = shlex.quote(sys.executable)
    script(tmp_path / "bin" / "pcgen", f'#!/bin/sh\nexec {python} -m pcgen "$@"\n')
    script(tmp_path / "bin" / "python", f'#!/bin/sh\nexec {python} "$@"\n')
    folder = tmp_path / "work"
    folder.mkdir()
    environment = clean_environment(
        tmp_path,
        PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        PYTHONPATH=str(ROOT / "generator"),
        GIT_CONFIG_GLOBAL=os.devnull,
        **{
            f"GIT_{who}_{what}": "a@b"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    )
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True, env=environment)
    lines = page.read_text("utf-8").splitlines()
    for block in blocks(page, "console", *FILES):
        if block.kind in FILES:
            name = lines[block.line - 3].split("`")[1]
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(block.text, encoding="utf-8")
            continue
        for command, printed in steps(block.text):
            done = run(["sh", "-c", command], folder, environment, stderr=subprocess.STDOUT)
            if not same(printed, done.stdout):
                assert f"$ {command}{done.stdout}" == f"$ {command}{printed}"

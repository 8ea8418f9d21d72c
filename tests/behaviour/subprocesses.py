"""Runs Python programs in a new process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "generated" / "pinecone-inference"
PACKAGE = PROJECT / "pinecone_inference"


def python(
    *args: str | Path, paths: tuple[Path, ...] = (PROJECT,), **env: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with the given import paths and environment variables."""
    return subprocess.run(
        [sys.executable, *map(str, args)],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), **env},
    )


def printed(*args: str | Path, paths: tuple[Path, ...] = (PROJECT,), **env: str) -> str:
    """Return what a program prints; it must succeed with empty stderr."""
    done = python(*args, paths=paths, **env)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout

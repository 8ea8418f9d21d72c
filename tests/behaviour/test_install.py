"""The distribution, built, installed from the registry with its dependencies, and used."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

import pytest
from facts import E5
from server import json
from subprocesses import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

# As it was before the fixtures took proxies away: pip may need them.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

USE = """
import importlib.metadata, importlib.util, sys
from pinecone_inference import Pinecone, __file__, __version__

assert importlib.metadata.version("pinecone-inference") == __version__
assert importlib.util.find_spec("pcgen") is None
with Pinecone(api_key="installed", base_url=sys.argv[1], trust_env=False) as pc:
    print(pc.inference.get_model("m").model, __file__)
"""


def test_pip_install(tmp_path: Path, server: Server) -> None:
    server.script(json(E5))
    target = tmp_path / "venv"
    venv.create(target, with_pip=False)
    python = target / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    before = sorted(PROJECT.rglob("*"))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    options = ["--quiet", "--retries", "1", "--timeout", "10", "--no-compile"]
    installed = subprocess.run(
        [*pip, "install", *options, str(PROJECT)],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
        env=ENVIRONMENT,
    )
    if installed.returncode and "connection broken by" in installed.stderr:
        pytest.skip("no package registry can be reached")
    assert installed.returncode == 0, installed.stderr
    assert sorted(PROJECT.rglob("*")) == before, "building left files in the source tree"
    used = subprocess.run(
        [python, "-W", "error", "-c", USE, server.url],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
        cwd=tmp_path,
        env=ENVIRONMENT,
    )
    assert (used.returncode, used.stderr) == (0, "")
    model, _, file = used.stdout.strip().partition(" ")
    assert model == "multilingual-e5-large"
    assert file.startswith(str(target))
    (typed,) = target.rglob("pinecone_inference/py.typed")
    assert typed.is_file()
    assert server.requests[0].headers["api-key"] == "installed"
    command = [python, "-m", "pinecone_inference._runtime.verify"]
    verified = subprocess.run(command, check=False, capture_output=True, timeout=600, cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout

"""The wheel, installed where there is no checkout, builds what the checkout builds.

It is built as a release is: the sdist from the checkout, the wheel from the sdist. To stay quick
and offline, its environment borrows the dependencies of the running one; that the declared
dependencies are enough is shown by `test_readme.py`, whose first command installs them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
from pcgen import __version__
from pcgen.template_files import template_folder

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "specs" / "inference_2025-04.oas.yaml"


def run(command: list[str | Path], folder: Path) -> str:
    """Run a command in a folder, without our environment variables; returns its output."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PCGEN", "PIP_"))
    }
    clean |= {"PCGEN_CACHE_DIR": str(folder / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        command, cwd=folder, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--no-isolation", "-o", folder, ROOT], folder)
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def scripts(distributions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands in an environment that has the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    run([sys.executable, "-m", "venv", "--without-pip", "venv"], folder)
    bin_ = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", bin_ / "python", "install", "-q"]
    run([*pip, "--no-deps", "--no-index", distributions[1]], folder)
    where = "import sysconfig; print(sysconfig.get_path('purelib'), end='')"
    own = Path(run([bin_ / "python", "-c", where], folder))
    # Lines of a .pth extend the path; .pth files in there, such as that of an editable pcgen, are
    # not read.
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (own / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n", "utf-8")
    origin = run([bin_ / "python", "-c", "import pcgen; print(pcgen.__file__, end='')"], folder)
    assert Path(origin).is_relative_to(own)
    return bin_


def built(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_wheel_holds_pcgen_and_all_templates(distributions: tuple[Path, Path]) -> None:
    wanted = {"pcgen": ROOT / "generator" / "pcgen", "pcgen/templates": template_folder()}
    sources = {
        f"{place}/{path.relative_to(folder).as_posix()}"
        for place, folder in wanted.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {
        "pcgen/cli/__init__.py",
        "pcgen/templates/python/module/client.py.jinja",
        "pcgen/templates/python/module/_runtime/call/engine.py",
    } <= sources
    info = f"pcgen-{__version__}.dist-info"
    with zipfile.ZipFile(distributions[1]) as wheel:
        held = {name for name in wheel.namelist() if not name.startswith(info)}
        assert f"{info}/licenses/LICENSE" in wheel.namelist()
    assert held == sources


def test_the_sdist_holds_what_a_reader_needs(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml"} <= names


def test_prints_the_version(scripts: Path, tmp_path: Path) -> None:
    told = f"pcgen {__version__}\n"
    assert run([scripts / "python", "-m", "pcgen", "--version"], tmp_path) == told
    assert run([scripts / "pcgen", "--version"], tmp_path) == told


def test_the_wheel_builds_what_the_checkout_builds(scripts: Path, tmp_path: Path) -> None:
    made = {}
    for name, command in {
        "wheel": [scripts / "pcgen"],
        "checkout": [sys.executable, "-m", "pcgen"],
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        run([*command, "build", "--spec", SPEC, "--output", "client"], folder)
        made[name] = built(folder / "client")
    assert "pcgen.lock" in made["wheel"]
    assert made["wheel"] == made["checkout"]

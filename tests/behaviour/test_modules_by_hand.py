"""Hand-written modules beside generated ones: exported, copied, and never changed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT
from pcgen import cli
from pcgen.diagnostics import Exit
from server import Server, json
from subprocesses import python

if TYPE_CHECKING:
    from pathlib import Path

CASE = ROOT / "tests" / "cases" / "packages" / "modules-by-hand"


def test_the_package_exports_what_they_list(demo: Any, server: Server) -> None:
    server.script(json({"name": "Rex"}))
    assert "demo.naming" not in sys.modules
    with demo.Demo(base_url=server.url) as client:
        assert demo.name_of(client, 1) == "Rex"
    assert {"Name", "name_of"} <= {*demo.__all__} & {*dir(demo)}


def test_builds_leave_them_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = home / "out" / "demo" / "naming.py"
    before = file.stat()
    for options in ([], ["--force"], ["--no-cache"], ["--check"]):
        assert cli.run(["build", *options]) == Exit.OK
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    file.write_text('"""Nothing."""\n\n__all__ = ()\n', "utf-8")
    capsys.readouterr()
    assert cli.run(["build", "--check"]) == Exit.DIFFERENT
    assert "since the names of hand-written modules changed" in capsys.readouterr().err
    assert cli.run(["build"]) == Exit.OK
    assert "naming" not in (home / "out" / "demo" / "__init__.py").read_text("utf-8")


def test_a_module_with_invalid_python_is_an_error(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "out" / "demo" / "naming.py").write_text("__all__ = (\n", "utf-8")
    assert cli.run(["build"]) == Exit.SPEC
    said = "out/demo/naming.py:1:11: error[syntax]: not valid Python: '(' was never closed"
    assert said in capsys.readouterr().err


def test_copies_have_them_and_pin_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    original, copy = home / "out" / "demo", home / "vendor" / "zoo"
    (original / "naming.py").write_text('__all__: list[str] = ["Name"]\nName = bytes\n', "utf-8")
    assert cli.run(["build"]) == Exit.OK
    assert cli.run(["vendor", "demo", "vendor", "--as", "zoo"]) == Exit.OK
    assert (copy / "naming.py").read_bytes() == (original / "naming.py").read_bytes()
    for folder in (original, copy):
        assert cli.run(["vendor", "--verify", str(folder)]) == Exit.OK
        (folder / "naming.py").write_text('__all__ = ("Name",)\nName = int\n', "utf-8")
    capsys.readouterr()
    assert cli.run(["vendor", "--verify", str(original)]) == Exit.OK  # Nobody's but theirs.
    assert cli.run(["vendor", "--verify", str(copy)]) == Exit.DIFFERENT
    assert "naming.py: modified" in capsys.readouterr().out
    (original / "naming.py").unlink()
    assert cli.run(["vendor", "--verify", str(original)]) == Exit.DIFFERENT
    assert "naming.py: missing" in capsys.readouterr().out
    assert python("-m", "zoo._runtime.verify", paths=(copy.parent,)).returncode == 1


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_type_checkers_know_what_they_export(checker: str, home: Path) -> None:
    usage = home / "out" / "usage.py"
    usage.write_text(
        "from demo import Demo, Name, name_of\n\nname: Name = name_of(Demo(), 1)\n"
        "wrong: int = name_of(Demo(), 1)\n",
        "utf-8",
    )
    (usage.parent / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}', "utf-8")
    options = {
        "mypy": ["--strict", "--config-file", "", "usage.py", "demo"],
        "basedpyright": ["--pythonpath", sys.executable],
    }[checker]
    done = subprocess.run(
        [sys.executable, "-m", checker, *options],
        cwd=usage.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if "error: " in line]
    assert len(lines) == 1, done.stdout
    assert "usage.py:4" in lines[0]

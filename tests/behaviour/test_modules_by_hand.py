"""Hand-written modules beside generated ones: exported, copied, and never changed."""

from __future__ import annotations

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

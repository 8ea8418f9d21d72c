"""What no template of ours prints does not get into a package, whichever encoder should fail."""

from __future__ import annotations

import pytest
from common import ROOT
from pcgen.targets.python.net import strange

CASES = ROOT / "tests" / "cases"
MODULE = '''"""Docs."""

from __future__ import annotations

from ._runtime.data.models import Model, field


class Thing(Model, kw_only=True):
    """A thing: eval("no code")."""

    name: str = field(name="lambda: 0")  # exec("no code")
    {}
'''


def test_what_templates_print_passes() -> None:
    files = sorted(CASES.rglob("expected/**/*.py"))
    assert files
    assert {path: strange(path.read_text("utf-8")) for path in files} == dict.fromkeys(files, "")


@pytest.mark.parametrize(
    "line",
    [
        "__import__('os').system('true')",
        "x: eval('1')",
        "x: int = open('/etc/passwd')",
        "import os",
        "if x: import os",
        "if x: from os import system",
        "from os import system",
        "x = [y for y in ()]",
        "x = lambda: 0",
        "x = f'{1}'",
        "x = ''.join('')",
        "x = Model.__subclasses__()[0]()",
        "x = 1; y = 2",
        "x = 1 + 1",
        "x: int = (field)('')",
        "del Model",
    ],
)
def test_anything_else_is_caught(line: str) -> None:
    source = MODULE.replace("{}", line)
    compile(source, "module", "exec")
    assert strange(MODULE.replace("{}", "")) == ""
    assert strange(source)

"""Only Python that pcgen's templates print gets into a package, even if an encoder fails."""

from __future__ import annotations

import ast

import pytest
from common import ROOT
from pcgen.targets.python.allowlist import unexpected

CASES = ROOT / "tests" / "cases"
MODULE = '''"""Docs."""

from __future__ import annotations

from ._runtime.data.models import Model, field


class Thing(Model, kw_only=True):
    """A thing: eval("no code")."""

    name: str = field(name="lambda: 0")  # exec("no code")
    {}
'''


def _unexpected(source: str) -> str:
    return unexpected(ast.parse(source))


def test_what_templates_print_passes() -> None:
    """What the target `cli` prints has a list of its own, in its module `build`."""
    files = [
        path
        for path in sorted(CASES.rglob("expected/**/*.py"))
        if CASES / "cli" not in path.parents
    ]
    assert files
    assert {path: _unexpected(path.read_text("utf-8")) for path in files} == dict.fromkeys(
        files, ""
    )


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
        "x = 1",
        "x = b''",
        "x: int = -field",
        "x = field(*())",
        "x = field(**{'a': 1})",
        "x = field({**{}})",
        "x = field(y := 1)",
        "x = __builtins__",
        "x = Model.__mro__",
        "x = super().__class__",
        "x = self._caller.close",
        "x, y = Model, field",
        "x = y = Model",
        "@eval\n    def f(self) -> None: ...",
        "def f(self, a: int, a: int) -> None: ...",
        "def f(self, *args: int) -> None: ...",
        "def f(self) -> None:\n        await field()",
        "def f(self) -> None:\n        return await field",
        "def f(self) -> None:\n        self.x: int = 1",
        "def f(self) -> None:\n        while self: ...",
        "x = field(a=1, a=2)",
        "class Inner: ...",
        "pass",
    ],
)
def test_anything_else_is_caught(line: str) -> None:
    assert _unexpected(MODULE.replace("{}", "")) == ""
    assert _unexpected(MODULE.replace("{}", line))

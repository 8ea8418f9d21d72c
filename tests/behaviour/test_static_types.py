"""What `mypy --strict` says of programs that use the client."""

from __future__ import annotations

import re
from pathlib import Path

from subprocesses import PROJECT, ROOT, python

TYPED = Path(__file__).parent / "typed"
RIGHT, WRONG = TYPED / "right.py", TYPED / "wrong.py"

_ERROR = re.compile(r"^(?P<file>.+?):(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]$")
_EXPECTED = re.compile(r"# E: ([a-z-]+)$")


def test_mypy() -> None:
    """Every mistake is found, and nothing else; the package itself is checked along the way."""
    options = ["--strict", "--python-version", "3.11", "--no-error-summary", "--hide-error-context"]
    cache = ["--config-file", "", "--cache-dir", ROOT / ".mypy_cache" / "behaviour"]
    # Not in this process: mypy would take the package from sys.path, and not check it.
    done = python("-m", "mypy", *options, *cache, RIGHT, WRONG, paths=(), MYPYPATH=str(PROJECT))
    assert done.stderr == ""
    found: set[tuple[str, int, str]] = set()
    for line in done.stdout.splitlines():
        match = _ERROR.match(line)
        assert match or ": note: " in line, line
        if match:
            found.add((Path(match["file"]).name, int(match["line"]), match["code"]))
    lines = enumerate(WRONG.read_text(encoding="utf-8").splitlines(), 1)
    expected = {
        (WRONG.name, number, match[1])
        for number, line in lines
        if (match := _EXPECTED.search(line))
    }
    assert len(expected) > 25
    assert found == expected

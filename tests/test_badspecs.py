"""Hostile and broken documents: each is refused with a location, or yields safe code.

The documents and the judge are outside of this repository.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from common import ROOT
from pcgen.diagnostics import Exit

FOLDER = Path(os.environ.get("PCGEN_BADSPECS", ROOT.parent / "shared" / "badspecs"))
PCGEN = [sys.executable, "-m", "pcgen", "build"]
COMMAND = shlex.join(PCGEN) + " --spec {spec} --output {out}"

# The judge wants these refused. JSON Schema only recommends what they break, so they are built.
BUILT = frozenset(
    (
        "inject_integer_default_string.json",
        "schema_default_not_in_enum.json",
        "schema_enum_empty.json",
    )
)

pytestmark = pytest.mark.skipif(
    not (FOLDER / "check.py").exists(), reason=f"there are no documents in {FOLDER}"
)


def _cases() -> list[dict[str, Any]]:
    manifest = FOLDER / "manifest.json"
    return list(json.loads(manifest.read_text("utf-8"))["cases"]) if manifest.exists() else []


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The verdict of each case; all run at once."""
    home = tmp_path_factory.mktemp("badspecs")
    out = home / "verdicts.json"
    environment = {**os.environ, "HOME": str(home)}  # The judge lets its cache be written.
    for name in ("PCGEN_CACHE_DIR", "XDG_CACHE_HOME"):
        environment.pop(name, None)
    options = ["--out", str(out), "--cmd", COMMAND, "--python", sys.executable]
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "judged.py"), str(FOLDER / "check.py"), *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return {verdict["file"]: verdict for verdict in json.loads(out.read_text("utf-8"))}


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["file"])
def test_case(case: dict[str, Any], verdicts: dict[str, dict[str, Any]]) -> None:
    verdict = verdicts[case["file"]]
    problems = set(verdict["problems"])
    pointer = str(case["pointer"])
    if not pointer.isprintable():
        # The judge looks for control characters, which pcgen does not send to a terminal.
        problems.discard("msg_without_pointer")
        command = [*PCGEN, "--spec", str(FOLDER / case["file"])]
        done = subprocess.run(
            [*command, "--output", "unused"], capture_output=True, text=True, check=False
        )
        assert ascii(pointer)[1:-1].rpartition("/")[2] in done.stderr
    if verdict["rc"] in (Exit.OK, Exit.SPEC):
        # It ended within its CPU time; that the judge waited for long is a matter of the machine.
        problems.discard("hang_or_kill")
    if case["file"] in BUILT:
        assert "note[invalid-document]" in verdict["err"]
        problems.discard("not_rejected")
    assert not problems, verdict["err"]

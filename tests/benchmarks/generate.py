"""Time `pcgen build` against `openapi-python-client generate`; see README.md in this folder."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SPEC = Path(__file__).resolve().parents[2] / "specs" / "inference_2025-04.oas.yaml"
PEER = "openapi-python-client"
# The edit adds a property to one schema, under a new name in every run.
BEFORE = "\n            rerank_units:\n"
ADDED = "\n            added_{}:\n              type: integer"


@dataclass(frozen=True)
class Situation:
    """A preparation before each timed run, and pcgen's budget as a share of the peer's time."""

    title: str
    budget: float
    prepare: Callable[[Bench, int], None]


@dataclass
class Bench:
    """Two commands that build the same document, each into its own folder."""

    work: Path
    pcgen: list[str]
    peer: list[str]
    environment: dict[str, str]

    @property
    def spec(self) -> Path:
        return self.work / SPEC.name

    def run(self, command: list[str]) -> float:
        """Run a process; returns its seconds from start to exit."""
        start = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=self.work,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return seconds

    def pair(self, number: int) -> tuple[float, float]:
        """Time both commands; they take turns at going first."""
        if number % 2:
            second = self.run(self.peer)
            return self.run(self.pcgen), second
        return self.run(self.pcgen), self.run(self.peer)


def start_anew(bench: Bench, number: int) -> None:
    """Remove the caches and outputs of earlier builds."""
    del number
    for name in ("cache", "ours", "theirs"):
        shutil.rmtree(bench.work / name, ignore_errors=True)


def edit(bench: Bench, number: int) -> None:
    """Change one schema."""
    text = SPEC.read_text("utf-8")
    assert text.count(BEFORE) == 1
    bench.spec.write_text(text.replace(BEFORE, ADDED.format(number) + BEFORE), "utf-8")


def leave(bench: Bench, number: int) -> None:
    """Change nothing."""


SITUATIONS = (
    Situation("empty cache", 0.6, start_anew),
    Situation("one schema edited", 0.5, edit),
    Situation("nothing changed", 0.2, leave),
)


def find(name: str) -> str:
    """A command in the folder of this Python, or else on PATH."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    return found or sys.exit(f"{name} is not installed: give its path, or install it here")


def measure(bench: Bench, situation: Situation, pairs: int) -> tuple[list[float], list[float]]:
    """The seconds of both commands, pair by pair."""
    bench.spec.write_bytes(SPEC.read_bytes())
    bench.pair(0)  # Not timed: it fills the disk cache and writes bytecode.
    times = []
    for number in range(pairs):
        situation.prepare(bench, number)
        times.append(bench.pair(number))
    ours, theirs = zip(*times, strict=True)
    return list(ours), list(theirs)


def main() -> int:
    """Print a table; returns 1 if a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--peer", metavar="PATH", help=f"the command `{PEER}`; needs ruff beside it"
    )
    parser.add_argument("--pairs", type=int, default=21, help="timed pairs; default: %(default)s")
    options = parser.parse_args()
    peer = options.peer or find(PEER)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        environment = os.environ | {"PCGEN_CACHE_DIR": str(work / "cache")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        # The peer skips formatting if it finds no ruff.
        environment["PATH"] = f"{Path(peer).resolve().parent}{os.pathsep}{environment['PATH']}"
        if shutil.which("ruff", path=environment["PATH"]) is None:
            sys.exit(f"no ruff beside {peer} or on PATH")
        bench = Bench(
            work,
            [find("pcgen"), "build", "--spec", SPEC.name, "--output", "ours"],
            [peer, "generate", "--path", SPEC.name, "--output-path", "theirs", "--overwrite"],
            environment,
        )
        version = subprocess.check_output([peer, "--version"], text=True).split()[-1]
        print(f"Python {sys.version.split()[0]}, {PEER} {version}, {options.pairs} pairs")
        print(f"{'':18} {'pcgen':>8} {'peer':>8} {'ratio':>7} {'budget':>7}")
        broken = False
        for situation in SITUATIONS:
            ours, theirs = measure(bench, situation, options.pairs)
            ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            over = ratio > situation.budget
            broken |= over
            print(
                f"{situation.title:18} {statistics.median(ours):6.3f} s "
                f"{statistics.median(theirs):6.3f} s {ratio:7.2f} {situation.budget:7.2f}"
                + ("  over budget" if over else "")
            )
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())

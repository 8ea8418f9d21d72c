"""How long `pc` takes, as its user waits for it: `python tests/benchmarks/cli.py [RUNS]`.

Each command runs in a new process, against a mock server of the documents, beside Python alone and
the same call by the client. The figures are medians: of the time that a user waits, and of the time
that a processor works, which other programs disturb less.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "generated" / "pinecone-cli"
SPEC = ROOT / "specs" / "inference_2025-04.oas.yaml"
AIMS = {"pc --version": 120, "pc --help": 120, "pc models list": 300}
"""Milliseconds."""
_RATIO = 2.0
_CALL = "from pinecone_cli._client import Pinecone; print(Pinecone().inference.list_models())"
_PC = ("-m", "pinecone_cli")
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "pc --version": (*_PC, "--version"),
    "pc --help": (*_PC, "--help"),
    "pc models list": (*_PC, "models", "list"),
    "python -c, with the client": ("-c", _CALL),
}


def main(runs: int) -> None:
    """Print a table of the commands."""
    sys.path.insert(0, str(ROOT / "generator"))
    from pcgen.mock.application import Application
    from pcgen.mock.server import Background
    from pcgen.mock.service import read

    with Background(Application(read(SPEC))) as server, TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "PYTHONPATH": str(PACKAGE),
            "PINECONE_API_KEY": "key-of-the-benchmark",
            "PINECONE_CONTROLLER_HOST": server.url,
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
        for _ in range(runs + 1):  # The first one compiles.
            for name, arguments in COMMANDS.items():
                times[name].append(_milliseconds(arguments, environment))
    print(f"{'':28} waited   worked   aim")
    found = {name: tuple(map(median, zip(*t[1:], strict=True))) for name, t in times.items()}
    for name, (waited, worked) in found.items():
        aim = f"{AIMS[name]:5} ms" if name in AIMS else ""
        print(f"{name:28} {waited:4.0f} ms  {worked:4.0f} ms {aim}".rstrip())
    pairs = zip(times["pc models list"][1:], times["python -c, with the client"][1:], strict=True)
    ratios = [tuple(a / b for a, b in zip(*pair, strict=True)) for pair in pairs]
    waited, worked = map(median, zip(*ratios, strict=True))
    print(f"pc models list / the client: {waited:.2f}, worked {worked:.2f} (aim {_RATIO})")


def _milliseconds(arguments: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """How long a process takes, and for how long a processor works for it."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    worked = usage.ru_utime + usage.ru_stime
    return (time.perf_counter() - start) * 1000, worked * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15)

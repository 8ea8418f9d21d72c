"""Measure `pcgen build` on growing and on big documents; see README.md in this folder."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SIZES = (100, 200, 400, 800, 1600, 3200, 6400)
MEGABYTES = 500
# openapi-spec-validator alone takes 0.5 of the peer's CPU time for openai.yaml, 0.25 for github.
EMPTY, EDITED = 0.75, 0.70
CODES = ("invalid-document", "unsupported", "reference-missing", "unsafe-text")
NAME = "demo"


class Cost(NamedTuple):
    """CPU seconds, peak memory and exit code of a process with its children."""

    seconds: float
    megabytes: float
    status: int


def measure(command: list[str], cwd: Path, environment: dict[str, str]) -> Cost:
    """Run a command; the peak memory is that of the process with the highest one."""
    probe = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, capture_output=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, done.returncode)\n"
    )
    text = subprocess.check_output(
        [sys.executable, "-c", probe, *command], cwd=cwd, env=environment, text=True
    )
    seconds, megabytes, status = text.split()
    return Cost(float(seconds), float(megabytes), int(status))


def synthetic(size: int) -> str:
    """A document of `size` schemas that refer to each other, and half as many operations."""
    schemas, paths = {}, {}
    for number in range(size):
        other = f"Thing{(number * 7 + 1) % size}"
        schemas[f"Thing{number}"] = {
            "type": "object",
            "description": f"The thing with the number {number}, as the service knows it.",
            "required": ["id", "name"],
            "properties": {
                "id": {"type": "string", "format": "uuid", "description": "Who it is."},
                "name": {"type": "string", "description": "What people call it.", "maxLength": 80},
                "created": {"type": "string", "format": "date-time"},
                "state": {"type": "string", "enum": ["new", "used", f"kind-{number}"]},
                "parts": {"type": "array", "items": {"$ref": f"#/components/schemas/{other}"}},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "owner": {"type": "object", "properties": {"mail": {"type": "string"}}},
            },
        }
        if number % 2:
            reference = {"schema": {"$ref": f"#/components/schemas/Thing{number}"}}
            content = {"application/json": reference}
            paths[f"/group{number % 40}/thing{number}/{{id}}"] = {
                "put": {
                    "operationId": f"put_thing{number}",
                    "tags": [f"group{number % 40}"],
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                    ],
                    "requestBody": {"required": True, "content": content},
                    "responses": {"200": {"description": "The thing.", "content": content}},
                }
            }
    info = {"title": "Demo", "version": "1"}
    document = {"openapi": "3.1.0", "info": info, "paths": paths}
    return json.dumps({**document, "components": {"schemas": schemas}}, indent=1)


def edited(text: str) -> str:
    """The document with one more property in one schema."""
    start = text.index("schemas")
    found = re.compile(r'\n( *)"properties": {\n|\n( *)properties:\n').search(text, start)
    assert found is not None, "no schema with properties"
    if found[1] is not None:
        added = f'{found[1]} "added_by_benchmark": {{"type": "integer"}},\n'
    else:
        added = f"{found[2]}  added_by_benchmark:\n{found[2]}    type: integer\n"
    return text[: found.end()] + added + text[found.end() :]


@dataclass
class Bench:
    """A folder in which pcgen and the peer build one document."""

    work: Path
    peer: str
    environment: dict[str, str]

    def place(self, name: str, text: str) -> None:
        """Write the document, and a configuration with the waivers that it needs."""
        (self.work / name).write_text(text, "utf-8")
        lines = ["[[package]]", f'name = "{NAME}"', f'spec = "{name}"', 'output = "ours"']
        self.environment["PCGEN_CACHE_DIR"] = str(self.work / "cache")
        (self.work / "pcgen.toml").write_text("\n".join(lines) + "\n", "utf-8")
        done = self._run(self.pcgen)
        if done.returncode:
            codes = [code for code in CODES if f"error[{code}]" in done.stderr]
            for code in codes:
                lines += ["[[package.waive]]", f'code = "{code}"', 'at = "#/**"', 'reason = "-"']
            (self.work / "pcgen.toml").write_text("\n".join(lines) + "\n", "utf-8")
        (self.work / "peer.yml").write_text("literal_enums: true\n", "utf-8")
        self.reset()

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.work,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def pcgen(self) -> list[str]:
        """The measured command."""
        return [sys.executable, "-m", "pcgen", "build"]

    def reset(self) -> None:
        """Move earlier output away: deleting it would slow down ext4 while we measure."""
        for name in ("cache", "ours", "theirs"):
            if (self.work / name).exists():
                (self.work / name).rename(tempfile.mkdtemp(dir=self.work) + "/old")

    def build_anew(self) -> Cost:
        """Build with pcgen, without output and cache of earlier builds."""
        self.reset()
        return self.build()

    def build(self) -> Cost:
        """Build with pcgen."""
        cost = measure(self.pcgen, self.work, self.environment)
        if cost.status:
            sys.exit(self._run(self.pcgen).stderr)
        return cost

    def build_peer(self, name: str) -> Cost:
        """Build with the peer, which fails on some documents."""
        options = ["--path", name, "--config", "peer.yml", "--output-path", "theirs", "--overwrite"]
        return measure([self.peer, "generate", *options], self.work, self.environment)


def growth(bench: Bench) -> None:
    """Print the cost of documents that double in size."""
    print(f"{'schemas':>8} {'KB':>7} {'CPU s':>7} {'x':>5} {'MB':>6} {'x':>5}")
    before: Cost | None = None
    for size in SIZES:
        text = synthetic(size)
        bench.place("growth.json", text)
        cost = min(
            (bench.build_anew() for _ in range(1 if size > 1600 else 2)), key=lambda c: c.seconds
        )
        ratios = (
            ("", "")
            if before is None
            else (
                f"{cost.seconds / before.seconds:.2f}",
                f"{cost.megabytes / before.megabytes:.2f}",
            )
        )
        print(
            f"{size:8} {len(text) // 1024:7} {cost.seconds:7.2f} {ratios[0]:>5}"
            f" {cost.megabytes:6.0f} {ratios[1]:>5}",
            flush=True,
        )
        before = cost


def compare(bench: Bench, document: Path, pairs: int) -> bool:
    """Print the cost of a document relative to the peer; returns whether it is within budget."""
    text = document.read_text("utf-8")
    bench.place(document.name, text)
    empty, after, peer, peak, status = [], [], [], 0.0, 0
    for _ in range(pairs):
        bench.reset()
        (bench.work / document.name).write_text(text, "utf-8")
        theirs = bench.build_peer(document.name)
        ours = bench.build()
        (bench.work / document.name).write_text(edited(text), "utf-8")
        again = bench.build()
        empty.append(ours.seconds / theirs.seconds)
        after.append(again.seconds / theirs.seconds)
        peer.append(theirs.seconds)
        peak, status = max(peak, ours.megabytes, again.megabytes), theirs.status
    first, second = statistics.median(empty), statistics.median(after)
    note = f"  (and exits with {status})" if status else ""
    print(f"\n{document.name}: the peer takes {statistics.median(peer):.2f} s{note}")
    print(f"  empty cache        {first:.3f}  budget {EMPTY}")
    print(f"  one schema edited  {second:.3f}  budget {EDITED}")
    print(f"  peak               {peak:.0f} MB  budget {MEGABYTES}")
    imports(bench)
    return first <= EMPTY and second <= EDITED and peak <= MEGABYTES


def imports(bench: Bench) -> None:
    """Print the time to import the package, and all models, beyond the interpreter's start."""
    theirs = next((p.parent for p in (bench.work / "theirs").glob("*/__init__.py")), None)
    ours = f"import sys; sys.path.insert(0, 'ours'); import {NAME}"
    models = f"; import {NAME}.models"
    bare = _least(bench, "pass")
    print(f"  import             {(_least(bench, ours) - bare) * 1000:.1f} ms  budget 5")
    every = _least(bench, ours + models) - bare
    if theirs is not None:
        peer = _least(
            bench, f"import sys; sys.path.insert(0, 'theirs'); import {theirs.name}.models"
        )
        print(
            f"  every model        {every * 1000:.0f} ms, {every / (peer - bare):.3f}  budget 0.15"
        )


def _least(bench: Bench, code: str) -> float:
    command = [sys.executable, "-c", code]
    costs = [measure(command, bench.work, bench.environment) for _ in range(6)]
    if costs[-1].status:
        return float("nan")
    return min(cost.seconds for cost in costs[1:])


def main() -> int:
    """Print all figures; returns 1 if a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=Path, nargs="*", help="big documents to build with both")
    parser.add_argument("--no-growth", action="store_true", help="skip the documents that grow")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--peer", default="openapi-python-client", help="the peer's command")
    options = parser.parse_args()
    found = shutil.which(options.peer) or shutil.which(
        options.peer, path=str(Path(sys.executable).parent)
    )
    if options.documents and found is None:
        sys.exit(f"{options.peer} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        beside = Path(found or sys.executable).resolve().parent  # The peer needs ruff.
        environment["PATH"] = f"{beside}{os.pathsep}{environment['PATH']}"
        bench = Bench(Path(folder), found or "", environment)
        if not options.no_growth:
            growth(bench)
        good = [compare(bench, document, options.pairs) for document in options.documents]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())

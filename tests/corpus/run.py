"""Generate a package of every document of a folder, and try it.

    python tests/corpus/run.py ../shared/corpus [--only NAME ...] [--mypy] [--jobs 2]

Prints a line for each document: refused, and why; or generated, and how many of its operations are
there, whether it compiles and imports, what mypy finds, how many operations pass the round trip and
why others are not tried, the seconds of CPU and the peak of memory. Documents with faults are built
under the waivers of the folder `waivers`; `--propose` writes there what pcgen proposes, and the
reasons are for you to give. Exits with 1 when something does not work.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WAIVERS = HERE / "waivers"
PCGEN = [sys.executable, "-m", "pcgen", "build", "--no-cache"]
REFUSED = 3
FOREIGN = ("not-openapi", "unsupported-version")
MOST_PROPOSALS = 4  # What a waiver lets through can show more.


@dataclass
class Result:
    """What became of a document."""

    name: str
    negative: bool = False
    foreign: bool = False
    refused: list[str] = field(default_factory=list)
    waivers: int = 0
    fault: str = ""
    compiles: bool = False
    imports: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    mypy: list[str] = field(default_factory=list)
    seconds: float = 0
    megabytes: int = 0

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong: only what is no OpenAPI 3, or broken, may be refused."""
        refused = self.refused and not (self.negative or self.foreign)
        return bool(self.fault or self.failed or self.mypy or refused)

    @property
    def operations(self) -> int:
        """How many the document has."""
        return sum(self.counts.values())

    def lines(self) -> Iterator[str]:
        """For the terminal."""
        if self.fault:
            yield f"{self.name:42} FAULT: {self.fault}"
        elif self.refused:
            yield f"{self.name:42} refused, {len(self.refused)} errors: {self.refused[0][:200]}"
        else:
            cost = f"{self.seconds:.1f} s, {self.megabytes} MB"
            yield f"{self.name:42} {', '.join(self._parts())}; {cost}"
        yield from (f"    failed: {text}" for text in self.failed)
        yield from (f"    not there: {text}" for text in self.missing)
        yield from (f"    {count} skipped: {why}" for why, count in sorted(self.skipped.items()))
        yield from (f"    mypy: {text}" for text in self.mypy[:5])

    def _parts(self) -> Iterator[str]:
        yield f"{self.operations - len(self.missing)}/{self.operations} operations"
        yield "compiles, imports" if self.compiles and self.imports else "DOES NOT IMPORT"
        yield f"{self.counts.get('ok', 0)} round trips"
        if self.mypy:
            yield f"{len(self.mypy)} of mypy"
        if self.waivers:
            yield f"{self.waivers} waivers"


def measured(command: list[str], cwd: Path) -> tuple[int, str, float, int]:
    """Run a command: its status, what it wrote, seconds of CPU, MB at the peak."""
    with tempfile.TemporaryFile() as written:
        process = subprocess.Popen(command, cwd=cwd, stdout=written, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        written.seek(0)
        text = written.read().decode("utf-8", "replace")
    seconds = usage.ru_utime + usage.ru_stime
    return process.returncode, text, seconds, usage.ru_maxrss // 1024


def trial(path: Path, *, mypy: bool, propose: bool) -> Result:
    """Build the package of a document and try it."""
    result = Result(path.stem, negative=path.parent.name == "negative")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        _copy(path, work)
        status, text = _build(path, work, result)
        for _ in range(MOST_PROPOSALS):
            if status != REFUSED or not propose or result.negative or "[[package.w" not in text:
                break
            _accept(path, text)
            status, text = _build(path, work, result)
        if status == REFUSED:
            result.refused = [line for line in text.splitlines() if ": error[" in line] or [text]
            result.foreign = any(f"error[{code}]" in text for code in FOREIGN)
        elif status:
            result.fault = text[-300:]
        else:
            _try(path, work, result, mypy=mypy)
    return result


def _copy(path: Path, work: Path) -> None:
    """A document that refers to other files needs its folder."""
    if "multifile" in path.parts:
        shutil.copytree(path.parent, work)
    else:
        work.mkdir()
        shutil.copy(path, work)
    work.chmod(0o755)


def _build(path: Path, work: Path, result: Result) -> tuple[int, str]:
    lines = ["[[package]]", 'name = "demo"', f"spec = {json.dumps(path.name)}", 'output = "out"']
    waivers = WAIVERS / f"{path.stem}.toml"
    if waivers.exists() and not result.negative:
        lines += ["", waivers.read_text("utf-8")]
    result.waivers = "\n".join(lines).count("[[package.waive]]")
    (work / "pcgen.toml").write_text("\n".join(lines), "utf-8")
    status, text, result.seconds, result.megabytes = measured(PCGEN, work)
    return status, text


def _accept(path: Path, text: str) -> None:
    """Keep the waivers that pcgen proposes."""
    proposed = text[text.index("[[package.waive]]") :]
    with (WAIVERS / f"{path.stem}.toml").open("a", encoding="utf-8") as file:
        file.write(proposed.replace('reason = ""', 'reason = "TODO"').rstrip() + "\n\n")


def _try(path: Path, work: Path, result: Result, *, mypy: bool) -> None:
    package = work / "out" / "demo"
    done = _run(sys.executable, "-W", "error", "-m", "compileall", "-q", str(package))
    result.compiles = done.returncode == 0
    if not result.compiles:
        result.fault = done.stdout[-300:]
        return
    script = str(HERE / "round_trip.py")
    done = _run(sys.executable, script, str(path), str(package.parent), "demo")
    if done.returncode:
        result.fault = f"round trip: {done.stderr[-300:]}"
        return
    result.imports = True
    told: dict[str, Any] = json.loads(done.stdout)
    result.counts, result.failed = told["counts"], told["failed"]
    result.skipped, result.missing = told["skipped"], told["missing"]
    if mypy:
        options = ["--strict", "--no-error-summary", "--config-file=", "--cache-dir=/dev/null"]
        command = [sys.executable, "-m", "mypy", *options, "-p", "demo"]
        done = _run(*command, cwd=work / "out")
        result.mypy = (done.stdout + done.stderr).splitlines() if done.returncode else []


def _run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=1200
    )


def documents(folder: Path) -> list[Path]:
    """What a folder's index lists; without one, what looks like a whole OpenAPI document."""
    index = folder / "index.json"
    if index.exists():
        entries = json.loads(index.read_text("utf-8"))["entries"]
        return sorted(folder / entry["file"] for entry in entries)
    found = [p for p in sorted(folder.rglob("*")) if p.suffix in (".json", ".yaml", ".yml")]
    return [p for p in found if b"openapi" in p.read_bytes()]


def summary(results: list[Result]) -> str:
    """What all documents together are."""
    made = [one for one in results if not (one.refused or one.fault)]
    total = sum(one.operations for one in made)
    missing = sum(len(one.missing) for one in made)
    ok, skipped, failed = (
        sum(r.counts.get(w, 0) for r in made) for w in ("ok", "skipped", "failed")
    )
    return (
        f"{len(made)} of {len(results)} generated; {total - missing} of {total} operations;"
        f" round trips: {ok} right, {failed} failed, {skipped} skipped"
    )


def main() -> int:
    """Run all and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", metavar="NAME", nargs="+", help="stems of documents")
    parser.add_argument("--mypy", action="store_true", help="run mypy --strict, too")
    parser.add_argument("--jobs", type=int, default=1, help="documents at once")
    parser.add_argument(
        "--propose", action="store_true", help="keep the waivers that pcgen proposes"
    )
    parser.add_argument("--report", type=Path, help="write everything as JSON lines")
    options = parser.parse_args()
    paths = [p for p in documents(options.folder) if not options.only or p.stem in options.only]
    results = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(
            lambda path: trial(path, mypy=options.mypy, propose=options.propose), paths
        ):
            results.append(result)
            print(*result.lines(), sep="\n", flush=True)
            if options.report:
                lines = [json.dumps(asdict(one)) + "\n" for one in results]
                options.report.write_text("".join(lines), "utf-8")
    print(summary(results))
    return int(any(one.is_bad for one in results))


if __name__ == "__main__":
    sys.exit(main())

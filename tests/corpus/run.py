"""Generate a package for every document of a folder, and test it.

    python tests/corpus/run.py ../shared/corpus [--only NAME ...] [--mypy] [--jobs 2]

Prints for each document either why it was refused, or: how many operations the package has, whether
it compiles and imports, mypy's errors, how many operations pass the round trip and why others were
skipped, CPU seconds and peak memory. Invalid documents are built under the waivers in `waivers/`;
`--propose` adds the waivers that pcgen proposes, whose reasons you then write. Exits with 1 if a
package fails.

`--first-contact` prints another table: whether each document builds at once, at the first
`--lenient`, and with the waivers that one failed build proposes; how many these are, and how many
operations they cost. `.gz` files are unpacked.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
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
MOST_PROPOSALS = 4  # Behind a waived finding, a build can find more.


@dataclass
class Result:
    """The outcome for one document."""

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
        """Whether it failed.

        Only invalid documents, and those of other formats, may be refused; operations are missing
        only under waivers.
        """
        refused = self.refused and not (self.negative or self.foreign)
        missing = self.missing and not self.waivers
        return bool(self.fault or self.failed or self.mypy or refused or missing)

    @property
    def operations(self) -> int:
        """The number of operations of the document."""
        return sum(self.counts.values())

    def lines(self) -> Iterator[str]:
        """The lines to print."""
        if self.fault:
            yield f"{self.name:42} FAULT: {self.fault}"
        elif self.refused:
            yield f"{self.name:42} refused, {len(self.refused)} errors: {self.refused[0][:200]}"
        else:
            cost = f"{self.seconds:.1f} s, {self.megabytes} MB"
            yield f"{self.name:42} {', '.join(self._parts())}; {cost}"
        yield from (f"    failed: {text}" for text in self.failed)
        yield from (f"    missing: {text}" for text in self.missing)
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
    """Run a command; returns its status, output, CPU seconds and peak memory in MB."""
    with tempfile.TemporaryFile() as written:
        process = subprocess.Popen(command, cwd=cwd, stdout=written, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        written.seek(0)
        text = written.read().decode("utf-8", "replace")
    seconds = usage.ru_utime + usage.ru_stime
    return process.returncode, text, seconds, usage.ru_maxrss // 1024


def trial(path: Path, *, mypy: bool, propose: bool) -> Result:
    """Build the package of a document and test it."""
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


@dataclass
class Contact:
    """The first contact with a document: how three builds of it end."""

    name: str
    status: int = 0
    lenient: int = 0
    proposed: int = 0
    waivers: int = 0
    broadest: str = ""
    meaning: str = ""
    error: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether it stays refused, although it is OpenAPI 3 and not refused on purpose."""
        return (self.lenient, self.proposed) != (0, 0)

    def line(self) -> str:
        """The row of the table."""
        if self.lenient:
            return f"{self.name:48} refused: {self.error}"
        ends = f"{'strict' if self.status == 0 else 'lenient'}, one round: {self.proposed}"
        return f"{self.name:48} {ends}, {self.waivers} waivers; {self.meaning}"


def contact(path: Path) -> Contact:
    """Build a document strictly, leniently, and under the waivers that the first build proposes."""
    result = Contact(f"{path.parent.name}/{path.name}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        _copy(path, work)
        spec = path.name.removesuffix(".gz")
        environment = {**os.environ, "PCGEN_CACHE_DIR": f"{folder}/cache"}

        def build(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "pcgen", "build", *arguments],
                cwd=work, env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip

        strict = build("--spec", spec, "--output", "strict")
        lenient = build("--spec", spec, "--output", "lenient", "--lenient")
        result.status, result.lenient = strict.returncode, lenient.returncode
        result.error = lenient.stderr[:160].replace("\n", " ")
        named = (line for line in lenient.stderr.splitlines() if " waived: " in line)
        result.meaning = next(named, "")
        block = strict.stderr.partition("[[package.waive]]")
        waivers = "".join(block[1:]).replace('reason = ""', 'reason = "proposed"')
        table = f'[[package]]\nname = "demo"\nspec = {json.dumps(spec)}\noutput = "out"\n\n'
        (work / "pcgen.toml").write_text(table + waivers, "utf-8")
        result.proposed = build().returncode if strict.returncode else 0
        globs = re.findall(r'^at = "(.*)"$', waivers, re.MULTILINE)
        result.waivers = len(globs)
        result.broadest = min(
            (g for g in globs if "*" in g), key=lambda g: g.count("/"), default=""
        )
    return result


def _contacts(paths: list[Path], jobs: int) -> int:
    """Print the table of first contacts; returns the exit code."""
    results = []
    with ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(contact, paths):
            results.append(result)
            print(result.line(), flush=True)
    built = [one for one in results if not one.lenient]
    print(
        f"{len(built)} of {len(results)} built at the first --lenient,"
        f" {sum(one.status == 0 for one in results)} of them strictly;"
        f" with one round of waivers {sum(one.proposed == 0 for one in built)};"
        f" {sum(one.waivers for one in built)} waivers,"
        f" the broadest {min((b.broadest for b in built if b.broadest), key=len, default='none')}"
    )
    return int(any(one.is_bad for one in built))


def _copy(path: Path, work: Path) -> None:
    """Copy a document, with its folder if it refers to other files."""
    if "multifile" in path.parts:
        shutil.copytree(path.parent, work)
    else:
        work.mkdir()
        if path.suffix == ".gz":
            (work / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
        else:
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
    """Add the waivers that pcgen proposes to the document's file in `waivers/`."""
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
    report: dict[str, Any] = json.loads(done.stdout)
    result.counts, result.failed = report["counts"], report["failed"]
    result.skipped, result.missing = report["skipped"], report["missing"]
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
    """The documents in the folder's `index.json`, or else all files that mention `openapi`."""
    index = folder / "index.json"
    if index.exists():
        entries = json.loads(index.read_text("utf-8"))["entries"]
        return sorted(folder / entry["file"] for entry in entries)
    packed = sorted(folder.glob("*.gz"))
    if packed:
        return packed
    found = [p for p in sorted(folder.rglob("*")) if p.suffix in (".json", ".yaml", ".yml")]
    return [p for p in found if b"openapi" in p.read_bytes()]


def summary(results: list[Result]) -> str:
    """The totals of all documents."""
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
    """Test all documents; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", metavar="NAME", nargs="+", help="stems of documents")
    parser.add_argument("--mypy", action="store_true", help="also run mypy --strict")
    parser.add_argument("--jobs", type=int, default=1, help="documents at once")
    parser.add_argument(
        "--propose", action="store_true", help="add the waivers that pcgen proposes"
    )
    parser.add_argument("--report", type=Path, help="write everything as JSON lines")
    parser.add_argument(
        "--first-contact", action="store_true", help="only print the table of first contacts"
    )
    options = parser.parse_args()
    paths = [p for p in documents(options.folder) if not options.only or p.stem in options.only]
    if options.first_contact:
        return _contacts(paths, options.jobs)
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

"""Generate a package of every document of a folder, and try it.

    python tests/corpus/run.py ../shared/corpus [--only NAME ...] [--mypy] [--report FILE]

Prints a line for each document: refused, and why; or generated, and how many of its operations are
there, what mypy finds, how many operations pass the round trip, the seconds of CPU and the peak of
memory. Documents that fail validation are built under the waivers `#/**`. Exits with 1 when
something that was generated does not work.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pcgen.diagnostics import WAIVABLE

HERE = Path(__file__).parent
PCGEN = [sys.executable, "-m", "pcgen", "build"]
REFUSED = 3


@dataclass
class Result:
    """What became of a document."""

    name: str
    refused: str = ""
    waived: bool = False
    fault: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    mypy: list[str] = field(default_factory=list)
    seconds: float = 0
    megabytes: int = 0

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong that is not the document's."""
        return bool(self.fault or self.failed or self.mypy)

    def line(self) -> str:
        """For the terminal."""
        if self.refused or self.fault:
            what = f"FAULT: {self.fault}" if self.fault else f"refused: {self.refused}"
            return f"{self.name:42} {what}"
        total = sum(self.counts.values())
        emitted = total - self.counts.get("not emitted", 0)
        parts = [f"{emitted}/{total} operations", f"{self.counts.get('ok', 0)} round trips"]
        parts += [f"{n} {what}" for what, n in sorted(self.counts.items()) if what != "ok"]
        parts += [f"{len(self.mypy)} of mypy"] if self.mypy else []
        parts += ["waived"] if self.waived else []
        return f"{self.name:42} {', '.join(parts)}; {self.seconds:.1f} s, {self.megabytes} MB"


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


def configuration(spec: str, waived: list[str]) -> str:
    """A configuration of one package, with waivers for some codes."""
    lines = ["[[package]]", 'name = "demo"', f"spec = {json.dumps(spec)}", 'output = "out"']
    for code in waived:
        lines += ["[[package.waive]]", f'code = "{code}"', 'at = "#/**"', 'reason = "as published"']
    return "\n".join(lines) + "\n"


def found_codes(text: str) -> list[str]:
    """The codes of the errors that pcgen printed."""
    return sorted(set(re.findall(r": error\[([\w-]+)\]", text)))


def trial(path: Path, *, mypy: bool) -> Result:
    """Build the package of a document and try it."""
    result = Result(path.stem)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _copy(path, work)
        waived: list[str] = []
        for _ in range(3):  # What a waiver lets through can show more.
            (work / "pcgen.toml").write_text(configuration(path.name, waived), "utf-8")
            status, text, result.seconds, result.megabytes = measured([*PCGEN, "--no-cache"], work)
            result.waived = bool(waived)
            more = [code for code in found_codes(text) if code in WAIVABLE and code not in waived]
            if status != REFUSED or not more:
                break
            waived += more
        if status == REFUSED:
            errors = [line for line in text.splitlines() if ": error[" in line]
            result.refused = f"{len(errors)}: {errors[0]}"[:200] if errors else text[:200]
        elif status:
            result.fault = text[-300:]
        else:
            _try(path, work, result, mypy=mypy)
    return result


def _copy(path: Path, work: Path) -> None:
    """A document that refers to other files needs its folder."""
    if b".yml" in path.read_bytes() or b".yaml" in path.read_bytes():
        shutil.copytree(path.parent, work, dirs_exist_ok=True)
        work.chmod(0o755)
    else:
        shutil.copy(path, work)


def _try(path: Path, work: Path, result: Result, *, mypy: bool) -> None:
    command = [sys.executable, str(HERE / "round_trip.py"), str(path), str(work / "out"), "demo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        result.fault = f"round trip: {done.stderr[-300:]}"
        return
    told: dict[str, Any] = json.loads(done.stdout)
    result.counts, result.failed = told["counts"], told["failed"]
    if mypy:
        options = ["--strict", "--no-error-summary", "--config-file=", "--cache-dir=/dev/null"]
        command = [sys.executable, "-m", "mypy", *options, "-p", "demo"]
        done = subprocess.run(
            command, cwd=work / "out", capture_output=True, text=True, check=False, timeout=600
        )
        result.mypy = done.stdout.splitlines() if done.returncode else []


def documents(folder: Path) -> list[Path]:
    """What in a folder looks like a whole OpenAPI document."""
    found = [p for p in sorted(folder.rglob("*")) if p.suffix in (".json", ".yaml", ".yml")]
    return [p for p in found if b"openapi" in p.read_bytes() and p.name != "index.json"]


def main() -> int:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", metavar="NAME", nargs="+", help="stems of documents")
    parser.add_argument("--mypy", action="store_true", help="run mypy --strict, too")
    parser.add_argument("--report", type=Path, help="write everything as JSON lines")
    options = parser.parse_args()
    results = []
    for path in documents(options.folder):
        if options.only and path.stem not in options.only:
            continue
        result = trial(path, mypy=options.mypy)
        results.append(result)
        print(result.line(), flush=True)
        for text in [*result.failed, *result.mypy[:5]]:
            print(f"    {text}")
        if options.report:
            lines = [json.dumps(asdict(one)) + "\n" for one in results]
            options.report.write_text("".join(lines), "utf-8")
    made = [one for one in results if not (one.refused or one.fault)]
    total = sum(sum(one.counts.values()) for one in made)
    ok = sum(one.counts.get("ok", 0) for one in made)
    missing = sum(one.counts.get("not emitted", 0) for one in made)
    print(
        f"{len(made)} of {len(results)} generated; {total - missing} of {total} operations, {ok} ok"
    )
    return int(any(one.is_bad for one in results))


if __name__ == "__main__":
    sys.exit(main())

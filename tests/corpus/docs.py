"""Run the programs on the pages of the package that pcgen generates from a document.

    python tests/corpus/docs.py DOCUMENT ... [--no-mypy] [--most 10]

Each program runs against the mock server of the document, as `tests/test_docs_run.py` runs those of
the pinned package. Prints for each document: its operations, and how many have an example; for each
language, how many programs run, and how many of them print what the page shows; how many Python
programs pass mypy --strict. Then what is wrong, at most `--most` of a kind. Exits with 1 if a
program fails or does not type-check. Invalid documents are built under the waivers in `waivers/`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import logging
import os
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from example_calls import settings_for
from msgspec.structs import replace
from pcgen import config, mock, pipeline
from pcgen.cache import Cache
from pcgen.mock.server import Background
from programs import (
    RUNNERS,
    Host,
    Outcome,
    Program,
    check_types,
    missing,
    programs_of,
    run_python,
)

_SECONDS = 30
_VARIABLE = re.compile(r'os\.environ\["(\w+)"\]|\$\{?([A-Z][A-Z0-9_]+)')
_FILE = re.compile(r'Path\("([^"]+)"\)|@([\w.-]+)')


@dataclass
class Figures:
    """The outcomes of the programs in one language."""

    language: str
    run: int = 0
    compared: int = 0
    equal: int = 0
    wrong: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, *, is_equal: bool | None) -> None:
        """Count a program; `is_equal` is None if its page does not show what it prints."""
        if outcome.error:
            self.wrong.append(f"{outcome.program.block}: {outcome.error}")
            return
        self.run += 1
        self.compared += is_equal is not None
        self.equal += bool(is_equal)
        if is_equal is False:
            self.different.append(str(outcome.program.block))

    def lines(self, most: int) -> Iterator[str]:
        """The lines to print."""
        total = self.run + len(self.wrong)
        yield (
            f"  {self.language}: {self.run} of {total} programs run,"
            f" {self.equal} of {self.compared} print what the page shows"
        )
        for kind, found in (("fails", self.wrong), ("prints something else", self.different)):
            yield from (f"    {kind}: {one[:400]}" for one in found[:most])


def built(document: Path, folder: Path) -> tuple[config.Package, dict[str, str]]:
    """Generate a package whose client has a variable for its URL; returns its texts."""
    settings = settings_for(document, folder)
    specs = tuple(replace(spec, base_url_env=config.DERIVED) for spec in settings.specs)
    settings = replace(settings, specs=specs)
    texts = dict(pipeline.generate(settings, Cache(folder / "cache")).texts)
    for path, text in texts.items():
        (folder / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "out" / path).write_text(text, "utf-8")
    return settings, texts


def is_ours(program: Program) -> bool:
    """Whether pcgen wrote a program; descriptions may have others."""
    block = program.block
    if block.page.startswith("docs/operations/"):
        return re.fullmatch(r"(Python|curl|JavaScript|Java|Go|C#)\b.*:", block.title) is not None
    return block.language == "python" and "demo import " in block.code


def prepare(programs: list[Program], folder: Path, url: str) -> None:
    """Set the variables that programs read, and write the files that they send."""
    for program in programs:
        code = program.block.code
        for found in _VARIABLE.findall(code):
            os.environ.setdefault("".join(found), "any")
        for found in _FILE.findall(code):
            (folder / "".join(found)).write_bytes(b"\x89PNG\r\n")
    os.environ |= {"DEMO_BASE_URL": url, "NO_PROXY": "*"}
    os.chdir(folder)


def python(programs: list[Program], figures: Figures) -> None:
    """Run the Python programs of all pages; those of the guide continue each other."""
    guide: dict[str, Any] = {"__name__": "__main__"}
    for program in programs:
        is_guide = program.block.page.endswith("guide.md")
        printed, error = "", ""
        try:
            with limited():
                printed = run_python(program.block, guide if is_guide else {"__name__": "__main__"})
        except BaseException as wrong:
            error = f"{type(wrong).__name__}: {wrong}"
        is_equal = program.prints(printed) if program.printed else None
        figures.add(Outcome(program, printed, error), is_equal=is_equal)


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Interrupt what takes too long."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"does not end within {_SECONDS} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def others(programs: list[Program], host: Host, figures: Figures) -> None:
    """Run the programs of another language."""
    for outcome in RUNNERS[figures.language][1](programs, host):
        is_equal = None
        if outcome.program.response:
            with contextlib.suppress(ValueError):
                wanted = json.loads(outcome.program.response)
                is_equal = json.loads(outcome.printed or "null") == wanted
        figures.add(outcome, is_equal=is_equal)


def check(document: Path, *, types: bool, most: int) -> bool:
    """Print the figures of a document; returns whether all is well."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings, texts = built(document, folder)
        pages = [text for path, text in texts.items() if path.startswith("docs/operations/")]
        with_example = sum("```python" in text for text in pages)
        print(f"{document.name}: {len(pages)} operations, {with_example} with an example")
        programs = [program for program in programs_of(texts) if is_ours(program)]
        by_language: dict[str, list[Program]] = {}
        for program in programs:
            by_language.setdefault(program.block.language, []).append(program)
        sys.path.insert(0, str(folder / "out"))
        importlib.invalidate_caches()
        all_figures = []
        [server_url] = re.findall(r"then `(https?://[^`]+)`", texts["docs/guide.md"])[:1] or [""]
        (folder / "files").mkdir()
        with Background(mock.app(settings)) as server:
            prepare(programs, folder / "files", server.url)
            for language, found in sorted(by_language.items()):
                figures = Figures(language)
                if language == "python":
                    python(found, figures)
                elif missing(language):
                    print(f"  {language}: {len(found)} programs skipped: {missing(language)}")
                    continue
                else:
                    others(found, Host(folder / "files", server_url, server.url), figures)
                all_figures.append(figures)
                print(*figures.lines(most), sep="\n", flush=True)
        errors = typed(by_language.get("python", []), folder, most) if types else 0
        os.chdir("/")
        sys.path.remove(str(folder / "out"))
        for module in [m for m in sys.modules if m.partition(".")[0] == "demo"]:
            del sys.modules[module]
    return not (errors or any(figures.wrong for figures in all_figures))


def typed(programs: list[Program], folder: Path, most: int) -> int:
    """Print how many programs type-check; returns how many do not."""
    (folder / "types").mkdir()
    errors = check_types(programs, folder / "types", path=folder / "out")
    pages = {line.partition(": ")[0] for line in errors}
    wrong = Counter(page.partition(":")[0] for page in pages)
    print(f"  mypy --strict: {len(programs)} programs, errors on {len(wrong)} pages")
    print(*(f"    {line}" for line in errors[:most]), sep="\n")
    return len(errors)


def main() -> int:
    """Check all documents; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("documents", type=Path, nargs="+", metavar="DOCUMENT")
    parser.add_argument("--no-mypy", action="store_true")
    parser.add_argument("--most", type=int, default=10, help="lines of each kind")
    options = parser.parse_args()
    logging.disable()  # The guide turns it on.
    documents = [document.absolute() for document in options.documents]
    results = [check(one, types=not options.no_mypy, most=options.most) for one in documents]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main())

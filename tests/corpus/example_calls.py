"""Check the example calls of the package that pcgen generates from a document.

    python tests/corpus/example_calls.py DOCUMENT ...

Prints for each document: its operations; how many have an example call, how many of these an author
has written; and how many calls pass mypy --strict. Then the operations without a call, and mypy's
errors. Exits with 1 if there are such. Invalid documents are built under the waivers in `waivers/`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pcgen import config, pipeline
from pcgen.cache import Cache
from pcgen.diagnostics import Diagnostics
from pcgen.targets.python import examples
from pcgen.targets.python.prepare import prepare

if TYPE_CHECKING:
    from pcgen.targets.python.package import PythonPackage

WAIVERS = Path(__file__).parent / "waivers"
MYPY = ["--strict", "--no-error-summary", "--config-file=", "--cache-dir=/dev/null"]


def settings_for(document: Path, folder: Path) -> config.Package:
    """The settings of a package that is generated into a folder."""
    (folder / document.name).write_bytes(document.read_bytes())
    table = f'[[package]]\nname = "demo"\nspec = "{document.name}"\noutput = "out"\n'
    waivers = WAIVERS / f"{document.stem}.toml"
    table += waivers.read_text("utf-8") if waivers.exists() else ""
    (folder / "pcgen.toml").write_text(table, "utf-8")
    return config.load(folder / "pcgen.toml").packages[0]


def module_of(package: PythonPackage) -> tuple[str, list[str], int]:
    """A function for each call, the operations without one, and how many calls authors wrote."""
    lines, missing, authored = [f"from . import {package.client}"], [], 0
    for resource in package.resources:
        for operation in resource.operations:
            call = examples.example_call(operation, resource, package, is_async=False)
            if not call:
                missing.append(f"{operation.method} {operation.path}")
                continue
            authored += not operation.scenarios[0].is_made
            imports = examples.example_imports(operation, resource, package)
            lines += [
                f"def example({package.variable}: {package.client}) -> None:  # {operation.origin}"
            ]
            lines += [f"    {line}" for line in [*imports, *call]]
    numbered = [re.sub("^def example", f"def example_{i}", line) for i, line in enumerate(lines)]
    return "\n".join(numbered) + "\n", missing, authored


def check(document: Path) -> bool:
    """Print the figures of a document; returns whether all is well."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings, cache = settings_for(document, folder), Cache(folder / "cache")
        for path, text in pipeline.generate(settings, cache).texts.items():
            (folder / "out" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "out" / path).write_text(text, "utf-8")
        understood = pipeline.understand(settings, cache)
        targets = pipeline.target_settings(settings, cache, Diagnostics())
        text, missing, authored = module_of(prepare(understood.package, targets))
        (folder / "out" / "demo" / "example_calls.py").write_text(text, "utf-8")
        command = [sys.executable, "-m", "mypy", *MYPY, "-m", "demo.example_calls"]
        done = subprocess.run(
            command, cwd=folder / "out", capture_output=True, text=True, check=False
        )
        errors = (done.stdout + done.stderr).splitlines() if done.returncode else []
    starts = [i for i, line in enumerate(text.splitlines(), 1) if line.startswith("def ")]
    wrong = {max((s for s in starts if s <= int(line.split(":")[1])), default=0) for line in errors}
    total = len(starts) + len(missing)
    print(
        f"{document.name}: {total} operations, {len(starts)} with a call, {authored} of them"
        f" by authors; {len(starts) - len(wrong)} of {len(starts)} calls type-check"
    )
    print(*(f"    no call: {one}" for one in missing), *(f"    {one}" for one in errors), sep="\n")
    return not (missing or errors)


if __name__ == "__main__":
    results = [check(Path(argument)) for argument in sys.argv[1:]]
    sys.exit(not all(results))

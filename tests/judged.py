"""Runs the judge of `../shared/badspecs`; the processes that it starts are forks of this one.

    judged.py CHECK ARGUMENT...

Each of its hundreds of processes would import pcgen, or what generated packages import, once more.
Forks have imported it. They obey the judge's environment, audit hook and limits as processes do.
And each source is compiled and read once, since all packages contain the same runtime.
"""

from __future__ import annotations

import ast
import builtins
import multiprocessing
import os
import resource
import runpy
import subprocess
import sys
import tempfile
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

for _name in (
    "pcgen.bump", "pcgen.cli", "pcgen.diff", "pcgen.pipeline", "pcgen.spec.json_text",
    "pcgen.targets.docs.build", "pcgen.targets.python.build", "pcgen.translate",
    "pcgen.validate.findings", "pcgen.write",
    "anyio.streams.tls", "html", "httpcore2", "httpx2", "truststore",
):  # fmt: skip
    import_module(_name)

CPU_SECONDS = 10
"""Far more than any document takes; the exit code of a fork that is killed is negative."""

_compile = lru_cache(512)(compile)
_run, _walk = subprocess.run, ast.walk


def compiled(source: Any, filename: Any, mode: str, flags: int = 0, **others: Any) -> Any:
    """The code or the tree of a source; its filename is the same for all."""
    others["dont_inherit"] = True
    return _compile(source, "<judged>", mode, flags, **others)


def walked(tree: Any) -> Iterable[ast.AST]:
    """The nodes of a tree; none if it was walked before, since then the judge has seen them."""
    is_known = hasattr(tree, "is_known")
    tree.is_known = True
    return () if is_known else _walk(tree)


def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run Python as `subprocess.run` does, for the options that the judge uses."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        files = (out.fileno(), err.fileno())
        fork = multiprocessing.get_context("fork").Process(
            target=_work, args=(command[1:], options, files)
        )
        fork.start()
        fork.join()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, fork.exitcode or 0, out.read(), err.read())


def _work(arguments: list[str], options: dict[str, Any], files: tuple[int, int]) -> None:
    for number, file in enumerate(files, 1):
        os.dup2(file, number)
    os.chdir(options["cwd"])
    os.environ.clear()
    os.environ.update(options["env"])
    tempfile.tempdir = None
    subprocess.run, ast.walk = _run, _walk
    options.get("preexec_fn", int)()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    audit = Path(os.environ.get("PYTHONPATH", "")) / "sitecustomize.py"
    if audit.is_file():
        runpy.run_path(str(audit))
    option, code, *others = arguments
    sys.argv = [option, *others]
    if option == "-m":
        runpy.run_module(code, run_name="__main__", alter_sys=True)
    else:
        exec(code, {})


if __name__ == "__main__":
    _, check, *arguments = sys.argv
    sys.argv = [check, *arguments]
    subprocess.run = run
    builtins.compile = compiled
    ast.walk = walked
    runpy.run_path(check, run_name="__main__")

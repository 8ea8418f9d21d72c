"""Compiles the samples of a document in every language, without running them.

    python tests/corpus/samples.py ../shared/corpus/openai.yaml

JavaScript needs Node.js, Java and Go their compilers. C# is only parsed, by tree-sitter:
`pip install tree-sitter tree-sitter-c-sharp`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

sys.path.append(str(Path(__file__).parents[1]))

from pcgen import config, pipeline
from pcgen.cache import Cache, folder
from pcgen.diagnostics import Diagnostics
from pcgen.pipeline import target_settings
from pcgen.targets import SAMPLES
from pcgen.targets.building import build_targets
from programs import programs_of

if TYPE_CHECKING:
    from programs import Block

_PARSE = """
const vm = require("vm"), fs = require("fs");
for (const file of fs.readdirSync(".").filter((name) => name.endsWith(".mjs"))) {
  try { new vm.SourceTextModule(fs.readFileSync(file, "utf8")); }
  catch (error) { console.log(file, String(error)); }
}
"""


def samples_of(path: Path) -> list[Block]:
    """The programs of a document, as if all its findings were waived."""
    settings = replace(config.single(path.name, "out", "demo", path.parent), samples=SAMPLES)
    cache, diagnostics = Cache(folder()), Diagnostics((), "", lenient=True)
    package = pipeline.understand(settings, cache, lenient=True).package
    inputs = target_settings(settings, cache, diagnostics)
    texts = build_targets(settings.targets, package, inputs).texts
    pages = {name: text for name, text in texts.items() if "/operations/" in name}
    return [program.block for program in programs_of(pages)]


def check_javascript(blocks: list[Block], root: Path) -> str:
    for index, block in enumerate(blocks):
        (root / f"{index}.mjs").write_text(block.code, "utf-8")
    (root / "parse.cjs").write_text(_PARSE, "utf-8")
    return _run(["node", "--experimental-vm-modules", "--no-warnings", "parse.cjs"], root)


def check_java(blocks: list[Block], root: Path) -> str:
    for index, block in enumerate(blocks):
        code = re.sub(r"\bclass Example\b", f"class Example{index}", block.code)
        (root / f"Example{index}.java").write_text(code, "utf-8")
    files = [f"Example{index}.java" for index in range(len(blocks))]
    (root / "files").write_text("\n".join(files), "utf-8")
    return _run(["javac", "-encoding", "UTF-8", "-Xlint:all", "-d", "classes", "@files"], root)


def check_go(blocks: list[Block], root: Path) -> str:
    for index, block in enumerate(blocks):
        (root / f"p{index}").mkdir()
        (root / f"p{index}" / "main.go").write_text(block.code, "utf-8")
    (root / "go.mod").write_text("module samples\n\ngo 1.22\n", "utf-8")
    return _run(["go", "vet", "./..."], root)


def check_bash(blocks: list[Block], root: Path) -> str:
    for index, block in enumerate(blocks):
        (root / f"{index}.sh").write_text(block.code, "utf-8")
    return _run(["bash", "-c", "for file in *.sh; do bash -n $file; done"], root)


def check_csharp(blocks: list[Block], root: Path) -> str:
    del root
    try:
        from tree_sitter import Language, Parser
        from tree_sitter_c_sharp import language
    except ImportError:
        return "skipped: tree-sitter is not installed"
    parser = Parser(Language(language()))
    wrong = [b for b in blocks if parser.parse(b.code.encode()).root_node.has_error]
    return "\n".join(map(str, wrong))


def _run(command: list[str], root: Path) -> str:
    if not shutil.which(command[0]):
        return f"skipped: there is no {command[0]}"
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


CHECKS = {
    "bash": check_bash,
    "javascript": check_javascript,
    "java": check_java,
    "go": check_go,
    "csharp": check_csharp,
}


def main() -> None:
    """Check each document; print what is wrong."""
    for name in sys.argv[1:]:
        blocks = samples_of(Path(name))
        for language, check in CHECKS.items():
            own = [block for block in blocks if block.language == language]
            with tempfile.TemporaryDirectory() as root:
                found = check(own, Path(root)).strip()
            print(f"{name}: {len(own)} programs in {language}: {found or 'fine'}")


if __name__ == "__main__":
    main()

"""The programs on pages of documentation, and how to run them against a mock server.

They run as they stand, with the credentials and the base URL of the mock in their environment. In
languages other than Python, the URL of the service is replaced by that of the mock.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MARKDOWN = MarkdownIt("commonmark")
_HTTPS = re.compile(r"https?://")
_SECONDS = 300.0  # The first run of Go compiles its library.


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes:
        page: The path of the page.
        line: Its line.
        section: The number of the section; sections start at headings.
        title: The paragraph before it, such as `Response:`.
        language: The word after the fence.
        code: Its text.
    """

    page: str
    line: int
    section: int
    title: str
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line} ({self.language})"


@dataclass(frozen=True)
class Program:
    """A block to run, and what the page shows beside it; empty if it does not."""

    block: Block
    response: str
    printed: str

    def prints(self, text: str) -> bool:
        """Whether the page shows this text; of a list in pages, it shows the first page."""
        is_loop = re.search(r"^ *(async )?for ", self.block.code, re.MULTILINE) is not None
        return text.startswith(self.printed) if is_loop else text == self.printed


def blocks_of(page: str, text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    section, title = 0, ""
    for token in _MARKDOWN.parse(text):
        if token.type == "heading_open":
            section, title = section + 1, ""
        elif token.type == "inline":
            title = token.content
        elif token.type == "fence":
            line = token.map[0] + 1 if token.map else 0
            yield Block(page, line, section, title, token.info, token.content)


def programs_of(texts: Mapping[str, str]) -> list[Program]:
    """The programs of all pages, by the order of paths."""
    found = []
    for path in sorted(path for path in texts if path.endswith(".md")):
        blocks = list(blocks_of(path, texts[path]))
        for block in blocks:
            if block.language in ("json", "text", "console", "pyi"):
                continue
            beside = {b.title: b.code for b in blocks if b.section == block.section}
            kind = ", as a stream" if block.title.endswith("as a stream:") else ""
            response = beside.get("Response:", "")
            found.append(Program(block, response, beside.get(f"Printed{kind}:", "")))
    return found


# --- Python ------------------------------------------------------------------------------------


def run_python(block: Block, namespace: dict[str, Any]) -> str:
    """Run a program in this process; returns what it prints. Warnings are errors."""
    printed = io.StringIO()
    code = compile(block.code, str(block), "exec", dont_inherit=True)
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(code, namespace)
    return printed.getvalue()


def check_types(programs: Iterable[Program], folder: Path, *, path: Path) -> list[str]:
    """Check Python programs in one run of mypy; returns its errors, with the lines of the pages.

    Args:
        programs: The programs; those of a guide are one module.
        folder: An empty folder.
        path: The folder of the package.
    """
    lines: dict[str, list[str]] = {}
    for index, program in enumerate(programs):
        block = program.block
        name = "guide" if block.page.endswith("guide.md") else f"program_{index}"
        module = lines.setdefault(name, [f"# {block.page}"])
        module += [""] * (block.line - len(module)) + block.code.splitlines()
    for name, text in lines.items():
        (folder / f"{name}.py").write_text("\n".join(text) + "\n", encoding="utf-8")
    options = ["--strict", "--no-error-summary", "--config-file=", "--cache-dir=/dev/null"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *sorted(f"{name}.py" for name in lines)],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    pages = {f"{name}.py": text[0].removeprefix("# ") for name, text in lines.items()}
    return [
        re.sub(r"^[\w.]+", lambda match: pages.get(match[0], match[0]), line)
        for line in (done.stdout + done.stderr).splitlines()
        if done.returncode
    ]


# --- Other languages ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Host:
    """Where programs of other languages run.

    Attributes:
        folder: A folder for their files.
        service: The URL of the service, as the programs have it.
        mock: The URL of the mock server.
    """

    folder: Path
    service: str
    mock: str

    def code(self, block: Block) -> str:
        """The text of a program that calls the mock."""
        return block.code.replace(self.service, self.mock) if self.service else block.code


@dataclass(frozen=True)
class Outcome:
    """How a program ended: what it printed, or what went wrong."""

    program: Program
    printed: str
    error: str = ""


def run_curl(programs: list[Program], host: Host) -> Iterator[Outcome]:
    """Run commands of a shell."""
    (host.folder / ".curlrc").write_text("silent\nshow-error\nfail-with-body\n", "utf-8")
    environment = {**os.environ, "CURL_HOME": str(host.folder)}
    for program in programs:
        yield _ended(program, ["bash", "-c", host.code(program.block)], host, environment)


def run_node(programs: list[Program], host: Host) -> Iterator[Outcome]:
    """Run programs with Node.js."""
    for index, program in enumerate(programs):
        path = host.folder / f"program_{index}.mjs"
        path.write_text(host.code(program.block), "utf-8")
        yield _ended(program, ["node", path.name], host, {**os.environ})


def run_java(programs: list[Program], host: Host) -> Iterator[Outcome]:
    """Compile all programs at once, each with a class of its own, and run them."""
    names = [f"Example{index}" for index in range(len(programs))]
    for name, program in zip(names, programs, strict=True):
        code = re.sub(r"\bclass Example\b", f"class {name}", host.code(program.block))
        (host.folder / f"{name}.java").write_text(code, "utf-8")
    command = ["javac", "-encoding", "UTF-8", "-Xlint:all", *(f"{name}.java" for name in names)]
    compiled = _ended(programs[0], command, host, {**os.environ})
    for name, program in zip(names, programs, strict=True):
        command = ["java", "-Dfile.encoding=UTF-8", "-XX:TieredStopAtLevel=1", name]
        yield (
            Outcome(program, "", compiled.error)
            if compiled.error
            else _ended(program, command, host, {**os.environ})
        )


def run_go(programs: list[Program], host: Host) -> Iterator[Outcome]:
    """Run programs with Go."""
    for index, program in enumerate(programs):
        path = host.folder / f"program_{index}.go"
        path.write_text(host.code(program.block), "utf-8")
        yield _ended(program, ["go", "run", path.name], host, {**os.environ})


def run_csharp(programs: list[Program], host: Host) -> Iterator[Outcome]:
    """Run programs with .NET, each as a project of its own."""
    for index, program in enumerate(programs):
        folder = host.folder / f"project_{index}"
        folder.mkdir()
        (folder / "Program.cs").write_text(host.code(program.block), "utf-8")
        (folder / "example.csproj").write_text(_PROJECT, "utf-8")
        yield _ended(program, ["dotnet", "run", "--project", folder.name], host, {**os.environ})


def _ended(
    program: Program, command: list[str], host: Host, environment: dict[str, str]
) -> Outcome:
    try:
        done = subprocess.run(
            command, cwd=host.folder, env=environment, capture_output=True, text=True,
            check=False, timeout=_SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(program, "", f"does not end within {_SECONDS} s")
    failed = f"exit {done.returncode}: {done.stderr.strip()}{done.stdout[:500]}"
    return Outcome(program, done.stdout, failed if done.returncode else "")


_PROJECT = """\
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net8.0</TargetFramework>
    <RollForward>Major</RollForward>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
  </PropertyGroup>
</Project>
"""
RUNNERS = {
    "bash": ("curl", run_curl),
    "javascript": ("node", run_node),
    "java": ("javac", run_java),
    "go": ("go", run_go),
    "csharp": ("dotnet", run_csharp),
}
"""The tool that each language needs, and what runs its programs."""


def missing(language: str) -> str:
    """Why programs of a language are skipped; empty if they are not."""
    tool, _ = RUNNERS[language]
    return "" if shutil.which(tool) else f"there is no `{tool}` on this machine"

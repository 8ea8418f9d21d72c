"""Runs the commands and samples of README.md, and compares what they print."""

from __future__ import annotations

import ast
import dataclasses
import doctest
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
import venv
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec
import pytest
import yaml
from pcgen import cli, config
from pcgen.diagnostics import Exit
from pcgen.targets import Cli
from server import Server, json

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from server import Recorded

    Clone = Callable[[], Path]

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
GENERATED = ROOT / "generated" / "pinecone-inference"
SPEC = ROOT / "specs" / "inference_2025-04.oas.yaml"
PAGES = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES += ("NAMING.md", "tests/benchmarks/README.md")
posix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="the commands are for a POSIX shell"
)


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block of Markdown: its language, its text, and the line of its text."""

    kind: str
    text: str
    line: int

    @property
    def steps(self) -> list[tuple[str, str]]:
        """The commands of a console block, each with its output."""
        parts = re.split(r"^\$ (.*(?:\n> .*)*)\n", self.text, flags=re.MULTILINE)[1:]
        commands = (command.replace("\n> ", "\n") for command in parts[::2])
        return list(zip(commands, parts[1::2], strict=True))


def blocks(page: Path, *kinds: str) -> list[Block]:
    text = page.read_text("utf-8")
    found = re.finditer(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    made = [Block(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in found]
    return [block for block in made if not kinds or block.kind in kinds]


FIRST, SECOND, *CONSOLE = blocks(README, "console")
SESSION = [
    block for block in CONSOLE if re.search(r"^\$ (pc|pip|printf) ", block.text, re.MULTILINE)
]
CONSOLE = [block for block in CONSOLE if block not in SESSION]


def edits_and_commands() -> list[Any]:
    """Each console block, with the diff block since the previous console block, if any."""
    made, edit = [], ""
    for block in blocks(README, "diff", "console"):
        if block.kind == "diff":
            edit = block.text
        elif block in CONSOLE:
            made.append(pytest.param(edit, block, id=f"line {block.line}"))
            edit = ""
    return made


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the working tree, without the files that git ignores."""
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT
    )
    target = tmp_path / "clone"
    for name in listed.decode().split("\0"):
        if name:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # Deleted but not yet committed.
                shutil.copy(ROOT / name, target / name)
    return target


def clean_environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """The environment without settings of Python, pcgen and pip, except for pip's registry."""
    ours = re.compile(r"PYTHON|PYTEST|PCGEN|PINECONE|VIRTUAL_ENV|PIP_(TARGET|PREFIX|USER|REQ|NO_D)")
    kept = {name: value for name, value in os.environ.items() if not ours.match(name)}
    more |= {"PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}  # These save seconds.
    return kept | {"PCGEN_CACHE_DIR": str(tmp_path / "cache"), "COLUMNS": "100"} | more


def run(command: list[str | Path], cwd: Path, environment: dict[str, str], **options: Any) -> Any:
    """Run a process; its exit code is for the caller to check."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.run(command, cwd=cwd, env=environment, text=True, check=False, **options)


def same(want: str, got: str) -> bool:
    """Compare outputs; `...` in the README matches any text."""
    return doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS)


# --- The two commands ---------------------------------------------------------------------------


@posix_only
def test_first_command(clone: Path, tmp_path: Path) -> None:
    [(command, printed)] = FIRST.steps
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = clean_environment(tmp_path, PATH=path)
    done = run(["sh", "-c", command], clone, environment)
    if done.returncode and not registry_answers(clone, environment):
        pytest.skip("no package registry can be reached, so nothing can be installed")
    assert done.returncode == 0, done.stderr
    assert done.stdout == printed


def registry_answers(clone: Path, environment: dict[str, str]) -> bool:
    """Whether pip can reach a registry; asked only after a failure."""
    probe = [".venv/bin/pip", "download", "-q", "--no-deps", "--retries=1", "-d", "probe", "click"]
    return run(probe, clone, environment).returncode == 0


def test_second_command() -> None:
    """Compares its text only, since running it would run these tests."""
    [(first, _)], [(second, printed)] = FIRST.steps, SECOND.steps
    assert not printed
    first_venv, first_install, _ = map(shlex.split, first.split(" && "))
    venv, install, test = map(shlex.split, second.split(" && "))
    assert venv == first_venv
    assert install == [*first_install[:-1], ".[test]"]
    assert test == [".venv/bin/pytest", "-n", "auto"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extra = project["project"]["optional-dependencies"]["test"]
    assert any(re.match(r"pytest\b", requirement) for requirement in extra)


STUB_PYTHON = """#!/bin/sh
echo "python3 $*" >> "$STUB_LOG"
mkdir -p .venv/bin
cp "$STUB_PIP" .venv/bin/pip
cp "$STUB_PYTEST" .venv/bin/pytest
"""
STUB_PIP = """#!/bin/sh
echo ".venv/bin/pip $*" >> "$STUB_LOG"
"""
STUB_PYTEST = """#!/bin/sh
echo ".venv/bin/pytest $*" >> "$STUB_LOG"
env > "$STUB_LOG.env"
if read -r line; then echo "stdin is open"; fi
echo "1 failed in 0.01s"
exit 7
"""


@posix_only
def test_ci_runs_the_second_command(clone: Path, tmp_path: Path) -> None:
    """`.ci/run` with stubs for python3, pip and pytest."""
    log = tmp_path / "log"
    stale = clone / ".venv" / "stale"
    stale.parent.mkdir()
    stale.touch()
    poison = {
        "CI": "true",
        "PYTHONPATH": "/somewhere",
        "PYTEST_ADDOPTS": "--collect-only",
        "PIP_NO_DEPS": "1",
        "PCGEN_CACHE_DIR": str(tmp_path / "warm"),
        "PIP_INDEX_URL": "https://registry.example/simple",
        "VIRTUAL_ENV": str(tmp_path / "active"),
        "PATH": f"{tmp_path / 'active' / 'bin'}:{tmp_path / 'stubs'}:{os.environ['PATH']}",
        "STUB_LOG": str(log),
        "STUB_PIP": str(script(tmp_path / "stubs" / "pip", STUB_PIP)),
        "STUB_PYTEST": str(script(tmp_path / "stubs" / "pytest", STUB_PYTEST)),
    }
    script(tmp_path / "stubs" / "python3", STUB_PYTHON)
    script(tmp_path / "active" / "bin" / "python3", "#!/bin/sh\nexit 9\n")
    done = run([clone / ".ci" / "run"], tmp_path, os.environ | poison, input="typed\n")
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout.splitlines()[-1] == "1 failed in 0.01s"
    assert "stdin is open" not in done.stdout
    [(second, _)] = SECOND.steps
    ran = [shlex.split(line) for line in log.read_text().splitlines()]
    assert ran == [shlex.split(part) for part in second.split(" && ")]
    assert not stale.exists()
    seen = dict(line.partition("=")[::2] for line in Path(f"{log}.env").read_text().splitlines())
    assert not seen.keys() & {"PYTHONPATH", "PYTEST_ADDOPTS", "PIP_NO_DEPS", "VIRTUAL_ENV"}
    assert seen["PIP_INDEX_URL"] == "https://registry.example/simple"
    assert seen["CI"] == "true"
    assert seen["PCGEN_CACHE_DIR"] != str(tmp_path / "warm")
    assert not Path(seen["PCGEN_CACHE_DIR"]).exists()


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def apply(diff: str, folder: Path) -> None:
    command = ["git", "apply", "--unidiff-zero", "-"]
    subprocess.run(command, input=diff, cwd=folder, text=True, check=True)


# --- Console samples ----------------------------------------------------------------------------


@posix_only
@pytest.mark.parametrize(("edit", "block"), edits_and_commands())
def test_console_sample(edit: str, block: Block, clone: Path, tmp_path: Path) -> None:
    """Runs in a fresh copy, after applying the diff that the README shows."""
    python = shlex.quote(sys.executable)
    script(tmp_path / "bin" / "pcgen", f'#!/bin/sh\nexec {python} -m pcgen "$@"\n')
    environment = clean_environment(
        tmp_path,
        PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        PYTHONPATH=str(clone / "generator"),
    )
    if edit:
        apply(edit, clone)
    assert block.steps
    for command, printed in block.steps:
        done = run(["sh", "-c", command], clone, environment, stderr=subprocess.STDOUT)
        if not same(printed, done.stdout):
            assert done.stdout == printed


@posix_only
def test_the_first_five_minutes_with_pc(clone: Path, tmp_path: Path) -> None:
    """One session: what the first block installs, in the shell that it starts."""
    (install, _), (shell, _), *steps = [step for block in SESSION for step in block.steps]
    venv.create(tmp_path / "venv", with_pip=False)
    [packages] = (tmp_path / "venv").glob("lib/*/site-packages")
    (packages / "ours.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n", "utf-8")
    python, bin_ = shlex.quote(sys.executable), tmp_path / "venv" / "bin"
    script(bin_ / "pip", f'#!/bin/sh\nexec {python} -m pip --python {bin_}/python "$@"\n')
    script(bin_ / "pcgen", f'#!/bin/sh\nexec {python} -m pcgen "$@"\n')
    environment = clean_environment(
        tmp_path,
        PATH=f"{bin_}{os.pathsep}{os.environ['PATH']}",
        PYTHONPATH=str(clone / "generator"),
        HOME=str(tmp_path),
        PIP_NO_DEPS="1",  # The tests have them.
        PIP_NO_INDEX="1",
        PIP_NO_BUILD_ISOLATION="0",
    )
    done = run(["sh", "-c", install], clone, environment, stderr=subprocess.STDOUT)
    assert (done.returncode, done.stdout) == (0, "")
    mark = "--- end of a command ---\n"
    typed = "".join(f"{command}\necho '{mark.strip()}'\n" for command, _ in steps)
    done = run(["sh", "-c", shell], clone, environment, input=typed, stderr=subprocess.STDOUT)
    *outputs, rest = done.stdout.split(mark)
    for (_, printed), output in zip(steps, outputs, strict=True):
        if not same(printed, output):
            assert output == printed
    assert not rest
    assert not (tmp_path / ".config").exists()


@posix_only
def test_contributing_example(clone: Path, tmp_path: Path) -> None:
    """Its files, diffs and commands, in the order of the page."""
    python = shlex.quote(sys.executable)
    script(clone / ".venv" / "bin" / "pytest", f'#!/bin/sh\nexec {python} -m pytest "$@"\n')
    environment = clean_environment(tmp_path, PYTHONPATH=str(clone / "generator"))
    lines = CONTRIBUTING.read_text("utf-8").splitlines()
    for block in blocks(CONTRIBUTING, "yaml", "diff", "console"):
        if block.kind == "yaml":
            path = clone / lines[block.line - 3].split("`")[1]
            path.parent.mkdir(parents=True)
            path.write_text(block.text, "utf-8")
        elif block.kind == "diff":
            apply(block.text, clone)
        for command, printed in block.steps:
            done = run(["sh", "-c", command], clone, environment, stderr=subprocess.STDOUT)
            if not same(printed, done.stdout):
                assert done.stdout == printed


# --- Python samples -----------------------------------------------------------------------------


class Service:
    """Responds with the examples of the document."""

    def __init__(self) -> None:
        self._paths = yaml.safe_load(SPEC.read_text("utf-8"))["paths"]

    def step(self, connection: socket.socket, request: Recorded) -> None:
        connection.sendall(self._answer(request))

    def _answer(self, request: Recorded) -> bytes:
        if request.path.startswith("/models/"):
            return json(self._example("/models/{model_name}", "get", "404"), 404)
        value = self._example(request.path, request.method.lower(), "200")
        if request.path == "/rerank":
            body = request.json()
            value["data"] = value["data"][: body.get("top_n")]
        if request.path == "/models":
            wanted = parse_qs(request.raw_query).get("type", ["embed", "rerank"])
            value["models"] = [model for model in value["models"] if model["type"] in wanted]
        return json(value)

    def _example(self, path: str, method: str, status: str) -> Any:
        content = self._paths[path][method]["responses"][status]["content"]["application/json"]
        return next(iter(content["examples"].values()))["value"]


@pytest.fixture
def service() -> Iterator[Server]:
    with Server() as server:
        server.script(Service().step)
        yield server


def run_sample(sample: Block, service: Server, tmp_path: Path) -> str:
    """Run a sample in a new process. Warnings, such as those of drift, are errors."""
    environment = clean_environment(
        tmp_path,
        PYTHONPATH=str(GENERATED),
        PINECONE_CONTROLLER_HOST=service.url,
        PINECONE_API_KEY="key-of-the-environment",
        NO_PROXY="127.0.0.1",
    )
    command = [sys.executable, "-W", "error", "-c", sample.text]
    done = run(command, tmp_path, environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def python_samples(page: Path, follower: str = "") -> list[Any]:
    """The Python blocks of a page; with a follower, each with the block after it."""
    found = blocks(page)
    following = [*found[1:], Block("", "", 0)]
    return [
        pytest.param(*(one, after)[: 2 if follower else 1], id=f"line {one.line}")
        for one, after in zip(found, following, strict=True)
        if one.kind == "python"
    ]


@pytest.mark.parametrize(("sample", "printed"), python_samples(README, "text"))
def test_python_sample(sample: Block, printed: Block, service: Server, tmp_path: Path) -> None:
    assert printed.kind == "text", "the output of a sample must follow it"
    assert run_sample(sample, service, tmp_path) == printed.text
    for request in service.requests:
        assert request.headers["api-key"] == "key-of-the-environment"


@pytest.mark.parametrize("sample", python_samples(GENERATED / "README.md"))
def test_python_sample_of_the_generated_readme(
    sample: Block, service: Server, tmp_path: Path
) -> None:
    assert run_sample(sample, service, tmp_path).strip()
    assert service.requests
    for request in service.requests:
        assert request.headers["api-key"] == "key-of-the-environment"


# --- Tables, links, form -------------------------------------------------------------------------


def table(heading: str, page: Path = README) -> list[list[str]]:
    """The cells of the table whose first column has the heading."""
    [rows] = re.findall(
        rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)",
        page.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows.splitlines()]


def test_configuration_table() -> None:
    fields = {
        field.name.replace("_", "-"): field
        for kind in (config.Package, config.Spec)
        for field in msgspec.structs.fields(kind)
        if field.name not in ("label", "root", "source")
    }
    rows = {key.strip("`"): default for key, _, default in table("key")}
    assert set(rows) == set(fields)
    required = [key for key, default in rows.items() if default == "required"]
    assert {*required, "specs"} == {key for key, field in fields.items() if field.required}
    literal = {key: text.strip("`") for key, text in rows.items() if text.startswith("`")}
    package = config.Package((), "")
    plain = {"variable": package.variable, "version": package.version}
    plain |= {"naming": config.Spec("").naming, "requires-python": package.requires_python}
    plain |= {"samples": ", ".join(package.samples)}
    assert literal == plain
    assert rows["targets"] == "a client and its pages"
    assert package.targets == ("python", "docs")
    of_cli = {field.name.replace("_", "-") for field in msgspec.structs.fields(Cli)}
    assert {key.strip("`") for key, *_ in table("key of `cli`")} == of_cli


def test_configuration_samples(tmp_path: Path) -> None:
    packages = []
    for sample in blocks(README, "toml"):
        (tmp_path / "pcgen.toml").write_text(sample.text, "utf-8")
        packages += config.load(tmp_path / "pcgen.toml").packages
    package = packages[0]
    assert package.name == "acme-search"
    assert package.credentials["ApiKeyAuth"] == config.Credential("api_key", "ACME_API_KEY")
    assert [waiver.code for waiver in package.waive] == ["invalid-document"]


def test_exit_code_table() -> None:
    rows = [(int(code), meaning.replace("`", "")) for code, meaning in table("exit code")]
    assert [code for code, _ in rows] == [int(code) for code in Exit]
    epilog = cli.commands.commands["build"].epilog or ""
    in_help = re.findall(r"^ +(\d+) +(.+)$", epilog, flags=re.MULTILINE)
    assert rows == [(int(code), meaning) for code, meaning in in_help]


def test_table_of_modules() -> None:
    """ARCHITECTURE.md lists the imports that `test_architecture.py` enforces."""
    tree = ast.parse((ROOT / "tests" / "test_architecture.py").read_text("utf-8"))
    [enforced] = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "IMPORTS"
    ]
    documented = {
        name.strip("`/"): set(re.findall(r"[\w.]+", imports))
        for name, _, imports in table("module", ROOT / "ARCHITECTURE.md")
    }
    del enforced["__main__"]
    assert documented == enforced


@pytest.mark.parametrize("page", PAGES)
def test_links_have_targets(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8"))
    missing = [link for link in links if not ((ROOT / page).parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_lines_fit(page: str) -> None:
    lines = (ROOT / page).read_text("utf-8").splitlines()
    assert [line for line in lines if len(line) > 100 and not line.startswith("|")] == []

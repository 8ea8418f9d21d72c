"""The package as a folder: copied, renamed, imported twice, and cheap to import."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json as jsonlib
import pkgutil
import sys
from typing import TYPE_CHECKING, Any

import pinecone_inference
import pytest
from facts import E5, failure
from pcgen import cli
from pcgen.diagnostics import Exit
from server import json
from subprocesses import PACKAGE, PROJECT, ROOT, printed, python

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

MODULES = sorted(
    module.name for module in pkgutil.walk_packages([str(PACKAGE)], f"{PACKAGE.name}.")
)

USE = """
import asyncio, json, sys
from acme._vendor.pc import APIError, AsyncPinecone, NotFoundError, Pinecone

with Pinecone(api_key="vendored") as pc:
    first = pc.inference.get_model("a").model
    try:
        pc.inference.get_model("b")
    except NotFoundError as error:
        second = error.body.error.message

async def main():
    async with AsyncPinecone(api_key="vendored") as pc:
        return (await pc.inference.get_model("c")).model

third = asyncio.run(main())
foreign = [name for name in sys.modules if name.split(".")[0] in ("pcgen", "pinecone_inference")]
print(json.dumps([first, second, third, foreign, Pinecone.__module__, APIError.__module__]))
"""
TWO = """
import logging
import acme._vendor.pc as copy
import pinecone_inference as original

records = []
class Keep(logging.Handler):
    def emit(self, record):
        records.append(record.name)
logging.getLogger().addHandler(Keep())
logging.getLogger().setLevel("INFO")

for package, other in ((copy, original), (original, copy)):
    with package.Pinecone(api_key="k", max_retries=0) as pc:
        model = pc.inference.get_model("m")
        assert type(model) is package.ModelInfo
        assert not isinstance(model, other.ModelInfo)
        assert model != other.ModelInfo.from_dict(model.to_dict())
        try:
            pc.inference.get_model("n")
        except other.APIError:
            raise SystemExit("caught as an error of the other copy")
        except package.APIError as error:
            assert type(error.body) is package.ErrorResponse
print(sorted(set(records)))
"""


@pytest.fixture
def vendored(tmp_path: Path) -> Path:
    """A source tree with a copy of the package in it, under another name."""
    target = tmp_path / "acme" / "_vendor"
    assert _vendor("pinecone-inference", str(target), "--as", "pc") == Exit.OK
    for folder in (target, target.parent):
        (folder / "__init__.py").touch()
    return tmp_path


def test_a_copy_under_another_name(vendored: Path, server: Server) -> None:
    missing = json(failure(404, "NOT_FOUND", "No such model."), 404)
    server.script(json(E5), missing, json(E5))
    out = printed("-W", "error", "-c", USE, paths=(vendored,), PINECONE_CONTROLLER_HOST=server.url)
    assert jsonlib.loads(out) == [
        "multilingual-e5-large",
        "No such model.",
        "multilingual-e5-large",
        [],
        "acme._vendor.pc.client",
        "acme._vendor.pc",
    ]
    assert [request.target for request in server.requests] == [
        "/models/a",
        "/models/b",
        "/models/c",
    ]
    assert {request.headers["api-key"] for request in server.requests} == {"vendored"}


def test_two_copies_in_one_process(vendored: Path, server: Server) -> None:
    missing = json(failure(404, "NOT_FOUND", "No such model."), 404)
    server.script(json(E5), missing, json(E5), missing)
    out = printed(
        *("-W", "error", "-c", TWO),
        paths=(vendored, PACKAGE.parent),
        PINECONE_CONTROLLER_HOST=server.url,
    )
    assert len(server.requests) == 4
    assert "'acme._vendor.pc'" in out
    assert "'pinecone_inference'" in out


def _vendor(*arguments: str) -> int:
    return cli.run(["vendor", *arguments, "--config", str(ROOT / "pyproject.toml")])


def _verify(package: str, *paths: Path) -> tuple[int, list[str]]:
    """Run the package's `verify` module with the standard library only."""
    command = ["-I", "-S", "-c", f"import sys, runpy; sys.path[:0] = {list(map(str, paths))!r};"]
    command[-1] += f" runpy.run_module('{package}._runtime.verify', run_name='__main__')"
    done = python(*command)
    assert "Traceback" not in done.stderr
    return done.returncode, [*done.stdout.splitlines(), *done.stderr.splitlines()]


def test_a_copy_proves_that_it_is_unmodified(
    vendored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = vendored / "acme" / "_vendor" / "pc"
    spec = ROOT / "specs" / "inference_2025-04.oas.yaml"
    digest = hashlib.sha256(spec.read_bytes()).hexdigest()
    assert _verify("acme._vendor.pc", vendored) == (
        0,
        [f"pc: as it was generated from {spec.name} (version 2025-04)", f"    sha256 {digest}"],
    )
    assert _verify("pinecone_inference", PACKAGE.parent)[0] == 0
    for folder in (copy, PROJECT):  # A distribution has its package in it.
        assert cli.run(["vendor", "--verify", str(folder)]) == Exit.OK
        assert digest in capsys.readouterr().out

    (copy / "errors.py").write_text("", encoding="utf-8")
    (copy / "types.py").unlink()
    (copy / "extra.py").touch()
    wanted = ["errors.py: modified", "extra.py: not generated", "types.py: missing"]
    status, lines = _verify("acme._vendor.pc", vendored)
    assert (status, lines[:3]) == (1, wanted)
    assert cli.run(["vendor", "--verify", str(copy)]) == Exit.DIFFERENT
    assert capsys.readouterr().out.splitlines()[:3] == wanted
    assert cli.run(["vendor", "--verify", str(copy), "--format", "json"]) == Exit.DIFFERENT
    reports = [jsonlib.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["file"], one["message"]) for one in reports][:2] == [
        (f"{copy}/errors.py", "modified"),
        (f"{copy}/extra.py", "not generated"),
    ]
    (copy / "errors.py").write_bytes((PACKAGE / "errors.py").read_bytes().replace(b"\n", b"\r\n"))
    assert _verify("acme._vendor.pc", vendored)[1][0] == "errors.py: line ends are CRLF"

    lock = jsonlib.loads((copy / "pcgen.lock").read_text("utf-8"))
    del lock["specs"][0]["version"]  # A document may have none, under a waiver.
    (copy / "pcgen.lock").write_text(jsonlib.dumps(lock), "utf-8")
    assert cli.run(["vendor", "--verify", str(copy)]) == Exit.DIFFERENT
    strange = [{**lock, key: value} for key in ("files", "specs") for value in ([], [1], {"a": 1})]
    for broken in ("{", "[" * 100_000, "[]", *map(jsonlib.dumps, strange)):
        (copy / "pcgen.lock").write_text(broken, "utf-8")
        assert cli.run(["vendor", "--verify", str(copy)]) == Exit.USAGE
    (copy / "pcgen.lock").unlink()
    assert _verify("acme._vendor.pc", vendored)[0] == 2
    assert cli.run(["vendor", "--verify", str(copy)]) == Exit.USAGE


def test_vendoring_again_replaces_the_copy_but_no_edit(vendored: Path) -> None:
    folder = vendored / "acme" / "_vendor"
    copy = folder / "pc"
    lock = jsonlib.loads((copy / "pcgen.lock").read_text("utf-8"))
    lock["files"]["old.py"] = hashlib.sha256(b"").hexdigest()
    (copy / "pcgen.lock").write_text(jsonlib.dumps(lock), encoding="utf-8")
    (copy / "old.py").touch()
    (copy / "mine.txt").touch()
    assert _vendor("pinecone-inference", str(folder), "--as", "pc") == Exit.OK
    assert not (copy / "old.py").exists()
    assert (copy / "mine.txt").exists()
    assert (copy / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    (copy / "errors.py").write_text("# Mine.\n", encoding="utf-8")
    assert _vendor("pinecone-inference", str(folder), "--as", "pc") == Exit.DIFFERENT
    assert (copy / "errors.py").read_text("utf-8") == "# Mine.\n"
    assert _vendor("pinecone-inference", str(folder), "--as", "pc", "--force") == Exit.OK
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.txt").touch()
    assert _vendor("pinecone-inference", str(folder), "--as", "mine") == Exit.USAGE
    assert len([*(folder / "mine").iterdir()]) == 1
    assert (copy / "errors.py").read_bytes() == (PACKAGE / "errors.py").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pinecone-inference", "somewhere", "--as", "a-b"], "--as must be an import name"),
        (["pinecone-inference", "somewhere", "--as", "class"], "--as must be an import name"),
        (["pinecone-inference"], "PACKAGE and DEST are required"),
        (["--verify", "somewhere", "pinecone-inference"], "only the folder of the copy"),
        (["nobody", "somewhere"], "no package 'nobody' is listed"),
        (["pinecone-inference", str(PROJECT)], "a copy cannot be inside the package itself"),
    ],
)
def test_mistakes(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert _vendor(*arguments) == Exit.USAGE
    assert said in capsys.readouterr().err


def _imports(path: Path) -> set[str]:
    """Return the top-level packages that a file imports by absolute name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            assert node.module is not None
            found.add(node.module.partition(".")[0])
    return found


def test_imports_are_relative_or_of_the_dependencies() -> None:
    files = list(PACKAGE.rglob("*.py"))
    assert len(files) > 20
    foreign = {name for path in files for name in _imports(path)} - sys.stdlib_module_names
    # Only type checkers read the import of typing_extensions; they bring its types.
    assert foreign == {"httpcore2", "httpx2", "msgspec", "typing_extensions"}
    text = (PACKAGE / "_runtime" / "data" / "generic.py").read_text(encoding="utf-8")
    assert text.index("if TYPE_CHECKING:") < text.index("typing_extensions") < text.index("else:")


def test_nothing_names_the_generator_but_the_first_line() -> None:
    for path in PACKAGE.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        rest = lines[1:] if lines[0].startswith("# Generated by pcgen") else lines
        assert "pcgen" not in "\n".join(rest).replace("pcgen.lock", ""), path


def test_the_package_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


# Importing


def test_the_import_alone_loads_nothing_else() -> None:
    out = printed(
        *("-W", "error", "-c"),
        "import sys; before = set(sys.modules); import pinecone_inference as p; dir(p);"
        " print(sorted(set(sys.modules) - before))",
    )
    assert ast.literal_eval(out) == [
        "__future__",
        "pinecone_inference",
        "pinecone_inference._runtime",
        "pinecone_inference._runtime.lazy",
    ]


def test_a_client_is_made_without_the_http_library() -> None:
    out = printed(
        *("-W", "error", "-c"),
        "import sys; from pinecone_inference import Pinecone; Pinecone(api_key='k').inference;"
        " late = {'httpcore2', 'httpx2', 'asyncio', 'ssl'}; print(sorted(late & set(sys.modules)))",
    )
    assert out == "[]\n"


def test_every_module_is_imported_without_a_warning() -> None:
    assert len(MODULES) > 20
    lines = "; ".join(f"import {name}" for name in MODULES)
    printed("-W", "error", "-c", lines)


@pytest.mark.parametrize("name", ["pinecone_inference", *MODULES])
def test_public_names_resolve(name: str) -> None:
    module = importlib.import_module(name)
    names = list(getattr(module, "__all__", ()))
    assert sorted(set(names)) == sorted(names)
    for public in names:
        assert getattr(module, public) is not None
    assert set(names) <= set(dir(module))
    if "._runtime" not in name and name.rpartition(".")[2] in {"pinecone_inference", "errors"}:
        assert names


def test_names_are_the_same_objects_everywhere() -> None:
    errors = importlib.import_module("pinecone_inference.errors")
    models = importlib.import_module("pinecone_inference.models")
    assert pinecone_inference.NotFoundError is errors.NotFoundError
    assert pinecone_inference.ModelInfo is models.ModelInfo
    assert pinecone_inference.errors is errors  # type: ignore[attr-defined]
    of_models = {"InvalidJSON", "Mismatch"}  # For `from_dict` and `from_json`.
    assert set(errors.__all__) - of_models <= set(pinecone_inference.__all__)


def test_star_import() -> None:
    space: dict[str, Any] = {}
    exec("from pinecone_inference import *", space)
    assert set(pinecone_inference.__all__) <= set(space)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(pinecone_inference, "pinecone")
    done = python("-c", "from pinecone_inference import Pinecon")
    assert done.returncode == 1
    assert "ImportError: cannot import name 'Pinecon' from 'pinecone_inference'" in done.stderr

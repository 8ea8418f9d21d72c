"""What Jedi completes, in editors (`Script`) and in IPython and notebooks (`Interpreter`)."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import jedi
import pytest
from common import ROOT
from pcgen import cli
from pcgen.diagnostics import Exit
from subprocesses import PROJECT, printed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASE = ROOT / "tests" / "cases" / "packages" / "nested"
METHODS = {"embed", "get_model", "list_models", "rerank"}
FORMS = {"with_raw_response", "with_streaming_response"}


class Jedi:
    """Asks Jedi about code that follows a preamble."""

    def __init__(self, kind: str, root: Path, preamble: str) -> None:
        self._kind = kind
        self._preamble = preamble
        self._project = jedi.Project(root, sys_path=[str(root), *sys.path])
        self._names: dict[str, Any] = {}
        if kind == "Interpreter":
            exec(preamble, self._names)

    def _ask(self, code: str) -> Any:
        if self._kind == "Interpreter":
            return jedi.Interpreter(code, [self._names], project=self._project)
        return jedi.Script(self._preamble + code, project=self._project)

    def names(self, code: str) -> set[str]:
        return {one.name for one in self._ask(code).complete() if one.name[:1] != "_"}

    def keywords(self, code: str) -> set[str]:
        return {name.removesuffix("=") for name in self.names(code) if name.endswith("=")}

    def parameters(self, code: str) -> list[str]:
        (signature,) = self._ask(code).get_signatures()
        return [one.name for one in signature.params]


@pytest.fixture(params=["Script", "Interpreter"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def vendored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    config = ("--config", str(ROOT / "pyproject.toml"))
    target = str(tmp_path / "acme")
    assert cli.run(["vendor", "pinecone-inference", target, "--as", "pc_copy", *config]) == Exit.OK
    (tmp_path / "acme" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme"]:
        del sys.modules[name]


@pytest.mark.parametrize("package", ["pinecone_inference", "acme.pc_copy"])
def test_everything_of_a_package(package: str, kind: str, vendored: Path) -> None:
    root = PROJECT if package == "pinecone_inference" else vendored
    made = f"import {package} as package\nfrom {package} import AsyncPinecone, Pinecone\n"
    made += "pc = Pinecone('k')\nother = AsyncPinecone('k')\n"
    ask = Jedi(kind, root, made)
    public = {*importlib.import_module(package).__all__} - {"__version__"}
    assert public <= ask.names("package.")
    assert public <= ask.names(f"from {package} import ")
    assert {"NotFoundError", "StreamingResponse"} & ask.names(f"from {package}.types import ") == {
        "StreamingResponse"
    }
    for client in ("pc", "other"):
        members = {"base_url", "close", "inference", "is_closed", "with_options"}
        assert ask.names(f"{client}.") == members
        assert ask.names(f"{client}.inference.") == METHODS | FORMS
        assert ask.names(f"{client}.inference.with_raw_response.") == METHODS
        assert ask.keywords(f"{client}.inference.embed(") >= {"model", "inputs", "parameters"}
        assert ask.parameters(f"{client}.inference.rerank(")[:3] == ["model", "query", "documents"]
    assert ask.names("Pinecone('k').inference.") == METHODS | FORMS
    assert {"api_key", "timeout"} <= ask.keywords("Pinecone(")
    call = "pc.inference.embed(model='m', inputs=['a'])"
    assert {"data", "model", "usage"} <= ask.names(f"{call}.")
    assert {"sparse_values", "values"} <= ask.names(f"{call}.data[0].")
    assert {"max_batch_size", "model"} <= ask.names("pc.inference.get_model('m').")


def test_resources_in_resources(demo: Any, home: Path, kind: str) -> None:
    ask = Jedi(
        kind,
        home / "out",
        "from demo import AsyncDemo, Demo\nclient = Demo(base_url='https://a.example')\n",
    )
    assert {"beta", "vector_stores"} <= ask.names("client.")
    assert {"conversations", "texts"} <= ask.names("client.beta.")  # One is hand-written.
    assert {"list", *FORMS} <= ask.names("client.beta.conversations.messages.")
    assert ask.parameters("client.vector_stores.files.delete(")[:2] == ["store", "file"]
    assert "text" in ask.names("client.beta.conversations.messages.list('t')[0].")


def test_importing_the_package_stays_cheap() -> None:
    """The annotation that Jedi needs costs no import of `typing`."""
    code = "import sys; before = set(sys.modules); import pinecone_inference as package;"
    code += "print(sorted(set(sys.modules) - before))"
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.insert(0, {str(PROJECT)!r}); {code}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "typing" not in done.stdout
    assert "'pinecone_inference'" in printed("-c", code)

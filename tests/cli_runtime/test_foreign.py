"""Programs of documents that know nothing of command lines: the examples of all commands run."""

from __future__ import annotations

import importlib
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT, generate
from pcgen import config
from pcgen.mock.application import Application
from pcgen.mock.server import Background
from pcgen.mock.service import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORPUS = ROOT.parent / "shared" / "corpus"
DOCUMENTS = {
    "harbour": ROOT / "tests" / "cases" / "cli" / "harbour" / "spec.yaml",
    "qdrant": CORPUS / "qdrant.json",  # With an API key or a bearer token.
}


def _settings(name: str) -> config.Package:
    path = DOCUMENTS[name]
    text = (
        f'[[package]]\nname = "{name}-app"\nspec = "{path.name}"\noutput = "out"\n'
        'targets = ["cli"]\n'
    )
    (settings,) = config.parse(path.with_name("pcgen.toml"), text).packages
    return settings


@pytest.fixture(scope="module", params=sorted(DOCUMENTS))
def program(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The modules `_cli.app` and `commands` of a program, whose service is a mock server."""
    if not DOCUMENTS[request.param].exists():
        pytest.skip(f"{DOCUMENTS[request.param]} does not exist")
    root, name = tmp_path_factory.mktemp(request.param), f"{request.param}_app"
    settings = _settings(request.param)
    generate(settings, root)
    with (
        pytest.MonkeyPatch.context() as patch,
        Background(Application(read(settings))) as server,
    ):
        patch.syspath_prepend(root)
        commands = importlib.import_module(f"{name}.commands")
        patch.setenv(commands.PROGRAM.base_url, server.url)
        patch.setenv("HOME", str(root))
        for scheme in commands.PROGRAM.schemes:
            for variable in scheme.environment:
                patch.setenv(variable, "secret-of-a-test")
        yield importlib.import_module(f"{name}._cli.app"), commands
    for module in [one for one in sys.modules if one.partition(".")[0] == name]:
        del sys.modules[module]


def test_examples_of_all_commands_run(
    program: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    app, commands = program
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.bin").write_bytes(b"data")
    made = importlib.reload(commands).PROGRAM
    failed: list[str] = []
    for _, call, module in made.operations:
        command = made.table(module)[call]
        for line in command.examples:
            words = shlex.split(line)[1:]
            words += ["--skip-confirmation"] if command.confirm else []
            words += ["--limit", "1"] if command.result == "pages" else []
            if app.main(made, words):
                failed.append(f"{line}: {capsysbinary.readouterr().err.decode()}")
    assert not failed, "\n".join(failed)


def test_every_command_has_help(program: Any, capsys: pytest.CaptureFixture[str]) -> None:
    app, commands = program
    made = importlib.reload(commands).PROGRAM
    lines = [words.split() for words in [*made.index, ""]]
    lines += [["api", operation] for operation, _, _ in made.operations]
    for words in lines:
        assert app.main(made, [*words, "--help"]) == 0
        assert "Usage: " in capsys.readouterr().out

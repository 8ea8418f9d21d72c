"""Templates of the user: copied, used, and compared with pcgen's after an upgrade."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from common import ROOT, one_package
from pcgen import cli
from pcgen.diagnostics import Exit

if TYPE_CHECKING:
    from pathlib import Path

NAME = "module/errors.py.jinja"
ERRORS = "generated/pinecone-inference/pinecone_inference/errors.py"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    header = "[[tool.pcgen.package]]\n"
    text = one_package().replace(header, f'{header}templates = "mine"\n')
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    return cli.run(["templates", *arguments])


def test_a_template_is_copied_changed_and_used(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("eject", NAME) == Exit.OK
    assert f"wrote mine/{NAME}\n" in capsys.readouterr().out
    assert run("eject", NAME) == Exit.USAGE
    mine = checkout / "mine" / NAME
    assert mine.read_bytes() == (ROOT / "templates" / "python" / NAME).read_bytes()
    assert cli.run(["build"]) == Exit.OK
    original = (ROOT / ERRORS).read_text("utf-8")
    assert (checkout / ERRORS).read_text("utf-8") == original

    mine.write_text(mine.read_text("utf-8") + "\n# House rule 7.\n", encoding="utf-8")
    capsys.readouterr()
    assert cli.run(["build", "--check"]) == Exit.DIFFERENT
    assert "since the templates that override pcgen's changed" in capsys.readouterr().err
    assert cli.run(["build"]) == Exit.OK
    assert (checkout / ERRORS).read_text("utf-8").endswith("\n# House rule 7.\n")
    lock = json.loads((checkout / "generated/pinecone-inference/pcgen.lock").read_text("utf-8"))
    assert list(lock["overrides"]) == [NAME]

    capsys.readouterr()
    assert run("list") == Exit.OK
    marked = [line for line in capsys.readouterr().out.splitlines() if line.startswith("*")]
    assert marked == [f"* {NAME}"]


def test_diff_shows_changes_of_pcgens_templates(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("eject", NAME) == Exit.OK
    assert run("diff") == Exit.OK
    base = checkout / "mine" / ".base" / NAME
    base.write_text(
        f"Older.\n{base.read_text('utf-8')}", encoding="utf-8"
    )  # As if an older pcgen had written it.
    capsys.readouterr()
    assert run("diff") == Exit.DIFFERENT
    assert "\n-Older.\n" in capsys.readouterr().out
    assert run("diff", "--accept") == Exit.OK
    assert run("diff") == Exit.OK
    assert capsys.readouterr().out == f"accepted {NAME}\nno template has changed\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (NAME, "a\n{% if %}", f"mine/{NAME}:2:1: error[template-invalid]: Expected an expression"),
        (NAME, "\n\n{{ page.nothing }}", f"mine/{NAME}:3:1: error[template-invalid]: "),
        (NAME, "{{ page }}", "a template printed a ErrorsView; only Identifier and Code"),
        (
            NAME,
            "\n{{ cycler }}",
            f"mine/{NAME}:2:1: error[template-invalid]: 'cycler' is undefined",
        ),
        (NAME, "class 1:", f"mine/{NAME}: error[template-invalid]: what it makes is not Python"),
        (NAME, "\udcff", f"mine/{NAME}: error[template-invalid]: the template is not UTF-8"),
        ("module/error.py.jinja", "", "hint: did you mean `module/errors.py.jinja`?"),
        ("notes.txt", "", "mine: error[template-invalid]: the folder has no templates"),
    ],
)
def test_mistakes_in_templates(
    checkout: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, said: str
) -> None:
    path = checkout / "mine" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert cli.run(["build"]) == Exit.USAGE
    assert said in capsys.readouterr().err
    assert not (checkout / "generated").exists()


def test_mistakes_of_the_command_line(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("eject", "errors.py.jinja") == Exit.USAGE
    assert "hint: did you mean `module/errors.py.jinja`?" in capsys.readouterr().err
    toml = checkout / "pyproject.toml"
    toml.write_text(toml.read_text("utf-8").replace('templates = "mine"\n', ""), encoding="utf-8")
    assert run("list") == Exit.USAGE
    assert "no package has a folder" in capsys.readouterr().err

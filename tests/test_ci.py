"""The parts that other repositories run: GitHub action, pre-commit hooks and workflows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from common import ROOT
from pcgen import __version__, cli
from pcgen.diagnostics import Exit

if TYPE_CHECKING:
    from pathlib import Path

GH = """#!/bin/sh
printf '%s\\n' "$@" > "$SEEN"
"""


def load(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)


def executable(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def shell(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a `run:` script as GitHub's runners do."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder that holds `pcgen` as an executable."""
    path = tmp_path / "temp" / "pcgen" / "bin"
    executable(path / "pcgen", f'#!/bin/sh\nexec "{sys.executable}" -m pcgen "$@"\n')
    return path


# --- The action and the hooks -------------------------------------------------------------------


@pytest.mark.parametrize("between", [" ", "\n"])
def test_the_action_checks_this_repository(program: Path, between: str) -> None:
    action = load(ROOT / "action.yml")
    *_, last = action["runs"]["steps"]
    arguments = action["inputs"]["arguments"]["default"].replace(" ", between)
    assert last["env"] == {"ARGUMENTS": "${{ inputs.arguments }}"}
    temp = str(program.parents[1])
    done = shell(last["run"], ROOT, ARGUMENTS=arguments, RUNNER_TEMP=temp)
    assert (done.returncode, done.stdout) == (0, "")
    assert "up to date" in done.stderr


def test_the_action_runs_no_code_of_its_inputs() -> None:
    """GitHub pastes `${{ ... }}` into a script before the shell reads it."""
    for step in load(ROOT / "action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


@pytest.mark.parametrize("hook", load(ROOT / ".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_hooks_accept_a_copy_of_this_repository(
    hook: dict[str, str], program: Path, tmp_path: Path
) -> None:
    """A copy, since a hook may rebuild the package."""
    assert hook["pass_filenames"] == "false"
    assert hook["language"] == "python"
    copy = tmp_path / "copy"
    for folder in ("specs", "generated"):
        shutil.copytree(ROOT / folder, copy / folder)
    shutil.copy(ROOT / "pyproject.toml", copy)
    path = f"{program}{os.pathsep}{os.environ['PATH']}"
    done = shell(hook["entry"], copy, PATH=path)
    assert done.returncode == 0
    assert "up to date" in done.stdout


def test_the_action_does_not_change_the_python_of_later_steps() -> None:
    [python, install, _] = load(ROOT / "action.yml")["runs"]["steps"]
    assert python["with"]["update-environment"] == "false"
    assert install["env"] == {"PYTHON": f"${{{{ steps.{python['id']}.outputs.python-path }}}}"}


# --- Workflows ----------------------------------------------------------------------------------


@pytest.fixture
def workflows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    assert cli.run(["init", "--ci", "github"]) == Exit.OK
    return {path.name: load(path) for path in (tmp_path / ".github" / "workflows").iterdir()}


def test_init_keeps_existing_workflows(
    workflows: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(workflows) == {"pcgen-check.yml", "pcgen-bump.yml"}
    assert cli.run(["init", "--ci", "github"]) == Exit.USAGE
    assert capsys.readouterr().err.count("the file exists already") == 2


def test_workflows_install_this_version_and_paste_no_inputs(
    workflows: dict[str, Any],
) -> None:
    for workflow in workflows.values():
        [job] = workflow["jobs"].values()
        scripts = [step["run"] for step in job["steps"] if "run" in step]
        assert f'python -m pip install "pcgen=={__version__}"' in scripts
        assert not any("${{" in script for script in scripts)


def test_the_bump_workflow_opens_a_pull_request(workflows: dict[str, Any], tmp_path: Path) -> None:
    remote, clone, seen = tmp_path / "remote", tmp_path / "clone", tmp_path / "seen"
    executable(tmp_path / "bin" / "gh", GH)
    git = (
        f"git init -qb main --bare '{remote}' && git clone -q '{remote}' '{clone}' && cd '{clone}'"
    )
    git += " && git config user.name a && git config user.email a@b && touch file && git add ."
    assert (
        shell(f"{git} && git commit -qm first && git push -q origin main", tmp_path).returncode == 0
    )
    [job] = workflows["pcgen-bump.yml"]["jobs"].values()
    script = job["steps"][-1]["run"]
    env = {
        "PACKAGE": "acme; touch pwned",
        "GITHUB_RUN_ID": "7",
        "RUNNER_TEMP": "/temp",
        "SEEN": str(seen),
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    assert "nothing has changed" in shell(script, clone, **env).stdout
    assert not seen.exists()

    (clone / "file").write_text("new", encoding="utf-8")
    done = shell(script, clone, **{**env, "PACKAGE": "acme:search"})
    assert done.returncode == 0, done.stderr
    assert seen.read_text("utf-8").split("\n")[:2] == ["pr", "create"]
    assert "/temp/report.md" in seen.read_text("utf-8")
    log = shell("git log -1 --format=%s pcgen/acme-search-7", remote)
    assert log.stdout == "Bump the document of acme:search\n"
    assert not (clone / "pwned").exists()

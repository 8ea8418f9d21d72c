"""`pcgen bump` adopts a new document, completely or not at all, after a summary."""

from __future__ import annotations

import errno
import io
import json
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from common import ROOT, one_package
from pcgen import cli, config, pipeline, write
from pcgen import download as downloads
from pcgen.bump import next_version
from pcgen.diagnostics import Exit
from pcgen.diff import Verdict

SPEC = "specs/inference_2025-04.oas.yaml"
NEW = ROOT / "tests" / "diff" / "bumps" / "2025-10.yaml"
NAME = "pinecone-inference"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that is up to date."""
    root = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT / "generated" / NAME, root / "generated" / NAME)
    shutil.copytree(ROOT / "specs", root / "specs")
    (root / "pyproject.toml").write_text(f"# Ours.\n{one_package()}", encoding="utf-8")
    assert cli.run(["build", "--config", str(root / "pyproject.toml")]) == Exit.OK
    return root


@pytest.fixture
def checkout(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def bump(*arguments: str) -> int:
    return cli.run(["bump", NAME, *arguments])


def changelog(folder: Path) -> str:
    return (folder / "generated" / NAME / "CHANGELOG.md").read_text("utf-8")


def edited(folder: Path, old: str, new: str) -> str:
    path = folder.parent / "new.yaml"
    text = (ROOT / SPEC).read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return str(path)


def test_a_new_version_is_taken_over(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bump("--from", str(NEW), "--dry-run", "--format", "json") == Exit.OK
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["verdict"] == "minor"
    assert bump("--from", str(NEW), "--to", "2025-10", "--yes") == Exit.OK
    assert f"{NAME}: minor, because of" in capsys.readouterr().out
    [pinned] = (checkout / "specs").glob("inference_*.oas.yaml")
    assert pinned.name == "inference_2025-10.oas.yaml"
    assert pinned.read_bytes() == NEW.read_bytes()

    text = (checkout / "pyproject.toml").read_text("utf-8")
    assert text.startswith("# Ours.\n")
    [settings] = config.load(checkout / "pyproject.toml").packages
    assert settings.specs[0].spec == "specs/inference_2025-10.oas.yaml"
    assert settings.specs[0].headers == {"X-Pinecone-API-Version": "2025-10"}

    assert settings.version == "0.1.1"
    entry = (
        "## [0.1.1] - Unreleased\n\nThe API's document `specs/inference_2025-10.oas.yaml`: version "
    )
    assert f"{entry}`2025-10` of it replaces `2025-04`.\n" in changelog(checkout)
    assert "\n### Changed\n\n- API: " in changelog(checkout)
    assert cli.run(["build", "--check", "--locked"]) == Exit.OK
    assert bump("--from", str(NEW), "--yes") == Exit.OK
    assert "the document is already up to date" in capsys.readouterr().err


def test_line_ends_of_the_configuration_stay(checkout: Path) -> None:
    file = checkout / "pyproject.toml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = file.read_bytes()
    assert bump("--from", str(NEW), "--yes", "--keep-version") == Exit.OK
    assert "\n## [Unreleased]\n\nThe API's document" in changelog(checkout)
    assert file.read_bytes() == before.replace(b"2025-04", b"2025-10")


@pytest.mark.parametrize("answer", ["--dry-run", "n\n", ""])
def test_an_unconfirmed_bump_changes_nothing(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    before = snapshot(checkout)
    if answer == "--dry-run":
        assert bump("--from", str(NEW), answer) == Exit.OK
    else:
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert bump("--from", str(NEW)) == (Exit.OK if answer else Exit.USAGE)
    assert snapshot(checkout) == before


def test_files_of_other_packages_are_kept(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An existing file at the new path, and an old document that another package uses."""
    there = checkout / "specs" / "inference_2025-10.oas.yaml"
    there.write_text("Mine.\n", "utf-8")
    before = snapshot(checkout)
    assert bump("--from", str(NEW), "--yes") == Exit.USAGE
    assert "error[output-unsafe]" in capsys.readouterr().err
    assert snapshot(checkout) == before
    shutil.copy(NEW, there)
    with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'[[tool.pcgen.package]]\nname = "other"\nspec = "{SPEC}"\noutput = "other"\n')
    assert bump("--from", str(there), "--yes") == Exit.OK
    assert (checkout / SPEC).exists()
    assert cli.run(["build", "--check", NAME]) == Exit.OK


@pytest.mark.parametrize("same_name", [True, False])
def test_an_interrupted_bump_starts_again(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, same_name: bool
) -> None:
    """Each attempt gets one step further before the disk is full."""
    source = edited(checkout, "        - dotproduct\n", "") if same_name else str(NEW)
    left = 0

    def limited(real: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **options)

    for name in ("apply", "replace", "drop"):
        monkeypatch.setattr(write, name, partial(limited, getattr(write, name)))
    for steps in range(9):
        left = steps
        [settings] = config.load(checkout / "pyproject.toml").packages
        pinned = checkout / settings.specs[0].spec
        if pinned.read_bytes() == Path(source).read_bytes():
            break
        done = same_name and steps == 4  # Else there is an old file to be dropped.
        assert bump("--from", source, "--yes") == (Exit.OK if done else Exit.FAULT)
    assert steps == 5
    assert cli.run(["build", "--check", "--locked"]) == Exit.OK
    assert changelog(checkout).count("\n## ") == 1
    [settings] = config.load(checkout / "pyproject.toml").packages
    assert f"## [{settings.version}] - Unreleased\n" in changelog(checkout)
    assert settings.version == "0.1.1"


def test_a_bump_waits_for_a_running_build(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the build would write files of the old document."""
    command = [sys.executable, "-m", "pcgen", "bump", NAME, "--from", str(NEW), "--yes"]
    generate = pipeline.generate

    started: list[subprocess.Popen[str]] = []

    def meanwhile(*arguments: Any) -> Any:
        """Start the other process while this build has the lock, and let it wait for that."""
        made = generate(*arguments)
        run = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        started.append(run)
        assert run.stderr is not None
        lines = iter(run.stderr.readline, "")  # It ends when the other process does.
        next((line for line in lines if line.startswith("waiting for another pcgen in ")), None)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "generate", meanwhile)
        assert cli.run(["build", "--no-cache", "--force"]) == Exit.OK
    [run] = started
    _, printed = run.communicate(timeout=600)
    assert (run.returncode, printed.count("wrote ")) == (0, 3)
    assert cli.run(["build", "--check", "--locked"]) == Exit.OK


@pytest.mark.parametrize("file", [SPEC, "pyproject.toml"])
def test_what_changes_before_the_answer_is_not_overwritten(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    class Person:
        def readline(self) -> str:
            with (checkout / file).open("a", encoding="utf-8") as opened:
                opened.write("# More.\n")
            return "y\n"

    before = snapshot(checkout)
    monkeypatch.setattr("sys.stdin", Person())
    assert bump("--from", str(NEW)) == Exit.DIFFERENT
    message = f"{file}: error[out-of-date]: the file changed during the bump"
    assert message in capsys.readouterr().err
    assert snapshot(checkout) == {**before, file: before[file] + b"# More.\n"}


def test_another_document_of_the_same_version_is_named(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = edited(checkout, "        - dotproduct\n", "        - dotproduct\n        - hamming\n")
    assert bump("--from", source, "--yes") == Exit.OK
    assert "The document has changed, but its version is still 2025-04." in capsys.readouterr().out
    assert (checkout / SPEC).read_bytes() == Path(source).read_bytes()
    assert f"The API's document `{SPEC}`: its content changed.\n" in changelog(checkout)


@pytest.mark.parametrize("version", ["../../../evil", "/evil", "2025\\evil", ".", ""])
def test_a_version_makes_no_path(checkout: Path, version: str) -> None:
    source = edited(checkout, "version: '2025-04'", f"version: {json.dumps(version)}")
    assert bump("--from", source, "--yes") == Exit.OK
    assert (checkout / SPEC).read_bytes() == Path(source).read_bytes()
    assert not [*checkout.parent.rglob("evil*")]


def test_what_links_lead_to_is_left_alone(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = checkout.parent / "victim"
    victim.write_text("as it was", encoding="utf-8")
    (checkout / "specs" / ".pcgen.tmp").symlink_to(victim)
    assert bump("--from", str(NEW), "--yes") == Exit.OK
    assert victim.read_text("utf-8") == "as it was"
    file = checkout / "generated" / NAME / "CHANGELOG.md"
    file.unlink()
    file.symlink_to(victim)
    before = snapshot(checkout)
    assert bump("--from", str(ROOT / SPEC), "--yes") == Exit.USAGE
    assert "CHANGELOG.md: error[output-unsafe]: this is a symbolic link" in capsys.readouterr().err
    assert snapshot(checkout) == before
    assert not [*checkout.parent.glob(f"{NAME}*")]


def test_the_changelog_keeps_what_people_wrote(checkout: Path) -> None:
    file = checkout / "generated" / NAME / "CHANGELOG.md"
    theirs = "## [Unreleased]\n\n- Mine.\n\n## [0.1.0] - 2025-04-01\n\n- The first release.\n"
    file.write_text(f"# What is new\n\n{theirs}", "utf-8")
    assert bump("--from", str(NEW), "--yes") == Exit.OK
    head, entry, rest = re.split(r"^(?=## \[0)", changelog(checkout), flags=re.MULTILINE)
    assert head + rest == f"# What is new\n\n{theirs}"
    assert entry.startswith("## [0.1.1] - Unreleased\n")
    assert cli.run(["build", "--check"]) == Exit.OK


@pytest.mark.parametrize(
    ("current", "versions"),
    [
        ("1.2.3", ("1.2.3", "1.2.4", "1.3.0", "2.0.0")),
        ("0.1.0", ("0.1.0", "0.1.1", "0.1.1", "0.2.0")),
        ("26.0", ("26.0", "26.0.1", "26.1.0", "27.0.0")),
        ("2!1.0.post1+local", ("2!1.0.post1+local", "2!1.0.1", "2!1.1.0", "2!2.0.0")),
        ("1.0.0a1", ("1.0.0a1", "1.0.0a2", "1.0.0a2", "1.0.0a2")),
        ("1!2.0.dev3", ("1!2.0.dev3", "1!2.0.dev4", "1!2.0.dev4", "1!2.0.dev4")),
    ],
)
def test_versions_follow_the_verdict(current: str, versions: tuple[str, ...]) -> None:
    assert tuple(next_version(current, verdict) for verdict in Verdict) == versions


def test_prose_is_not_a_change(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = edited(checkout, "Turn texts into embedding vectors", "Make vectors of texts")
    assert bump("--from", source, "--yes", "--format", "markdown") == Exit.OK
    assert f"### `{NAME}`: none" in capsys.readouterr().out


def test_a_document_that_cannot_be_honoured_is_refused_under_its_own_name(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(checkout)
    source = edited(checkout, "operationId: embed", "operationId: [embed]")
    assert bump("--from", source, "--yes") == Exit.SPEC
    assert re.search(rf"^{re.escape(source)}:\d+:\d+: error", capsys.readouterr().err, re.MULTILINE)
    assert snapshot(checkout) == before


def test_edits_by_hand_stop_it(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / "generated" / NAME / "pinecone_inference" / "errors.py").write_text("# Mine.\n")
    before = snapshot(checkout)
    assert bump("--from", str(NEW), "--yes") == Exit.DIFFERENT
    assert "error[edited-by-hand]" in capsys.readouterr().err
    assert snapshot(checkout) == before


def test_the_origin_of_a_document_is_recorded(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The output warns if the URL may change its content."""
    start = "https://raw.githubusercontent.com/acme/apis"
    url, branch = f"{start}/{'0a' * 20}/openapi.yaml", f"{start}/main/openapi.yaml"
    monkeypatch.setattr(downloads, "download", dict.fromkeys((url, branch), NEW.read_bytes()).get)
    for source in (branch, url):
        assert bump("--from", source, "--dry-run") == Exit.OK
        assert ("this branch or tag may move" in capsys.readouterr().err) is (source == branch)
    assert bump("--from", url, "--yes") == Exit.OK
    assert f'"origin": "{url}"' in (checkout / "generated" / NAME / "pcgen.lock").read_text("utf-8")
    source = checkout.parent / "own.yaml"
    source.write_bytes(NEW.read_bytes() + b"# By hand.\n")
    assert bump("--from", str(source), "--yes") == Exit.OK
    assert '"origin"' not in (checkout / "generated" / NAME / "pcgen.lock").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((NAME, "--from", str(NEW), "--to", "2025-07"), Exit.USAGE, "the version '2025-10', not"),
        (("nobody", "--from", str(NEW)), Exit.USAGE, "no package 'nobody' is listed"),
        ((f"{NAME}:x", "--from", str(NEW)), Exit.USAGE, "is called 'x'"),
        ((NAME, "--from", "nowhere.yaml"), Exit.USAGE, "nowhere.yaml: error[file-unreadable]"),
        ((NAME, "--from", "/dev/zero"), Exit.USAGE, "this is not a regular file"),
        ((NAME, "--from", "http://example.com/"), Exit.FAULT, "error[download-failed]"),
        ((NAME,), Exit.USAGE, "Missing option '--from'"),
    ],
)
def test_mistakes(
    checkout: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: Exit,
    said: str,
) -> None:
    before = snapshot(checkout)
    assert cli.run(["bump", *arguments]) == status
    assert said in capsys.readouterr().err
    assert snapshot(checkout) == before

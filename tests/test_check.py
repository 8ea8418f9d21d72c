"""`pcgen build` and `--check` on a copy of this repository: files, messages and exit codes."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from common import ROOT, one_package
from pcgen import __version__, cli, pipeline, spec
from pcgen.diagnostics import Exit
from pcgen.targets.python import files as render
from pcgen.targets.python import printer

if TYPE_CHECKING:
    from pathlib import Path

SPEC = "specs/inference_2025-04.oas.yaml"
NAME = "pinecone-inference"
OUTPUT = f"generated/{NAME}"
MODULE = f"{OUTPUT}/pinecone_inference"
EMPTY = hashlib.sha256().hexdigest()
OLD, NEW = "Turn texts into embedding vectors", "Turn words into embedding vectors"


@dataclass
class Result:
    """The exit code and the output of a command."""

    status: int
    out: str
    err: str


@dataclass
class Checkout:
    """A copy of a package of this repository, with its document and configuration."""

    root: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> Result:
        self.capsys.readouterr()
        status = cli.run(list(arguments))
        printed = self.capsys.readouterr()
        assert "Traceback" not in printed.err
        return Result(status, printed.out, printed.err)

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def snapshot(self) -> dict[str, tuple[int, bytes]]:
        return {
            path.relative_to(self.root).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
            for path in self.root.rglob("*")
            if path.is_file()
        }


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that is up to date; test_golden.py checks that this repository is."""
    root = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT / "specs", root / "specs")
    (root / "pyproject.toml").write_text(one_package(), encoding="utf-8")
    assert cli.run(["build", "--config", str(root / "pyproject.toml")]) == Exit.OK
    return root


@pytest.fixture
def checkout(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Checkout:
    root = tmp_path / "checkout"
    shutil.copytree(built, root)
    monkeypatch.chdir(root)
    return Checkout(root, capsys)


# --- Up to date or not --------------------------------------------------------------------------


def test_clean_checkout_is_up_to_date(checkout: Checkout) -> None:
    before = checkout.snapshot()
    for _ in range(2):  # The second time from the cache.
        for options in (["--check"], [], ["--check", "--no-cache"], [NAME]):
            result = checkout.run("build", *options)
            assert (result.status, result.err) == (Exit.OK, "")
            assert result.out.startswith(f"{NAME}: up to date")
    assert checkout.snapshot() == before


def test_check_shows_the_difference_and_the_fix(checkout: Checkout) -> None:
    checkout.edit(SPEC, OLD, NEW)
    before = checkout.snapshot()
    result = checkout.run("build", "--check")
    assert result.status == Exit.DIFFERENT
    assert checkout.snapshot() == before

    files = re.findall(r"^\+\+\+ (.*)$", result.out, re.MULTILINE)
    assert f"{MODULE}/inference.py" in files
    assert f"{OUTPUT}/pcgen.lock" in files
    hunks = re.split(r"^--- .*\n\+\+\+ (.*)\n", result.out, flags=re.MULTILINE)
    for path, hunk in zip(hunks[1::2], hunks[2::2], strict=True):
        removed = re.findall(r"^-(.*)$", hunk, re.MULTILINE)
        added = re.findall(r"^\+(.*)$", hunk, re.MULTILINE)
        old, new = (OLD, NEW) if not path.endswith(".lock") else ("", "")
        assert removed
        assert [line.replace(old, new) for line in removed] == added or path.endswith(".lock")
        assert all(old in line for line in removed)

    assert f"{MODULE}/inference.py: error[out-of-date]: different\n" in result.err
    assert result.err.endswith(
        f"{len(files)} files differ, since the spec changed; fix: pcgen build {NAME}\n"
    )

    assert checkout.run("build", NAME).status == Exit.OK
    assert checkout.run("build", "--check").status == Exit.OK
    assert checkout.snapshot() != before


NEWER = __version__.replace("0", "9", 1)


@pytest.mark.parametrize(
    ("file", "old", "new", "cause"),
    [
        (SPEC, OLD, NEW, "the spec changed"),
        (SPEC, "version: '2025-04'", "version: '2025-07'", "the spec changed (2025-04 -> 2025-07)"),
        ("pyproject.toml", "base-url-env = ", "# ", "the configuration changed"),
        (f"{OUTPUT}/pcgen.lock", '"black": "', '"black": "0', "black changed (0"),
        (f"{OUTPUT}/pcgen.lock", '"pcgen": "0', '"pcgen": "9', f"pcgen changed ({NEWER}"),
        (f"{OUTPUT}/pcgen.lock", '"templates": "', '"templates": "0', "pcgen's templates changed"),
        (f"{MODULE}/models.py", "class", " class", "1 file was edited by hand"),
        (f"{OUTPUT}/pcgen.lock", '"api.md": "', '"api.md": "0', "pcgen.lock was edited by hand"),
        (f"{OUTPUT}/pcgen.lock", '"files"', "\n=======\n", "pcgen.lock holds a merge conflict"),
        (f"{OUTPUT}/pcgen.lock", "{", "", "pcgen.lock cannot be read"),
    ],
)
def test_check_reports_causes(
    checkout: Checkout, file: str, old: str, new: str, cause: str
) -> None:
    checkout.edit(file, old, new)
    result = checkout.run("build", "--check")
    assert result.status == Exit.DIFFERENT
    [line] = [line for line in result.err.splitlines() if " differ" in line and "fix:" in line]
    assert f", since {cause}" in line
    assert " and " not in line
    assert line.endswith(f"fix: use pcgen {NEWER}") is (NEWER in cause)


@pytest.mark.parametrize(
    "broken", [None, "[" * 100_000, "[]", '{"files": {"..": "", "a\\u0000": ""}}']
)
def test_a_lost_lock_file_is_written_again(checkout: Checkout, broken: str | None) -> None:
    """A build works without it, and writes it again."""
    before, lock = checkout.snapshot(), checkout.root / OUTPUT / "pcgen.lock"
    lock.unlink() if broken is None else lock.write_text(broken, "utf-8")
    result = checkout.run("build", "--check")
    assert result.status == Exit.DIFFERENT
    assert "1 file differs, since " in result.err
    assert checkout.run("build", "--locked").status == Exit.DIFFERENT
    assert checkout.run("build").status == Exit.OK
    assert {path: data for path, (_, data) in checkout.snapshot().items()} == {
        path: data for path, (_, data) in before.items()
    }


def test_check_reports_all_causes(checkout: Checkout) -> None:
    """Four inputs changed, and a file is missing."""
    checkout.edit(SPEC, OLD, NEW)
    checkout.edit("pyproject.toml", "base-url-env = ", "# ")
    checkout.edit(f"{OUTPUT}/pcgen.lock", '"templates": "', '"templates": "0')
    checkout.edit(f"{MODULE}/models.py", "class", " class")
    (checkout.root / MODULE / "py.typed").unlink()
    causes = (
        "the spec changed and the configuration changed and pcgen's templates changed"
        " and 1 file is missing and 1 file was edited by hand"
    )
    fix = f"fix: pcgen build {NAME} --force, which discards edits"
    assert f" differ, since {causes}; {fix}\n" in checkout.run("build", "--check").err
    found = checkout.run("build", "--check", "--format", "json").out.splitlines()
    assert {json.loads(line)["hint"] for line in found} == {f"since {causes}; {fix}"}


def test_a_merge_conflict_in_the_lock_file_keeps_the_files_of_both_sides(
    checkout: Checkout,
) -> None:
    """pcgen owns the files of both sides, except for those on which they disagree."""
    lock = checkout.root / OUTPUT / "pcgen.lock"
    ours = json.loads(lock.read_text("utf-8"))
    digest = hashlib.sha256(b"Theirs.\n").hexdigest()
    theirs = {**ours, "files": {**ours["files"], "README.md": digest, "theirs.md": digest}}
    sides = (json.dumps(side, indent=2) for side in (ours, theirs))
    lock.write_text("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n".format(*sides), "utf-8")
    for name in ("README.md", "theirs.md"):
        (checkout.root / OUTPUT / name).write_text("Theirs.\n", "utf-8")
    result = checkout.run("build")
    assert result.status == Exit.DIFFERENT
    assert f"{OUTPUT}/README.md: error[edited-by-hand]" in result.err
    assert "theirs.md" not in result.err
    assert checkout.run("build", "--force").status == Exit.OK
    assert not (checkout.root / OUTPUT / "theirs.md").exists()
    assert json.loads(lock.read_text("utf-8")) == ours


def test_line_ends_changed_by_git_are_not_edits(checkout: Checkout) -> None:
    file = checkout.root / MODULE / "models.py"
    before = file.read_bytes()
    file.write_bytes(before.replace(b"\n", b"\r\n"))
    result = checkout.run("build", "--check")
    assert result.status == Exit.DIFFERENT
    assert "since line ends became CRLF" in result.err
    assert "edited by hand" not in result.err
    assert checkout.run("build").status == Exit.OK
    assert file.read_bytes() == before


def test_locked_refuses_other_documents(checkout: Checkout) -> None:
    assert checkout.run("build", "--locked", "--no-cache").status == Exit.OK
    checkout.edit(SPEC, OLD, NEW)
    before = checkout.snapshot()
    result = checkout.run("build", "--locked")
    assert result.status == Exit.DIFFERENT
    assert f"{SPEC}: error[not-locked]: " in result.err
    assert checkout.snapshot() == before


def test_locked_explains_line_ends_changed_by_git(checkout: Checkout) -> None:
    file = checkout.root / SPEC
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    result = checkout.run("build", "--locked")
    assert result.status == Exit.DIFFERENT
    assert "    hint: line ends became CRLF (`-text` in .gitattributes" in result.err


def test_locked_builds_name_each_file_that_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The document, its overlay, and the files that it refers to."""
    head = "openapi: 3.1.0\ninfo: {title: Demo, version: '1'}\npaths: {}\n"
    ref = "components: {schemas: {Sum: {$ref: '../common/money.yaml#/Sum'}}}\n"
    texts = {
        "pcgen.toml": '[[package]]\nspec = "api/spec.yaml"\noutput = "out"\nname = "demo"\n'
        'overlays = ["fix.yaml"]\nroots = ["common"]\n',
        "api/spec.yaml": head + ref,
        "fix.yaml": "overlay: 1.0.0\ninfo: {title: Fix, version: '1'}\nactions: "
        "[{target: $.info, update: {summary: Pets}}]\n",
        "common/money.yaml": "Sum: {type: number}\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["build"]) == Exit.OK
    assert cli.run(["build", "--locked", "--no-cache"]) == Exit.OK
    for name in ("api/spec.yaml", "fix.yaml", "common/money.yaml"):
        (tmp_path / name).write_text(texts[name] + "# More.\n", "utf-8")
    capsys.readouterr()
    assert cli.run(["build", "--locked"]) == Exit.DIFFERENT
    printed = capsys.readouterr().err
    for name in ("api/spec.yaml", "fix.yaml", "common/money.yaml"):
        hashes = (hashlib.sha256((texts[name] + more).encode()) for more in ("# More.\n", ""))
        new, old = (one.hexdigest() for one in hashes)
        assert f"\n{name}: error[not-locked]: " in f"\n{printed}"
        assert f"sha256 {new}, not {old}\n" in printed


def test_check_sees_missing_and_superfluous_files(checkout: Checkout) -> None:
    (checkout.root / MODULE / "errors.py").unlink()
    lock = checkout.root / OUTPUT / "pcgen.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    content["files"]["old.md"] = hashlib.sha256(b"Ours once.\n").hexdigest()
    lock.write_text(json.dumps(content), encoding="utf-8")
    (checkout.root / OUTPUT / "old.md").write_text("Ours once.\n", encoding="utf-8")
    result = checkout.run("build", "--check")
    assert result.status == Exit.DIFFERENT
    assert f"{MODULE}/errors.py: error[out-of-date]: missing\n" in result.err
    assert f"{OUTPUT}/old.md: error[out-of-date]: extra\n" in result.err
    assert f"--- /dev/null\n+++ {MODULE}/errors.py\n" in result.out
    assert f"--- {OUTPUT}/old.md\n+++ /dev/null\n" in result.out


# --- What is written, and what is not -----------------------------------------------------------


@pytest.mark.parametrize("also_changed", [False, True])
def test_edited_file_is_refused_without_force(checkout: Checkout, also_changed: bool) -> None:
    edited = checkout.root / MODULE / "models.py"
    edited.write_text(edited.read_text(encoding="utf-8") + "\n# By hand.\n", encoding="utf-8")
    if also_changed:
        checkout.edit(SPEC, OLD, NEW)
    before = checkout.snapshot()
    result = checkout.run("build")
    assert result.status == Exit.DIFFERENT
    assert "models.py: error[edited-by-hand]: " in result.err
    assert "--force" in result.err
    assert checkout.snapshot() == before
    result = checkout.run("build", "--check")
    assert result.status == Exit.DIFFERENT
    assert "models.py: error[out-of-date]: different, edited by hand\n" in result.err
    assert f"fix: pcgen build {NAME} --force" in result.err

    assert checkout.run("build", "--force").status == Exit.OK
    assert "By hand" not in edited.read_text(encoding="utf-8")
    assert checkout.run("build", "--check").status == Exit.OK


def test_a_failing_package_does_not_stop_others(checkout: Checkout) -> None:
    config = checkout.root / "pyproject.toml"
    other = f'[[tool.pcgen.package]]\nname = "other"\nspec = "{SPEC}"\noutput = "other"\n'
    config.write_text(config.read_text("utf-8") + other, "utf-8")
    assert checkout.run("build").status == Exit.OK
    checkout.edit(SPEC, OLD, NEW)
    (checkout.root / MODULE / "models.py").write_text("By hand.\n", "utf-8")
    result = checkout.run("build", "--locked", "--format", "github")
    assert result.status == Exit.DIFFERENT
    assert result.out.count("title=not-locked") == 2
    result = checkout.run("build")
    assert result.status == Exit.DIFFERENT
    assert "error[edited-by-hand]" in result.err
    assert "other: " in result.out


def test_foreign_files_survive(checkout: Checkout) -> None:
    foreign = [
        f"{OUTPUT}/NOTES.md",
        f"{MODULE}/extra.py",
        f"{OUTPUT}/docs/operations/inference/mine.md",
    ]
    for path in foreign:
        (checkout.root / path).write_text("Mine.\n", encoding="utf-8")
    checkout.edit("pyproject.toml", "overlays = ", "# ")
    document = dict(spec.read(checkout.root / SPEC).root)
    document["paths"] = {path: item for path, item in document["paths"].items() if "rerank" in path}
    (checkout.root / SPEC).write_text(json.dumps(document), encoding="utf-8")
    assert checkout.run("build", "--force").status == Exit.OK
    assert [(checkout.root / path).read_text(encoding="utf-8") for path in foreign] == [
        "Mine.\n"
    ] * 3
    names = sorted(
        path.name
        for path in (checkout.root / OUTPUT / "docs" / "operations" / "inference").iterdir()
    )
    assert names == ["mine.md", "rerank.md"], "pages of operations that are gone are removed"


def test_emptied_folders_are_removed(checkout: Checkout) -> None:
    checkout.edit("pyproject.toml", "overlays = ", "# ")
    document = {"openapi": "3.0.3", "info": {"title": "Empty", "version": "1"}, "paths": {}}
    document["components"] = spec.read(checkout.root / SPEC).root["components"]
    (checkout.root / SPEC).write_text(json.dumps(document), encoding="utf-8")
    assert checkout.run("build").status == Exit.OK
    assert not (checkout.root / OUTPUT / "docs" / "operations" / "inference").exists()
    assert (checkout.root / OUTPUT / "docs" / "index.md").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("openapi: 3.0.3", "openapi: 3.0.3\nopenapi: 3.0.3"),
        ("openapi: 3.0.3", "swagger: '2.0'"),
        ("#/components/schemas/EmbedRequest'", "#/components/schemas/EmbedRequests'"),
        ("operationId: embed", "operationId: [embed]"),
        ("operationId: embed", "operationId: rerank"),
        ("components:\n", "components: [\n"),
    ],
)
def test_failing_build_touches_nothing(checkout: Checkout, old: str, new: str) -> None:
    checkout.edit(SPEC, old, new)
    before = checkout.snapshot()
    for options in ([], ["--check"], ["--force"], ["--no-cache"]):
        result = checkout.run("build", *options)
        assert result.status == Exit.SPEC
        assert f"{SPEC}:" in result.err
        assert "error[" in result.err
    assert checkout.snapshot() == before


@pytest.mark.parametrize(
    "link", ["generated", OUTPUT, MODULE, f"{MODULE}/models.py", f"{OUTPUT}/old"]
)
def test_links_are_not_followed(checkout: Checkout, tmp_path: Path, link: str) -> None:
    """Links above the package, inside it, and in place of one of its old files."""
    (checkout.root / OUTPUT / "old").mkdir()
    (checkout.root / OUTPUT / "old" / "page.md").write_text("", "utf-8")
    checkout.edit(f"{OUTPUT}/pcgen.lock", '"files": {', f'"files": {{"old/page.md": "{EMPTY}",')
    shutil.move(checkout.root / link, tmp_path / "elsewhere")
    (checkout.root / link).symlink_to(tmp_path / "elsewhere")
    checkout.edit(SPEC, OLD, NEW)
    before = checkout.snapshot(), (tmp_path / "elsewhere").stat()
    for options in (["--force"], ["--check"]):
        result = checkout.run("build", *options)
        assert result.status == Exit.USAGE
        assert result.err.startswith(f"{link}: error[output-unsafe]")
    assert (checkout.snapshot(), (tmp_path / "elsewhere").stat()) == before


# --- Exit codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (["build", "pinecone-inferenc"], Exit.USAGE, "did you mean `pinecone-inference`?"),
        (["build", "--config", "nowhere.toml"], Exit.USAGE, "error[file-unreadable]"),
        (["build", "--spec", "nowhere.yaml", "--output", "o"], Exit.USAGE, "[file-unreadable]"),
        (["build", "--spec", "specs", "--output", "o"], Exit.USAGE, "error[file-unreadable]"),
        (["build", "--spec", SPEC], Exit.USAGE, "--spec needs --output"),
        (["build", "--output", "o"], Exit.USAGE, "need --spec"),
        (["build", "--spec", SPEC, "--output", "o", NAME], Exit.USAGE, "cannot be combined with"),
        (["build", "--spec", SPEC, "--output", f"{SPEC}/o"], Exit.USAGE, "is a file"),
        (["build", "--spec", SPEC, "--output", "o" * 300], Exit.FAULT, "error[disk]: File name"),
        (["build", "--nonsense"], Exit.USAGE, "No such option"),
        (["nonsense"], Exit.USAGE, "No such command"),
        (["init", SPEC, "--output", "pyproject.toml"], Exit.USAGE, "error[output-unsafe]"),
    ],
)
def test_mistakes_of_the_command_line(
    checkout: Checkout, arguments: list[str], status: int, text: str
) -> None:
    before = checkout.snapshot()
    result = checkout.run(*arguments)
    assert result.status == status
    assert text in result.err
    assert checkout.snapshot() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('output = "generated', 'outptu = "generated'),
        ('spec = "specs/', 'spec = 7 # "specs/'),
        ("[[tool.pcgen.package]]", "[[tool.pcgen.package]"),
        ('spec = "specs/', 'spec = "specs/nowhere-'),
        ("ApiKeyAuth = {", "ApiKey = {"),
    ],
)
def test_mistakes_of_the_configuration(checkout: Checkout, old: str, new: str) -> None:
    checkout.edit("pyproject.toml", old, new)
    before = checkout.snapshot()
    result = checkout.run("build")
    assert result.status == Exit.USAGE
    assert "error[" in result.err
    assert checkout.snapshot() == before


def test_no_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(["build"]) == Exit.USAGE
    assert "pcgen init" in capsys.readouterr().err
    assert cli.run(["--help"]) == cli.run(["build", "-h"]) == cli.run(["--version"]) == Exit.OK


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (KeyboardInterrupt(), Exit.INTERRUPTED, "interrupted"),
        (RuntimeError("surprise\x1b[2J"), Exit.FAULT, "fault of pcgen: RuntimeError: surprise"),
        (PermissionError(13, "Permission denied", "a/file"), Exit.FAULT, "error[disk]: Permission"),
        (RecursionError("deep"), Exit.FAULT, "fault of pcgen"),
    ],
)
def test_faults(
    checkout: Checkout,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    status: int,
    text: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "generate", fail)
    result = checkout.run("build", "--no-cache", "--spec", SPEC, "--output", "out")
    assert result.status == status
    assert text in result.err
    assert "\x1b" not in result.err
    assert not (checkout.root / "out").exists()
    found = checkout.run("build", "--spec", SPEC, "--output", "out", "--format", "json").out
    if status is Exit.FAULT:
        assert json.loads(found)["severity"] == "error"


def test_invalid_python_from_pcgens_own_templates_is_a_fault(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> str:
        raise SyntaxError("no")

    monkeypatch.setattr(printer, "_parse", refuse)
    result = checkout.run("build", "--no-cache", "--force")
    assert result.status == Exit.FAULT
    assert "fault of pcgen: RuntimeError: module/" in result.err
    assert checkout.run("build", "--check").status == Exit.OK


def test_a_document_edited_during_a_build_is_built_again(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = render.render

    def edit_and_render(*arguments: Any) -> dict[str, str]:
        checkout.edit(SPEC, "title: Pinecone Inference API", "title: Another API")
        return rendered(*arguments)

    checkout.edit(SPEC, OLD, NEW)
    with monkeypatch.context() as patch:
        patch.setattr(render, "render", edit_and_render)
        assert checkout.run("build").status == Exit.OK
    result = checkout.run("build")
    assert "changed in" in result.out
    assert "the Another API" in (checkout.root / OUTPUT / "pyproject.toml").read_text("utf-8")


def test_debugging_shows_the_traceback(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("surprise")

    monkeypatch.setattr(pipeline, "generate", fail)
    monkeypatch.setenv("PCGEN_DEBUG", "1")
    with pytest.raises(RuntimeError, match="surprise"):
        checkout.run("build", "--no-cache", "--spec", SPEC, "--output", "out")


# --- Formats ------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", [False, True], ids=["check", "failure"])
@pytest.mark.parametrize("option", [["--format", "json"], ["--format=json"]], ids=len)
def test_json(checkout: Checkout, failing: bool, option: list[str]) -> None:
    old, new = ("EmbedRequest'", "Nobody'") if failing else (OLD, NEW)
    checkout.edit(SPEC, old, new)
    result = checkout.run("build", "--check", *option)
    findings = [json.loads(line) for line in result.out.splitlines()]
    keys = {"severity", "code", "file", "line", "column", "pointer", "message", "hint"}
    assert findings
    assert all(set(finding) == keys for finding in findings)
    if failing:
        (finding,) = findings
        assert result.status == Exit.SPEC
        assert (finding["severity"], finding["code"]) == ("error", "reference-missing")
        line = (checkout.root / SPEC).read_text(encoding="utf-8").splitlines()[finding["line"] - 1]
        assert line[finding["column"] - 1 :].startswith("$ref: ")
        assert finding["file"] == SPEC
    else:
        assert result.status == Exit.DIFFERENT
        assert {finding["code"] for finding in findings} == {"out-of-date"}
        assert f"{MODULE}/inference.py" in {finding["file"] for finding in findings}


@pytest.mark.parametrize("failing", [False, True], ids=["check", "failure"])
def test_github(checkout: Checkout, failing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are relative to the top of the checkout."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(checkout.root.parent))
    old, new = ("EmbedRequest'", "Nobody'") if failing else (OLD, NEW)
    checkout.edit(SPEC, old, new)
    result = checkout.run("build", "--check", "--format", "github")
    pattern = r"::error file=(?P<file>[^,:]+)(,line=(?P<line>\d+),col=\d+)?,title=([a-z-]+)::.+"
    matches = [re.fullmatch(pattern, line) for line in result.out.splitlines()]
    assert matches
    assert all(matches)
    files = {match["file"] for match in matches if match}
    file = SPEC if failing else f"{MODULE}/inference.py"
    assert f"{checkout.root.name}/{file}" in files
    assert ".." not in result.out
    assert result.status == (Exit.SPEC if failing else Exit.DIFFERENT)


def test_json_of_a_build_that_succeeds_is_json(checkout: Checkout) -> None:
    for _ in range(2):
        result = checkout.run("build", "--format", "json")
        assert result.status == Exit.OK
        assert all(json.loads(line) for line in result.out.splitlines())

"""`pcgen diff --against`: packages of the working tree and those of a git revision."""

from __future__ import annotations

import json
import subprocess
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from pcgen import cli
from rows import BASE, write

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
[[package]]
name = "demo"
spec = "pets.json"
naming = "operation-ids"
output = "out"
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit; the configuration is in a folder of it."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "clients"
    home.mkdir()
    (home / "pcgen.toml").write_text(CONFIG, "utf-8")
    write(home / "pets.json", BASE)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    monkeypatch.chdir(home)
    return home


def commit(folder: Path) -> None:
    git(folder, "add", "--all", ".")
    who = ("-c", "user.name=Me", "-c", "user.email=me@example.com")
    git(folder, *who, "commit", "--quiet", "-m", "Work")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


def changed() -> dict[str, Any]:
    document = deepcopy(BASE)
    del document["components"]["schemas"]["Pet"]["properties"]["nick"]
    return document


def diff(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any]:
    status = cli.run(["diff", "--against", "main", "--format", "json", *options])
    printed = capsys.readouterr()
    assert status in (0, 1), printed.err
    return status, json.loads(printed.out)


def test_the_document_changed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository / "pets.json", changed())
    status, report = diff(capsys, "--fail-on", "major")
    assert status == 1
    assert (report["package"], report["verdict"]) == ("demo", "major")
    removed, *_ = report["findings"]
    assert removed["old"]["file"] == "main:clients/pets.json"
    assert removed["new"]["file"] == "pets.json"


def test_one_of_several_documents_changed(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Documents belong together by their namespaces, whatever their files are called."""
    shops = {"openapi": "3.1.0", "info": {"title": "Shops", "version": "1"}, "paths": {}}
    table = '[[package]]\nname = "demo"\noutput = "out"\n'
    specs = '[[package.specs]]\nspec = "{}"\nnamespace = "{}"\n'
    both = specs.format("shops.json", "shops") + specs.format("pets.json", "pets")
    (repository / "pcgen.toml").write_text(table + both, "utf-8")
    write(repository / "shops.json", shops)
    commit(repository)
    (repository / "pets.json").unlink()
    write(repository / "pets-2.json", changed())
    (repository / "pcgen.toml").write_text(table + both.replace("pets.j", "pets-2.j"), "utf-8")
    _, report = diff(capsys)
    found = [(finding["level"], finding["id"]) for finding in report["findings"]]
    assert ("contract", "response-property-removed") in found
    assert ("python", "attribute-removed") in found
    assert {f["old"]["file"] for f in report["findings"]} == {"main:clients/pets.json"}
    assert {f["new"]["file"] for f in report["findings"]} == {"pets-2.json"}


def test_files_are_named_as_from_here_and_as_git_names_them(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that a document refers to as well; annotations name them from the top."""
    document = deepcopy(BASE)
    document["components"]["schemas"]["Problem"] = {"$ref": "shared/problem.json"}
    write(repository / "pets.json", document)
    (repository / "shared").mkdir()
    file = repository / "shared" / "problem.json"
    file.write_text('{"type": "object", "properties": {"a": {"type": "string"}}}', "utf-8")
    commit(repository)
    file.write_text('{"type": "object", "properties": {"a": {"type": "integer"}}}', "utf-8")
    monkeypatch.chdir(repository / "shared")
    _, report = diff(capsys)
    assert {f["old"]["file"] for f in report["findings"]} == {"main:clients/shared/problem.json"}
    assert {f["new"]["file"] for f in report["findings"]} == {"problem.json"}
    monkeypatch.setenv("GITHUB_WORKSPACE", str(repository.parent))
    cli.run(["diff", "--against", "main", "--format", "github"])
    assert "::error file=clients/shared/problem.json,line=1," in capsys.readouterr().out
    (repository / "pcgen.toml").write_text("[[package]]\n", "utf-8")
    assert cli.run(["build"]) == 2
    assert "../pcgen.toml:1:1: error[config-missing]" in capsys.readouterr().err


def test_an_attribute_for_a_document_comes_to_be_called(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One whose address has a variable is, and one that is the whole host has to be given."""
    table = '[[package]]\nname = "demo"\noutput = "out"\n'
    specs = '[[package.specs]]\nspec = "{0}.json"\nnamespace = "{0}"\n'
    text = table + specs.format("pets") + specs.format("toys")
    (repository / "pcgen.toml").write_text(text, "utf-8")
    servers = [
        {"url": url, "variables": {"zone": {"default": "eu"}, "host": {"default": "unknown"}}}
        for url in ("https://pets.example", "https://{zone}.example", "https://{host}/{zone}")
    ]
    for name, server in (("pets", servers[0]), ("toys", servers[1])):
        write(repository / f"{name}.json", {**toys(), "servers": [server]})
    commit(repository)
    for name, server in (("pets", servers[1]), ("toys", servers[2])):
        write(repository / f"{name}.json", {**toys(), "servers": [server]})
    _, report = diff(capsys)
    found = {(f["id"], f["place"], f["message"]) for f in report["findings"]}
    assert {each for each in found if each[0].startswith(("resource", "client"))} == {
        ("resource-remade", "pets", "callers must write `pets()` instead of `pets`"),
        ("client-argument-added-required", "toys()", "the required argument `host` was added"),
    }


def toys() -> dict[str, Any]:
    """A document with one operation."""
    operation = {"operationId": "list_toys", "responses": {"204": {"description": "None."}}}
    info = {"title": "Toys", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {"/toys": {"get": operation}}}


def test_what_the_package_leaves_out_is_no_change_of_it(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "pcgen.toml").write_text(
        f"{CONFIG}exclude = {{ paths = ['/photos', 'seen'] }}\n", "utf-8"
    )
    document = deepcopy(BASE)
    document["webhooks"] = {"seen": {"post": {}, "put": {}}}
    write(repository / "pets.json", document)
    commit(repository)
    del document["paths"]["/photos"]["post"]["responses"]["200"]["content"]
    del document["webhooks"]["seen"]["put"]
    write(repository / "pets.json", document)
    _, report = diff(capsys)
    assert (report["verdict"], report["findings"]) == ("none", [])


def test_a_default_in_quotes_says_the_same(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is against the rules, and common; so is `required` of a text, which means nothing."""
    waiver = '[[package.waive]]\ncode = "invalid-document"\nat = "#/**"\nreason = "It works."\n'
    (repository / "pcgen.toml").write_text(CONFIG + waiver, "utf-8")
    quoted = deepcopy(BASE)
    quoted["paths"]["/pets"]["get"]["parameters"][0]["schema"]["default"] = "10"
    quoted["components"]["schemas"]["Pet"]["properties"]["nick"]["required"] = ["nick"]
    write(repository / "pets.json", quoted)
    commit(repository)
    write(repository / "pets.json", BASE)
    (repository / "pcgen.toml").write_text(CONFIG, "utf-8")
    _, report = diff(capsys)
    assert (report["verdict"], report["findings"]) == ("none", [])


def test_nothing_changed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "pets.json").write_text(json.dumps(BASE), "utf-8")
    status, report = diff(capsys, "--fail-on", "any")
    assert (status, report["verdict"], report["findings"]) == (0, "none", [])


def test_the_repository_is_only_read(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository / "pets.json", changed())
    (repository / "other.txt").write_text("mine", "utf-8")
    git(repository, "add", "other.txt")
    files = [path for path in repository.parent.rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    diff(capsys)
    files = [path for path in repository.parent.rglob("*") if path.is_file()]
    assert {path: path.read_bytes() for path in files} == before


def test_the_configuration_changed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = 'client = "Zoo"\nmodule = "zoo"\n'
    rename = '[package.rename]\n"#/components/schemas/Pet/properties/nick" = "short_name"\n'
    (repository / "pcgen.toml").write_text(CONFIG + more + rename, "utf-8")
    _, report = diff(capsys)
    found = {finding["id"]: finding["message"] for finding in report["findings"]}
    assert found == {
        "package-renamed": "the package `demo` was renamed to `zoo`",
        "client-renamed": "the client `Demo` was renamed to `Zoo`",
        "attribute-renamed": "the attribute `nick` was renamed to `short_name`",
    }


def test_old_names_that_are_kept_are_deprecated(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renames = """client = "Zoo"
[package.rename]
"#/components/schemas/Pet" = "Animal"
get_pet = "get"
"""
    (repository / "pcgen.toml").write_text(CONFIG + renames, "utf-8")
    _, report = diff(capsys)
    hints = [finding["hint"] for finding in report["findings"] if finding["hint"]]
    start = "to keep the old name, configure "
    lines = [hint.removeprefix(start) for hint in hints if hint.startswith(start)]
    assert report["verdict"] == "major"
    assert sorted(lines) == [
        'aliases."pets.get_pet" = "pets.get"',
        'aliases.Demo = "Zoo"',
        'aliases.Pet = "Animal"',
        'aliases.PetKind = "AnimalKind"',
        'aliases.PetOwner = "AnimalOwner"',
    ]
    aliases = renames.replace("[", "\n".join([*lines, "["]), 1)
    (repository / "pcgen.toml").write_text(CONFIG + aliases, "utf-8")
    _, report = diff(capsys)
    assert report["verdict"] == "minor"
    assert report["reasons"] == ["class-deprecated", "client-deprecated", "method-deprecated"]


def test_old_attributes_that_are_kept_are_deprecated(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of models that only come in answers; what callers make, they make by today's names."""
    rename = '[package.rename]\n"#/components/schemas/Pet/properties/nick" = "short_name"\n'
    (repository / "pcgen.toml").write_text(CONFIG + rename, "utf-8")
    _, report = diff(capsys)
    [finding] = report["findings"]
    line = 'aliases."Pet.nick" = "Pet.short_name"'
    assert finding["hint"] == f"to keep the old name, configure {line}"
    (repository / "pcgen.toml").write_text(f"{CONFIG}{line}\n{rename}", "utf-8")
    _, report = diff(capsys)
    assert (report["verdict"], report["reasons"]) == ("minor", ["attribute-deprecated"])


def test_old_names_that_are_given_up_are_gone(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aliases = '[package.aliases]\nAnimal = "Pet"\n"pets.find" = "pets.get_pet"\n'
    (repository / "pcgen.toml").write_text(CONFIG + aliases, "utf-8")
    who = ("-c", "user.name=Me", "-c", "user.email=me@example.com")
    git(repository, *who, "commit", "--quiet", "-a", "-m", "Old names")
    assert diff(capsys) == (0, {**diff(capsys)[1], "verdict": "none", "findings": []})
    (repository / "pcgen.toml").write_text(CONFIG, "utf-8")
    _, report = diff(capsys)
    assert {finding["id"] for finding in report["findings"]} == {"old-name-removed"}
    assert [finding["message"] for finding in report["findings"]] == [
        "the deprecated name `Animal` was removed",
        "the deprecated name `pets.find` was removed",
    ]


def test_accepted_changes_have_no_part_in_the_verdict(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository / "pets.json", changed())
    _, report = diff(capsys)
    first, second = report["findings"]
    (repository / "pcgen.toml").write_text(
        f"""{CONFIG}
[[package.accept]]
fingerprint = "{first["fingerprint"]}"
reason = "Nobody has read it."

[[package.accept]]
id = "{second["id"]}"
place = "P*"
reason = "Nor that."
""",
        "utf-8",
    )
    status, report = diff(capsys, "--fail-on", "any")
    assert (status, report["verdict"], report["reasons"]) == (0, "none", [])
    assert [f["accepted"] for f in report["findings"]] == ["Nobody has read it.", "Nor that."]
    cli.run(["diff", "--against", "main", "--format", "markdown"])
    assert (
        "| response-property-removed | `Pet` | `Nobody has read it.` |" in capsys.readouterr().out
    )


def test_a_new_package_has_nothing_to_be_compared_with(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = CONFIG.replace('"demo"', '"more"').replace('"out"', '"out2"')
    (repository / "pcgen.toml").write_text(CONFIG + more, "utf-8")
    assert cli.run(["diff", "--against", "main"]) == 0
    printed = capsys.readouterr().out
    assert "more: not in main\n" in printed
    assert "demo: none, no change affects callers\n" in printed


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "main:clients"])
def test_a_revision_that_is_none(
    repository: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["diff", f"--against={revision}"]) == 2
    said = f"error[revision-unreadable]: cannot read the revision '{revision}': it does not exist"
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in repository.iterdir()) == ["pcgen.toml", "pets.json"]


@pytest.mark.parametrize(
    "arguments", [[], ["a.yaml"], ["a", "b", "c"], ["--against", "main", "--package", "demo"]]
)
def test_what_is_asked_must_be_clear(arguments: list[str]) -> None:
    assert cli.run(["diff", *arguments]) == 2

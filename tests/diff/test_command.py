"""`pcgen diff` on the command line: what it prints, and how it ends."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pcgen import cli
from rows import BASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Diff = Callable[..., tuple[int, str]]


@pytest.fixture
def changed() -> dict[str, Any]:
    """The base document with one change of each severity."""
    document = deepcopy(BASE)
    schemas = document["components"]["schemas"]
    schemas["NewPet"]["required"].append("age")
    schemas["Pet"]["properties"]["kind"]["enum"].append("a|`b\n<i>")
    schemas["Pet"]["properties"]["weight"] = {"type": "number"}
    return document


@pytest.fixture
def diff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Diff:
    """Compare documents that are written to files first."""
    monkeypatch.chdir(tmp_path)

    def run(old: Any, new: Any, *options: str) -> tuple[int, str]:
        for name, document in (("old.yaml", old), ("new.yaml", new)):
            text = document if isinstance(document, str) else yaml.safe_dump(document)
            (tmp_path / name).write_text(text, "utf-8")
        status = cli.run(["diff", "old.yaml", "new.yaml", *options])
        return status, capsys.readouterr().out

    return run


def findings(printed: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed)["findings"]
    return found


def test_text(diff: Diff, changed: dict[str, Any]) -> None:
    status, printed = diff(BASE, changed)
    assert status == 0
    assert "contract, for callers of the HTTP API: 1 ERR, 1 WARN, 1 INFO\n" in printed
    assert "  ERR   NewPet: in requests, the property `age` became required\n" in printed
    assert "        request-property-became-required " in printed
    assert printed.endswith(
        ": major, because of request-property-became-required, argument-became-required\n"
    )


def test_places_are_those_of_the_change(diff: Diff, changed: dict[str, Any]) -> None:
    _, printed = diff(BASE, changed, "--format", "json")
    (added,) = (f for f in findings(printed) if f["id"] == "response-property-added")
    texts = [yaml.safe_dump(document).splitlines() for document in (BASE, changed)]
    assert texts[0][added["old"]["line"] - 1] == "    Pet:"  # The nearest thing that is there.
    assert texts[1][added["new"]["line"] - 1] == "        weight:"
    assert added["new"]["pointer"] == "#/components/schemas/Pet/properties/weight"


def test_fingerprints_do_not_depend_on_where_things_stand(
    diff: Diff, changed: dict[str, Any]
) -> None:
    _, printed = diff(BASE, changed, "--format", "json")
    moved = deepcopy(changed)
    moved["info"]["description"] = "Many words.\n\n" * 50
    moved["components"]["schemas"] = dict(reversed(moved["components"]["schemas"].items()))
    text = yaml.safe_dump(moved, sort_keys=False)
    _, again = diff(BASE, text, "--format", "json")
    before, after = ({f["fingerprint"] for f in findings(text)} for text in (printed, again))
    assert before == after
    assert len(before) == 6
    lines = [[f["new"]["line"] for f in findings(text)] for text in (printed, again)]
    assert lines[0] != lines[1]


def test_markdown_holds_foreign_text(diff: Diff, changed: dict[str, Any]) -> None:
    _, printed = diff(BASE, changed, "--format", "markdown")
    assert printed.startswith("### `old.yaml -> new.yaml`: major\n")
    message = "in responses, the value `a\\|'b <i>` is now allowed"
    assert f"| WARN | `Pet.kind` | {message} |\n" in printed
    rows = [line for line in printed.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {4, 5}
    assert "<details><summary>Ids, fingerprints and locations</summary>\n\n|" in printed


def test_markdown_fits_a_pull_request(diff: Diff) -> None:
    """Details go first, then what is least grave."""
    many, more = deepcopy(BASE), deepcopy(BASE)
    for document, count in ((many, 300), (more, 3000)):
        schema = document["components"]["schemas"]["Pet"]["properties"]
        schema |= {f"property_{number}": {"type": "string"} for number in range(count)}
    for document, count in ((many, 600), (more, 0)):
        _, printed = diff(BASE, document, "--format", "markdown")
        assert len(printed) < 65_536
        assert printed.endswith("`pcgen diff --format json` shows all of it.\n")
        assert "<details>" not in printed
        assert count in (0, printed.count("was added |"))


def test_annotations_stand_in_the_new_document(diff: Diff, changed: dict[str, Any]) -> None:
    _, printed = diff(BASE, changed, "--format", "github")
    error, warning, notice, *_, verdict = printed.splitlines()
    assert error.startswith("::error file=new.yaml,line=")
    what = "NewPet: in requests, the property `age` became required"
    assert error.endswith(f"title=request-property-became-required::{what}")
    assert warning.startswith("::warning file=new.yaml,line=")
    assert notice.startswith("::notice file=new.yaml,line=")
    assert verdict.endswith(
        ": major, because of request-property-became-required, argument-became-required"
    )


@pytest.mark.parametrize(
    ("limit", "statuses"),
    [("major", [0, 0, 0, 1]), ("minor", [0, 0, 1, 1]), ("any", [0, 1, 1, 1])],
)
def test_fail_on(diff: Diff, limit: str, statuses: list[int]) -> None:
    none, patch, minor, major = (deepcopy(BASE) for _ in range(4))
    none["info"]["description"] = "Words."
    patch["info"]["version"] = "2"
    minor["components"]["schemas"]["Pet"]["properties"]["weight"] = {"type": "number"}
    del major["components"]["schemas"]["Pet"]["properties"]["nick"]
    found = [diff(BASE, new, "--fail-on", limit)[0] for new in (none, patch, minor, major)]
    assert found == statuses
    assert "none, no change affects callers\n" in diff(BASE, none)[1]


@pytest.mark.parametrize("broken", ["openapi: 3.1.0\ninfo: 5\n", "[1", "{}"])
def test_what_cannot_be_read_is_never_unchanged(diff: Diff, broken: str) -> None:
    assert diff(broken, BASE) == (3, "")
    assert diff(BASE, broken) == (3, "")


@pytest.mark.parametrize("options", [[], ["--package", "demo"]])
def test_what_is_wrong_with_both_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = '[[package]]\nname = "demo"\nspec = "a.yaml"\noutput = "out"\n'
    (tmp_path / "pcgen.toml").write_text(settings, "utf-8")
    assert cli.run(["diff", "one.yaml", "other.yaml", *options]) == 2
    told = [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()]
    assert told == ["one.yaml", "other.yaml"]


def test_recursion_ends(diff: Diff) -> None:
    old = deepcopy(BASE)
    old["components"]["schemas"]["Pet"]["properties"]["mother"] = {
        "$ref": "#/components/schemas/Pet"
    }
    new = deepcopy(old)
    new["components"]["schemas"]["Pet"]["properties"]["nick"] = {"type": "integer"}
    _, printed = diff(old, new, "--format", "json")
    assert [(f["id"], f["place"]) for f in findings(printed)] == [
        ("response-type-changed", "Pet.nick"),
        ("attribute-retyped", "Pet"),
    ]

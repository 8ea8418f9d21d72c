"""The bumps that Pinecone's inference API really went through, each with the report on it.

`bumps/` has the documents in words of our own; the one of 2025-04 is the one in `specs/`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from common import ROOT, Expected
from pcgen import cli, config
from pcgen.cache import Cache, folder
from pcgen.diff import Report, compare, read_version

if TYPE_CHECKING:
    from pathlib import Path

BUMPS = ROOT / "tests" / "diff" / "bumps"
FACTS = ROOT.parent / "shared" / "facts"
VERSIONS = ("2024-10", "2025-01", "2025-04", "2025-10")
STEPS = list(pairwise(VERSIONS))
_PROSE = {"description", "summary", "example", "examples", "title"}
_NAMED = {"mapping", "parameters", "paths", "properties", "responses", "schemas"}


def path(version: str) -> Path:
    ours = ROOT / "specs" / "inference_2025-04.oas.yaml"
    return ours if version == "2025-04" else BUMPS / f"{version}.yaml"


def report(old: str, new: str) -> Report:
    versions = []
    for version in (old, new):
        home = path(version)
        settings = config.single(home.name, "out", "pinecone-inference", home.parent)
        versions.append(read_version(settings, Cache(folder())))
    return compare(*versions)


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_report(
    old: str,
    new: str,
    expected: Expected,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(ROOT)
    files = [path(version).relative_to(ROOT).as_posix() for version in (old, new)]
    assert cli.run(["diff", *files, "--format", "markdown"]) == 0
    printed = capsys.readouterr().out
    file = BUMPS / f"{old}_{new}.md"
    wanted = file.read_text("utf-8") if file.exists() else ""
    if printed != wanted and not expected.rewrite(file, printed.encode()):
        assert printed == wanted


@pytest.mark.parametrize(
    ("old", "new", "verdict"), [(*STEPS[0], "major"), (*STEPS[1], "minor"), (*STEPS[2], "minor")]
)
def test_verdict(old: str, new: str, verdict: str) -> None:
    assert str(report(old, new).verdict) == verdict


def _found(old: str, new: str) -> set[tuple[str, str]]:
    return {(finding.change.id, finding.subject) for finding in report(old, new).findings}


def test_a_body_that_got_a_name_keeps_that_of_its_class() -> None:
    found = _found("2024-10", "2025-01")
    assert ("class-kept", "RerankRequest") in found
    assert not {id_ for id_, _ in found if id_.endswith("-renamed")}


def test_open_enums_and_titles_rename_nothing() -> None:
    found = _found("2025-04", "2025-10")
    ids = {id_ for id_, _ in found}
    assert not ids & {"class-renamed", "class-removed", "attribute-renamed", "alias-retyped"}
    assert ("response-enum-opened", "ModelInfoMetric") in found
    assert ("alias-opened", "ModelInfoMetric") in found


def test_a_required_header_with_a_default_is_no_argument() -> None:
    found = _found("2025-04", "2025-10")
    assert ("header-constant-added", "POST /embed") in found
    assert not {id_ for id_, _ in found if id_.startswith("argument-a")}


def test_the_order_of_schemas_never_matters(tmp_path: Path) -> None:
    for version in VERSIONS:
        document = yaml.safe_load(path(version).read_text("utf-8"))
        schemas = document["components"]["schemas"]
        document["components"]["schemas"] = dict(reversed(schemas.items()))
        (tmp_path / "other.yaml").write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
        versions = [
            read_version(config.single(file, "", "x", home), Cache(folder()))
            for file, home in (("other.yaml", tmp_path), (path(version).name, path(version).parent))
        ]
        assert not compare(*versions).findings


@pytest.mark.skipif(not FACTS.is_dir(), reason="the published documents are not here")
@pytest.mark.parametrize("version", VERSIONS)
def test_documents_say_what_the_published_ones_say(version: str) -> None:
    published = FACTS / version / f"inference_{version}.oas.yaml"
    assert _bare(_read(path(version))) == _bare(_read(published))


def _read(file: Path) -> Any:
    return yaml.load(file.read_text("utf-8"), yaml.BaseLoader)


def _bare(value: Any, *, named: bool = False) -> Any:
    """A document without prose and examples; lists of words in any order."""
    if isinstance(value, dict):
        return {
            key: _bare(member, named=key in _NAMED and not named)
            for key, member in value.items()
            if named or key not in _PROSE
        }
    if isinstance(value, list):
        items = [_bare(item) for item in value]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value

"""Pages of documentation: every name has one, every link resolves, Markdown stays what it is."""

from __future__ import annotations

import json
import os
import posixpath
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from common import ROOT, translated_leniently
from markdown_it import MarkdownIt
from pcgen import config, names, pipeline
from pcgen.cache import Cache, folder
from pcgen.diagnostics import Diagnostics, Failure
from pcgen.pipeline import target_settings
from pcgen.targets.building import build_targets
from pcgen.targets.docs.headings import heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it.token import Token

CASES = ROOT / "tests" / "cases"
CORPUS = Path(os.environ.get("PCGEN_CORPUS", ROOT.parent / "shared" / "corpus"))
BADSPECS = Path(os.environ.get("PCGEN_BADSPECS", ROOT.parent / "shared" / "badspecs"))
MARKDOWN = MarkdownIt("commonmark").enable("table")


BEHAVIOUR = ROOT / "tests" / "behaviour" / "apis" / "pcgen.toml"
PACKAGES = ["pinned", "studio", "operations/hostile-prose", "packages/namespaces", "openai.yaml"]


@pytest.fixture(params=PACKAGES, scope="module")
def texts(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The files of a package."""
    name = str(request.param)
    if name in ("pinned", "studio"):
        settings = _listed(name)
    elif (CASES / name / "pcgen.toml").exists():
        [settings] = config.load(CASES / name / "pcgen.toml").packages
    elif (CASES / name).exists():
        settings = config.single("spec.yaml", "out", "demo", CASES / name)
    else:
        if not (CORPUS / name).exists():
            pytest.skip(f"there is no {CORPUS / name}")
        return _lenient(CORPUS / name, Cache(folder()))
    return pipeline.generate(settings, Cache(folder())).texts


def _listed(name: str) -> config.Package:
    """The pinned package, or one of the behaviour tests."""
    file = ROOT / "pyproject.toml" if name == "pinned" else BEHAVIOUR
    packages = config.load(file).packages
    return next(package for package in packages if name in ("pinned", package.name))


def _lenient(document: Path, cache: Cache) -> Mapping[str, str]:
    """The files of a document as if all its findings were waived."""
    settings = config.single(document.name, "out", "demo", document.parent)
    package = translated_leniently(settings)
    inputs = target_settings(settings, cache, Diagnostics((), "", lenient=True))
    return build_targets(settings.targets, package, inputs).texts


def _inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens if token.children for child in token.children]


def _anchors(text: str) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    tokens = MARKDOWN.parse(text)
    titles = [
        "".join(child.content for child in following.children or ())
        for token, following in pairwise(tokens)
        if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _pages(texts: Mapping[str, str]) -> dict[str, str]:
    return {path: text for path, text in texts.items() if path.endswith((".md", "llms.txt"))}


def test_links_lead_somewhere(texts: Mapping[str, str]) -> None:
    pages = _pages(texts)
    anchors = {path: _anchors(pages[path]) for path in ("docs/guide.md", "docs/errors.md")}
    for path, text in pages.items():
        for token in _inline(MARKDOWN.parse(text)):
            target = str(token.attrs.get("href", ""))
            if token.type != "link_open" or re.match("https?:|mailto:|#", target):
                continue
            page, _, anchor = target.partition("#")
            found = posixpath.normpath(posixpath.join(posixpath.dirname(path), page))
            assert found in texts, f"{path}: {target}"
            assert not anchor or anchor in anchors[found], f"{path}: {target}"


def test_every_name_has_a_page(texts: Mapping[str, str]) -> None:
    symbols = json.loads(texts["docs/symbols.json"])
    pages = [f"docs/{one['page']}" for one in symbols["operations"]]
    pages += [
        f"docs/{page}" for page in (*symbols["resources"].values(), *symbols["models"].values())
    ]
    assert set(pages) < texts.keys()
    assert len({page.lower() for page in texts}) == len(texts)
    assert max(len(part) for page in pages for part in page.split("/")) <= 220
    index = texts["docs/index.md"]
    assert all(f"]({one['page']})" in index for one in symbols["operations"])
    assert all(f"]({page})" in index for page in symbols["models"].values())


def test_models_have_examples(texts: Mapping[str, str]) -> None:
    """Except the few for which no value exists."""
    pages = [text for path, text in texts.items() if path.startswith("docs/models/")]
    lacking = [text for text in pages if not re.search("^## (Example|Values)$", text, re.MULTILINE)]
    assert len(lacking) <= len(pages) / 1000, lacking


@pytest.mark.parametrize("name", ["pinned", "studio"])
def test_pages_are_those_of_the_document(name: str) -> None:
    """No operation and no model of the documents is left out, neither here nor in the indexes."""
    settings, cache = _listed(name), Cache(folder())
    package = pipeline.understand(settings, cache).package
    texts = pipeline.generate(settings, cache).texts
    symbols = json.loads(texts["docs/symbols.json"])
    operations = [o for resource in package.resources for o in resource.operations]
    assert sorted((one["method"], one["path"]) for one in symbols["operations"]) == sorted(
        (operation.method, operation.path) for operation in operations
    )
    assert {names.pascal(one.name) for one in package.declarations} == symbols["models"].keys()
    for one in symbols["operations"]:
        assert f"](docs/{one['page']})" in texts["llms.txt"]
    for model in symbols["models"]:
        assert f"`{model}" in texts["api.md"]


def test_markdown_is_plain(texts: Mapping[str, str]) -> None:
    """Headings are short, and HTML is only what folds lists."""
    for path, text in _pages(texts).items():
        if not path.startswith("docs/"):
            continue
        tokens, titles = MARKDOWN.parse(text), []
        for token, following in pairwise(tokens):
            if token.type == "heading_open":
                titles.append(following.content)
            if token.type == "html_block":
                assert re.fullmatch(r"</?(details|summary)>.*\s*", token.content, re.DOTALL), path
        assert titles, path
        assert all(title for title in titles), path
        assert not [token for token in _inline(tokens) if token.type == "html_inline"], path
        if path.startswith("docs/operations/"):
            assert len(titles[0]) <= 110, path
        assert text.endswith("\n")
        assert not [token for token in tokens if "\t" in token.content and token.info != "go"], path


# Headings of packages that have more than the pinned one.
HEADINGS = {"Callbacks", "Downloads", "Headers", "Paging", "Resources", "Streams", "Uploads",
            "Values", "Webhooks"}  # fmt: skip


def test_hostile_documents_stay_text() -> None:
    """No HTML, image, script or heading comes out of a document, even if it is built leniently."""
    pinned = (MARKDOWN.parse(text) for text in _read_pinned().values())
    known = {title for tokens in pinned for title in _checked(tokens, "pinned")}
    hostile = sorted(set(BADSPECS.glob("*.json")) - {BADSPECS / "manifest.json"})
    if not hostile:
        pytest.skip(f"there are no documents in {BADSPECS}")
    built, seen = 0, set[str]()
    for document in hostile:
        try:
            texts = _lenient(document, Cache(None))
        except Failure:
            continue
        built += 1
        count = len(json.loads(texts["docs/symbols.json"])["resources"])
        for path, text in _pages(texts).items():
            if text not in seen:
                seen.add(text)
                more = _checked(MARKDOWN.parse(text), f"{document.name}: {path}") - known - HEADINGS
                titles = count if path in ("docs/index.md", "api.md", "llms.txt") else 0
                assert len(more) <= titles, (document.name, path, more)
    assert built > len(hostile) / 2


def _checked(tokens: list[Token], where: str) -> set[str]:
    """The headings below the title of a page without HTML, images and scripts."""
    for token in tokens:
        is_fold = re.fullmatch(r"</?(details|summary)>.*\s*", token.content, re.DOTALL)
        assert token.type != "html_block" or is_fold, where
        for child in token.children or ():
            assert child.type not in ("html_inline", "image"), where
            target = str(child.attrs.get("href", ""))
            assert not re.match("(?i)[a-z]+:", target) or re.match("https?:", target), where
    return {
        following.content
        for token, following in pairwise(tokens)
        if token.type == "heading_open" and token.tag != "h1"
    }


def _read_pinned() -> dict[str, str]:
    root = ROOT / "generated" / "pinecone-inference"
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in root.rglob("*.md")}


@pytest.mark.parametrize(
    ("text", "short", "rest"),
    [
        ("List pets.", "List pets", ""),
        ("List pets", "List pets", ""),
        ("List pets. All of them.", "List pets", "List pets. All of them."),
        ("word " * 30, "word " * 14 + "word...", "word " * 30),
        ("", "", ""),
    ],
)
def test_headings(text: str, short: str, rest: str) -> None:
    assert heading(text) == (short, rest)

"""`pcgen docs`: sites are complete, harmless and the same each time, and people can use them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import CHROMIUM, Browser
from common import ROOT, serving
from pcgen import cli, lock, site
from pcgen.diagnostics import Exit
from pcgen.site import book, mdx, navigation, samples, serve
from pcgen.site.samples import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "pinecone-inference"
BADSPECS = ROOT.parent / "shared" / "badspecs"
CONFIG = '[[package]]\nname = "demo"\nspec = "spec.json"\noutput = "demo"\n'
HOSTILE = """\
<script>document.title = "owned"</script> and <img src="http://evil.example/a.png" onerror="x()">

![pixel](http://evil.example/pixel.png) [click](javascript:alert(1)) [gone](missing.md) [up](#no)

```{include} /etc/passwd
```

    {{ indented }} <b onclick="x()">code</b>

:::{raw} html
<script>document.title = "owned"</script>
:::

import evil from "evil"
export const x = {toString}

{raw}`<script>` {eval-rst}`x` ${1 + 1} `{kept}` <https://example.com/auto> $x$ | %comment%
"""


def run(folder: Path, *arguments: str, seed: str = "0") -> None:
    """Run pcgen, as a process of its own: Sphinx changes what is global."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "pcgen", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the pinned package."""
    folder = tmp_path_factory.mktemp("site") / "pinned"
    run(ROOT, "docs", NAME, "--output", str(folder))
    return folder


def hostile() -> str:
    """A document whose texts are hostile."""
    operation = {
        "summary": "List <script>things</script> {x}",
        "description": HOSTILE,
        "tags": ["things"],
        "parameters": [
            {"name": "q", "in": "query", "description": HOSTILE, "schema": {"type": "string"}}
        ],
        "responses": {
            "200": {
                "description": HOSTILE,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
            }
        },
    }
    thing = {
        "type": "object",
        "description": HOSTILE,
        "properties": {"a": {"type": "string", "description": HOSTILE, "example": "</script>{"}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Demo <b>{x}</b>", "version": "1", "description": HOSTILE},
        "paths": {"/things": {"get": operation}},
        "components": {"schemas": {"Thing": thing}},
    }
    return json.dumps(document)


def texts() -> Iterator[tuple[str, str]]:
    """Documents with hostile texts, ours and those of `../shared`."""
    yield "own", hostile()
    names = ("jinja", "sphinx_directive", "markdown_frontmatter", "doctest")
    for name in names:
        path = BADSPECS / f"inject_description_{name}.json"
        if path.exists():
            yield name, path.read_text("utf-8")


class Page(HTMLParser):
    """The links, anchors, resources and scripts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.loaded: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors.add(found.get("id") or "")
        self.handlers += [name for name in found if name.startswith("on")]
        if tag == "a":
            self.links.append(found.get("href") or "")
        elif tag == "link" or "src" in found:
            self.loaded.append(found.get("src") or found.get("href") or "")


def parsed(folder: Path) -> dict[str, Page]:
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text("utf-8"))
        for path in folder.rglob("*.html")
    }


# --- HTML ---------------------------------------------------------------------------------------


def test_every_link_leads_somewhere_and_nothing_comes_from_other_hosts(pinned: Path) -> None:
    pages = parsed(pinned)
    assert {"index.html", "docs/guide.html", "docs/operations/inference/embed.html"} <= pages.keys()
    check_links(pinned, pages)
    styles = "".join(p.read_text("utf-8") for p in pinned.rglob("*.css"))
    assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", styles)


def check_links(folder: Path, pages: dict[str, Page]) -> None:
    """Check that every link of a site leads to a file, and to an anchor of it."""
    for name, page in pages.items():
        for link in [*page.links, *page.loaded]:
            path, _, anchor = link.partition("#")
            if re.match(r"\w+:", path):
                assert link in page.links  # Links may lead to other hosts.
                continue
            target = Path(os.path.normpath(folder / Path(name).parent / path.partition("?")[0]))
            assert target.is_file() or not path, (name, link)
            if anchor and (not path or path.endswith(".html")):
                found = pages[target.relative_to(folder).as_posix()] if path else page
                assert anchor in found.anchors, (name, link)


def test_every_link_of_a_program_leads_somewhere(tmp_path: Path) -> None:
    run(ROOT, "docs", "pinecone-cli", "--output", str(tmp_path))
    pages = parsed(tmp_path)
    assert {"docs/commands/index/create.html", "docs/commands/embed.html"} <= pages.keys()
    check_links(tmp_path, pages)
    sidebar = (tmp_path / "docs/commands/index/create.html").read_text("utf-8")
    assert sidebar.count("API version 2025-04<") == 1
    for name in ("<span>pc embed</span>", ">pc project<", ">pc index<", "<span>describe</span>"):
        assert name in sidebar
    assert "<span>pc index create</span>" not in sidebar


def test_sites_are_the_same_each_time(pinned: Path, tmp_path: Path) -> None:
    run(ROOT, "docs", NAME, "--output", str(tmp_path / "again"), seed="7")
    first, again = (
        lock.owned((f / lock.NAME).read_text("utf-8")) for f in (pinned, tmp_path / "again")
    )
    assert first == again
    found = {p.relative_to(pinned).as_posix() for p in pinned.rglob("*") if p.is_file()}
    assert found == {*first, lock.NAME}
    assert str(tmp_path.parent) not in "".join(p.read_text("utf-8") for p in pinned.rglob("*.html"))


TEXTS = dict(texts())


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the site of each of these documents."""
    folder = tmp_path_factory.mktemp("hostile")
    table = '[[package]]\nname = "of-{0}"\nspec = "{0}.json"\noutput = "{0}"\n'
    (folder / "pcgen.toml").write_text("".join(map(table.format, TEXTS)), "utf-8")
    for name, text in TEXTS.items():
        (folder / f"{name}.json").write_text(text, "utf-8")
    run(folder, "build")
    for name in TEXTS:
        run(folder, "docs", f"of-{name}")
    return folder / "site"


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_documents_stay_text(name: str, sites: Path) -> None:
    folder = sites / f"of-{name}"
    pages = parsed(folder)
    assert pages
    for page in pages.values():
        assert not page.handlers
        assert not [url for url in page.loaded if re.match(r"(\w+:)?//", url)]
        assert not [link for link in page.links if link.startswith("javascript:")]
    if name == "own":
        operation = next(folder.rglob("operations/**/*.html")).read_text("utf-8")
        assert 'title = "owned"' not in re.sub(r"<(pre|code)\b.*?</\1>", "", operation)
        assert "root:" not in operation
        if CHROMIUM:
            with Browser() as browser, served(folder) as url:
                for path in ("index.html", "docs/models/Thing.html"):
                    browser.open(url + path)
                    assert browser.run("document.title") != "owned"
                assert [r for r in browser.requested if not r.startswith((url, "data:"))] == []


# --- In a browser -------------------------------------------------------------------------------


class served:  # noqa: N801
    """Serves a folder; a context manager of its URL."""

    def __init__(self, folder: Path) -> None:
        self._server = serve.server(folder, 0)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> str:
        self._thread.start()
        return serve.url(self._server)

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


SELECTED = (
    "[...document.querySelectorAll('.sd-tab-set > input:checked')]"
    ".map(i => i.nextElementSibling.innerText)"
)
FOUND = "[...document.querySelectorAll('ul.search li > a')].map(a => a.innerText)"


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: chromium)")
def test_people_can_use_it(pinned: Path) -> None:
    with Browser() as browser, served(pinned) as url:
        for words, first in [
            ("rerank", "POST /rerank · pc.inference.rerank"),
            ("GET /models/{model_name}", "GET /models/{model_name} · pc.inference.get_model"),
            ("/models", "GET /models · pc.inference.list_models"),
            ("pc.inference.list_models", "GET /models · pc.inference.list_models"),
            ("RankedDocument", "RankedDocument"),
        ]:
            browser.open(f"{url}search.html?q={urllib.request.quote(words)}")
            browser.wait(f"{FOUND}.length > 0")
            assert browser.run(FOUND)[0] == first
        browser.run("document.querySelector('ul.search li > a').click()")
        browser.wait("location.pathname.endsWith('RankedDocument.html')")
        browser.open(f"{url}docs/operations/inference/embed.html")
        assert browser.run(SELECTED)[:4] == ["Python", "Response", "Python", "Response"]
        browser.run(
            "[...document.querySelectorAll('label')].find(l => l.innerText == 'curl').click()"
        )
        assert browser.run(SELECTED)[:4] == ["curl", "Response", "curl", "Response"]
        browser.open(f"{url}docs/operations/inference/rerank.html")
        assert "curl" in browser.run(SELECTED)
        assert browser.run("document.querySelectorAll('button.copybtn').length") > 5
        for width in (400, 1400):
            for path in ("index.html", "docs/index.html", "docs/models/ModelInfo.html"):
                browser.open(url + path, width, dark=width == 400)
                assert browser.run("document.documentElement.scrollWidth <= innerWidth"), path
        dark = browser.run("getComputedStyle(document.body).backgroundColor")
        browser.open(f"{url}index.html", dark=True)
        assert browser.run("getComputedStyle(document.body).backgroundColor") != dark
        assert not browser.errors
        assert [r for r in browser.requested if not r.startswith((url, "data:"))] == []


# --- The sidebar --------------------------------------------------------------------------------


def test_sidebars_list_what_is_near() -> None:
    operations = tuple(
        book.Operation(f"op{i}", "GET", f"/things/{i}", f"c.a.b.m{i}", f"operations/a/b/m{i}.md")
        for i in range(100)
    )
    resources = {"c.a": "resources/a.md", "c.a.b": "resources/a.b.md", "c.z": "resources/z.md"}
    symbols = book.Symbols(operations, resources, {f"M{i}": f"models/M{i}.md" for i in range(100)})
    made = navigation.Navigation.of(book.Book("n", "1", {}, {}, symbols))
    start = made.html("index", str)
    assert "resources/a<" not in start
    assert "docs/resources/a.b" not in start
    assert "docs/models/M1" not in start
    near = made.html("docs/operations/a/b/m50", str)
    assert [int(n) for n in re.findall(r"<span>m(\d+)", near)] == [*range(30, 71)]
    assert 'current-page"><a class="reference internal" href="docs/operations/a/b/m50"' in near
    assert "docs/resources/z" in near
    models = made.html("docs/models/M99", str)
    assert [int(n) for n in re.findall(r">M(\d+)<", models)] == [*range(79, 100)]


def test_runs_of_programs_and_responses() -> None:
    kinds = {"r": Kind.REQUEST, "s": Kind.RESPONSE, "e": Kind.ERROR, "c": Kind.CODE}
    kinds |= {"<": Kind.FOLD, ">": Kind.END, ".": Kind.OTHER}
    for text, expected in [
        ("rcrc<rcrc>scsc", ["rcrc<rcrc>", "scsc"]),
        ("rc<rc.>", ["rc", "rc"]),
        (".ecscecsc.", ["ecsc", "ecsc"]),
        ("r.cr", []),
        ("rc<c>", ["rc"]),
    ]:
        found = samples.runs([kinds[sign] for sign in text])
        assert [text[run.start : run.end] for run in found] == expected


# --- MDX ----------------------------------------------------------------------------------------


def test_mdx_has_the_shape_of_mintlify() -> None:
    made = mdx.build(book.read("p", "1", ROOT / "generated" / "pinecone-inference"))
    page = made["docs/operations/inference/get_model.mdx"]
    assert page.startswith(
        '---\ntitle: "Look up one hosted model by name"\nopenapi: "get /models/{model_name}"\n---\n'
    )
    request = page[page.index("<RequestExample>") : page.index("</RequestExample>")]
    assert re.findall(r"^  ```(.*)$", request, re.MULTILINE)[::2][:2] == [
        "python Python",
        "python Python, async",
    ]
    assert "</RequestExample>\n\n<ResponseExample>\n  ```json Response\n  {" in page
    assert "](../../guide#options-of-a-call)" in page
    assert ".md" not in made["index.mdx"].replace("api.md", "")
    assert "index.mdx" in made


def test_mdx_escapes_what_mdx_would_run() -> None:
    symbols = book.Symbols((), {}, {})
    text = (
        "# `A` \\[b] &lt;c>\n\nimport x\n\n- a < b {c} `{d}` \\{e &#123;\n\n"
        "```js\nimport {x} <y>\n```\n"
        "\n<details>\n<summary>and 2 more</summary>\n\n- b\n\n</details>\n"
    )
    made = mdx.build(book.Book("p", "1", {}, {"docs/a.md": text}, symbols))["docs/a.mdx"]
    assert made.startswith('---\ntitle: "A [b] <c>"\n---\n')
    assert "&#105;mport x" in made
    assert "- a &lt; b &#123;c&#125; `{d}` \\{e &#123;" in made
    assert "```js\nimport {x} <y>\n```" in made
    assert "<details>\n<summary>and 2 more</summary>\n\n- b\n\n</details>" in made


# --- The command --------------------------------------------------------------------------------


def test_the_extra_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(site, "_NEEDED", ("absent_package",))
    assert cli.run(["docs", NAME]) == Exit.USAGE
    assert "needs absent_package: pip install 'pcgen[docs]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["docs"], "demo/pcgen.lock: error[out-of-date]: the package 'demo' has no pages"),
        (["docs", "--serve", "--format", "mdx"], "--serve serves only HTML"),
        (["docs", "--serve", "--output", "x"], "--serve writes no folder"),
        (["docs", "other"], "no package 'other' is listed"),
    ],
)
def test_what_is_refused(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "pcgen.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.run(arguments) == Exit.USAGE
    assert message in capsys.readouterr().err


def test_files_of_others_and_edits_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    command = ["docs", NAME, "--format", "mdx", "--output", str(tmp_path / "out")]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", "utf-8")
    assert cli.run(command) == Exit.USAGE
    assert "contains files that pcgen did not write" in capsys.readouterr().err
    assert cli.run([*command, "--force"]) == Exit.OK
    assert cli.run(command) == Exit.OK
    assert capsys.readouterr().out.endswith("up to date\n")
    (tmp_path / "out" / "index.mdx").write_text("edited", "utf-8")
    assert cli.run(command) == Exit.DIFFERENT
    assert (tmp_path / "out" / "mine.txt").read_text("utf-8") == "mine"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_it_serves_until_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with serving("docs", NAME, "--serve") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{url}docs/guide.html", timeout=10) as response:
            assert b"Guide to the client" in response.read()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == Exit.INTERRUPTED
    assert errors.strip() == "interrupted"

"""Changes what Sphinx has parsed: tabs, links between pages, and nothing from other hosts."""

from __future__ import annotations

import posixpath
import re
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import unquote

from docutils import nodes
from sphinx_design.shared import create_component

from pcgen.site.navigation import badge
from pcgen.site.samples import Kind, kind_of_text, runs
from pcgen.site.symbols import TOP

if TYPE_CHECKING:
    from collections.abc import Collection

    from sphinx.application import Sphinx

_FOLD = re.compile(r"\s*(<details>|</details>|<summary>[^<>]*</summary>|\s)+\s*")
_FIELDS = {"parameters", "fields", "returns"}
_REQUEST = re.compile(r"([A-Z]+) (/.*)", re.DOTALL)


def change(app: Sphinx, document: nodes.document) -> None:
    """Change a page after it was parsed."""
    page = app.env.current_document.docname
    _escape_html(document)
    _drop_images(document)
    _give_anchors(document)
    _link_pages(document, page, app.env.found_docs)
    _make_tabs(document)
    _join_types(document)
    _mark_fields(document)
    _show_verb(document)


def _escape_html(document: nodes.document) -> None:
    """Let only `<details>` and `<summary>` stay HTML, which the pages fold lists with."""
    for raw in list(document.findall(nodes.raw)):
        if not _FOLD.fullmatch(raw.astext()):
            text = nodes.literal("", raw.astext())
            inline = isinstance(raw.parent, nodes.TextElement)
            raw.replace_self(text if inline else nodes.paragraph("", "", text))


def _drop_images(document: nodes.document) -> None:
    """Replace images by links to them, so that readers load nothing from other hosts."""
    for image in list(document.findall(nodes.image)):
        text = image.get("alt") or image["uri"]
        image.replace_self(nodes.reference("", text, refuri=image["uri"]))


def _give_anchors(document: nodes.document) -> None:
    """Give sections the anchors that GitHub has, and the first one `TOP`."""
    for section in document.findall(nodes.section):
        slug = re.sub(r"[^\w\- ]", "", section[0].astext().lower()).replace(" ", "-")
        if slug and slug not in section["ids"]:
            section["ids"].append(slug)
    first = next(document.findall(nodes.section), None)
    if first is not None:
        first["ids"].insert(0, TOP)


def _link_pages(document: nodes.document, page: str, pages: Collection[str]) -> None:
    """Let links between pages lead to HTML; those to other files become text."""
    anchors = {name for section in document.findall(nodes.section) for name in section["ids"]}
    for link in list(document.findall(nodes.reference)):
        path, sign, anchor = link.get("refuri", "").partition("#")
        if re.match(r"[\w+.-]+:", path):
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path)))
        name = "index" if target == "README.md" else target.removesuffix(".md")
        if not path and unquote(anchor) in anchors:
            continue
        if path.endswith(".md") and name in pages:
            html = posixpath.relpath(f"{name}.html", posixpath.dirname(page) or ".")
            link["refuri"] = f"{html}{sign}{anchor}"
        else:
            link.replace_self(link.children)


def _make_tabs(document: nodes.document) -> None:
    """Show the programs of an example as tabs, and its responses."""
    for parent in list(document.findall(nodes.section)):
        children = list(parent.children)
        kinds = [_kind(child) for child in children]
        for run in runs(kinds):
            group = "language" if kinds[run.start] is Kind.REQUEST else "response"
            items = [_tab(children[at].astext(), children[at + 1], group) for at in run.labels]
            tabs = create_component("tab-set", ["sd-tab-set"], children=items)
            parent.insert(parent.index(children[run.start]), tabs)
            for child in children[run.start : run.end]:
                parent.remove(child)


def _kind(node: nodes.Node) -> Kind:
    if isinstance(node, nodes.literal_block):
        return Kind.CODE
    is_text = isinstance(node, nodes.paragraph | nodes.raw)
    return kind_of_text(node.astext().strip()) if is_text else Kind.OTHER


def _tab(label: str, block: nodes.Node, group: str) -> nodes.Element:
    name = label.removesuffix(":")
    title = nodes.rubric("", name, classes=["sd-tab-label"], sync_group=group, sync_id=name)
    content = create_component("tab-content", ["sd-tab-content"], children=[block.deepcopy()])
    return create_component("tab-item", ["sd-tab-item"], children=[title, content])


def _join_types(document: nodes.document) -> None:
    """Show a type as one piece of code, also where names in it are links."""
    for parent in list(document.findall(nodes.paragraph)):
        children: list[nodes.Node] = []
        for is_code, run in groupby(parent.children, _is_code):
            found = list(run)
            has_link = any(isinstance(node, nodes.reference) for node in found)
            if is_code and has_link and len(found) > 1:
                found = [nodes.inline("", "", *found, classes=["type"])]
            children += found
        parent.children = []
        parent.extend(children)


def _is_code(node: nodes.Node) -> bool:
    """Whether a node is inline code, or a link with only code."""
    if isinstance(node, nodes.reference):
        return all(isinstance(child, nodes.literal) for child in node.children)
    return isinstance(node, nodes.literal) or (isinstance(node, nodes.Text) and node == " ")


def _mark_fields(document: nodes.document) -> None:
    """Mark the lists of parameters and fields, which have a layout of their own."""
    for section in document.findall(nodes.section):
        if _FIELDS & {*section["ids"]}:
            for child in section.children:
                if isinstance(child, nodes.bullet_list):
                    child["classes"].append("fields")


def _show_verb(document: nodes.document) -> None:
    """Color the method of an operation, which its page begins with."""
    first = next(document.findall(nodes.paragraph), None)
    request = first.children[0] if first is not None and first.children else None
    found = _REQUEST.fullmatch(request.astext()) if isinstance(request, nodes.literal) else None
    if first is not None and request is not None and found is not None:
        verb = nodes.raw("", badge(found[1]), format="html")
        first.children[0:1] = [verb, nodes.Text(" "), nodes.literal("", found[2])]
        first["classes"].append("request")

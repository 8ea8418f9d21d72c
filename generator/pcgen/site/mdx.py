"""Translates pages to MDX, as Mintlify publishes it.

Pages have no HTML but folded lists, and `targets.markdown` ends inline code on its line, so that a
line can be translated without its neighbours.
"""

from __future__ import annotations

import html
import json
import posixpath
import re
from typing import TYPE_CHECKING

from pcgen.site.navigation import docname
from pcgen.site.samples import Kind, kind_of_text, runs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pcgen.site.book import Book

_FENCE = re.compile(r" *(`{3,})")
_FOLD = re.compile(r"<details>|</details>|<summary>[^<>{}]*</summary>")
_CODE = re.compile(r"(?<![\\`])(`+)(?!`).*?[^`]\1(?!`)")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([\w./-]+)(#[\w-]+)?\)")
_MODULE = re.compile(r"(im|ex)port\b")
_ENTITIES = {"<": "&lt;", "{": "&#123;", "}": "&#125;"}


def build(book: Book) -> dict[str, str]:
    """Make the text of each page by its path."""
    requests = {docname(o.page): f"{o.method.lower()} {o.path}" for o in book.symbols.operations}
    names = {_name(path) for path in book.pages}
    return {
        f"{_name(path)}.mdx": _page(_name(path), text, requests.get(_name(path), ""), names)
        for path, text in book.pages.items()
    }


def _name(path: str) -> str:
    return "index" if path == "README.md" else path.removesuffix(".md")


def _page(name: str, text: str, request: str, names: Collection[str]) -> str:
    """Translate a page; its front matter has the title, and the operation if it has one."""
    title, _, body = text.partition("\n")
    parts = [part for part in _parts(body) if part]
    front = ["---", f"title: {json.dumps(_plain(title), ensure_ascii=False)}"]
    front += [f"openapi: {json.dumps(request, ensure_ascii=False)}"] if request else []
    kinds = [_kind(part) for part in parts]
    found = {run.start: run for run in runs(kinds)}
    made, at = [*front, "---", ""], 0
    while at < len(parts):
        run = found.get(at)
        if run is None:
            part = parts[at]
            is_code = _FENCE.match(part[0]) is not None
            made += part if is_code else [_prose(line, name, names) for line in part]
            at += 1
        else:
            blocks = [_titled(parts[at + 1], parts[at][0]) for at in run.labels]
            is_request = kinds[run.start] is Kind.REQUEST
            made += _component("RequestExample" if is_request else "ResponseExample", blocks)
            at = run.end
        made.append("")
    return "\n".join(made)


def _kind(part: list[str]) -> Kind:
    return Kind.CODE if part[0].startswith("```") else kind_of_text("\n".join(part))


def _component(name: str, blocks: list[list[str]]) -> list[str]:
    inside = [f"  {line}" if line else "" for block in blocks for line in [*block, ""]]
    return [f"<{name}>", *inside[:-1], f"</{name}>"]


def _parts(text: str) -> Iterator[list[str]]:
    """Split a page at blank lines outside of fenced code, and around such code."""
    part: list[str] = []
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence:
            part.append(line)
            if line.strip() == fence:
                yield part
                part, fence = [], ""
        elif found:
            yield part
            part, fence = [line], found[1]
        elif line.strip():
            part.append(line)
        else:
            yield part
            part = []
    yield part


def _titled(block: list[str], label: str) -> list[str]:
    return [f"{block[0]} {label.removesuffix(':')}", *block[1:]]


def _prose(line: str, name: str, names: Collection[str]) -> str:
    """Escape a line outside of inline code, and let its links lead to other pages of MDX."""
    if _FOLD.fullmatch(line.strip()):
        return line
    made, start = [], 0
    for code in _CODE.finditer(line):
        made += [_escaped(line[start : code.start()]), code[0]]
        start = code.end()
    made.append(_escaped(line[start:]))
    linked = _LINK.sub(lambda link: _linked(link, name, names), "".join(made))
    word = _MODULE.match(linked)  # It would begin a statement of JavaScript.
    return f"&#{ord(linked[0])};{linked[1:]}" if word else linked


def _escaped(text: str) -> str:
    return re.sub(r"(?<!\\)[<{}]", lambda sign: _ENTITIES[sign[0]], text)


def _linked(link: re.Match[str], name: str, names: Collection[str]) -> str:
    label, path, anchor = link[1], link[2], link[3] or ""
    target = _name(posixpath.normpath(posixpath.join(posixpath.dirname(name), path)))
    return f"[{label}]({path.removesuffix('.md')}{anchor})" if target in names else label


def _plain(heading: str) -> str:
    """The text of a heading without its marks."""
    text = re.sub(r"\\([^\w\s])", r"\1", heading.lstrip("# ").replace("`", ""))
    return html.unescape(text)

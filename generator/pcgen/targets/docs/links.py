"""The paths of pages, and links from one page to another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from pcgen.targets.code import Code, code, code_span, join, link
from pcgen.targets.reference import file_stem, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pcgen.targets.reference import Reference, Resource

GUIDE, ERRORS, INDEX = "docs/guide.md", "docs/errors.md", "docs/index.md"
# A string, which may hold the name of a model, or a name.
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_]\w*')


class Links(Struct, frozen=True):
    """The page of each name: models, errors, and what the guide explains."""

    pages: Mapping[str, str]

    @classmethod
    def of(cls, reference: Reference) -> Links:
        """Find the page of each name of a reference; models hide other names."""
        pages = {name: f"{GUIDE}#{anchor}" for name, anchor in reference.terms.items()}
        pages |= {error.name: f"{ERRORS}#{error.name.lower()}" for error in reference.errors}
        pages |= {model.name: model_page(model.name) for model in reference.models}
        return cls(pages)

    def type(self, text: str, home: str) -> Code:
        """Format a type as inline code whose names are links, except one to the page itself."""
        parts, start = list[Code](), 0
        for found, page in self._named(text):
            if page != home:
                parts += _plain(text[start : found.start()])
                parts.append(link(code_span(found[0]), relative(page, home)))
                start = found.end()
        return join([*parts, *_plain(text[start:])], "")

    def name(self, name: str, home: str) -> Code:
        """Format a name as inline code, with a link if it has a page."""
        page = self.pages.get(name)
        return code_span(name) if page is None else link(code_span(name), relative(page, home))

    def mentioned(self, text: str) -> set[str]:
        """The names in a type that have a page."""
        return {found[0] for found, _ in self._named(text)}

    def _named(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        for found in _TOKEN.finditer(text):
            page = self.pages.get(found[0])
            if page is not None:
                yield found, page


def _plain(text: str) -> Iterator[Code]:
    """Format the code between links; blanks at its ends stay, outside of it."""
    if text.startswith(" "):
        yield code(" ")
    if text.strip():
        yield code_span(text)
    if text.endswith(" ") and text.strip():
        yield code(" ")


def relative(page: str, home: str) -> str:
    """The path of a page from another one."""
    there, here = page.split("/"), home.split("/")[:-1]
    while here and there[0] == here[0]:
        there, here = there[1:], here[1:]
    return "/".join([*[".."] * len(here), *there])


def model_page(name: str) -> str:
    """The path of a model's page."""
    return f"docs/models/{file_stem(name)}.md"


def resource_page(resource: Resource) -> str:
    """The path of a resource's page."""
    return f"docs/resources/{file_stem('.'.join(resource.path))}.md"


method_page = page_of
